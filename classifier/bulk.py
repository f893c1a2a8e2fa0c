"""Adding up very many texts: the sums of `tagger`, worked out by numpy.

Importing numpy takes longer than tagging a usual backlog; beyond some thousands of titles it pays, since it looks for
the pairs of a thousand titles at a time, and waits for memory once instead of for each pair.
"""

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifier.text import REACH
from classifier.weights import Pairs

if TYPE_CHECKING:
    from classifier.tagger import Met

Column = NDArray[Any]

_SIEVE_BITS = 19
"""The sieve has 2 to this power of places: far more than there are pairs, so that most keys without a number fall through."""
_SCATTER = np.uint32(0x9E3779B1)
"""An odd number, by which keys that follow each other come to stand far apart."""


class Bulk:
    """Adds up many texts at a time."""

    def __init__(self, whole: Pairs, cut: Pairs) -> None:
        """Take in pairs, whose numbers must be of 64 bits."""
        self._whole, self._cut = _Table(whole), _Table(cut)

    def add_up(self, met: "Met", row: Sequence[int], places: Sequence[tuple[int, int]]) -> list[int]:
        """Return the sum of each text, which stands in `row` from one of its `places` to the other."""
        words = np.array(row, dtype=np.intp)
        values = _column(met.own)[words]
        starts, ends = np.array(places, dtype=np.intp).reshape(-1, 2).T
        edges = np.zeros(len(starts), dtype=np.int64)
        for column, table in ((met.whole, self._whole), (met.cut, self._cut)):
            stems = _column(column)[words].astype(table.kind)
            for apart in range(1, REACH + 1):
                table.add(values[:-apart], stems[:-apart], stems[apart:])
            table.add(edges, np.broadcast_to(table.edge, len(starts)), stems[starts])
            table.add(edges, stems[ends - 1], np.broadcast_to(table.edge, len(starts)))
        # From one start to the next there is the text, and the gap behind it, whose numbers are zeros.
        totals = np.add.reduceat(values, starts) + edges
        found: list[int] = totals.tolist()
        return found


class _Table:
    """The numbers of pairs under keys, `first * stride + second`, for many keys at a time."""

    def __init__(self, pairs: Pairs) -> None:
        stride = len(pairs.starts) - 1
        self.kind: Any = np.int32 if stride**2 < 1 << 31 else np.int64
        self._stride: Any = self.kind(stride)
        self.edge: Any = self.kind(pairs.edge)
        firsts: Column = np.repeat(np.arange(stride, dtype=self.kind), np.diff(pairs.starts))
        self._keys = firsts * self._stride + np.array(pairs.seconds, dtype=self.kind)
        codes, places = np.unique(np.array(pairs.codes), return_inverse=True)
        # Few codes differ, and eight bytes for each pair would be many.
        self._codes = places.astype(np.min_scalar_type(len(codes)))
        self._numbers = np.array([pairs.spread[code] for code in codes.tolist()], dtype=np.int64)
        self._sieve = np.zeros(1 << _SIEVE_BITS, dtype=np.bool_)
        self._sieve[_places(self._keys)] = True

    def add(self, values: Column, firsts: Column, seconds: Column) -> None:
        """Add the number of each pair, if it has one, to the value at its place."""
        keys = firsts * self._stride + seconds
        likely = np.flatnonzero(self._sieve[_places(keys)])
        if not len(likely):
            return
        asked = keys[likely]
        order = np.argsort(asked)  # what is asked for in order lies close together
        likely, asked = likely[order], asked[order]
        at = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        hits = self._keys[at] == asked
        values[likely[hits]] += self._numbers[self._codes[at[hits]]]


def _places(keys: Column) -> Column:
    return (keys.astype(np.uint32) * _SCATTER) >> np.uint32(32 - _SIEVE_BITS)


def _column(numbers: Any) -> Column:
    assert isinstance(numbers, array)
    return np.frombuffer(numbers, dtype=np.int64)
