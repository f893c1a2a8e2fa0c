"""Where results go: a stream, or a file that appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from classifier.backlog.printing import printable
from classifier.errors import BacklogError

if TYPE_CHECKING:
    from pathlib import Path

Target = str | os.PathLike[str] | BinaryIO


@contextmanager
def open_target(target: Target) -> Iterator[BinaryIO]:
    """Open a path or a binary stream for writing.

    A file is written beside its place and renamed at the end, so that no failure leaves half a file; a stream is
    flushed and stays open.
    """
    if not isinstance(target, str | os.PathLike):
        yield target
        target.flush()
        return
    from pathlib import Path  # takes its time, and streams do without

    path = Path(os.path.realpath(target))  # a link stays a link to the new file
    try:
        if path.exists() and not path.is_file() and not path.is_dir():  # a pipe or a device cannot be renamed onto
            with path.open("wb") as device:
                yield device
            return
        with _beside(path) as stream:
            yield stream
    except OSError as error:
        raise BacklogError(f"{printable(str(target))} cannot be written: {error.strerror or error}.") from error


@contextmanager
def _beside(path: Path) -> Iterator[BinaryIO]:
    if path.is_dir():
        raise BacklogError(f"{printable(str(path))} is a folder: name a file to write to.")
    part = path.with_name(f".{path.name[:100]}.{os.getpid()}.part")
    # Not `tempfile`: its files are readable by their owner alone, and would stay so after the rename.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
