"""The label check."""

import numpy as np
import pytest

from classifier.learning.labels import check_labels, contradictions, mislabelled
from classifier.learning.training import train
from classifier.tasks import Example
from tests.lessons import company, flipped

ROADMAP = Example("Build the product roadmap", "product", "", "one.csv:2")


@pytest.mark.parametrize(
    ("text", "label", "kind"),
    [
        ("build  THE product roadmap!", "product", "duplicate"),
        ("Build the product roadmap", "project", "contradiction"),
        ("Build the products roadmaps", "product", "duplicate"),
        ("Building the product roadmap", "project", "contradiction"),
        ("Build the project schedule", "project", None),
    ],
)
def test_contradictions(text: str, label: str, kind: str | None) -> None:
    """The same words, or nearly so: doubled with the same label, contradictory with another."""
    found = contradictions([ROADMAP, Example(text, label, "", "two.csv:5")])

    assert [each.kind for each in found] == ([] if kind is None else [kind])
    assert all("one.csv:2" in each.why for each in found)
    assert all(each.suggested == ("product" if kind == "contradiction" else None) for each in found)


def test_mislabelled_by_shares() -> None:
    """Another label counts with more than half, and with what its own examples get on average."""
    examples = [
        Example(word, label) for word, label in zip("abcd", ["product", "product", "project", "project"], strict=True)
    ]
    shares = np.array([[0.9, 0.1], [0.1, 0.9], [0.45, 0.55], [0.2, 0.8]])

    (found,) = mislabelled(examples, ("product", "project"), shares)

    assert (found.example.text, found.suggested) == ("b", "project")
    assert found.weight == pytest.approx(0.8)


@pytest.mark.parametrize("by_tagger", [False, True])
def test_flipped_labels_are_found(by_tagger: bool) -> None:
    """Out of fold, or by a model that has not seen them; the gravest first."""
    known = company()
    odd = [*flipped(known[:240:60]), *known[1::2]]
    judge = train(known[1::2], strengths=[30.0], jobs=1).tagger if by_tagger else None

    assert [each.example for each in check_labels(odd, judge, jobs=1)[:4] if each.kind == "mislabelled"] != []
    assert {each.example for each in check_labels(odd, judge, jobs=1)} == set(odd[:4])
