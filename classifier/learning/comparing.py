"""Whether a new model is better than the old one: both on the same texts, none of which either was trained on."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.learning.evaluation import Evaluation, measure
from classifier.learning.neighbours import nearest
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example, Tag

ALIKE = 8
"""Known texts that each new one is held against: those worded most like it."""

BARELY = 0.1
"""Least likeness of a neighbour."""

OPPOSED = 0.05
"""A label that has no more probability than this, and fewer votes of its neighbours than others, is contradicted."""

FEW = 5
"""New examples below which a contradiction may well be the point of them."""

FALL = 0.002
"""Share of known texts that may be lost without a word."""

RISE, LEAST_RISE = 0.05, 0.005
"""Part, and amount, by which log loss may rise without a word."""


class Change(NamedTuple):
    """A difference, new minus old, and how much of it may be chance."""

    mean: float
    noise: float
    """Half the width of its interval, at 95 %."""

    @property
    def below(self) -> bool:
        """Whether it is surely below zero."""
        return self.mean + self.noise < 0

    @property
    def above(self) -> bool:
        """Whether it is surely above zero."""
        return self.mean - self.noise > 0


class Compared(NamedTuple):
    """Two models on the same texts."""

    name: str
    texts: int
    old: Evaluation
    new: Evaluation
    accuracy: Change
    """Of the share that is right, each text tagged with its best role."""
    loss: Change
    """Of the log loss of the confidence."""
    old_loss: float


class Judged(NamedTuple):
    """Texts with their true labels and the tags of one model, or of several as one."""

    examples: Sequence[Example]
    tags: Sequence[Tag]
    """At the model's own threshold."""

    def at(self, places: Sequence[int]) -> "Judged":
        """Return some of the texts."""
        return Judged([self.examples[place] for place in places], [self.tags[place] for place in places])

    def losses(self) -> NDArray[np.float64]:
        """Return the log loss of each confidence, as a statement that the best role is the right one."""
        right = self.right()
        confidence = np.clip([tag.confidence for tag in self.tags], 1e-9, 1 - 1e-9)
        return -np.log(np.where(right, confidence, 1 - confidence))

    def right(self) -> NDArray[np.bool_]:
        """Say of each text whether its best role is its label."""
        return np.array(
            [tag.best == each.label for tag, each in zip(self.tags, self.examples, strict=True)], dtype=np.bool_
        )


def compare(name: str, old: Judged, new: Judged, taggers: tuple[Tagger, Tagger]) -> Compared | None:
    """Compare two models on texts; None where there are none with a role."""
    if all(example.label == UNSURE for example in old.examples):
        return None
    labels = [example.label for example in old.examples]
    evaluations = [
        measure(judged.tags, labels, tagger.roles, tagger.rule.threshold, {}, {})
        for judged, tagger in zip((old, new), taggers, strict=True)
    ]
    role = np.array([label != UNSURE for label in labels])
    return Compared(
        name,
        len(labels),
        evaluations[0],
        evaluations[1],
        _change(new.right()[role].astype(float) - old.right()[role]),
        _change(new.losses() - old.losses()),
        float(old.losses().mean()),
    )


def _change(differences: NDArray[np.float64]) -> Change:
    spread = float(differences.std(ddof=1)) if len(differences) > 1 else 0.0
    return Change(float(differences.mean()), 1.96 * spread / sqrt(len(differences)))


def neighbourhood(new: Sequence[Example], known: Sequence[Example]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the places of the known texts worded most like each new one, and the share of votes each label gets.

    The votes are for the new one's own label, weighed by likeness; nan where nothing is alike.
    """
    places, likeness = nearest([example.text for example in new], [example.text for example in known], ALIKE)
    likeness = np.where(likeness >= BARELY, likeness, 0)
    agree = np.array(
        [known[place].label == example.label for example, row in zip(new, places, strict=True) for place in row]
    ).reshape(likeness.shape)
    with np.errstate(invalid="ignore"):
        votes = (likeness * agree).sum(axis=1) / likeness.sum(axis=1)
    return np.unique(places[likeness > 0]), votes


def contradicted(new: Judged, votes: NDArray[np.float64]) -> list[int]:
    """Return the places of the new examples whose label both the old model and the neighbours speak against."""
    return [
        place
        for place, (example, tag) in enumerate(zip(new.examples, new.tags, strict=True))
        if UNSURE != example.label != tag.best and tag.confidence >= 1 - OPPOSED and votes[place] < 0.5
    ]


def objections(known: Compared | None, alike: Compared | None, opposed: int, new: int, forgotten: int) -> list[str]:
    """Say, in a clause each, what speaks against the new model; nothing where nothing does."""
    found = []
    if known is not None and known.accuracy.below and known.accuracy.mean < -FALL:
        found.append(f"it gets {-known.accuracy.mean:.2%} fewer of the known examples right")
    for compared, where in ((known, "the known examples"), (alike, "the known examples most like the new ones")):
        if (
            compared is not None
            and compared.loss.above
            and compared.loss.mean > max(LEAST_RISE, RISE * compared.old_loss)
        ):
            rise = f"from {compared.old_loss:.3f} to {compared.old_loss + compared.loss.mean:.3f}"
            found.append(f"its log loss on {where} rises {rise}")
    if new >= FEW and opposed > new / 2:
        found.append(f"{opposed:,} of the {new:,} new examples contradict what is known")
    if forgotten:
        found.append(f"it forgets {forgotten:,} earlier {'correction' if forgotten == 1 else 'corrections'}")
    return found
