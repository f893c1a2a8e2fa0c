"""The numbers of a model: what each word, piece of a word and pair of words adds to the scores of a text.

They are whole numbers, a byte or two for each label in the model file; here, those of all labels stand side by side in
one integer, each in a lane of its own, so that adding up a text is one sum, exact whatever the order.
"""

from array import array
from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from itertools import accumulate, chain, islice, repeat
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
_FEW = 4
"""A dictionary of names pays once a quarter as many have been looked up as there are."""
_MOST_LINES, _LONGEST_LINE = 1 << 18, 1 << 14
"""Lines of names, and characters of one that is searched: no model has as many or as long ones, unless to do harm."""
_NO_LINE = ("", 0)
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


class Names:
    """The names of one kind in a model file, numbered from 1 in their order; 0 is the number of any other.

    They stand in lines, one for each two letters that some begin with: those, and the rest of each name. A name is
    searched for in its line. To fill a dictionary takes longer than to tag a usual backlog, few of whose words are
    looked up here; once many have been, there is one.
    """

    def __init__(self, column: bytes, count: int) -> None:
        """Take in the names, of which there must be so many."""
        lines = _cut(column, "\n", min(count, _MOST_LINES))
        counts = [line.count(" ") - 1 for line in lines]
        if sum(counts) != count or min(counts, default=1) < 1:
            raise ValueError("there are not as many names as numbers")
        before = accumulate(counts, initial=0)
        self._lines = {line[: line.index(" ")]: (line, more) for line, more in zip(lines, before, strict=False)}
        begun = all(len(first) == 2 or line == f"{first[:1]}  " for first, (line, _) in self._lines.items())
        if len(self._lines) != len(lines) or not begun:
            raise ValueError("a line stands twice, or does not begin with two letters")
        self._count = count
        self._few = count // _FEW if max(map(len, lines), default=0) <= _LONGEST_LINE else 0
        self._by_name: dict[str, int] | None = None

    def __iter__(self) -> Iterator[str]:
        for first, (line, _) in self._lines.items():
            yield from (first + rest for rest in line.split(" ")[1:-1])

    def __len__(self) -> int:
        return self._count

    def numbers(self, names: Sequence[str]) -> list[int]:
        """Return the number of each name."""
        if self._by_name is None:
            self._few -= len(names)
            if self._few >= 0:
                return list(map(self._number, names))
            self._by_name = dict(zip(self, range(1, self._count + 1), strict=True))
        return list(map(self._by_name.get, names, repeat(0)))

    def _number(self, name: str) -> int:
        line, before = self._lines.get(name[:2], _NO_LINE)
        place = line.find(f" {name[2:]} ")
        return before + line.count(" ", 0, place + 1) if place >= 0 else 0


class Codes:
    """The code of each stem, or piece of a word, of a model file."""

    def __init__(self, table: dict[str, Any], spread: Spread) -> None:
        """Unpack the table; what a code says is looked up when its name is met, as most names never are."""
        self._codes = _codes(table["weights"], spread.lanes)
        self.names = Names(table["features"], len(self._codes))
        # Number 0, that of any other name, adds nothing.
        self._codes.insert(0, sum(128 << 8 * lane for lane in range(spread.lanes)))
        self._spread = spread

    def values(self, numbers: Iterable[int]) -> Iterator[int]:
        """Yield what each name says, which goes by its number."""
        return map(self._spread.__getitem__, map(self._codes.__getitem__, numbers))

    def totals(self, groups: Sequence[Sequence[str]]) -> list[int]:
        """Return what each group of names says together, of which any may be unknown."""
        found = self.values(self.names.numbers(list(chain.from_iterable(groups))))
        return [sum(islice(found, len(group))) for group in groups]


class Words(dict[str, int]):
    """The words of a model file, each with its row in the tables: what it says, and its stems among those of pairs."""

    def __init__(self, table: dict[str, Any], lanes: int) -> None:
        """Unpack the tables; what a word says stands in two bytes a label, `MORE` added."""
        sums = _numbers(table["sums"], 2)
        if len(sums) % lanes:
            raise ValueError("a word has too few sums")
        rows = range(len(sums) // lanes)
        super().__init__(zip(_cut(table["features"], " ", len(rows)), rows, strict=True))
        self._sums = [sums[lane::lanes] for lane in range(lanes)]
        self._more = -sum(MORE << LANE * lane for lane in range(lanes))
        self.whole, self.cut = _numbers(table["whole"], 4), _numbers(table["cut"], 4)
        if not len(self) == len(rows) == len(self.whole) == len(self.cut):
            raise ValueError("a word stands twice, or has no stem")

    def numbers(self, rows: Sequence[int]) -> list[int]:
        """Return what the words of some rows add."""
        found = [self._more] * len(rows)
        for lane, sums in enumerate(self._sums):
            found = [number + (sums[row] << LANE * lane) for number, row in zip(found, rows, strict=True)]
        return found


class Pairs:
    """The number of each pair of stems; stems go by numbers of their own, from 1, and 0 is one that no pair has.

    All pairs share one table of slots. A pair belongs to the row `first + step * second`, and its slot is
    `shift of the row + second`: rows are shifted so that no two pairs meet, see `learning.packing`. A slot also holds
    its row, so that one look finds a pair, or that there is none. Such a table is there as soon as it is read, where
    dictionaries would take as long to fill as a backlog to tag, and ten times the memory.
    """

    def __init__(self, table: dict[str, Any], spread: Spread, mark: str) -> None:
        """Unpack pairs of the model file: stems, the shift of each row, row and weights of each slot."""
        self._mark = mark
        self.spread = spread
        self.step = int(table["step"])
        self.shifts = _numbers(table["shifts"], 4)
        self.rows = _numbers(table["rows"], table["bytes"])
        self.codes = _codes(table["weights"], spread.lanes)
        if not (0 < self.step < 1 << 31 and len(self.rows) == len(self.codes) > 0):
            raise ValueError("the slots are not what they can be")
        count, left = divmod(len(self.shifts) - 1, self.step + 1)
        if left or max(self.shifts) >= len(self.rows):
            raise ValueError("the shifts are not what they can be")
        self.stems = Names(table["stems"], count)
        # The furthest slot that is looked at has to be there.
        self.rows.frombytes(bytes(self.rows.itemsize * (count + 1)))
        self.edge = self.stems.numbers([EDGE])[0]

    def number(self, one: str, other: str) -> int:
        """Return the number of one pair of stems."""
        first, second = self.stems.numbers([one, other])
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
        stems = ["", *self.stems]
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


def _cut(column: bytes, mark: str, most: int) -> list[str]:
    """Cut a column of text at every mark, after a look at the number of parts: they take fifty times its memory."""
    if column.count(mark.encode()) >= max(most, 1):
        raise ValueError("there are more names than numbers")
    return str(column, "utf-8", "surrogatepass").split(mark) if column != b"" else []


def _codes(columns: Sequence[bytes], lanes: int) -> MutableSequence[int]:
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
