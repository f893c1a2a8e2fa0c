"""Reasons in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.reasons import by_word, why
from classifier.tagger import Tagger
from classifier.tasks import Reason, Tag

LABELS = ("product", "project", "unsure")


@settings(max_examples=100)
@given(text=st.text().map(lambda text: f"plan {text} planning"))
def test_nothing_is_lost(tagger: Tagger, text: str) -> None:
    """Shared among the words, the shares still add up to the score."""
    shares = [tagger.bias, *by_word(tagger.reasons(text)).values()]

    assert [sum(column) for column in zip(*shares, strict=True)] == pytest.approx(tagger.scores(text), abs=1e-9)


def test_pairs_go_to_their_words() -> None:
    """Half of a pair to each of its words, all of it to the one word at an edge; spellings of one stem share one."""
    reasons = [
        Reason("planning", (1.0,)),
        Reason("sprints", (2.0,)),
        Reason("plan sprint", (4.0,)),
        Reason("^ plan", (8.0,)),
        Reason("sprint ^", (16.0,)),
        Reason("^ ^", (32.0,)),
    ]

    assert by_word(reasons) == {"planning": (27.0,), "sprints": (36.0,)}


@pytest.mark.parametrize(
    ("role", "because", "shares", "said"),
    [
        ("product", None, {"set": (1, 0, 0), "vision": (3, 0, 0), "team": (-2, 5, 0)}, "vision, set"),
        ("project", None, {"set": (1, 0, 0), "vision": (3, 0, 0), "team": (-2, 5, 0)}, "team"),
        ("product", None, {"vision": (4, 0, 0), "nice": (0.5, 0, 0)}, "vision"),
        ("product", None, dict.fromkeys("abcdef", (1, 0, 0)), "b, c, d, e"),
        ("product", None, {"the": (5, 0, 0), "vision": (1, 0, 0)}, "vision"),
        ("product", None, {"the": (5, 0, 0)}, "the"),
        ("product", None, {"qwertz": (0, 0, 0)}, ""),
        ("product", None, {}, ""),
        ("unsure", "torn", {"vision": (3, 0, 0), "plan": (0, 2, 0)}, "product: vision; project: plan"),
        ("unsure", "torn", {"plan": (0, 2, 9)}, "project: plan"),
        ("unsure", "unknown", {"lunch": (0, 0, 2), "vision": (1, 0, 0)}, "lunch"),
    ],
)
def test_why(role: str, because: str | None, shares: dict[str, tuple[float, ...]], said: str) -> None:
    """The words that spoke for the answer, the strongest first; both sides where two roles are torn."""
    reasons = tuple(Reason(word, scores) for word, scores in shares.items())

    assert why(Tag(role, 0.9, "product", because, reasons), LABELS) == said  # type: ignore[arg-type]


def test_a_model_without_unsure() -> None:
    """Where `unsure` is no label of the model, no word speaks for it."""
    tag = Tag("unsure", 0.5, "product", "unknown", (Reason("vision", (1.0, 0.0)),))

    assert why(tag, LABELS[:2]) == ""
