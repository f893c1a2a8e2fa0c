"""The numbers of a model: what each word, piece of a word and pair of words adds to the scores of a text.

They are whole numbers, a byte or two for each label in the model file; here, those of all labels stand side by side in
one integer, each in a lane of its own, so that adding up a text is one sum, exact whatever the order.
"""

from array import array
from binascii import a2b_base64
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from operator import add
from sys import byteorder
from typing import Any

from classifier.text import EDGE, REACH

LANE = 26
"""Bits for one label in a sum: enough for `LONGEST_TEXT` words of 120 features each, all of `LARGEST_WEIGHT`. Above the
labels stands the number of known words; that of two labels and the words is an integer of 64 bits."""
LARGEST_WEIGHT = 127
"""What one feature may add or take at most, so that its weight for a label is one byte."""
MORE = 1 << 15
"""What is added to the sums of words in the model file, so that none is negative."""
LANES_A_COLUMN = 8
"""Labels whose bytes share a number in the model file."""
_KINDS = {1: "B", 2: "H", 4: "I", 8: "Q"}
"""How `array` calls unsigned numbers of so many bytes."""


class Spread(dict[int, int]):
    """The weights in a code of the model file, each in a lane of its own: few codes differ, and each is worked out once.

    A code has a byte for each label, which is 128 more than the weight.
    """

    def __init__(self, lanes: int) -> None:
        self.lanes = lanes

    def __missing__(self, code: int) -> int:
        spread, rest = 0, code
        for bits in range(0, LANE * self.lanes, LANE):
            spread += ((rest & 255) - 128) << bits
            rest >>= 8
        self[code] = spread
        return spread


def numbers_by_name(table: dict[str, Any], spread: Spread) -> dict[str, int]:
    """Unpack stems or pieces of the model file: their names in one string, and columns of weights."""
    return _by_name(table, map(spread.__getitem__, _codes(table["weights"], spread.lanes)))


def sums_by_name(table: dict[str, Any], lanes: int) -> dict[str, int]:
    """Unpack words of the model file: their names in one string; a sum for each label, two bytes, `MORE` added."""
    sums = _numbers(table["sums"], 2)
    if len(sums) % lanes:
        raise ValueError("a word has too few sums")
    numbers: Iterable[int] = repeat(-sum(MORE << LANE * lane for lane in range(lanes)))
    for lane in range(lanes):
        numbers = map(add, numbers, map((1 << LANE * lane).__mul__, sums[lane::lanes]))
    return _by_name(table, numbers)


def _by_name(table: dict[str, Any], numbers: Iterable[int]) -> dict[str, int]:
    names = _names(table["features"])
    found = dict(zip(names, numbers, strict=True))
    if len(found) != len(names):
        raise ValueError("a feature stands twice")
    return found


class Pairs:
    """The number of each pair of stems; stems go by numbers of their own, from 1, and 0 is one that no pair has.

    Pairs with the same first stem are a row, in which the second stems ascend. Arrays are there at once and small;
    dictionaries would take as long to fill as a backlog to tag, and ten times the memory.
    """

    def __init__(self, table: dict[str, Any], spread: Spread, mark: str) -> None:
        """Unpack pairs of the model file: stems in one string, how many pairs begin with each, second stems, weights."""
        self._mark = mark
        self.spread = spread
        stems = _names(table["stems"])
        self._stems = {one: number for number, one in enumerate(stems, 1)}
        self._edge = self.stem(EDGE)
        width = table["bytes"]
        self.seconds = _numbers(table["seconds"], width)
        self.codes = _codes(table["weights"], spread.lanes)
        bounds = list(accumulate(_numbers(table["counts"], width), initial=0))
        self.starts, self.ends = [0, *bounds[:-1]], [0, *bounds[1:]]
        """Where the row of each stem starts and ends."""
        if not len(self._stems) == len(stems) == len(bounds) - 1:
            raise ValueError("a stem stands twice, or has no count")
        if not bounds[-1] == len(self.seconds) == len(self.codes) or max(self.seconds, default=0) > len(stems):
            raise ValueError("the pairs are not what they can be")

    def stem(self, one: str) -> int:
        """Return the number of a stem, 0 where no pair has it."""
        return self._stems.get(one, 0)

    def number(self, first: int, second: int) -> int:
        """Return the number of one pair."""
        end = self.ends[first]
        place = bisect_left(self.seconds, second, self.starts[first], end)
        return self.spread[self.codes[place]] if place < end and self.seconds[place] == second else 0

    def edges(self, one: int) -> tuple[int, int]:
        """Return what a stem adds where it is the first of a text, and the last."""
        return (self._at_start.get(one, 0), self.number(one, self._edge)) if one else (0, 0)

    @cached_property
    def _at_start(self) -> dict[int, int]:
        """The row of the edge, which is asked for every word."""
        row = slice(self.starts[self._edge], self.ends[self._edge])
        return dict(zip(self.seconds[row], map(self.spread.__getitem__, self.codes[row]), strict=True))

    def numbers(self, stems: Sequence[int]) -> Iterator[list[int]]:
        """Yield, for each distance that the two of a pair may stand apart, the number of each stem with that ahead."""
        seconds, codes, spread = self.seconds, self.codes, self.spread
        starts, ends = list(map(self.starts.__getitem__, stems)), list(map(self.ends.__getitem__, stems))
        for apart in range(1, REACH + 1):
            ahead = stems[apart:]
            places = map(bisect_left, repeat(seconds), ahead, starts, ends)
            yield [
                spread[codes[place]] if place < end and seconds[place] == second else 0
                for place, end, second in zip(places, ends, ahead, strict=False)
            ]

    def named(self) -> Iterator[tuple[str, int]]:
        """Yield each pair, named as the feature that it is, with its number."""
        stems = ["", *self._stems]
        for first, start, end in zip(stems, self.starts, self.ends, strict=True):
            for place in range(start, end):
                yield f"{first}{self._mark}{stems[self.seconds[place]]}", self.spread[self.codes[place]]


def width_of(lanes: int) -> int:
    """Return in how many bytes the weights of so many labels are kept: as many as there is a kind of number for."""
    return next((width for width in _KINDS if width >= lanes), LANES_A_COLUMN)


def _names(text: str) -> list[str]:
    return str.split(text, " ") if text != "" else []


def _codes(columns: Sequence[str], lanes: int) -> Sequence[int]:
    """Unpack codes, whose bytes stand in columns of `LANES_A_COLUMN`."""
    starts = range(0, lanes, LANES_A_COLUMN)
    parts = [_numbers(column, width_of(lanes - start)) for start, column in zip(starts, columns, strict=True)]
    if len(parts) == 1:
        return parts[0]
    return [sum(map(int.__lshift__, row, range(0, 8 * lanes, 64))) for row in zip(*parts, strict=True)]


def _numbers(packed: str, width: int) -> "array[int]":
    """Unpack little-endian numbers of so many bytes from base64."""
    numbers = array(_KINDS[width], a2b_base64(packed, strict_mode=True))
    if byteorder == "big":
        numbers.byteswap()
    return numbers
