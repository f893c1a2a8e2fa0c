"""The numbers of a model: what each word, piece of a word and pair of words adds to the scores of a text.

They are whole numbers, a byte or two for each label in the model file; here, those of all labels stand side by side in
one integer, each in a lane of its own, so that adding up a text is one sum, exact whatever the order.
"""

from array import array
from binascii import a2b_base64
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, repeat
from sys import byteorder
from typing import Any

from classifier.text import EDGE

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


class Codes(dict[str, int]):
    """The code of each stem, or piece of a word, of a model file: names in one string, columns of weights."""

    def __init__(self, table: dict[str, Any], spread: Spread) -> None:
        """Unpack the table; what a code says is looked up when its name is met, as most names never are."""
        super().__init__(_by_name(table, _codes(table["weights"], spread.lanes)))
        self._spread = spread
        self._nothing = sum(128 << 8 * lane for lane in range(spread.lanes))

    def total(self, names: Iterable[str]) -> int:
        """Return the sum of the numbers of some names, of which any may be unknown."""
        return sum(map(self._spread.__getitem__, map(self.get, names, repeat(self._nothing))))


class Sums(dict[str, int]):
    """The words of a model file, with what each adds by itself: names in one string; two bytes a label, `MORE` added."""

    def __init__(self, table: dict[str, Any], lanes: int) -> None:
        """Unpack the table; a sum is taken apart when its word is met."""
        self._sums, self._lanes = _numbers(table["sums"], 2), lanes
        if len(self._sums) % lanes:
            raise ValueError("a word has too few sums")
        super().__init__(_by_name(table, range(0, len(self._sums), lanes)))

    def number(self, word: str) -> int:
        """Return what a word adds; raise `KeyError` where it is not known."""
        start, number = self[word], 0
        for place in range(start + self._lanes - 1, start - 1, -1):
            number = (number << LANE) + self._sums[place] - MORE
        return number


def _by_name(table: dict[str, Any], values: Sequence[int]) -> dict[str, int]:
    names = _names(table["features"])
    found = dict(zip(names, values, strict=True))
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
        self._stems = dict(zip(stems, range(1, len(stems) + 1), strict=True))
        width = table["bytes"]
        self.seconds = _numbers(table["seconds"], width)
        self.codes = _codes(table["weights"], spread.lanes)
        self.starts = [0, *accumulate(_numbers(table["counts"], width), initial=0)]
        """Where the row of each stem starts; the last is where the last row ends."""
        self._ends = self.starts[1:]
        if not len(self._stems) == len(stems) == len(self.starts) - 2:
            raise ValueError("a stem stands twice, or has no count")
        if not self.starts[-1] == len(self.seconds) == len(self.codes) or max(self.seconds, default=0) > len(stems):
            raise ValueError("the pairs are not what they can be")
        self.edge = self.stem(EDGE)

    def stem(self, one: str) -> int:
        """Return the number of a stem, 0 where no pair has it."""
        return self._stems.get(one, 0)

    def number(self, first: int, second: int) -> int:
        """Return the number of one pair."""
        end = self.starts[first + 1]
        place = bisect_left(self.seconds, second, self.starts[first], end)
        return self.spread[self.codes[place]] if place < end and self.seconds[place] == second else 0

    def numbers(self, firsts: Sequence[int], seconds: Sequence[int]) -> list[int]:
        """Return the numbers of many pairs, as many as there are in the shorter sequence."""
        row, codes, spread = self.seconds, self.codes, self.spread
        ends = list(map(self._ends.__getitem__, firsts))
        places = map(bisect_left, repeat(row), seconds, map(self.starts.__getitem__, firsts), ends)
        return [
            spread[codes[place]] if place < end and row[place] == second else 0
            for place, end, second in zip(places, ends, seconds, strict=False)
        ]

    def named(self) -> Iterator[tuple[str, int]]:
        """Yield each pair, named as the feature that it is, with its number."""
        stems = ["", *self._stems]
        for number, first in enumerate(stems):
            for place in range(self.starts[number], self.starts[number + 1]):
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
