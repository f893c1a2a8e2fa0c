"""The figures are what they say."""

import json

import numpy as np
import pytest

from classifier.learning import evaluate
from classifier.learning.evaluation import calibration_noise, measure, reliability
from classifier.tagger import Tagger
from classifier.tasks import Example, Tag

A = Tag("product", 0.9, "product")
B = Tag("project", 0.8, "project")
TORN = Tag("unsure", 0.6, "product", "torn")


def test_figures_by_hand() -> None:
    """Five texts, one of them without a role, one wrong, one left open though it has a role."""
    tags = [A, A, B, TORN, TORN]
    labels = ["product", "project", "project", "product", "unsure"]
    found = measure(tags, labels, ("product", "project"), 0.7, {0.9: [A, TORN, TORN, TORN, A]}, {0.9: 0.85})

    assert (found.texts, found.accuracy) == (4, 0.75)
    assert found.roles["product"][:3] == (pytest.approx(2 / 3), 1.0, pytest.approx(0.8))
    assert found.roles["project"][:3] == (1.0, 0.5, pytest.approx(2 / 3))
    assert found.confusion["project"] == {"product": 1, "project": 1, "unsure": 0}
    assert found.confusion["unsure"] == {"product": 0, "project": 0, "unsure": 1}
    assert found.brier == pytest.approx((0.1**2 + 0.9**2 + 0.2**2 + 0.4**2) / 4)
    assert found.log_loss == pytest.approx(-np.log([0.9, 0.1, 0.8, 0.6]).mean())
    assert found.tagged == (0.7, 0.75, pytest.approx(2 / 3))
    assert found.promises[0.9] == (0.85, 0.25, 1.0)
    assert (found.unsure_texts, found.unsure_kept) == (1, 1.0)


def test_accuracy_against_coverage() -> None:
    """The surest come first."""
    tags = [Tag("product", 0.5 + number / 40, "product") for number in range(20)]
    labels = ["project"] * 4 + ["product"] * 16
    found = measure(tags, labels, ("product", "project"), 0, {}, {})

    assert found.at_coverage == {1.0: 0.8, 0.9: pytest.approx(16 / 18), 0.8: 1.0, 0.7: 1.0}
    assert found.at_accuracy == {0.95: 0.8, 0.98: 0.8}


def test_calibration_error_and_its_noise() -> None:
    """A boaster is further off than chance explains."""
    confidence = np.full(500, 0.95)
    right = np.arange(500) % 2 == 0
    bins = reliability(confidence, right)

    assert sum(each.texts for each in bins) == 500
    assert bins[0].confidence == pytest.approx(0.95)
    assert calibration_noise(confidence) < 0.05


def test_calibration_of_all_texts() -> None:
    """Whoever says 0.8 and is right for four of five texts is calibrated, the fifth being one without a role."""
    tags = [Tag("product", 0.8, "product")] * 500
    found = measure(tags, ["unsure", *["product"] * 4] * 100, ("product", "project"), 0)
    without = measure(tags[:400], ["product"] * 400, ("product", "project"), 0)

    assert (found.calibration_error, without.calibration_error) == (pytest.approx(0.2), pytest.approx(0.2))
    assert without.calibration_error_of_all == pytest.approx(0.2)
    assert found.calibration_error_of_all == pytest.approx(0.0)
    assert 0 < found.calibration_noise_of_all < 0.1
    assert [line for line in found.lines() if "labelled unsure, where every tag is wrong" in line]
    assert not [line for line in without.lines() if "where every tag is wrong" in line]


def test_evaluate(tagger: Tagger, examples: list[Example]) -> None:
    """A tagger knows what it was trained on, and says so in lines and as JSON."""
    found = evaluate(tagger, examples)

    assert found.accuracy > 0.95
    assert found.threshold == tagger.rule.threshold
    assert set(found.promises) == set(tagger.thresholds)
    assert json.loads(json.dumps(found.as_dict()))["roles"]["product"]["texts"] == 22
    assert any("99% right" in line or "promise 99%" in line for line in found.lines())
