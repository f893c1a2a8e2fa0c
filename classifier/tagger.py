"""The tagger: a model file in, tags out, with the standard library alone.

The raw score of a text for a label is a sum over its words and its pairs of words, so the model is a table of numbers.
They are whole numbers (of 1/`steps`), and the numbers of all labels are packed into one integer, side by side: adding
up a text is one sum, exact whatever the order, for any number of labels.
"""

import json
from array import array
from binascii import a2b_base64
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain, repeat
from math import isfinite
from operator import add, lshift, mul
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

STRIDE = 1 << 24
"""Between the numbers of two stems as the first of a pair; there are never as many stems."""
_FURTHER = range(2, REACH + 1)
"""How many places apart the two of a pair stand that are not neighbours."""
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


class Columns:
    """For each label, a column of weights in 1/`steps`."""

    def __init__(self, packed: Sequence[str], labels: int) -> None:
        """Unpack the columns of a model file: base64 of little-endian int16."""
        self._columns = [_numbers(each, "h") for each in packed]
        self.rows = len(self._columns[0])
        if len(self._columns) != labels or any(len(column) != self.rows for column in self._columns):
            raise ValueError("the columns of weights do not fit together")

    def __getitem__(self, row: int) -> list[int]:
        """Return the weights of one feature."""
        return [column[row] for column in self._columns]

    def packed(self) -> Iterable[int]:
        """Return the packed weights of each feature in turn."""
        packed: Iterable[int] = repeat(0, self.rows)
        for place, column in enumerate(self._columns):
            packed = map(add, packed, map(lshift, column, repeat(_LANE * place)))
        return packed


class Table:
    """Features by name."""

    def __init__(self, table: dict[str, Any], labels: int) -> None:
        """Unpack a table of the model file: the names of its features in one string, and columns of weights."""
        self._columns = Columns(table["weights"], labels)
        names = _lines(table["features"])
        # The zero of the first place is left free, so that one filter drops what is unknown.
        self.places = dict(zip(names, range(1, self._columns.rows + 1), strict=True))
        self._numbers: _Remembered[int, int] = _Remembered(
            lambda place: _pack(self._columns[place - 1]), len(names) + 1
        )
        if len(self.places) != len(names):
            raise ValueError("a feature stands twice")

    def sum(self, features: Iterable[str]) -> int:
        """Add up the weights of those features that the table has, for each label, and pack the sums."""
        return sum(map(self._numbers.__getitem__, filter(None, map(self.places.get, features))))

    def weights(self) -> Iterator[tuple[str, list[int]]]:
        """Yield each feature with its weights."""
        return ((name, self._columns[place - 1]) for name, place in self.places.items())


