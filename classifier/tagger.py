"""The tagger: a model file in, tags out, with the standard library alone.

The raw score of a text for a label is a sum over its words and its pairs of words, so the model is a table of numbers.
They are whole numbers (of 1/`steps`), and the numbers of all labels are packed into one integer, side by side: adding
up a text is one sum, exact whatever the order, for any number of labels.
"""

import json
from array import array
from binascii import a2b_base64
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from operator import add
from pathlib import Path
from sys import byteorder
from typing import Any, Generic, NamedTuple, TypeVar

from classifier.decide import Rule, decide
from classifier.errors import ModelError
from classifier.resources import shipped_model
from classifier.tasks import UNSURE, Reason, Tag
from classifier.text import (
    COARSE,
    CUT,
    EDGE,
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

FORMAT = 1
"""The number of the model file's format. Raise it with the first change after a release that older readers would get
wrong, and keep a reader for the old number; a new member that they may ignore needs no new number."""

KIND = "taskrole model"
LARGEST_FILE = 64 * 2**20
"""Bytes of a model file that are read; ours has 2 MB."""

_LANE = 40
"""Bits for one label's sum: 20,000 words of 130 features of 16 bits each fit with room to spare."""
_HALF = 1 << (_LANE - 1)
_MASK = (1 << _LANE) - 1
_REMEMBERED = 50_000
"""Pieces of text whose words are remembered; then all are forgotten, which bounds the memory."""

_STRIDE = 1 << 24
"""Between the numbers of two stems as the first of a pair; there are never as many stems."""
_APARTS = range(1, REACH + 1)
_NEVER = 1 << 56
"""The number of a stem that no pair has: added to any other, it makes no pair's key."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _Remembered(dict[Key, Value], Generic[Key, Value]):
    """Values by key, computed the first time they are asked for."""

    def __init__(self, compute: Callable[[Key], Value], most: int) -> None:
        self.compute = compute
        self.most = most

    def __missing__(self, key: Key) -> Value:
        if len(self) >= self.most:
            self.clear()
        value = self[key] = self.compute(key)
        return value


class Table:
    """Features and, for each label, their weights in 1/`steps`."""

    def __init__(self, features: list[str], weights: "Sequence[array[int]]") -> None:
        """Keep features by their place among the weights; places begin at 1."""
        if any(len(column) != len(features) for column in weights):
            raise ValueError("features and weights do not fit together")
        self.places = dict(zip(features, range(1, len(features) + 1), strict=True))
        self._weights = weights
        self._numbers = _Remembered(self._number, len(features) + 1)
        if len(self.places) != len(features):
            raise ValueError("a feature stands twice")

    def sum(self, places: Iterable[int | None]) -> int:
        """Add up the weights at some places, for each label, and pack the sums; None is the place of what is unknown."""
        return sum(map(self._numbers.__getitem__, filter(None, places)))

    def weights(self, place: int) -> list[int]:
        """Return the weights of the feature at a place, one for each label."""
        return [column[place - 1] for column in self._weights]

    def _number(self, place: int) -> int:
        return _pack(self.weights(place))


class Pairs:
    """The place of each pair of a table, by a number for its first and one for its second stem, which are added up.

    Numbers cost a third of what text does: of the work on a text, most is looking for its pairs.
    """

    def __init__(self, places: dict[str, int], mark: str, sign: int) -> None:
        """Take over the pairs with this mark between the two; keys of another `sign` never meet these."""
        paired = [feature for feature in places if mark in feature]
        stems = mark.join(paired).split(mark) if paired else []
        self._numbers = {one: sign * number for number, one in enumerate(dict.fromkeys(stems), 1)}
        numbers = list(map(self._numbers.__getitem__, stems))
        keys = map(add, map(_STRIDE.__mul__, numbers[::2]), numbers[1::2])
        self.places = dict(zip(keys, map(places.pop, paired), strict=True))

    def as_first(self, one: str) -> int:
        """Return the number of a stem, or its beginning, as the first of a pair."""
        number = self._numbers.get(one)
        return _NEVER if number is None else _STRIDE * number

    def as_second(self, one: str) -> int:
        """Return its number as the second of a pair."""
        return self._numbers.get(one, _NEVER)

    def place(self, one: str, other: str) -> int | None:
        """Return the place of one pair, if the table has it."""
        return self.places.get(self.as_first(one) + self.as_second(other))


class _Word(NamedTuple):
    """What a word adds to a text: its packed number, and the numbers that stand for it in pairs."""

    number: int
    first: int
    second: int
    first_cut: int
    second_cut: int


class Tagger:
    """Tags texts with the roles of one model."""

    def __init__(self, model: dict[str, Any]) -> None:
        """Build the tagger from the content of a model file; raise `ModelError` where it is none."""
        self.model = model
        try:
            self._unpack(model)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ModelError(f"this is a damaged taskrole model ({error!r}); train or install it anew.") from None

    def _unpack(self, model: dict[str, Any]) -> None:
        labels = tuple(map(str, model["labels"]))
        thresholds = {float(promise): float(threshold) for promise, threshold in model["thresholds"].items()}
        self.rule = Rule(**{**model["rule"], "labels": labels})
        self.labels = labels
        self.roles = tuple(label for label in labels if label != UNSURE)
        self.thresholds = thresholds
        self.steps = int(model["steps"])
        self._bias = _pack(list(map(int, model["bias"])))
        self._words = _table(model["words"], len(labels))
        self._pieces = _table(model["pieces"], len(labels))
        if len(self.roles) < 2 or len(model["bias"]) != len(labels) or self.steps < 1:
            raise ValueError("labels, bias and steps do not fit together")
        self._lanes = [_LANE * place for place in range(len(labels))]
        self._offsets = sum(_HALF << lane for lane in self._lanes)
        self._known = _LANE * len(labels)
        self._whole = Pairs(self._words.places, WHOLE, 1)
        self._cut = Pairs(self._words.places, CUT, -1)
        self._edge = self._word(EDGE, 0)
        self._words_by_chunk = _Remembered(self._words_in, _REMEMBERED)

    @classmethod
    def load(cls, path: str | Path | None = None) -> "Tagger":
        """Load a model file, or the shipped model; raise `ModelError` with one sentence where that cannot be."""
        path = Path(path) if path is not None else shipped_model()
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
        return [self._tag(text, threshold, why) for text in texts]

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
        """Return the raw scores of a text, one for each of `labels`."""
        return self._unit(self._total(text)[0])

    def known_words(self, text: str) -> int:
        """Return how many words of a text the model has met."""
        return (self._total(text)[0] + self._offsets) >> self._known

    @property
    def bias(self) -> tuple[float, ...]:
        """What each label starts from, before any word."""
        return self._unit(self._bias)

    def weights(self) -> Iterator[tuple[str, tuple[float, ...]]]:
        """Yield every whole word, stem and pair that the model knows, with its weight for each of `labels`."""
        features = self.model["words"]["features"]
        for place, feature in enumerate(features.split("\n") if features else [], 1):
            yield feature, tuple(weight / self.steps for weight in self._words.weights(place))

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """Return every word and every known pair of a text with its share; shares and bias add up to the scores."""
        words = words_of(text)
        named = [(word, self._word_number(word)) for word in words]
        stems = list(map(stem, words))
        named += [(" ".join(pair), number) for pair in pairs(stems) if (number := self._pair_number(*pair))]
        return tuple(Reason(name, self._unit(number)) for name, number in named)

    def _tag(self, text: str, threshold: float | None, why: bool) -> Tag:
        total, words = self._total(text)
        tag = decide(self._unit(total), words, (total + self._offsets) >> self._known, self.rule, threshold)
        return tag._replace(reasons=self.reasons(text)) if why else tag

    def _total(self, text: str) -> tuple[int, int]:
        """Return the sum of a text and its number of words.

        The sum holds those of all labels, packed, and above them the number of known words.
        """
        words = list(chain.from_iterable(map(self._words_by_chunk.__getitem__, chunks_of(text))))[:LONGEST_TEXT]
        if not words:
            return self._bias, 0
        # From here on no line is run for a single word or pair: this is where the time goes.
        numbers, firsts, seconds, firsts_cut, seconds_cut = zip(*words, strict=True)
        edge = self._edge
        whole = [map(add, firsts, seconds[apart:]) for apart in _APARTS]
        whole.append(map(add, (edge.first, firsts[-1]), (seconds[0], edge.second)))
        cut = [map(add, firsts_cut, seconds_cut[apart:]) for apart in _APARTS]
        cut.append(map(add, (edge.first_cut, firsts_cut[-1]), (seconds_cut[0], edge.second_cut)))
        places = chain(
            map(self._whole.places.get, chain.from_iterable(whole)), map(self._cut.places.get, chain.from_iterable(cut))
        )
        return self._bias + sum(numbers) + self._words.sum(places), len(words)

    def _words_in(self, chunk: str) -> list[_Word]:
        # What is remembered here need not be remembered there as well.
        return [self._word(word, self._word_number(word)) for word in normalise_chunk.__wrapped__(chunk).split()]

    def _word(self, word: str, number: int) -> _Word:
        one = stem.__wrapped__(word)
        whole, cut = self._whole, self._cut
        start = one[:COARSE]
        return _Word(number, whole.as_first(one), whole.as_second(one), cut.as_first(start), cut.as_second(start))

    def _word_number(self, word: str) -> int:
        """Add up what a word says: as it stands, its stem, its pieces; and that it is known, if it is."""
        places = [*map(self._words.places.get, (word, f"{stem.__wrapped__(word)}*"))]
        said = self._pieces.sum(map(self._pieces.places.get, pieces.__wrapped__(word)))
        return self._words.sum(places) + said + (any(places) << self._known)

    def _pair_number(self, one: str, other: str) -> int:
        places = (self._whole.place(one, other), self._cut.place(one[:COARSE], other[:COARSE]))
        return self._words.sum(places)

    def _unit(self, total: int) -> tuple[float, ...]:
        """Take the sums of the labels out of a packed total and give them in units of the raw score."""
        total += self._offsets
        return tuple([((total >> lane & _MASK) - _HALF) / self.steps for lane in self._lanes])


def read_model(path: Path) -> dict[str, Any]:
    """Return the content of a model file, whose kind and format are checked; raise `ModelError` where it is none."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"{path} is too large for a taskrole model (more than {LARGEST_FILE >> 20} MiB).")
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: the model cannot be read ({error.strerror or error}).") from None
    try:
        model = json.loads(content)
    except (ValueError, RecursionError):
        binary = content[:1] in {b"\x80", b"x"} or b"\0" in content[:1000]
        what = "a pickle or joblib file, which could run anything when loaded" if binary else "not JSON"
        raise ModelError(
            f"{path} is no taskrole model but {what}; give the .json file that `train -o` wrote."
        ) from None
    if not isinstance(model, dict) or model.get("kind") != KIND:
        raise ModelError(f"{path} is JSON, but no taskrole model; give the .json file that `train -o` wrote.")
    if model.get("format") != FORMAT:
        raise ModelError(
            f"{path} has model format {model.get('format')!r}, this taskrole reads format {FORMAT}; "
            "update taskrole, or train the model anew."
        )
    return model


def _table(columns: dict[str, Any], labels: int) -> Table:
    """Unpack a table of the model file: features in one string, for each label its weights as little-endian int16."""
    features = columns["features"].split("\n") if columns["features"] else []
    weights = []
    for packed in columns["weights"]:
        column = array("h", a2b_base64(packed, strict_mode=True))
        if byteorder == "big":
            column.byteswap()
        weights.append(column)
    if len(weights) != labels:
        raise ValueError("weights and labels do not fit together")
    return Table(features, weights)


def _pack(numbers: list[int]) -> int:
    """Put whole numbers, one for each label, side by side into one integer."""
    return sum(number << (_LANE * place) for place, number in enumerate(numbers))
