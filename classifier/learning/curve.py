"""The learning curve: how much more examples would help."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from classifier.learning.pipeline import fit_pipeline, raw_scores
from classifier.tasks import UNSURE, Example

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Of the examples, each part within the next."""

FEWEST = 20
"""Examples that make a point of the curve."""


class Lesson(NamedTuple):
    """How many texts a pipeline got right that learned from so many examples."""

    examples: int
    right: int
    texts: int


def learning_curve(
    known: Sequence[Example],
    measured: Sequence[Example],
    *,
    strength: float,
    done: Callable[[float], None] = lambda _: None,
) -> list[Lesson]:
    """Fit pipelines on growing parts of the known examples, and count what each gets right of the measured ones.

    Only measured texts with a role count, each with its best role. `strength` is that of the model; `done` is told
    the share of the work that is finished.
    """
    order = np.random.default_rng(0).permutation(len(known))
    asked = [example for example in measured if example.label != UNSURE]
    lessons = []
    for share in SHARES:
        part = [known[place] for place in order[: round(share * len(known))]]
        if len(part) >= FEWEST and len({example.label for example in part} - {UNSURE}) > 1:
            lessons.append(Lesson(len(part), _right(part, asked, strength), len(asked)))
        done(share)
    return lessons


def _right(known: Sequence[Example], asked: Sequence[Example], strength: float) -> int:
    pipeline = fit_pipeline([each.text for each in known], [each.label for each in known], strength)
    labels = np.array([str(label) for label in pipeline["classifier"].classes_])
    scores = raw_scores(pipeline, [each.text for each in asked])
    roles = labels != UNSURE
    best = labels[roles][scores[:, roles].argmax(axis=1)]
    return int((best == np.array([each.label for each in asked])).sum())
