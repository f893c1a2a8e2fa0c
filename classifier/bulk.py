"""Adding up very many texts: the sums of `tagger`, worked out by numpy.

Importing numpy takes longer than tagging a usual backlog; beyond some ten thousand titles it pays, since it looks for
the pairs of a thousand titles at a time, and waits for memory once instead of for each pair.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifier.text import REACH

if TYPE_CHECKING:
    from classifier.tagger import Met, Pairs

Numbers = NDArray[np.int64]

_SIEVE = 1 << 20
"""Places of the sieve: far more than there are pairs, so that most keys without a number fall through."""
_SCATTER = 0x9E3779B1
"""An odd number, by which keys that follow each other come to stand far apart."""


class _Table:
    """The numbers of pairs by their keys, for many keys at a time."""

    def __init__(self, numbers: dict[int, int]) -> None:
        keys = np.fromiter(numbers, np.int64, len(numbers))
        order = keys.argsort()
        self._keys = keys[order]
        self._numbers = np.fromiter(numbers.values(), np.int64, len(numbers))[order]
        self._sieve = np.zeros(_SIEVE, dtype=np.bool_)
        self._sieve[_places(keys)] = True

    def numbers(self, keys: Numbers) -> Numbers:
        """Return the number of each key, 0 where there is none."""
        found = np.zeros_like(keys)
        likely = np.flatnonzero(self._sieve[_places(keys)])
        asked = keys[likely]
        at = np.minimum(np.searchsorted(self._keys, asked), len(self._keys) - 1)
        hits = self._keys[at] == asked
        found[likely[hits]] = self._numbers[at[hits]]
        return found


def _places(keys: Numbers) -> Numbers:
    return (keys * _SCATTER >> 12) & (_SIEVE - 1)


class Adder:
    """Adds up texts as the tagger does, many at a time."""

    def __init__(self, whole: "Pairs", cut: "Pairs") -> None:
        """Take over the numbers of pairs; each fits into 64 bits."""
        self._whole, self._cut = _Table(whole.numbers), _Table(cut.numbers)

    def __call__(self, met: "Met", row: Sequence[int], places: Iterable[tuple[int, int]]) -> list[int]:
        """Return the sum of each text, which stands in `row` from one of its `places` to the other."""
        words = np.array(row, dtype=np.intp)
        values = _column(met.own)[words]
        for first, second, table in (
            (met.first, met.second, self._whole),
            (met.first_cut, met.second_cut, self._cut),
        ):
            firsts, seconds = _column(first)[words], _column(second)[words]
            for apart in range(1, REACH + 1):
                values[:-apart] += table.numbers(firsts[:-apart] + seconds[apart:])
        starts, ends = np.array(list(places), dtype=np.intp).T
        # From one start to the next there is the text, and the gap behind it, whose numbers are zeros.
        totals = np.add.reduceat(values, starts) + _column(met.begins)[words[starts]]
        totals += np.where(ends > starts, _column(met.ends)[words[ends - 1]], 0)
        found: list[int] = totals.tolist()
        return found


def _column(numbers: Any) -> Numbers:
    assert isinstance(numbers, array)
    return np.frombuffer(numbers, dtype=np.int64)
