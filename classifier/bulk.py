"""Adding up very many texts: the sums of `tagger`, worked out by numpy.

Importing numpy takes longer than tagging a usual backlog; beyond some thousands of titles it pays, since it looks for
the pairs of a thousand titles at a time, and waits for memory once instead of for each pair.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifier.text import REACH

if TYPE_CHECKING:
    from classifier.tagger import Met, Numbers

Column = NDArray[np.int64]

_SIEVE = 1 << 20
"""Places of the sieve: far more than there are pairs, so that most keys without a number fall through."""
_SCATTER = 0x9E3779B1
"""An odd number, by which keys that follow each other come to stand far apart."""


class Table:
    """The numbers of pairs by their keys, for many keys at a time; it takes a quarter of the memory of a dictionary."""

    def __init__(self, numbers: "Numbers") -> None:
        """Take over numbers of 64 bits."""
        pairs = sorted(numbers.items())
        self._keys = array("q", [key for key, _ in pairs])
        self._numbers = array("q", [number for _, number in pairs])
        self._sieve = np.zeros(_SIEVE, dtype=np.bool_)
        self._sieve[_places(_column(self._keys))] = True

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self._keys)

    def get(self, key: int, default: int) -> int:
        """Return the number of one key."""
        at = bisect_left(self._keys, key)
        return self._numbers[at] if at < len(self) and self._keys[at] == key else default

    def items(self) -> Iterable[tuple[int, int]]:
        """Return the keys with their numbers."""
        return zip(self._keys, self._numbers, strict=True)

    def numbers(self, keys: Column) -> Column:
        """Return the number of each key, 0 where there is none."""
        found = np.zeros_like(keys)
        likely = np.flatnonzero(self._sieve[_places(keys)])
        if not len(likely):
            return found
        asked, known = keys[likely], _column(self._keys)
        at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        hits = known[at] == asked
        found[likely[hits]] = _column(self._numbers)[at[hits]]
        return found


def _places(keys: Column) -> Column:
    return (keys * _SCATTER >> 12) & (_SIEVE - 1)


def add_up(met: "Met", whole: Table, cut: Table, row: Sequence[int], places: Sequence[tuple[int, int]]) -> list[int]:
    """Return the sum of each text, which stands in `row` from one of its `places` to the other."""
    words = np.array(row, dtype=np.intp)
    values = _column(met.own)[words]
    for first, second, table in ((met.first, met.second, whole), (met.first_cut, met.second_cut, cut)):
        firsts, seconds = _column(first)[words], _column(second)[words]
        for apart in range(1, REACH + 1):
            values[:-apart] += table.numbers(firsts[:-apart] + seconds[apart:])
    starts, ends = np.array(places, dtype=np.intp).reshape(-1, 2).T
    # From one start to the next there is the text, and the gap behind it, whose numbers are zeros.
    totals = np.add.reduceat(values, starts) + _column(met.begins)[words[starts]]
    totals += np.where(ends > starts, _column(met.ends)[words[ends - 1]], 0)
    found: list[int] = totals.tolist()
    return found


def _column(numbers: Any) -> Column:
    assert isinstance(numbers, array)
    return np.frombuffer(numbers, dtype=np.int64)
