"""The tagger: a model file in, tags out, with the standard library alone; very many texts are left to `bulk`.

The raw score of a text for a label is a sum over its words and its pairs of words, of whole numbers (of 1/`steps`), see
`weights`. The scores of all labels add up to zero, so the last label needs no number.
"""

import os
from _thread import allocate_lock
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from classifier.decide import Rule, decide
from classifier.errors import ModelError
from classifier.memory import Memory
from classifier.model_file import read_model
from classifier.resources import shipped_model
from classifier.tasks import LONGEST_LABEL, UNSURE, Reason, Tag
from classifier.text import (
    COARSE,
    CUT,
    LONGEST_TEXT,
    REACH,
    WHOLE,
    chunks_of,
    normalise_chunk,
    pairs,
    pieces,
    stem,
    words_of,
)
from classifier.weights import LANE, Codes, Pairs, Spread, Words

if TYPE_CHECKING:
    from classifier.bulk import Bulk

MOST_LABELS = 1_000
"""Labels that a model may have; nobody tells so many roles apart."""

_HALF = 1 << (LANE - 1)
_MASK = (1 << LANE) - 1

REMEMBERED = 64_000
"""Pieces of text that are remembered with their words: see `Memory.make_room`."""
_BATCH = 256
"""Texts added up at a time."""
MANY = 5_000
"""Texts for which `Tagger.hasten` pays."""
_LARGE_BATCH = 1_000
"""Texts added up at a time once hastened."""
_LONG_ROW = 200_000
"""Characters after which no further text is added up at the same time."""
_LOCK = allocate_lock()
"""Held while words are met and looked up: threads may share a tagger."""


def _fits(lanes: int) -> bool:
    """Say whether the numbers of so many labels, and that of known words, make an integer of 64 bits."""
    return lanes * LANE < 60


_GAP = [0] * REACH
"""Stands between two texts, so that no pair reaches from one into the other."""


