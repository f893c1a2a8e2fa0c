"""Where tagged tasks go, and in which format: the decisions that `predict` makes before it reads a task."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from classifier.backlog import FORMATS, Backlog, format_of_suffix

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "table"
"""The format for the eye: on a terminal, or asked for."""

WRITTEN = (TABLE, *(name for name, form in FORMATS.items() if form.can_write))
"""What `--to` takes."""


def is_folder(out: str | None) -> bool:
    """Say whether an `-o` means a folder, there already or to be made."""
    return out is not None and (out.endswith(("/", os.sep)) or os.path.isdir(out))


def output_format(to: str | None, out: str | None) -> str:
    """Decide on the format for one output: what `--to` says, what the name ends in, a table on a terminal, CSV."""
    if to is not None:
        if to == TABLE and out is not None:
            raise click.UsageError("A table is for the terminal: leave -o out, or choose another --to.")
        return to
    if out is None:
        return TABLE if sys.stdout.isatty() else "csv"
    form = format_of_suffix(out)
    if form is None or form not in WRITTEN:
        raise click.UsageError(
            f"{out!r} does not end in a suffix of a format to write: name the format with --to "
            f"({', '.join(WRITTEN[1:])})."
        )
    return form


def in_folder(out: str, backlog: Backlog, to: str | None) -> tuple[Path, str]:
    """Decide on file and format for one of several inputs: its own name, and its own format where that is written."""
    from pathlib import Path  # takes its time, and a stream does without

    name = Path(backlog.name).name
    form = to or backlog.format
    if form not in WRITTEN and format_of_suffix(name) in WRITTEN:
        form = format_of_suffix(name) or form
    if form not in WRITTEN:
        form = "csv" if backlog.kind in {"table", "text"} else "jsonl"
    if format_of_suffix(name) != form:
        name = Path(name).stem + FORMATS[form].suffixes[0]
    return Path(out) / name, form


def fit_together(backlogs: Sequence[Backlog], form: str) -> bool:
    """Say whether several inputs make one output: always in JSON Lines and for the eye, else those of one shape."""
    if len(backlogs) == 1 or form in {"jsonl", TABLE}:
        return True
    returned = form == "markdown" and any(backlog.kind == "document" for backlog in backlogs)
    return not returned and len({_shape(backlog) for backlog in backlogs}) == 1


def _shape(backlog: Backlog) -> tuple[object, ...]:
    if backlog.kind == "table":
        return ("table", type(backlog.origin), *(backlog.columns or ()))
    return (backlog.kind, backlog.format) if backlog.kind == "objects" else ("titles",)


def leader(backlogs: Sequence[Backlog]) -> Backlog:
    """Choose whose delimiter and encoding the one output has: the first, if its encoding can hold everything."""
    unicode = (backlog for backlog in backlogs if backlog.source.encoding.codec.startswith("utf"))
    return backlogs[0] if len(backlogs) == 1 else next(unicode, backlogs[0])
