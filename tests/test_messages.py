"""What is said between processes arrives as it was said."""

import os
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.messages import message, receive

SAID = st.recursive(
    st.none() | st.floats(allow_nan=False) | st.integers() | st.binary() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


def heard(sent: bytes) -> Any:
    """Return the first message in what is sent through a pipe."""
    source, target = os.pipe()
    with open(target, "wb") as pipe:  # noqa: PTH123  an open descriptor
        writer = threading.Thread(target=lambda: (pipe.write(sent), pipe.close()))
        writer.start()
        try:
            return receive(source)
        finally:
            writer.join()
            os.close(source)


@given(SAID)
def test_arrives(content: Any) -> None:
    """Numbers, texts and collections of them, lone surrogates included."""
    assert heard(message(content)) == content


def test_any_title() -> None:
    """A title may hold what cannot be encoded."""
    assert heard(message(["\ud800 plan"])) == ["\ud800 plan"]


def test_longer_than_a_pipe() -> None:
    """So does what has to be sent bit by bit."""
    content = ["plan the release" * 1_000] * 300

    assert heard(message(content) + b"more") == content


@pytest.mark.parametrize("missing", [1, 5, 20])
def test_cut_short(missing: int) -> None:
    """Where the other ends before it is through, that is told apart."""
    with pytest.raises(EOFError):
        heard(message("plan the release")[:-missing])
