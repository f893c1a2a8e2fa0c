"""The numbers of a model: what each word, piece of a word and pair of words adds to the scores of a text.

They are whole numbers, a byte or two for each label in the model file; here, those of all labels stand side by side in
one integer, each in a lane of its own, so that adding up a text is one sum, exact whatever the order.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from sys import byteorder
from typing import Any

from classifier.errors import ModelError
from classifier.text import EDGE

LANE = 26
"""Bits for one label in a sum: enough for `LONGEST_TEXT` words of 120 features each, all of `LARGEST_WEIGHT`. Above the
labels stands the number of known words; that of two labels and the words is an integer of 64 bits."""
LARGEST_WEIGHT = 127
"""What one feature may add or take at most, so that its weight for a label is one byte."""
MORE = 1 << 15
"""What is added to the sums of words in the model file, so that none is negative."""
FREE = 1
"""The row of a slot that holds no pair; no pair belongs to it."""
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
        self._more = -sum(MORE << LANE * lane for lane in range(lanes))

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Return what each word adds; raise `KeyError` where one is not known."""
        places = list(map(self.__getitem__, words))
        found, sums = [self._more] * len(places), self._sums
        for lane in range(self._lanes):
            found = [number + (sums[place + lane] << LANE * lane) for number, place in zip(found, places, strict=True)]
        return found


def _by_name(table: dict[str, Any], values: Sequence[int]) -> dict[str, int]:
    # Before they are cut apart, which takes fifty times their memory.
    if table["features"].count(b" ") >= max(len(values), 1):
        raise ValueError("there are more features than numbers")
    names = _names(table["features"])
    found = dict(zip(names, values, strict=True))
    if len(found) != len(names):
        raise ValueError("a feature stands twice")
    return found


class Pairs:
    """The number of each pair of stems; stems go by numbers of their own, from 1, and 0 is one that no pair has.

    All pairs share one table of slots. A pair belongs to the row `first + step * second`, and its slot is
    `shift of the row + second`: rows are shifted so that no two pairs meet, see `learning.packing`. A slot also holds
    its row, so that one look finds a pair, or that there is none. Such a table is there as soon as it is read, where
    dictionaries would take as long to fill as a backlog to tag, and ten times the memory.
    """

    def __init__(self, table: dict[str, Any], spread: Spread, mark: str) -> None:
        """Unpack pairs of the model file: stems in one string, the shift of each row, row and weights of each slot."""
        self._mark = mark
        self.spread = spread
        stems = _names(table["stems"])
        self._stems = dict(zip(stems, range(1, len(stems) + 1), strict=True))
        self.step = int(table["step"])
        self.shifts = _numbers(table["shifts"], 4)
        self.rows = _numbers(table["rows"], table["bytes"])
        self.codes = _codes(table["weights"], spread.lanes)
        if not (0 < self.step < 1 << 31 and len(self._stems) == len(stems) and len(self.rows) == len(self.codes) > 0):
            raise ValueError("a stem stands twice, or the slots are not what they can be")
        if len(self.shifts) != (self.step + 1) * len(stems) + 1 or max(self.shifts) >= len(self.rows):
            raise ValueError("the shifts are not what they can be")
        # The furthest slot that is looked at has to be there.
        self.rows.frombytes(bytes(self.rows.itemsize * (len(stems) + 1)))
        self.edge = self.stem(EDGE)

    def stem(self, one: str) -> int:
        """Return the number of a stem, 0 where no pair has it."""
        return self._stems.get(one, 0)

    def stems(self, several: Iterable[str]) -> list[int]:
        """Return the numbers of stems."""
        return list(map(self._stems.get, several, repeat(0)))

    def number(self, first: int, second: int) -> int:
        """Return the number of one pair."""
        return self.numbers([first], [second])[0]

    def numbers(self, firsts: Iterable[int], seconds: Iterable[int]) -> list[int]:
        """Return the numbers of many pairs, as many as there are in the shorter sequence."""
        step, shifts, rows, codes, spread = self.step, self.shifts, self.rows, self.codes, self.spread
        return [
            spread[codes[slot]]
            if first and second and rows[slot := shifts[row := first + step * second] + second] == row
            else 0
            for first, second in zip(firsts, seconds, strict=False)
        ]

    def named(self) -> Iterator[tuple[str, int]]:
        """Yield each pair, named as the feature that it is, with its number, in the order of the names."""
        stems = ["", *self._stems]
        known = range(1, len(stems))
        found = []
        for slot, (row, code) in enumerate(zip(self.rows, self.codes, strict=False)):
            if row != FREE:
                second = slot - self.shifts[row] if row < len(self.shifts) else 0
                first = row - self.step * second
                if first not in known or second not in known:
                    raise ModelError("this is a damaged taskrole model (a pair of unknown stems); install it anew.")
                found.append((first, second, code))
        for first, second, code in sorted(found):
            yield f"{stems[first]}{self._mark}{stems[second]}", self.spread[code]


def width_of(lanes: int) -> int:
    """Return in how many bytes the weights of so many labels are kept: as many as there is a kind of number for."""
    return next((width for width in _KINDS if width >= lanes), LANES_A_COLUMN)


def _names(column: bytes) -> list[str]:
    return str(column, "utf-8", "surrogatepass").split(" ") if column != b"" else []


def _codes(columns: Sequence[bytes], lanes: int) -> Sequence[int]:
    """Unpack codes, whose bytes stand in columns of `LANES_A_COLUMN`."""
    starts = range(0, lanes, LANES_A_COLUMN)
    parts = [_numbers(column, width_of(lanes - start)) for start, column in zip(starts, columns, strict=True)]
    if len(parts) == 1:
        return parts[0]
    return [sum(map(int.__lshift__, row, range(0, 8 * lanes, 64))) for row in zip(*parts, strict=True)]


def _numbers(column: bytes, width: int) -> "array[int]":
    """Unpack little-endian numbers of so many bytes each."""
    numbers = array(_KINDS[width], column)
    if byteorder == "big":
        numbers.byteswap()
    return numbers
