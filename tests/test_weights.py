"""Names of a model file: each is found under its number, whether few or many are looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.learning.export import _lines
from classifier.weights import Names

NAME = st.text(st.characters(categories=["L", "N"]) | st.sampled_from("ab^_"), min_size=1, max_size=6)


@given(known=st.sets(NAME), others=st.sets(NAME))
def test_every_name_is_found(known: set[str], others: set[str]) -> None:
    """Names go by their place in order, and any other by 0; a dictionary, once it pays, says the same."""
    kept = sorted(known)
    asked = [*kept, *sorted(others - known), "a", "ab", ""]
    expected = [kept.index(name) + 1 if name in known else 0 for name in asked]
    names = Names(_lines(kept), len(kept))

    searched = list(map(names._number, asked))
    assert searched == names.numbers(asked) == expected
    assert list(names) == kept
    assert len(names) == len(kept)


def test_a_dictionary_once_it_pays() -> None:
    """The first few names are searched for, and no dictionary is filled for them."""
    kept = sorted(f"{first}{second}{third}" for first in "abcde" for second in "abcde" for third in "abcd")
    names = Names(_lines(kept), len(kept))

    assert names.numbers(kept[:25]) == list(range(1, 26))
    assert names._by_name is None
    assert names.numbers(kept[25:26]) == [26]
    assert names._by_name is not None


LINES = st.lists(
    st.tuples(st.sampled_from(["ab", "bc", "é1", "a", "abc", ""]), st.lists(st.sampled_from(["", "c", "d "])))
)


@given(lines=LINES, more=st.sampled_from([0, 0, 0, -1, 1]))
def test_any_column(lines: list[tuple[str, list[str]]], more: int) -> None:
    """Lines of names are taken if each begins with two letters of its own, or is one shorter name; else they are not."""
    column = "\n".join(" ".join([first, *rests, ""]) for first, rests in lines)
    count = sum(line.count(" ") - 1 for line in column.split("\n")) + more if column else more
    firsts = [first for first, _ in lines]
    alone = all(rests == [""] for first, rests in lines if len(first) < 2)
    full = all(rests for _, rests in lines)
    sound = not more and full and len(set(firsts)) == len(firsts) and alone and "abc" not in firsts
    try:
        names = Names(column.encode(), count)
    except ValueError:
        assert not sound
    else:
        assert sound
        assert all(0 <= number <= count for number in names.numbers(["abc", "a", "bc", "é1d", "é1", ""] * 9))


@pytest.mark.parametrize(
    ("column", "count", "sentence"),
    [
        (b"ab  \nab  ", 2, "stands twice"),
        (b"abc  ", 1, "two letters"),
        (b"a b ", 1, "two letters"),
        (b"ab", 0, "not as many"),
        (b"ab cd", 1, "not as many"),
        (b"\n" * 9, 3, "more names"),
        (b"ab \n" * 300_000 + b"bc " + b" " * 300_000, 300_000, "more names"),
    ],
)
def test_refused(column: bytes, count: int, sentence: str) -> None:
    """What could be found by one way and not by the other is refused, and so is what would take very much memory."""
    with pytest.raises(ValueError, match=sentence):
        Names(column, count)


def test_long_lines() -> None:
    """A line as long as none of ours is not searched."""
    names = Names(b"ab " + b"c" * 20_000 + b" d e f g ", 5)

    assert names.numbers(["abd"]) == [2]
    assert names._by_name is not None
