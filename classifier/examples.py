"""Labelled examples: from files, checked, merged."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from classifier.backlog import Backlog, BacklogError, printable, read
from classifier.backlog.headers import fold
from classifier.tasks import LONGEST_LABEL, UNSURE, Example, Task
from classifier.text import normalise

LABEL_COLUMNS = ("role", "label")
TEXT_COLUMN = "text"
SOURCE_COLUMN = "source"
WEIGHT_COLUMN = "sample_weight"
MOST_WEIGHT = 1000.0
"""What one example may count beside others."""


def read_examples(
    paths: Iterable[str | os.PathLike[str]], *, label: str | None = None, column: str | None = None
) -> list[Example]:
    """Read labelled examples from files; a folder stands for the `*.csv` in it, not for those in its folders.

    The text is in the column `text` or, failing that, in what names a title; the label in `role` or `label`; the
    source in `source`, else it is the file's name without its suffix; how much an example counts in `sample_weight`,
    else 1. `label` and `column` name other columns for label and text. Labels that differ by case alone are one, as
    first spelled.
    Errors: `BacklogError` with file and line.
    """
    spelled = {UNSURE: UNSURE}
    return [
        example._replace(label=spelled.setdefault(example.label.casefold(), example.label))
        for path in paths
        for file in files_in(Path(path))
        for example in _read(file, label, column)
    ]


def merge(known: Iterable[Example], new: Iterable[Example]) -> list[Example]:
    """Put examples together: of those with the same words the last one counts, at the place of the first.

    A label that `known` spells in another case takes that spelling.
    """
    merged: dict[str, Example] = {}
    spelled = {UNSURE: UNSURE}
    for examples in (known, new):
        for example in examples:
            label = spelled.setdefault(example.label.casefold(), example.label)
            merged[key_of(example.text)] = example._replace(label=label)
    return list(merged.values())


def contradictions(examples: Iterable[Example]) -> list[tuple[Example, Example]]:
    """Return the pairs of examples that have the same words and different labels: each with the last one before it."""
    last: dict[str, Example] = {}
    found = []
    for example in examples:
        before = last.get(key_of(example.text), example)
        if before.label != example.label:
            found.append((before, example))
        last[key_of(example.text)] = example
    return found


def key_of(text: str) -> str:
    """Return by what two texts are the same: their words or, where there are none, all that stands there."""
    return normalise(text) or text


def files_in(path: Path) -> list[Path]:
    """Return a file itself, or the `*.csv` in a folder."""
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.csv"))
    if not files:
        raise BacklogError(f"{printable(str(path))} has no .csv file in it: name the files with the labelled examples.")
    return files


def _read(path: Path, label: str | None, column: str | None) -> Iterator[Example]:
    for task, fields in labelled_rows(path, label, column):
        if task.title or any(str(cell).strip() for cell in fields.values()):
            yield _example(path, task, fields, label)


def labelled_rows(path: Path, label: str | None, column: str | None) -> Iterator[tuple[Task, dict[str, Any]]]:
    """Yield every task of a file with its fields, their names folded; a table must have a column for the labels."""
    with _open(path, column) as backlog:
        _check_columns(backlog, label)
        for task in backlog:
            yield task, {fold(name): cell for name, cell in backlog.fields(task).items()}


def _open(path: Path, column: str | None) -> Backlog:
    """Open a file; a table that has both a `text` and what is usually a title is one of examples: `text` counts."""
    backlog = read(path, column=column)
    if column is None and TEXT_COLUMN in map(fold, backlog.columns or ()):
        backlog.close()
        backlog = read(path, column=TEXT_COLUMN)
    return backlog


def _check_columns(backlog: Backlog, label: str | None) -> None:
    if backlog.columns is None:
        return
    names = set(map(fold, backlog.columns))
    wanted = LABEL_COLUMNS if label is None else (label,)
    if names.isdisjoint(map(fold, wanted)):
        raise BacklogError(f"{backlog.name} has no {_no_label(backlog.columns, label)}")


def _no_label(columns: Sequence[str], label: str | None) -> str:
    shown = ", ".join(repr(printable(name)[:40]) for name in columns) or "none"
    if label is not None:
        return f"column {label!r}: its columns are {shown}."
    return f"column 'role' or 'label' (its columns: {shown}): name the one with the labels with --label."


def _example(path: Path, task: Task, fields: dict[str, Any], label: str | None) -> Example:
    place = f"{printable(str(path))}:{task.line}" if task.line else printable(str(path))
    if not task.title:
        raise BacklogError(f"{place} has no text: write it, or take the line out.")
    wanted = LABEL_COLUMNS if label is None else (fold(label),)
    found = next((fields[name] for name in wanted if name in fields), None)
    if found is None:
        raise BacklogError(f"{place} has no {_no_label(list(fields), label)}")
    if not (clean := clean_label(found)):
        raise BacklogError(f"{place} has no label: write one, or take the line out.")
    source = str(fields.get(SOURCE_COLUMN) or "").strip() or path.stem
    return Example(task.title, clean, source, place, _weight(place, fields))


def clean_label(written: Any) -> str:
    """Return a label as it is shown: in one line, of at most `LONGEST_LABEL` characters that no terminal obeys."""
    return printable(" ".join(str(written).split()))[:LONGEST_LABEL]


def _weight(place: str, fields: dict[str, Any]) -> float:
    told = str(fields.get(fold(WEIGHT_COLUMN)) or "").strip()
    try:
        weight = float(told) if told else 1.0
    except ValueError:
        weight = 0.0
    if not 0 < weight <= MOST_WEIGHT:
        raise BacklogError(
            f"{place} has {printable(told)[:40]!r} in {WEIGHT_COLUMN}: write a number above 0, up to {MOST_WEIGHT:g}."
        )
    return weight