class Tagger:
    """Tags texts with the roles of one model."""

    def __init__(self, model: dict[str, Any]) -> None:
        """Build the tagger from the content of a model file; raise `ModelError` where it is none."""
        self.model = model
        try:
            self._unpack(model)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, MemoryError) as error:
            raise ModelError(
                f"this is a damaged taskrole model ({repr(error)[:200]}); train or install it anew."
            ) from None

    def _unpack(self, model: dict[str, Any]) -> None:
        labels = tuple(map(str, model["labels"]))
        lanes = len(labels) - 1
        thresholds = {float(promise): float(threshold) for promise, threshold in model["thresholds"].items()}
        self.rule = Rule(labels, **{name: float(number) for name, number in model["rule"].items()})
        self.labels = labels
        self.roles = tuple(label for label in labels if label != UNSURE)
        self.thresholds = thresholds
        self.steps = int(model["steps"])
        if len(self.roles) < 2 or len(set(labels)) != len(labels) or len(model["bias"]) != lanes:
            raise ValueError("labels and bias do not fit together")
        if not (self.rule.is_sound() and self.steps > 0 and lanes < MOST_LABELS):
            raise ValueError("steps and rule are not what they can be")
        if max(map(len, labels)) > LONGEST_LABEL or min(chain(*labels), default="") < " ":
            raise ValueError("labels are not what can be shown")
        if max(map(abs, map(int, model["bias"]))) >= _HALF >> 2:
            raise ValueError("the bias is not what it can be")
        self._bias = sum(int(number) << (LANE * lane) for lane, number in enumerate(model["bias"]))
        spread = Spread(lanes)
        self._words = Words(model["words"], lanes)
        self._stems = Codes(model["stems"], spread)
        self._pieces = Codes(model["pieces"], spread)
        self._whole = Pairs(model["pairs"], spread, WHOLE)
        self._cut = Pairs(model["cut_pairs"], spread, CUT)
        for column, known in ((self._words.whole, self._whole), (self._words.cut, self._cut)):
            if max(column, default=0) > len(known.stems):
                raise ValueError("a word has a stem that there is not")
        self._lanes = [LANE * lane for lane in range(lanes)]
        self._known = LANE * lanes
        self._offsets = sum(_HALF << lane for lane in self._lanes)
        self._memory = Memory(narrow=_fits(lanes))
        self._bulk: Bulk | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str] | None = None) -> "Tagger":
        """Load a model file, or the shipped model; raise `ModelError` with one sentence where that cannot be."""
        path = os.fspath(path) if path is not None else shipped_model()
        model = read_model(path)
        try:
            return cls(model)
        except ModelError as error:
            raise ModelError(f"{path}: {error}") from None

    def tag(
        self,
        texts: Iterable[str],
        *,
        threshold: float | None = None,
        promise: float | None = None,
        why: bool = False,
    ) -> list[Tag]:
        """Return one tag for each text.

        `promise` picks the threshold that the model stores for it (0.95: at least 95 % of the tags are right);
        `threshold`, from 0 to 1, replaces it; `why` adds the reasons.
        """
        if isinstance(texts, str):
            raise TypeError("tag takes several texts, such as a list; put a single text into one.")
        if threshold is None and promise is not None:
            threshold = self.threshold_for(promise)
        texts = list(texts)
        if len(texts) >= MANY:
            self.hasten()
        rule = self.rule
        tags = [decide(self._unit(total), words, known, rule, threshold) for total, words, known in self._totals(texts)]
        if why:
            return [tag._replace(reasons=self.reasons(text)) for tag, text in zip(tags, texts, strict=True)]
        return tags

    def hasten(self) -> None:
        """Get ready for very many texts, where the model allows: this takes as long as tagging some thousands."""
        if self._bulk is None and _fits(len(self._lanes)):
            from classifier.bulk import Bulk  # numpy takes its time

            self._bulk = Bulk(self._whole, self._cut)

    def threshold_for(self, promise: float) -> float:
        """Return the threshold stored for a promise; raise `ModelError` naming those there are."""
        try:
            return self.thresholds[promise]
        except KeyError:
            known = ", ".join(f"{each:g}" for each in sorted(self.thresholds))
            raise ModelError(
                f"the model stores no threshold for a promise of {promise:g}; it has {known or 'none'}."
            ) from None

    def scores(self, text: str) -> tuple[float, ...]:
        """Return the raw scores of a text, one for each of `labels`; together they are zero."""
        return self._unit(next(self._totals([text]))[0])

    def known_words(self, text: str) -> int:
        """Return how many words of a text the model has met."""
        return next(self._totals([text]))[2]

    @property
    def bias(self) -> tuple[float, ...]:
        """What each label starts from, before any word."""
        return self._unit(self._bias)

    def weights(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Yield every word, stem (`stem*`) and pair that the model knows, with its weight for each of `labels`.

        That of a word is all that it says by itself, its stem and its pieces included.
        """
        words = zip(self._words, self._words.numbers(range(len(self._words))), strict=True)
        names = [f"{one}*" for one in self._stems.names]
        stems = zip(names, self._stems.values(range(1, len(names) + 1)), strict=True)
        for feature, number in chain(words, stems, self._whole.named(), self._cut.named()):
            yield feature, self._unit(number)

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """Return every word and every known pair of a text with its share; shares and bias add up to the scores."""
        words = words_of(text)
        stems = list(map(stem, words))
        named = list(zip(words, map(self._own_number, words, stems), strict=True))
        named += [(" ".join(pair), number) for pair in pairs(stems) if (number := self._pair_number(*pair))]
        return tuple(Reason(name, self._unit(number)) for name, number in named)

    def _totals(self, texts: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Yield the sum of each text, its number of words, and how many of them are known."""
        rest = iter(texts)
        add_up, size = (self._add_up, _BATCH) if self._bulk is None else (self._bulk.add_up, _LARGE_BATCH)
        while True:
            with _LOCK:
                row, places = self._row(rest, size)
                sums = add_up(self._memory, row, places) if places else []
            if not places:
                return
            for total, (start, end) in zip(sums, places, strict=True):
                yield total + self._bias, end - start, (total + self._offsets) >> self._known

    def _row(self, rest: Iterator[str], size: int) -> tuple[list[int], list[tuple[int, int]]]:
        """Lay some texts end to end, so that no line is run for a single word or pair, and return their places.

        There are at most `size`, and no further ones after `_LONG_ROW` characters.
        """
        self._memory.make_room(REMEMBERED)
        numbers, several = self._memory.numbers, self._memory.several
        found: list[list[int]] = []
        new: list[tuple[int, list[str]]] = []
        length = 0
        while len(found) < size and length < _LONG_ROW and (text := next(rest, None)) is not None:
            chunks = chunks_of(text)
            length += len(text)
            try:
                found.append(list(map(numbers.__getitem__, chunks)))
            except KeyError:
                new.append((len(found), chunks))
                found.append([])
        if new:
            self._meet(chain.from_iterable(chunks for _, chunks in new))
        for place, chunks in new:
            found[place] = list(map(numbers.__getitem__, chunks))
        row: list[int] = []
        places: list[tuple[int, int]] = []
        for words in found:
            if words and min(words) < 0:
                words = list(chain.from_iterable(several[~word] if word < 0 else (word,) for word in words))
            del words[LONGEST_TEXT:]
            places.append((len(row), len(row) + len(words)))
            row += words
            row += _GAP
        self._memory.asked += len(row)
        return row, places

    def _meet(self, chunks: Iterable[str]) -> None:
        """Remember pieces of text, and their words."""
        memory = self._memory
        new = memory.numbers.unknown(chunks)
        # What is remembered here need not be remembered there as well.
        words_in = normalise_chunk.__wrapped__
        cut = [[chunk] if chunk in self._words else words_in(chunk).split() for chunk in new]
        self._meet_words(memory.numbers.unknown(chain.from_iterable(cut)))
        for chunk, words in zip(new, cut, strict=True):
            memory.add_piece(chunk, words)

    def _meet_words(self, words: Sequence[str]) -> None:
        """Remember words; those that the model knows bring all that is needed with them."""
        known = [word for word in words if word in self._words]
        rows = list(map(self._words.__getitem__, known))
        whole, cut = (map(column.__getitem__, rows) for column in (self._words.whole, self._words.cut))
        own = [number + (1 << self._known) for number in self._words.numbers(rows)]
        self._memory.add_words(known, own, whole, cut)
        others = [word for word in words if word not in self._words]
        stems = list(map(stem.__wrapped__, others))
        own = self._strange_numbers(others, stems)
        starts = [one[:COARSE] for one in stems]
        self._memory.add_words(others, own, self._whole.stems.numbers(stems), self._cut.stems.numbers(starts))

    def _own_number(self, word: str, one: str) -> int:
        """Return what a word, whose stem is given, says by itself, and that it is known."""
        if word in self._words:
            return self._words.numbers([self._words[word]])[0] + (1 << self._known)
        return self._strange_numbers([word], [one])[0]

    def _strange_numbers(self, words: Sequence[str], stems: Sequence[str]) -> list[int]:
        """Return what their stems and pieces say of words that the model has not met."""
        numbers = self._stems.names.numbers(stems)
        known = [min(number, 1) << self._known for number in numbers]
        by_pieces = self._pieces.totals(list(map(pieces.__wrapped__, words)))
        return list(map(sum, zip(known, self._stems.values(numbers), by_pieces, strict=True)))

    def _pair_number(self, one: str, other: str) -> int:
        return self._whole.number(one, other) + self._cut.number(one[:COARSE], other[:COARSE])

    def _unit(self, total: int) -> tuple[float, ...]:
        """Take the sums of the labels out of a total and give them in units of the raw score."""
        total += self._offsets
        steps = self.steps
        scores = [((total >> lane & _MASK) - _HALF) / steps for lane in self._lanes]
        return (*scores, -sum(scores))

    def _add_up(self, memory: Memory, row: Sequence[int], places: Sequence[tuple[int, int]]) -> list[int]:
        """Return the sum of each text, which stands in `row` from one of its `places` to the other."""
        values, at_edges = [list(map(memory.own.__getitem__, row))], [[0] * len(places)]
        for column, known in ((memory.whole, self._whole), (memory.cut, self._cut)):
            stems = list(map(column.__getitem__, row))
            values += [known.numbers(stems, stems[apart:]) for apart in range(1, REACH + 1)]
            # Where a text has no words, these are those of a gap, which no pair has.
            edges = [known.edge] * len(places)
            at_edges.append(known.numbers(edges, [stems[start] for start, _ in places]))
            at_edges.append(known.numbers([stems[end - 1] for _, end in places], edges))
        inside = [sum([sum(each[start:end]) for each in values]) for start, end in places]
        return list(map(sum, zip(inside, *at_edges, strict=True)))
