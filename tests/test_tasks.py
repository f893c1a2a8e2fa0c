"""The nouns."""

import pytest

from classifier.tasks import Tag


@pytest.mark.parametrize(
    ("confidence", "two", "three"),
    [(1.0, 0.99, 0.999), (0.99999, 0.99, 0.999), (0.7949, 0.79, 0.794), (0.57, 0.57, 0.57), (0.0, 0.0, 0.0)],
)
def test_confidence_is_shown_rounded_down(confidence: float, two: float, three: float) -> None:
    """Nothing is certain, and what misses a threshold does not seem to reach it."""
    tag = Tag("product", confidence, "product")

    assert (tag.shown(2), tag.shown()) == (two, three)
