"""How good a tagger is on labelled examples: the figures, each computed in one place."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.chance import wilson
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example, Tag

COVERAGES = (1.0, 0.9, 0.8, 0.7)
"""Shares of the texts, the surest first, whose accuracy is given."""

ACCURACIES = (0.95, 0.98)
"""Accuracies for which the share of texts that can be tagged is given."""

BINS = 10
"""Bins of equally many texts in which confidence is compared with the share of right answers."""


class Role(NamedTuple):
    """How one role fares when every text is tagged."""

    precision: float
    recall: float
    f1: float
    texts: int


class Bin(NamedTuple):
    """Texts of similar confidence."""

    confidence: float
    right: float
    texts: int


class Promise(NamedTuple):
    """What one threshold gives: the share of texts tagged, and of those, the share that is right."""

    threshold: float
    coverage: float
    accuracy: float | None


class Evaluation(NamedTuple):
    """The figures of one tagger on one set of examples.

    All but `confusion`, `promises`, `unsure_kept` and the calibration of all texts are about those that have a role, each
    tagged with its best.
    """

    texts: int
    accuracy: float
    interval: tuple[float, float]
    """Wilson's, at 95 %."""
    roles: dict[str, Role]
    confusion: dict[str, dict[str, int]]
    """For each true label, how often each answer came, at the threshold."""
    log_loss: float
    """Of the confidence, as a statement that the best role is the right one; like `brier`."""
    brier: float
    calibration_error: float
    """Mean distance between confidence and share of right answers, over bins of equally many texts."""
    calibration_noise: float
    """The error that a perfectly calibrated tagger would show on so many texts, by chance alone."""
    bins: tuple[Bin, ...]
    calibration_error_of_all: float
    """The same over all labelled texts. Confidence allows for texts that have no role, where every tag is wrong; without
    them it looks too modest."""
    calibration_noise_of_all: float
    at_coverage: dict[float, float]
    """Accuracy over the surest such share of the texts."""
    at_accuracy: dict[float, float]
    """Largest share of the texts, the surest first, that has at least such an accuracy."""
    threshold: float
    tagged: Promise
    """What the threshold gives on the texts that have a role."""
    promises: dict[float, Promise]
    """The same for the thresholds that the model stores, by promise."""
    unsure_kept: float | None
    """Of the texts labelled `unsure`, the share that is left so; None where there are none."""
    unsure_texts: int

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        return {name: _plain(value) for name, value in self._asdict().items()}

    def lines(self) -> list[str]:
        """Return the figures as lines to read."""
        low, high = self.interval
        accuracy = "-" if self.tagged.accuracy is None else f"{self.tagged.accuracy:.1%}"
        of_all = (
            f"; {self.calibration_error_of_all:.3f} ({self.calibration_noise_of_all:.3f}) with the texts labelled unsure, "
            "where every tag is wrong"
            if self.unsure_texts
            else ""
        )
        lines = [
            f"{self.texts:,} texts with a role, each tagged with its best:",
            f"{self.accuracy:.1%} right ({low:.1%} to {high:.1%})",
            *(
                f"  {name}: precision {role.precision:.1%}, recall {role.recall:.1%}, F1 {role.f1:.3f} "
                f"({role.texts:,} texts)"
                for name, role in self.roles.items()
            ),
            f"log loss {self.log_loss:.3f}, Brier {self.brier:.3f}",
            f"calibration error {self.calibration_error:.3f} (chance alone: {self.calibration_noise:.3f})" + of_all,
            "accuracy of the surest "
            + ", ".join(f"{share:.0%}: {value:.1%}" for share, value in self.at_coverage.items()),
            "texts that can be tagged with "
            + ", ".join(f"{share:.0%} right: {value:.1%}" for share, value in self.at_accuracy.items()),
            f"at the threshold {self.threshold:.3f}: {self.tagged.coverage:.1%} tagged, {accuracy} of them right",
            *(
                f"  promise {promise:.0%}: threshold {each.threshold:.3f}, {each.coverage:.1%} tagged, "
                + ("none" if each.accuracy is None else f"{each.accuracy:.1%} right")
                for promise, each in self.promises.items()
            ),
        ]
        if self.unsure_kept is not None:
            lines.append(f"{self.unsure_texts:,} texts labelled unsure: {self.unsure_kept:.1%} left unsure")
        return lines


def evaluate(tagger: Tagger, examples: Sequence[Example], *, threshold: float | None = None) -> Evaluation:
    """Measure a tagger on labelled examples; `threshold` replaces the model's own."""
    threshold = tagger.rule.threshold if threshold is None else threshold
    texts = [example.text for example in examples]
    return measure(
        tagger.tag(texts, threshold=threshold),
        [example.label for example in examples],
        tagger.roles,
        threshold,
        {promise: tagger.tag(texts, threshold=each) for promise, each in sorted(tagger.thresholds.items())},
        tagger.thresholds,
    )


