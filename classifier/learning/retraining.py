"""Retraining: new examples join those known, and what comes of it is held against the model before.

Texts of the user's own enter the fit twice, with half their weight each: a feature must stand in two texts to count,
and the words of a company stand nowhere else.
"""

import hashlib
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline

from classifier.decide import Rule, decide
from classifier.examples import key_of
from classifier.learning.calibration import SHIPPED_PROMISE, Measured, fit_rule, thresholds
from classifier.learning.comparing import (
    Compared,
    Judged,
    compare,
    contradicted,
    neighbourhood,
    objections,
)
from classifier.learning.export import export
from classifier.learning.folds import Folds, fold_names, out_of_fold
from classifier.learning.pipeline import fit_pipeline
from classifier.learning.training import STRENGTHS, check_enough, lengths, provenance
from classifier.tagger import Tagger
from classifier.tasks import Example, Tag

PARTS = 4
"""Folds of the comparison: each keeps a fourth of the sources, and of the user's own examples, out of the fit."""

WEIGHTS = (3.0, 10.0, 30.0)
"""Candidates for how many shipped examples one of the user's own is worth."""

SUITS = 1.01
"""A rule suits new scores as long as its log loss on what was known is at most so many times what it was."""

INSISTENCE = 4.0
"""By how much the weight of a correction rises that the new model does not give back."""


class Lesson(NamedTuple):
    """What a model is to learn from; no two of the texts have the same words."""

    base: list[Example]
    """The shipped examples, or none."""
    own: list[Example]
    """Of the user's own, those that the old model knows."""
    new: list[Example]

    @property
    def examples(self) -> list[Example]:
        """All of them, in this order."""
        return [*self.base, *self.own, *self.new]

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels there are, in the order of the scores."""
        return tuple(sorted({example.label for example in self.examples}))


class Kept(NamedTuple):
    """Out-of-fold scores of a model's own examples, kept so that they need not be computed again."""

    labels: tuple[str, ...]
    scores: dict[int, tuple[float, ...]]
    """Raw scores by the `number_of` a text."""

    def write(self) -> bytes:
        """Return the content of the file to keep."""
        content = BytesIO()
        keys = np.fromiter(self.scores, dtype=np.uint64, count=len(self.scores))
        scores = np.array(list(self.scores.values()), dtype=np.float32)
        np.savez(content, labels=np.array(self.labels), keys=keys, scores=scores)
        return content.getvalue()

    @classmethod
    def read(cls, path: Path) -> "Kept | None":
        """Read a kept file; None where there is none or it is damaged: the scores can be computed again."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                labels = tuple(map(str, arrays["labels"].tolist()))
                rows = map(tuple, arrays["scores"].tolist())
                return cls(labels, dict(zip(arrays["keys"].tolist(), rows, strict=True)))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None


class Old(NamedTuple):
    """The model before."""

    tagger: Tagger
    kept: Kept | None
    """None where its scores are to be computed now."""
    strength: float | None
    """Of its fit, which is taken over; None to choose one."""


class Retrained(NamedTuple):
    """What came of it."""

    pipeline: Pipeline
    model: dict[str, Any]
    """The content of the model file."""
    kept: Kept
    old_kept: Kept | None
    """Scores of the old model that were computed now."""
    weight: float
    known: Compared | None
    new: Compared | None
    alike: Compared | None
    """On the known examples worded most like the new ones."""
    opposed: list[Example]
    """New examples that contradict what is known."""
    forgotten: list[Example]
    """Earlier corrections that the old model gives back and the new one does not."""
    held: int
    """New examples that the new model gives back."""
    objections: list[str]
    """What speaks against the new model, a clause each."""

    @property
    def tagger(self) -> Tagger:
        """The tagger of the new model."""
        return Tagger(self.model)


class _Candidate(NamedTuple):
    weight: float
    folds: Folds


class _Trust(NamedTuple):
    """How far scores can be trusted."""

    rule: Rule
    promises: dict[float, float]
    method: str


def number_of(text: str) -> int:
    """Return a number for the words of a text, as good as unique."""
    return int.from_bytes(hashlib.sha256(key_of(text).encode("utf-8", "surrogatepass")).digest()[:8], "big")


def make_lesson(base: Sequence[Example], own: Sequence[Example], new: Sequence[Example]) -> Lesson:
    """Put examples together: of those with the same words the new ones count, then the user's own, and the last."""
    newest = {key_of(example.text): example for example in new}
    earlier = {key: example for example in own if (key := key_of(example.text)) not in newest}
    shipped = {key: example for example in base if (key := key_of(example.text)) not in newest and key not in earlier}
    return Lesson(list(shipped.values()), list(earlier.values()), list(newest.values()))


