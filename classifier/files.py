"""Files that appear whole or not at all, whatever interrupts their writing."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

_LONGEST = 100
"""Bytes of a file's name that go into the name of the file beside it."""


@contextmanager
def beside(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a file beside `path` for writing, and put it there in one step at the end; the old one stays on failure.

    What was written is seen onto the disk first. Errors of the system name `path` itself.
    """
    path = os.fspath(path)
    folder, name = os.path.split(path)
    part = os.path.join(folder, f".{_shortened(name)}.{os.getpid()}.part")
    try:
        # Not `tempfile`: its files are readable by their owner alone, and would stay so after the rename.
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
        _settle(folder or os.curdir)
    except BaseException as error:
        with suppress(OSError):
            os.unlink(part)
        if isinstance(error, OSError) and error.filename in {None, part}:
            error.filename = path
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file by new content in one step, or leave it as it was."""
    with beside(path) as stream:
        stream.write(content)


def sweep(folder: Path, names: Collection[str]) -> None:
    """Remove what writers of these files, killed half way, have left beside them; none may be at work any more."""
    left = set(map(_shortened, names))
    for part in folder.glob(".*.part"):
        if part.name[1:].rsplit(".", 2)[0] in left:
            with suppress(OSError):
                part.unlink()


def _shortened(name: str) -> str:
    return os.fsencode(name)[:_LONGEST].decode("utf-8", "ignore")


def _settle(folder: str) -> None:
    """See the names in a folder onto the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
