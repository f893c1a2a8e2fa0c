"""Packing pairs so tightly that a single look finds one: hash and displace, after Tarjan and Yao, CACM 22 (1979)."""

import numpy as np
from numpy.typing import NDArray

ROW = 7
"""Pairs in a row, on average at most: longer rows leave gaps when they are packed, shorter ones make more of them."""
_WINDOW = 8_192
"""Shifts tried at a time."""
_BACK = 30_000
"""How far before the shift of the last row the search for the next one of the same length begins: from the start, it
would take five times as long, and pack hardly any tighter."""

Column = NDArray[np.int_]


def step_for(pairs: int, stems: int) -> int:
    """Return by how many rows the pairs of neighbouring second stems are apart, so that rows are neither long nor many."""
    return max(round(pairs / (ROW * (stems + 1))) - 1, 1)


def shifts_of(rows: Column, seconds: Column, count: int) -> Column:
    """Return the shift of each of `count` rows with which all pairs, at shift + second, have a place of their own.

    `rows` and `seconds`, both from 1 and of the same length, are those of the pairs. The longest rows come first, and
    each goes to the first place where it fits; what is left between them is filled by the short ones. Place 0 is no
    pair's.
    """
    lengths = np.bincount(rows, minlength=count)
    ends = np.cumsum(lengths)
    by_row = seconds[np.argsort(rows, kind="stable")]
    widest = int(seconds.max(initial=0))
    taken = np.zeros(2 * len(rows) + widest + _WINDOW + 1, dtype=np.bool_)
    shifts = np.zeros(count, dtype=np.int_)
    shift = length = 0
    for row in np.argsort(-lengths, kind="stable")[: np.count_nonzero(lengths)]:
        places = by_row[ends[row] - lengths[row] : ends[row]]
        start = max(shift - _BACK, 0) if lengths[row] == length else 0
        while not len(fits := _fits(taken, places, start)):
            start += _WINDOW
            if start + _WINDOW + widest >= len(taken):
                taken = np.concatenate([taken, np.zeros(len(taken), dtype=np.bool_)])
        shift, length = int(fits[0]), lengths[row]
        shifts[row] = shift
        taken[shift + places] = True
    return shifts


def _fits(taken: NDArray[np.bool_], places: Column, start: int) -> Column:
    """Return the shifts of a window with which none of the places is taken."""
    fits = start + np.flatnonzero(~taken[start + places[0] : start + places[0] + _WINDOW])
    for place in places[1:]:
        fits = fits[~taken[fits + place]]
    return fits
