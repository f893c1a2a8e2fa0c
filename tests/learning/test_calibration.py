"""The rule says how far scores can be trusted."""

import numpy as np
import pytest
from numpy.typing import NDArray

from classifier.decide import Rule
from classifier.learning.calibration import Measured, fit_rule, log_loss, thresholds

LABELS = ("product", "project", "unsure")


def drawn(texts: int, boast: float, vague: float = 0.0) -> Measured:
    """Return texts whose scores are `boast` times the true log-odds, a share of them labelled `unsure`."""
    chance = np.random.default_rng(1)
    odds: NDArray[np.float64] = chance.normal(0, 2, texts)
    labels = np.where(chance.random(texts) < 1 / (1 + np.exp(-odds)), "product", "project").astype(object)
    labels[: int(vague * texts)] = "unsure"
    scores = np.column_stack([odds / 2, -odds / 2, np.full(texts, -50.0)]) * boast
    return Measured(scores, [5] * texts, [5] * texts, list(labels))


@pytest.mark.parametrize(("boast", "temperature"), [(1.0, 1.0), (3.0, 3.0), (0.5, 0.5)])
def test_the_temperature_undoes_boasting(boast: float, temperature: float) -> None:
    """Scores that say too much, or too little, are brought to what they are worth."""
    measured = drawn(3000, boast)
    rule, method = fit_rule(measured, LABELS)

    assert boast == 1.0 or method != "none"
    assert rule.temperature / rule.slope == pytest.approx(temperature, rel=0.2)
    assert measured.loss(rule) <= measured.loss(Rule(LABELS)) + 1e-6


def test_a_kept_promise_is_the_lowest_threshold_that_keeps_it() -> None:
    """Of the texts at or above the threshold the promised share is right, and promises cost ever more."""
    measured = drawn(5000, 1.0)
    kept = thresholds(measured, Rule(LABELS))

    for promise in (0.8, 0.9, 0.95):
        tags = measured.tags(Rule(LABELS), kept[promise])
        right = [tag.role == label for tag, label in zip(tags, measured.labels, strict=True) if tag.role != "unsure"]
        assert promise <= np.mean(right) < promise + 0.025
    assert sorted(kept.values()) == list(kept.values())


def test_texts_without_a_role_raise_the_threshold() -> None:
    """A tag on what has no role is a wrong tag."""
    assert thresholds(drawn(5000, 1.0, vague=0.1), Rule(LABELS))[0.8] > thresholds(drawn(5000, 1.0), Rule(LABELS))[0.8]


def test_a_promise_that_cannot_be_kept_asks_for_the_most() -> None:
    """Where nothing is right, nothing but the surest is tagged."""
    hopeless = Measured(np.array([[1.0, 0.0, -9.0]] * 50), [3] * 50, [3] * 50, ["project"] * 50)

    assert set(thresholds(hopeless, Rule(LABELS)).values()) == {0.999}


def test_log_loss_is_that_of_the_best_temperature() -> None:
    """Scores ten times as bold are no worse for it."""
    measured = drawn(500, 1.0)
    scores = np.array(measured.scores)[:, :2]

    assert log_loss(scores, measured.labels) == pytest.approx(log_loss(scores * 3, measured.labels), abs=1e-3)
