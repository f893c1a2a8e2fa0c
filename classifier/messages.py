"""What two processes of ours say to each other by pipes: marshalled, behind its length. Both run the same Python."""

import marshal
import os
from typing import Any

_LENGTH = 8
"""Bytes for the length of a message."""
_PART = 1 << 20
"""Bytes asked for at a time: whoever asks for all that is to come gets them a pipe at a time, each with room for all."""


def message(content: Any) -> bytes:
    """Return a message as it is sent; raise `ValueError` for what is neither a number, a text nor a collection of them."""
    packed = marshal.dumps(content)
    return len(packed).to_bytes(_LENGTH, "little") + packed


def send(content: Any, target: int) -> None:
    """Send a message, and wait until the other has room for all of it."""
    rest = memoryview(message(content))
    while rest:
        rest = rest[os.write(target, rest) :]


def receive(source: int) -> Any:
    """Wait for a message and return its content; raise `EOFError` where no more will come."""
    return marshal.loads(read_exactly(source, int.from_bytes(read_exactly(source, _LENGTH), "little")))  # noqa: S302


def read_exactly(source: int, size: int) -> bytes:
    """Wait for so many bytes; raise `EOFError` where they will not come."""
    found = bytearray()
    while len(found) < size:
        part = os.read(source, min(size - len(found), _PART))
        if not part:
            raise EOFError
        found += part
    return bytes(found)
