"""Raw scores become a role in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.decide import Rule, decide, probabilities

RULE = Rule(("product", "project", "unsure"), threshold=0.8)


@pytest.mark.parametrize(
    ("scores", "words", "known", "role", "because"),
    [
        ((4.0, 0.0, 0.0), 3, 3, "product", None),
        ((0.0, 4.0, 0.0), 3, 3, "project", None),
        ((1.0, 0.9, -3.0), 3, 3, "unsure", "torn"),
        ((1.0, -3.0, 0.9), 3, 3, "unsure", "unknown"),
        ((0.0, 0.0, 4.0), 3, 3, "unsure", "unknown"),
        ((9.0, 0.0, 0.0), 5, 1, "unsure", "unknown"),
        ((9.0, 0.0, 0.0), 0, 0, "unsure", "unknown"),
        ((2.2, 0.0, -9.0), 2, 2, "product", None),
        ((2.1, 0.0, -9.0), 1, 1, "unsure", "torn"),
    ],
    ids=["one", "other", "torn", "vague", "no role", "unknown words", "no words", "two words", "lone word"],
)
def test_decide(scores: tuple[float, ...], words: int, known: int, role: str, because: str | None) -> None:
    """Each way to be sure or unsure."""
    tag = decide(scores, words, known, RULE)

    assert (tag.role, tag.unsure_because) == (role, because)
    assert tag.best == ("project" if scores[1] > scores[0] else "product")


@pytest.mark.parametrize("words", [0, 1, 5])
def test_threshold_zero_tags_everything(words: int) -> None:
    """Whoever asks for it gets the best real role for any text."""
    assert decide((0.1, 0.0, 5.0), words, 0, RULE, threshold=0).role == "product"


def test_length_damps() -> None:
    """The same score means less where more words had to add up to it."""
    short, long = (probabilities((5.0, 0.0, 0.0), words, RULE)[0] for words in (10, 200))

    assert short > long > 0.5


def test_two_roles_without_unsure() -> None:
    """A model whose data had no `unsure` still may answer so."""
    rule = Rule(("design", "ops"), threshold=0.8)

    assert decide((1.0, -1.0), 3, 3, rule).role == "design"
    assert decide((0.1, 0.0), 3, 3, rule)[0::3] == ("unsure", "torn")


@given(
    st.tuples(*[st.floats(-1e6, 1e6)] * 3),
    st.integers(0, 20_000),
    st.floats(0.1, 10),
    st.floats(0, 1),
)
def test_confidence_is_a_probability(scores: tuple[float, ...], words: int, temperature: float, damping: float) -> None:
    """Whatever the scores and the rule, the confidence lies between 0 and 1."""
    rule = RULE._replace(temperature=temperature, damping=damping, slope=1.5, intercept=-0.2)

    assert 0 <= decide(scores, words, words, rule).confidence <= 1
    assert sum(probabilities(scores, words, rule)) == pytest.approx(1)