def retrain(
    lesson: Lesson,
    old: Old,
    *,
    jobs: int = -1,
    done: Callable[[float], None] = lambda _: None,
) -> Retrained:
    """Refit on a lesson, choose the weight of the user's own examples out of fold, and compare with the old model.

    Raises `TrainingError` where there are too few examples of a role. `done` is told the share of the work finished.
    """
    examples = lesson.examples
    check_enough(examples)
    known, texts = len(lesson.base) + len(lesson.own), [example.text for example in examples]
    near, votes = neighbourhood(lesson.new, examples[:known])
    candidates, before = _candidates(lesson, old, jobs, lambda share: done(0.05 + 0.65 * share))
    watched = np.union1d(near, np.arange(len(lesson.base), len(examples))).astype(int)
    chosen = _choose(candidates, examples, watched, lesson.labels)
    measured = Measured(chosen.folds.scores, *lengths(texts), [example.label for example in examples])
    kept_before = old.kept or before or Kept(old.tagger.labels, {})
    trust = _trust(lesson, measured, old.tagger, kept_before)
    done(0.75)
    tagger, pipeline, model = _fit(lesson, chosen, trust, lambda share: done(0.75 + 0.2 * share))

    judged_before = Judged(examples, _tags_before(examples, measured, old.tagger, kept_before))
    judged = Judged(examples, measured.tags(tagger.rule))
    taggers = (old.tagger, tagger)
    if set(old.tagger.roles) == set(tagger.roles):
        on_known, on_new, on_near = (
            compare(name, judged_before.at(places), judged.at(places), taggers) if len(places) else None
            for name, places in (
                ("known examples", range(known)),
                ("new examples", range(known, len(examples))),
                ("known examples most like the new ones", near.tolist()),
            )
        )
        opposed = contradicted(judged_before.at(range(known, len(examples))), votes)
        forgotten = lost_since(lesson.own, old.tagger, tagger)
    else:
        on_known = on_new = on_near = None
        opposed, forgotten = [], []
    done(1.0)
    return Retrained(
        pipeline=pipeline,
        model=model,
        kept=Kept(lesson.labels, _by_key(examples, chosen.folds.scores)),
        old_kept=before,
        weight=chosen.weight,
        known=on_known,
        new=on_new,
        alike=on_near,
        opposed=[lesson.new[place] for place in opposed],
        forgotten=forgotten,
        held=len(lesson.new) - len(_lost(lesson.new, tagger)),
        objections=objections(on_known, on_near, len(opposed), len(lesson.new), len(forgotten)),
    )


def parts(lesson: Lesson) -> NDArray[np.str_]:
    """Return the fold of each example: sources of the shipped ones together, the user's own by their words.

    An example keeps its fold from one retrain to the next.
    """
    part_of = _deal(lesson.base)
    own = [number_of(example.text) % PARTS for example in (*lesson.own, *lesson.new)]
    folds = np.array([str(part) for part in (*(part_of[example.source] for example in lesson.base), *own)])
    labels = np.array([example.label for example in lesson.examples])
    if all(set(labels[folds != fold]) == set(labels) for fold in set(folds)) and len(set(folds)) > 1:
        return folds
    return fold_names([example._replace(source="") for example in lesson.examples])


