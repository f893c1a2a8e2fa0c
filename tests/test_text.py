"""A text becomes words in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.text import (
    LONGEST_TEXT,
    LONGEST_WORD,
    normalise,
    pair_features,
    pairs,
    piece_features,
    pieces,
    stem,
    word_features,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Build the Roadmap", "build the roadmap"),
        ("[Feature] Dark mode", "feature dark mode"),
        ("feat(login): remember me", "feat login remember me"),
        ("- [ ] **Fix** crash in `fooBar`", "fix crash in foo bar"),
        ("ABC-123 update snake_case and userProfilePage", "update snake case and user profile page"),
        ("see https://example.org/a?b=c or mail bob@example.org", "see or mail"),
        ("[the plan](https://example.org/plan) of 2026-11-22", "the plan of 0"),
        ("GitHub and PowerPoint keep their names", "github and powerpoint keep their names"),
        ("cut 1,250.50 to 900", "cut 0 to 0"),
        ("€5,000 for the vendor’s team", "money 0 for the vendors team"),
        ("ship it 🚀✅", "ship it"),
        ("ＦＵＬＬ width", "full width"),
        ("Why do they leave?", "why do they leave ?"),
        ("ISO-27001 audit", "iso 0 audit"),
        ("Größe prüfen", "größe prüfen"),
        ("", ""),
        ("\x00\x1b[31m \ud800", "0m"),
    ],
)
def test_normalise(text: str, words: str) -> None:
    """Whatever decorates the words of a task goes."""
    assert normalise(text) == words


@given(st.text())
def test_normalise_is_idempotent(text: str) -> None:
    """Normal words are normal already, for any string."""
    once = normalise(text)

    assert normalise(once) == once


@given(st.text(alphabet="aA0€-_.'ßİǅ\u0301 \u2060#/[]()@:<>&;", max_size=60))
def test_normalise_is_idempotent_on_awkward_characters(text: str) -> None:
    """Also where case, marks, numbers and markup meet."""
    once = normalise(text)

    assert normalise(once) == once


def test_no_text_is_too_long() -> None:
    """Megabytes without a space, or of spaces and letters, come down to a bounded number of bounded words."""
    assert len(normalise("x" * 5_000_000)) == LONGEST_WORD
    assert len(normalise("a " * 3_000_000).split()) == LONGEST_TEXT


@pytest.mark.parametrize(
    "family",
    [
        ["plan", "plans", "planned", "planning"],
        ["prioritise", "prioritises", "prioritising", "prioritize", "prioritization", "prioritisation"],
        ["allocate", "allocates", "allocated", "allocating", "allocation"],
        ["story", "stories"],
        ["release", "releases", "released", "releasing"],
        ["deploy", "deployment", "deployments", "deploying"],
    ],
)
def test_stem(family: list[str]) -> None:
    """The forms of a word share a stem."""
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(("one", "other"), [("market", "mark"), ("status", "state"), ("test", "text")])
def test_stem_keeps_words_apart(one: str, other: str) -> None:
    """Different words keep different stems."""
    assert stem(one) != stem(other)


def test_features() -> None:
    """Each feature belongs to one word or to one pair of words, the edges of the text included."""
    assert word_features("Plans roadmaps") == ["plans", "roadmaps", "plan*", "roadmap*"]
    assert pair_features("Plans roadmaps") == [
        *("^ plan", "roadmap ^", "plan roadmap"),
        *("^~plan", "road~^", "plan~road"),
    ]
    assert piece_features("ask") == pieces("ask") == ["_ask", "ask_", "_ask_"]
    assert word_features("") == pair_features("") == piece_features("") == []


def test_pairs_reach_two_places() -> None:
    """Words further apart are no pair."""
    assert [pair for pair in pairs(["a", "b", "c", "d"]) if "^" not in pair] == [
        *(("a", "b"), ("b", "c"), ("c", "d")),
        *(("a", "c"), ("b", "d")),
    ]
