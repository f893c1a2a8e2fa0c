"""Where results go: a stream, or a file that appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from classifier.backlog.printing import printable
from classifier.errors import BacklogError
from classifier.files import beside

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
    try:
        if os.path.exists(target) and not (os.path.isfile(target) or os.path.isdir(target)):
            with open(target, "wb") as device:  # a pipe or a device cannot be renamed onto
                yield device
            return
        if os.path.isdir(target):
            raise BacklogError(f"{printable(os.fspath(target))} is a folder: name a file to write to.")
        with beside(os.path.realpath(target)) as stream:
            yield stream
    except OSError as error:
        raise BacklogError(f"{printable(os.fspath(target))} cannot be written: {error.strerror or error}.") from error
