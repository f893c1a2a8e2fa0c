"""How far scores can be trusted: fits the rule that `decide` follows, on scores that are out of fold."""

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.stats import beta

from classifier.decide import MOST_SLOPE, Rule, decide
from classifier.tasks import UNSURE, Tag

PROMISES = (0.8, 0.9, 0.95, 0.98, 0.99)
"""Of the tasks tagged, so many are right."""

SHIPPED_PROMISE = 0.95
SURENESS = 0.9
"""How sure the statement of a promise is to be."""

WITHOUT_ROLE = 0.2
"""Share of a backlog that is assumed to have no role: bare topics, meetings, notes. A tag on such a text is wrong."""

CANDIDATES = (*(round(0.5 + step / 200, 3) for step in range(100)), 0.999)
"""Thresholds among which the lowest that keeps a promise is chosen."""

LEAST_DAMPING = 0.15
"""The least exponent by which length damps, whatever the examples say: few of them are long, and those few are clear."""

SAMPLE = 8_000
"""Texts on which the rule is fitted."""

METHODS = {
    "none": (),
    "temperature": ("temperature",),
    "sigmoid": ("temperature", "slope", "intercept"),
}
"""What each way of calibrating fits."""


class Measured:
    """Texts with their true labels and what `decide` needs to know of them."""

    def __init__(
        self, scores: NDArray[np.float64], words: Sequence[int], known: Sequence[int], labels: Sequence[str]
    ) -> None:
        """Keep the raw scores (texts by labels), and for each text its number of words and of known ones."""
        self.scores = [tuple(row) for row in scores.tolist()]
        self.words = list(words)
        self.known = list(known)
        self.labels = list(labels)

    def tags(self, rule: Rule, threshold: float | None = None) -> list[Tag]:
        """Return what `decide` makes of each text."""
        return [
            decide(scores, words, known, rule, threshold)
            for scores, words, known in zip(self.scores, self.words, self.known, strict=True)
        ]

    def sample(self) -> "Measured":
        """Return some of the texts, evenly spread: enough to fit a few numbers on."""
        return self.at(range(0, len(self.labels), max(1, len(self.labels) // SAMPLE)))

    def at(self, places: Sequence[int]) -> "Measured":
        """Return some of the texts."""
        return Measured(
            np.array([self.scores[place] for place in places]),
            [self.words[place] for place in places],
            [self.known[place] for place in places],
            [self.labels[place] for place in places],
        )

    def loss(self, rule: Rule) -> float:
        """Return the log loss of the confidence as a statement that the best role is the true label."""
        losses = [
            -log(max(1e-9, tag.confidence if tag.best == label else 1 - tag.confidence))
            for tag, label in zip(self.tags(rule, 0), self.labels, strict=True)
        ]
        return sum(losses) / len(losses)


def log_loss(scores: NDArray[np.float64], labels: Sequence[str]) -> float:
    """Return the mean log loss of raw scores (texts by sorted labels) at the temperature that suits them best."""
    true = np.unique(labels, return_inverse=True)[1]
    scores = scores - scores.max(axis=1, keepdims=True)

    def loss(temperature: float) -> float:
        odds = scores / temperature
        return float((np.log(np.exp(odds).sum(axis=1)) - odds[np.arange(len(true)), true]).mean())

    return float(minimize_scalar(loss, bounds=(0.1, 10), method="bounded").fun)


def fit_rule(measured: Measured, labels: tuple[str, ...]) -> tuple[Rule, str]:
    """Return the rule with the least log loss among those of `METHODS`, simpler ones first, and the method's name."""
    measured = measured.sample()
    damping = _fit(measured, Rule(labels), ("damping",)).damping
    best, name = Rule(labels, damping=damping), "none"
    for method, members in METHODS.items():
        rule = _fit(measured, best, (*members, "damping"))
        if measured.loss(rule) < measured.loss(best) - 1e-4:
            best, name = rule, method
    return best, name


def _fit(measured: Measured, start: Rule, members: tuple[str, ...]) -> Rule:
    """Return the rule whose named members minimise the log loss."""

    def rule(values: Sequence[float]) -> Rule:
        fitted: dict[str, Any] = {member: round(float(value), 4) for member, value in zip(members, values, strict=True)}
        return start._replace(**fitted)

    def loss(values: Sequence[float]) -> float:
        tried = rule(values)
        inside = (
            0.05 < tried.temperature < 50 and 0.05 < tried.slope <= MOST_SLOPE and LEAST_DAMPING <= tried.damping <= 1
        )
        return measured.loss(tried) if inside else 1e9

    first = [getattr(start, member) for member in members]
    found = minimize(loss, first, method="Nelder-Mead", options={"xatol": 0.01, "fatol": 1e-5, "maxfev": 60})
    return rule(found.x)


def thresholds(measured: Measured, rule: Rule) -> dict[float, float]:
    """Return, for each promise, the lowest threshold that keeps it.

    It is kept where the Clopper-Pearson bound says, with `SURENESS`, that of all texts tagged at least that share is
    right. The texts that were labelled `unsure`, if any, count as if they were `WITHOUT_ROLE` of all.
    """
    tags = measured.tags(rule, 1e-9)
    labels = np.array(measured.labels, dtype=object)
    tagged = np.array([tag.role != UNSURE for tag in tags])
    right = np.array([tag.role for tag in tags], dtype=object) == labels
    confidence = np.array([tag.confidence for tag in tags])
    vague = labels == UNSURE
    weight = WITHOUT_ROLE / (1 - WITHOUT_ROLE) * (~vague).sum() / max(1, vague.sum())

    def keeps(promise: float, threshold: float) -> bool:
        chosen = tagged & (confidence >= threshold)
        wrong = (chosen & ~right & ~vague).sum() + weight * (chosen & vague).sum()
        rights = (chosen & right).sum()
        return bool(rights) and beta.ppf(1 - SURENESS, rights, wrong + 1) >= promise

    return {
        promise: next((each for each in CANDIDATES if keeps(promise, each)), CANDIDATES[-1]) for promise in PROMISES
    }
