"""Names of a model file: each is found under its number, whether few or many are looked up."""

from contextlib import suppress

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


@given(column=st.text(st.sampled_from("ab \n\r\x1c\x85é")), count=st.integers(0, 9))
def test_any_column(column: str, count: int) -> None:
    """Whatever stands there, it is refused, or gives numbers of which there are tables."""
    with suppress(ValueError):
        names = Names(column.encode(), count)
        for _ in range(10):
            assert all(0 <= number <= count for number in names.numbers(["a", "ab", "é", ""]))