def _deal(base: Sequence[Example]) -> dict[str, int]:
    """Return the part of each source, so that every part has its share of each label: `unsure` has sources of its own."""
    all_of = Counter(example.label for example in base)
    shares: dict[str, Counter[str]] = {}
    for example in base:
        shares.setdefault(example.source, Counter())[example.label] += 1
    parts: list[Counter[str]] = [Counter() for _ in range(PARTS)]
    part_of = {}

    def crowding(part: int, counts: Counter[str]) -> float:
        return sum(((2 * parts[part][label] + count) * count) / all_of[label] ** 2 for label, count in counts.items())

    for source, counts in sorted(
        shares.items(), key=lambda each: (-max(each[1][lb] / all_of[lb] for lb in all_of), each[0])
    ):
        part_of[source] = min(range(PARTS), key=lambda part: crowding(part, counts))
        parts[part_of[source]] += counts
    return part_of


def _twice(lesson: Lesson, weight: float, *, without_new: bool = False) -> NDArray[np.float64]:
    """Return the weights of the examples, and of the user's own once more."""
    own = [weight / 2] * len(lesson.own) + [0.0 if without_new else weight / 2] * len(lesson.new)
    return np.array([example.weight for example in lesson.base] + own + own)


def _candidates(
    lesson: Lesson, old: Old, jobs: int, done: Callable[[float], None]
) -> tuple[list[_Candidate], Kept | None]:
    """Compute out-of-fold scores for every weight and strength in question and, if need be, of the old model."""
    settings = [(strength, WEIGHTS[0]) for strength in STRENGTHS]
    if lesson.base and old.strength is not None:
        settings = [(old.strength, weight) for weight in WEIGHTS]
    elif old.strength is not None:
        settings = [(old.strength, WEIGHTS[0])]
    rows = [_twice(lesson, weight) for _, weight in settings]
    strengths = [strength for strength, _ in settings]
    recompute = old.kept is None and old.strength is not None
    if recompute:
        rows.append(_twice(lesson, WEIGHTS[1], without_new=True))
        strengths.append(strengths[0])
    folds, own = parts(lesson), [*lesson.own, *lesson.new]
    doubled = np.concatenate([folds, folds[len(lesson.base) :]])
    computed = out_of_fold(
        [*lesson.examples, *own], strengths, weights=np.array(rows), folds=doubled, jobs=jobs, done=done
    )
    once = len(lesson.examples)
    computed = [Folds(each.strength, each.scores[:once], folds) for each in computed]
    before = None
    if recompute:
        known = [*lesson.base, *lesson.own]
        before = Kept(lesson.labels, _by_key(known, computed.pop().scores[: len(known)]))
    return [_Candidate(weight, each) for (_, weight), each in zip(settings, computed, strict=True)], before


def _choose(
    candidates: Sequence[_Candidate], examples: Sequence[Example], watched: NDArray[np.intp], labels: tuple[str, ...]
) -> _Candidate:
    """Return the heaviest candidate whose log loss, on the user's own examples and those like them, is near the least.

    Near is within one standard error: corrections are to be felt, as long as their neighbours do not suffer.
    """
    true = np.array([labels.index(examples[place].label) for place in watched], dtype=int)
    losses = []
    for candidate in candidates:
        scores = candidate.folds.scores[watched]
        odds = scores - scores.max(axis=1, keepdims=True)
        losses.append(np.log(np.exp(odds).sum(axis=1)) - odds[np.arange(len(true)), true])
    least = min(losses, key=lambda each: float(each.mean()))
    near = [
        candidate
        for candidate, each in zip(candidates, losses, strict=True)
        if (each - least).mean() <= (each - least).std() / np.sqrt(len(true)) + 1e-12
    ]
    if len({candidate.weight for candidate in candidates}) > 1:
        return max(near, key=lambda each: each.weight)
    return candidates[min(range(len(candidates)), key=lambda at: float(losses[at].mean()))]