def measure(
    tags: Sequence[Tag],
    labels: Sequence[str],
    roles: Sequence[str],
    threshold: float,
    promised: Mapping[float, list[Tag]] = MappingProxyType({}),
    thresholds: Mapping[float, float] = MappingProxyType({}),
) -> Evaluation:
    """Compute the figures from tags and true labels; `promised` holds the tags at each of the `thresholds`."""
    true = np.array(labels, dtype=object)
    has_role = true != UNSURE
    best = np.array([tag.best for tag in tags], dtype=object)
    every_confidence, every_right = np.array([tag.confidence for tag in tags], dtype=float), best == true
    confidence, right = every_confidence[has_role], every_right[has_role]
    texts = len(right)
    answers = np.array([tag.role for tag in tags], dtype=object)
    shares = np.clip(np.where(right, confidence, 1 - confidence), 1e-9, 1)
    bins, noise = reliability(confidence, right), calibration_noise(confidence)
    surest = np.cumsum(right[np.argsort(-confidence, kind="stable")]) / np.arange(1, texts + 1)
    return Evaluation(
        texts=texts,
        accuracy=_mean(right),
        interval=wilson(int(right.sum()), texts),
        roles={role: _role(best[has_role], true[has_role], role) for role in roles},
        confusion={
            str(label): {answer: int(((true == label) & (answers == answer)).sum()) for answer in (*roles, UNSURE)}
            for label in sorted(set(labels))
        },
        log_loss=float(-np.log(shares).mean()) if texts else 0.0,
        brier=_mean((confidence - right) ** 2),
        calibration_error=_distance(bins),
        calibration_noise=noise,
        bins=bins,
        calibration_error_of_all=_distance(reliability(every_confidence, every_right)),
        calibration_noise_of_all=noise if has_role.all() else calibration_noise(every_confidence),
        at_coverage={share: float(surest[max(1, round(share * texts)) - 1]) if texts else 0.0 for share in COVERAGES},
        at_accuracy={
            share: float(enough[-1] + 1) / texts if len(enough := np.flatnonzero(surest >= share)) else 0.0
            for share in ACCURACIES
        },
        threshold=threshold,
        tagged=_promise(answers, true, has_role, threshold),
        promises={
            promise: _promise(np.array([tag.role for tag in kept], dtype=object), true, has_role, thresholds[promise])
            for promise, kept in promised.items()
        },
        unsure_kept=_mean(answers[~has_role] == UNSURE) if (~has_role).any() else None,
        unsure_texts=int((~has_role).sum()),
    )


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Return bins of equally many texts, the least sure first."""
    order = np.argsort(confidence, kind="stable")
    return tuple(
        Bin(float(confidence[part].mean()), float(right[part].mean()), len(part))
        for part in np.array_split(order, BINS)
        if len(part)
    )


def calibration_noise(confidence: NDArray[np.float64], draws: int = 100) -> float:
    """Return the mean calibration error of answers that are right exactly as often as their confidence says."""
    chance = np.random.default_rng(0)
    return _mean(
        np.array(
            [_distance(reliability(confidence, chance.random(len(confidence)) < confidence)) for _ in range(draws)]
        )
    )


def _distance(bins: Sequence[Bin]) -> float:
    texts = sum(each.texts for each in bins)
    return sum(abs(each.confidence - each.right) * each.texts for each in bins) / texts if texts else 0.0


def _role(best: NDArray[Any], true: NDArray[Any], role: str) -> Role:
    hits = int(((best == role) & (true == role)).sum())
    answered, there = int((best == role).sum()), int((true == role).sum())
    precision, recall = hits / answered if answered else 0.0, hits / there if there else 0.0
    return Role(precision, recall, 2 * hits / (answered + there) if answered + there else 0.0, there)


def _promise(answers: NDArray[Any], true: NDArray[Any], has_role: NDArray[np.bool_], threshold: float) -> Promise:
    tagged = has_role & (answers != UNSURE)
    accuracy = float((answers == true)[tagged].mean()) if tagged.any() else None
    return Promise(threshold, _mean(tagged[has_role]), accuracy)


def _mean(values: NDArray[Any]) -> float:
    return float(values.mean()) if len(values) else 0.0


def _plain(value: Any) -> Any:
    """Turn named tuples, tuples and mappings into what JSON knows."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key if isinstance(key, str) else f"{key:g}": _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (tuple, list)) else value
