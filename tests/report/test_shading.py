"""Reasons laid back onto the title they come from."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.report.shading import BEYOND, END, START, shade
from classifier.tagger import Tagger

LABELS = ("product", "project", "unsure")
TITLES = st.lists(
    st.sampled_from(
        ["Plan", "the", "sprint,", "product-roadmap", "ACME-12", "userStories", "(customer)", "—", "Q3", "?"]
    ),
    max_size=12,
).map(" ".join)


@given(TITLES, st.sampled_from(["", "\nTrack the budget of the release"]))
@settings(max_examples=80, deadline=None)
def test_words_and_what_lies_beyond_add_up_to_the_score(tagger: Tagger, title: str, rest: str) -> None:
    """Edge pairs of an empty title have no word; all else is in a word or in the description."""
    reasons = tagger.reasons(title + rest)
    whole = shade(title + rest, title + rest, reasons, tagger.labels)
    scores = tagger.scores(title + rest)
    product, project = tagger.labels.index("product"), tagger.labels.index("project")
    nobody = sum(reason.scores[product] - reason.scores[project] for reason in reasons if reason.words == "^ ^")

    summed = sum(lean.weight if lean.role == 0 else -lean.weight for lean in whole.leans)
    bias = tagger.bias[product] - tagger.bias[project]
    assert summed + bias + nobody == pytest.approx(scores[product] - scores[project], abs=1e-6)


def test_words_lean_as_their_reasons_do(tagger: Tagger) -> None:
    title = "Interview customers, then track the budget"
    shading = shade(title, title, tagger.reasons(title), tagger.labels)
    leans = dict(zip(shading.words, shading.leans, strict=True))

    assert shading.words == title.split()
    assert (leans["Interview"].role, leans["track"].role) == (0, 1)


def test_the_strongest_are_named_by_their_places(tagger: Tagger) -> None:
    title = "Plan the sprint and assign the tasks"
    strongest = shade(title, title, tagger.reasons(title), tagger.labels).strongest

    weights = [named.lean.weight for named in strongest]
    assert weights == sorted(weights, reverse=True)
    assert all(min(named.first, named.second) <= START or named.second <= 6 for named in strongest)
    assert {named.first for named in strongest if named.first == named.second} <= set(range(7))


def test_a_description_is_beyond_the_title(tagger: Tagger) -> None:
    title = "Notes"
    text = f"{title}\nInterview customers and write the problem statement"
    shading = shade(title, text, tagger.reasons(text), tagger.labels)

    assert shading.words == ["Notes"]
    assert all(place in (0, START, END, BEYOND) for named in shading.strongest for place in named[:2])


def test_no_reasons_leave_the_title_plain() -> None:
    shading = shade("Plan the sprint", "Plan the sprint", (), LABELS)

    assert [lean.weight for lean in shading.leans] == [0.0, 0.0, 0.0]
    assert shading.strongest == []