def _trust(lesson: Lesson, measured: Measured, old: Tagger, kept: Kept) -> _Trust:
    """Return the old model's rule as long as it suits the new scores as well as it did the old ones; else fit one.

    The folds of a retrain are coarser than those of a training, and a rule fitted on them is more timid for no other
    reason: tags would change that nobody corrected.
    """
    examples = lesson.examples
    keys = [number_of(example.text) for example in examples] if lesson.base and kept.labels == lesson.labels else []
    places = [place for place, key in enumerate(keys) if key in kept.scores]
    if places and old.labels == lesson.labels:
        now = measured.at(places)
        was = Measured(np.array([kept.scores[keys[place]] for place in places]), now.words, now.known, now.labels)
        if now.loss(old.rule) <= was.loss(old.rule) * SUITS:
            return _Trust(old.rule, old.thresholds, str(old.model.get("provenance", {}).get("calibration", "none")))
    rule, method = fit_rule(measured, lesson.labels)
    promises = thresholds(measured, rule)
    return _Trust(rule._replace(threshold=promises[SHIPPED_PROMISE]), promises, method)


def _fit(
    lesson: Lesson, chosen: _Candidate, trust: _Trust, done: Callable[[float], None]
) -> tuple[Tagger, Pipeline, dict[str, Any]]:
    """Fit the pipeline; a correction that is not given back is insisted upon once."""
    examples, own = lesson.examples, [*lesson.own, *lesson.new]
    rule, kept, method = trust
    weights = _twice(lesson, chosen.weight)
    texts = [example.text for example in (*examples, *own)]
    labels = [example.label for example in (*examples, *own)]
    about = {**provenance(examples, chosen.folds, method), "weight": chosen.weight, "own": len(own)}
    pipeline = fit_pipeline(texts, labels, chosen.folds.strength, weights)
    model = export(pipeline, rule, kept, about)
    tagger = Tagger(model)
    done(0.5)
    lost = {example.text for example in _lost(own, tagger)}
    if lost:
        weights *= np.array([INSISTENCE if text in lost else 1.0 for text in texts])
        pipeline = fit_pipeline(texts, labels, chosen.folds.strength, weights)
        model = export(pipeline, rule, kept, {**about, "insisted": len(lost)})
        tagger = Tagger(model)
    return tagger, pipeline, model


def _by_key(examples: Sequence[Example], scores: NDArray[np.float64]) -> dict[int, tuple[float, ...]]:
    rows = map(tuple, scores.tolist())
    return {number_of(example.text): row for example, row in zip(examples, rows, strict=True)}


def _tags_before(examples: Sequence[Example], measured: Measured, tagger: Tagger, kept: Kept) -> list[Tag]:
    """Tag by the old model: by its kept scores what it was trained on, directly what it has never seen."""
    tags = []
    rule = tagger.rule._replace(labels=kept.labels)
    for example, words, known in zip(examples, measured.words, measured.known, strict=True):
        scores = kept.scores.get(number_of(example.text))
        tags.append(tagger.tag([example.text])[0] if scores is None else decide(scores, words, known, rule))
    return tags


def _lost(examples: Sequence[Example], tagger: Tagger) -> list[Example]:
    """Return the examples that a model does not give back."""
    tags = tagger.tag([example.text for example in examples])
    return [example for example, tag in zip(examples, tags, strict=True) if tag.role != example.label]


def lost_since(own: Sequence[Example], old: Tagger, new: Tagger) -> list[Example]:
    """Return the examples that the old model gives back and the new one does not."""
    never_held = set(_lost(own, old))
    return [example for example in _lost(own, new) if example not in never_held]