class Pairs:
    """The packed number of each pair of stems, under a key that adds up from the first and the second.

    Of the work on a text, most is looking for its pairs; with numbers it is a third of what it is with text.
    """

    def __init__(self, table: dict[str, Any], labels: int, mark: str) -> None:
        """Unpack pairs of the model file: their stems in one string, numbered from 1; keys; columns of weights.

        The keys of pairs that another `mark` tells from these never meet them: those of cut stems are negative.
        """
        self._columns = Columns(table["weights"], labels)
        self._mark = mark
        self._sign = -1 if mark == CUT else 1
        self._stems = {one: number for number, one in enumerate(_lines(table["stems"]), 1)}
        self._keys = _numbers(table["keys"], "Q")
        if len(set(self._keys)) != self._columns.rows or len(self._keys) != self._columns.rows:
            raise ValueError("keys and weights do not fit together")

    def numbers(self) -> dict[int, int]:
        """Return the packed number of each pair by its key."""
        keys = map(mul, self._keys, repeat(self._sign))
        return dict(zip(keys, self._columns.packed(), strict=True))

    def parts(self, one: str) -> tuple[int, int]:
        """Return what a stem adds to a key as the first of a pair and as the second."""
        number = self._stems.get(one)
        return (_NEVER, _NEVER) if number is None else (self._sign * number * STRIDE, self._sign * number)

    def weights(self) -> Iterator[tuple[str, list[int]]]:
        """Yield each pair, named as the feature that it is, with its weights."""
        stems = list(self._stems)
        for row, key in enumerate(self._keys):
            first, second = divmod(key, STRIDE)
            yield f"{stems[first - 1]}{self._mark}{stems[second - 1]}", self._columns[row]


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
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ModelError(f"this is a damaged taskrole model ({error!r}); train or install it anew.") from None

    def _unpack(self, model: dict[str, Any]) -> None:
        labels = tuple(map(str, model["labels"]))
        thresholds = {float(promise): float(threshold) for promise, threshold in model["thresholds"].items()}
        self.rule = Rule(labels, **{name: float(number) for name, number in model["rule"].items()})
        self.labels = labels
        self.roles = tuple(label for label in labels if label != UNSURE)
        self.thresholds = thresholds
        self.steps = int(model["steps"])
        self._bias = _pack(list(map(int, model["bias"])))
        self._words = Table(model["words"], len(labels))
        self._pieces = Table(model["pieces"], len(labels))
        self._whole = Pairs(model["pairs"], len(labels), WHOLE)
        self._cut = Pairs(model["cut_pairs"], len(labels), CUT)
        self._pair_numbers = {**self._whole.numbers(), **self._cut.numbers()}
        if len(self.roles) < 2 or len(set(labels)) != len(labels) or len(model["bias"]) != len(labels):
            raise ValueError("labels and bias do not fit together")
        if not (self.steps > 0 and all(map(isfinite, self.rule[1:])) and min(self.rule[1:3]) > 0):
            raise ValueError("steps and rule are not what they can be")
        self._lanes = [_LANE * place for place in range(len(labels))]
        self._offsets = sum(_HALF << lane for lane in self._lanes)
        self._known = _LANE * len(labels)
        self._edge = self._parts(EDGE)
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
        for table in (self._words, self._whole, self._cut):
            for feature, weights in table.weights():
                yield feature, tuple(weight / self.steps for weight in weights)

    def reasons(self, text: str) -> tuple[Reason, ...]:
        """Return every word and every known pair of a text with its share; shares and bias add up to the scores."""
        words = words_of(text)
        named = [(word, self._word(word).number) for word in words]
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
        first, second, first_cut, second_cut = self._edge
        keys = chain(
            map(add, (first, *firsts), (*seconds, second)),
            map(add, (first_cut, *firsts_cut), (*seconds_cut, second_cut)),
            *[map(add, firsts, seconds[apart:]) for apart in _FURTHER],
            *[map(add, firsts_cut, seconds_cut[apart:]) for apart in _FURTHER],
        )
        return self._bias + sum(numbers) + sum(filter(None, map(self._pair_numbers.get, keys))), len(words)

    def _words_in(self, chunk: str) -> tuple[_Word, ...]:
        # What is remembered here need not be remembered there as well.
        return tuple([self._word(word) for word in normalise_chunk.__wrapped__(chunk).split()])

    def _word(self, word: str) -> _Word:
        """Add up what a word says: as it stands, its stem, its pieces; and that it is known, if it is."""
        one = stem.__wrapped__(word)
        stemmed = f"{one}*"
        known = word in self._words.places or stemmed in self._words.places
        said = self._words.sum((word, stemmed)) if known else 0
        number = said + self._pieces.sum(pieces.__wrapped__(word)) + (known << self._known)
        return _Word(number, *self._parts(one))

    def _parts(self, one: str) -> tuple[int, int, int, int]:
        """Return what a stem adds to the keys of its pairs, whole and cut, as the first and as the second of the two."""
        return (*self._whole.parts(one), *self._cut.parts(one[:COARSE]))

    def _pair_number(self, one: str, other: str) -> int:
        first, _, first_cut, _ = self._parts(one)
        _, second, _, second_cut = self._parts(other)
        return self._pair_numbers.get(first + second, 0) + self._pair_numbers.get(first_cut + second_cut, 0)

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


def _lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def _numbers(packed: str, kind: str) -> "array[int]":
    """Unpack little-endian numbers of a kind that `array` knows from base64."""
    numbers = array(kind, a2b_base64(packed, strict_mode=True))
    if byteorder == "big":
        numbers.byteswap()
    return numbers


def _pack(numbers: list[int]) -> int:
    """Put whole numbers, one for each label, side by side into one integer."""
    return sum(number << (_LANE * place) for place, number in enumerate(numbers))
