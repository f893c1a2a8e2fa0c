"""Training: from labelled examples to a fitted pipeline and the model file made of it."""

import hashlib
import platform
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any, NamedTuple

import numpy as np
import sklearn
from sklearn.pipeline import Pipeline

from classifier.decide import Rule
from classifier.errors import TrainingError
from classifier.learning.calibration import SHIPPED_PROMISE, Measured, fit_rule, log_loss, thresholds
from classifier.learning.evaluation import measure
from classifier.learning.export import export
from classifier.learning.folds import Folds, out_of_fold
from classifier.learning.pipeline import fit_pipeline
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example
from classifier.text import stem, words_of

STRENGTHS = (3.0, 10.0, 30.0)
"""Candidates for the strength of the fit; the one with the least out-of-fold log loss is taken."""

FEWEST = 5
"""Examples of each role without which there is nothing to learn from."""

FEW = 3_000
"""Examples that one process learns from sooner than several could start."""


class Trained(NamedTuple):
    """What training gives."""

    pipeline: Pipeline
    model: dict[str, Any]
    """The content of the model file."""
    folds: Folds
    """The out-of-fold scores that calibration and thresholds come from."""
    measured: Measured
    """The same, with what `decide` needs to make tags of them."""

    @property
    def tagger(self) -> Tagger:
        """The tagger of the new model."""
        return Tagger(self.model)


def train(
    examples: Sequence[Example],
    *,
    strengths: Sequence[float] = STRENGTHS,
    jobs: int = -1,
    done: Callable[[float], None] = lambda _: None,
) -> Trained:
    """Train on labelled examples, any two roles or more, and return the pipeline and the model.

    `done` is told the share of the work that is finished. Raises `TrainingError` where there are too few examples of a
    role.
    """
    check_enough(examples)
    texts, targets = [example.text for example in examples], [example.label for example in examples]
    weights = np.array([example.weight for example in examples])
    candidates = out_of_fold(examples, strengths, weights=weights, jobs=jobs, done=lambda share: done(0.8 * share))
    labels = tuple(sorted({example.label for example in examples}))
    folds = min(candidates, key=lambda each: log_loss(each.scores, targets))
    pipeline = fit_pipeline(texts, targets, folds.strength, weights)
    done(0.9)
    measured = Measured(folds.scores, *lengths(texts), targets)
    rule, method = fit_rule(measured, labels)
    kept = thresholds(measured, rule)
    rule = rule._replace(threshold=kept[SHIPPED_PROMISE])
    done(1.0)
    about = {**provenance(examples, folds, method), "left_out": left_out(examples, measured, rule)}
    return Trained(pipeline, export(pipeline, rule, kept, about), folds, measured)


def jobs_for(examples: Sequence[Example]) -> int:
    """Return how many processes should learn from examples, as joblib counts them: one, or -1 for all there are."""
    return 1 if len(examples) < FEW else -1


def left_out(examples: Sequence[Example], measured: Measured, rule: Rule) -> dict[str, dict[str, float]]:
    """Return the figures of each source when it was left out, and of all together under the empty name.

    `accuracy` and `coverage_98` (share that can be tagged with 98 % right) are about texts with a role, each tagged
    with its best; `tagged` is the share tagged at the threshold, `right` the share of those that is right.
    """
    tags = measured.tags(rule)
    figures = {}
    for source in ["", *sorted({example.source for example in examples} - {""})]:
        rows = [row for row, example in enumerate(examples) if source in {"", example.source}]
        roles = [label for label in rule.labels if label != UNSURE]
        found = measure([tags[row] for row in rows], [examples[row].label for row in rows], roles, rule.threshold)
        figures[source] = {
            "texts": len(rows),
            "accuracy": round(found.accuracy, 4),
            "coverage_98": round(found.at_accuracy[0.98], 4),
            "tagged": round(found.tagged.coverage, 4),
            "right": round(found.tagged.accuracy or 0.0, 4),
        }
    return figures


def check_enough(examples: Sequence[Example]) -> None:
    """Raise `TrainingError` with one sentence that says which role lacks how many examples."""
    counts = Counter(example.label for example in examples)
    roles = sorted(set(counts) - {UNSURE})
    if len(roles) < 2:
        found = f"only {roles[0]!r}" if roles else "none"
        raise TrainingError(f"Training needs examples of at least two roles, and there is {found}.")
    missing = [f"{FEWEST - counts[role]} more of {role!r}" for role in counts if counts[role] < FEWEST]
    if missing:
        raise TrainingError(f"Training needs at least {FEWEST} examples of each label: add {', '.join(missing)}.")


def digest(examples: Sequence[Example]) -> str:
    """Return the SHA-256 of the texts, labels and weights of examples, in any order."""
    lines = sorted(f"{each.label}\t{each.weight}\t{each.text}\n" for each in examples)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def lengths(texts: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return, for each text, its number of words and how many of them some other text has too."""
    words = [words_of(text) for text in texts]
    spread = Counter(stemmed for each in words for stemmed in set(map(stem, each)))
    return [len(each) for each in words], [sum(spread[stem(word)] > 1 for word in each) for each in words]


def _weights(examples: Sequence[Example]) -> dict[str, float]:
    """Return what an example of each source counts on average."""
    by_source: dict[str, list[float]] = {}
    for example in examples:
        by_source.setdefault(example.source, []).append(example.weight)
    return {source: round(float(np.mean(weights)), 4) for source, weights in by_source.items()}


def provenance(examples: Sequence[Example], folds: Folds, method: str) -> dict[str, Any]:
    """Return where a model comes from: its data, its settings, its versions."""
    return {
        "examples": len(examples),
        "labels": dict(sorted(Counter(example.label for example in examples).items())),
        "sources": dict(sorted(Counter(example.source for example in examples).items())),
        "weights": {source: weight for source, weight in sorted(_weights(examples).items()) if weight != 1},
        "digest": digest(examples),
        "strength": folds.strength,
        "folds": len(set(folds.names)),
        "calibration": method,
        "taskrole": version("taskrole"),
        "scikit-learn": sklearn.__version__,
        "python": platform.python_version(),
    }
