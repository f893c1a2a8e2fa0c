"""What a tagger remembers of the words it has met, within bounds."""

from array import array
from collections.abc import Iterable, MutableSequence

from classifier.text import LONGEST_WORD

_NOTHING = (0, 0, 1)
"""What `_kept` is where no word is kept: number 0 alone."""
_SERVES = 10
"""Of so many words no more than one may be new; else what is kept is of other texts, and of no use any more."""


class Numbers(dict[str, int]):
    """The number of each piece of text, and of each word; the latest stand apart, where they are easily forgotten."""

    def __init__(self) -> None:
        """Start without any."""
        self.latest: dict[str, int] = {}

    def __missing__(self, piece: str) -> int:
        return self.latest[piece]

    def unknown(self, pieces: Iterable[str]) -> list[str]:
        """Return those that have no number, each once."""
        return [piece for piece in dict.fromkeys(pieces) if piece not in self and piece not in self.latest]


class Memory:
    """The words met so far, by number, and what each adds to a text.

    The columns are arrays: what stands close together in memory is found fast, and takes a tenth of it.
    """

    def __init__(self, *, narrow: bool) -> None:
        """Start without any words; `narrow` says that what a word adds fits into 64 bits."""
        self.numbers = Numbers()
        """The number of a piece of text that is one word; else `~place` in `several`."""
        self.several: list[tuple[int, ...]] = []
        """The words of pieces of text that are several, or none."""
        self.own: MutableSequence[int] = array("q") if narrow else []
        """What a word adds by itself, and that it is known."""
        self.whole, self.cut = array("q"), array("q")
        """Its stem, and the first letters of that, as numbered by the pairs."""
        self.asked = 0
        """Words looked up since it was last full."""
        self._weight = 0
        self._new: dict[str, int] = self.numbers
        self._kept = _NOTHING
        for column in (self.own, self.whole, self.cut):
            column.append(0)  # number 0 stands between texts, and makes no pair

    def add_words(self, words: Iterable[str], own: Iterable[int], whole: Iterable[int], cut: Iterable[int]) -> None:
        """Add words, under the numbers that come next."""
        start = len(self.own)
        self.own.extend(own)
        self.whole.extend(whole)
        self.cut.extend(cut)
        self._new.update(zip(words, range(start, len(self.own)), strict=True))

    def add_piece(self, piece: str, words: list[str]) -> None:
        """Add a piece of text, whose words are there."""
        if len(words) == 1:
            self._new[piece] = self.numbers[words[0]]
        else:
            self.several.append(tuple(map(self.numbers.__getitem__, words)))
            self._new[piece] = ~(len(self.several) - 1)
        self._weight += 1 + len(piece) // LONGEST_WORD

    def make_room(self, most: int) -> None:
        """Forget something where more than so many pieces of text are remembered; a long piece counts for several.

        The words that come first in a backlog are those that come most often: they are kept, once they fill most of the
        room, and what comes later is forgotten again and again. Where what is kept does not serve any more, all is.
        """
        if self._weight > most:
            if self._kept is _NOTHING or (self._weight - self._kept[0]) * _SERVES > self.asked:
                self._kept, self._new = _NOTHING, self.numbers
                self.numbers.clear()
            self._weight, several, own = self._kept
            self.numbers.latest.clear()
            del self.several[several:]
            for column in (self.own, self.whole, self.cut):
                del column[own:]
            self.asked = 0
        elif self._weight > most * 7 // 8 and self._kept is _NOTHING:
            self._kept, self._new, self.asked = (self._weight, len(self.several), len(self.own)), self.numbers.latest, 0
