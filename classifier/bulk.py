"""Adding up very many texts: the sums of `tagger`, worked out by numpy.

Importing numpy takes longer than tagging a usual backlog; beyond some thousands of titles it pays, since it looks for
the pairs of a thousand titles at a time, and waits for memory once instead of for each pair.
"""

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np

from classifier.memory import Memory
from classifier.text import REACH
from classifier.weights import Pairs

Column = np.ndarray[Any, np.dtype[Any]]
"""`numpy.typing` has a shorter name for it, and takes milliseconds to import."""


class Bulk:
    """Adds up many texts at a time."""

    def __init__(self, whole: Pairs, cut: Pairs) -> None:
        """Take in pairs, whose numbers must be of 64 bits."""
        self._whole, self._cut = _Table(whole), _Table(cut)

    def add_up(self, memory: Memory, row: Sequence[int], places: Sequence[tuple[int, int]]) -> list[int]:
        """Return the sum of each text, which stands in `row` from one of its `places` to the other."""
        words = np.array(row, dtype=np.intp)
        values = _column(memory.own)[words]
        starts, ends = np.fromiter(chain.from_iterable(places), np.intp).reshape(-1, 2).T
        edges = np.zeros(len(starts), dtype=np.int64)
        for column, table in ((memory.whole, self._whole), (memory.cut, self._cut)):
            stems = _column(column)[words]
            for apart in range(1, REACH + 1):
                table.add(values[:-apart], stems[:-apart], stems[apart:])
            table.add(edges, table.edge, stems[starts])
            table.add(edges, stems[ends - 1], table.edge)
        # From one start to the next there is the text, and the gap behind it, whose numbers are zeros.
        totals = np.add.reduceat(values, starts) + edges
        found: list[int] = totals.tolist()
        return found


class _Table:
    """Pairs, looked up many at a time."""

    def __init__(self, pairs: Pairs) -> None:
        self.edge = pairs.edge
        self._step = pairs.step
        self._shifts = np.array(pairs.shifts, dtype=np.int64)
        self._rows, self._codes = _column(pairs.rows), _column(pairs.codes)
        counts = np.bincount(self._codes)
        self._numbers = np.zeros(len(counts), dtype=np.int64)
        for code in np.flatnonzero(counts).tolist():
            self._numbers[code] = pairs.spread[code]

    def add(self, values: Column, firsts: Any, seconds: Any) -> None:
        """Add the number of each pair, if it has one, to the value at its place; a single stem pairs with all others."""
        rows = firsts + self._step * seconds
        slots = self._shifts.take(rows) + seconds
        hits = np.flatnonzero(self._rows.take(slots) == rows)
        values[hits] += self._numbers.take(self._codes.take(slots.take(hits)))


def _column(numbers: Any) -> Column:
    assert isinstance(numbers, array)
    return np.frombuffer(numbers, dtype=numbers.typecode)
