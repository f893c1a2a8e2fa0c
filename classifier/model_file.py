"""The model file: one line of JSON, and behind it, as they are in memory, the columns whose lengths it gives.

Nothing in it can be run. A column that stood in the JSON would be read three times, sign by sign: half of the time that
loading the model takes. Long names and numbers are therefore `bytes` in the content of a model.
"""

import json
import os
from collections.abc import Mapping
from typing import Any, BinaryIO

from classifier.errors import ModelError

FORMAT = 1
"""The number of the format. Raise it with the first change after a release that older readers would get wrong, and keep
a reader for the old number; a new member that they may ignore needs no new number."""

KIND = "taskrole model"

SUFFIX = ".taskrole"
"""What the name of a model file ends in."""

LARGEST_FILE = 64 * 2**20
"""Bytes of a model file that are read; ours has 1.6 MB."""

_LONGEST_HEAD = 4 * 2**20
"""Bytes of the JSON that are read, which takes twenty times as much memory; ours has 12 KB."""

_COLUMNS = "columns"
"""The last member of the JSON: the path to each column, and its length, in the order of the columns behind."""


def model_bytes(model: Mapping[str, Any]) -> bytes:
    """Return the model file for the content of a model: what is to be written."""
    columns: list[tuple[list[str | int], bytes]] = []

    def without_columns(content: Any, path: list[str | int]) -> Any:
        if isinstance(content, bytes):
            columns.append((path, content))
            return None
        if isinstance(content, Mapping):
            return {name: without_columns(each, [*path, name]) for name, each in content.items()}
        if isinstance(content, list | tuple):
            return [without_columns(each, [*path, place]) for place, each in enumerate(content)]
        return content

    head = without_columns(model, [])
    head[_COLUMNS] = [[*path, len(column)] for path, column in columns]
    return b"".join([json.dumps(head).encode("ascii"), b"\n", *(column for _, column in columns)])


def read_model(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the content of a model file, whose kind and format are checked; raise `ModelError` where it is none."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size > LARGEST_FILE:
                raise ModelError(f"{path} is too large for a taskrole model (more than {LARGEST_FILE >> 20} MiB).")
            model = _head(file.readline(_LONGEST_HEAD), path)
            try:
                _put_in(file, model)
            except (ValueError, TypeError, LookupError) as error:
                raise ModelError(
                    f"{path}: this taskrole model is damaged ({str(error)[:200]}); install or train it anew."
                ) from None
    except OSError as error:
        raise ModelError(f"{path}: the model cannot be read ({error.strerror or error}).") from None
    return model


def _head(line: bytes, path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return what the first line says, if it is that of a model."""
    try:
        model = json.loads(line)
    except (ValueError, RecursionError):
        model = None
    if not isinstance(model, dict) or model.get("kind") != KIND:
        pickled = line[:1] in {b"\x80", b"x"}
        what = ", but a pickle or joblib file, which could run anything when loaded" if pickled else ""
        raise ModelError(f"{path} is no taskrole model{what}; give the {SUFFIX} file that `train -o` wrote.")
    if model.get("format") != FORMAT:
        raise ModelError(
            f"{path} has model format {repr(model.get('format'))[:40]}, this taskrole reads format {FORMAT}; "
            "update taskrole, or train the model anew."
        )
    return model


def _put_in(file: BinaryIO, model: dict[str, Any]) -> None:
    """Put columns where they belong, each as it is read: to take them out of one another takes longer than to read."""
    left = LARGEST_FILE  # room for a column is set aside before it is read
    for *path, name, size in model.pop(_COLUMNS):
        column = file.read(size) if 0 <= size <= left else b""
        if len(column) != size:
            raise ValueError("a column is cut short")
        left -= size
        inner: Any = model
        for step in path:
            inner = inner[step]
        inner[name] = column
    if file.read(1):
        raise ValueError("there is more in it than its columns")
