"""Tests and intervals, against published numbers and against scipy."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, fisher_exact

from classifier.chance import fisher, holm, newcombe, wilson

COUNTS = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))


@given(COUNTS)
@settings(max_examples=150, deadline=None)
def test_fisher_is_the_exact_test(counts: tuple[int, int, int, int]) -> None:
    part, missing, other, other_missing = counts
    expected = fisher_exact([[part, missing], [other, other_missing]])[1]

    assert fisher(part, part + missing, other, other + other_missing) == pytest.approx(expected, abs=1e-9)


@given(st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
@settings(max_examples=60, deadline=None)
def test_wilson_is_the_score_interval(shares: tuple[int, int]) -> None:
    part, whole = shares
    interval = binomtest(part, whole).proportion_ci(method="wilson")

    assert wilson(part, whole) == pytest.approx((interval.low, interval.high), abs=1e-6)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 20), 0.6791, 1.0)],
)
def test_newcombe_gives_the_published_intervals(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    """Method 10 of Newcombe (1998), table II."""
    assert newcombe(*counts) == pytest.approx((low, high), abs=1e-4)


def test_nothing_to_compare_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert newcombe(0, 0, 3, 9) == (-1.0, 1.0)
    assert fisher(0, 0, 5, 9) == 1.0


@pytest.mark.parametrize(
    ("chances", "adjusted"),
    [
        ([], []),
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.6, 0.9], [1.0, 1.0]),
    ],
)
def test_holm_multiplies_by_what_is_left(chances: list[float], adjusted: list[float]) -> None:
    assert holm(chances) == pytest.approx(adjusted)
