"""What a user gives to learn from: labelled files of any kind, and tagged backlogs in which some tags were corrected."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from classifier.backlog import printable
from classifier.backlog.headers import fold
from classifier.examples import (
    LABEL_COLUMNS,
    SOURCE_COLUMN,
    clean_label,
    contradictions,
    files_in,
    key_of,
    labelled_rows,
)
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example, Task

CONFIDENCE = "confidence"
"""The column by which a file that we tagged is known."""

OURS = "taskrole"
"""What the names of our columns begin with where the input had a role and a confidence of its own."""


class Given(NamedTuple):
    """What files hold that can be learned from."""

    examples: list[Example]
    rows: int
    guesses: int
    """Rows of tagged files whose role is what the model says anyway."""
    complaints: list[str]
    """Sentences, each about one row that was left out or replaces another, with file and line."""


def read_given(
    paths: Iterable[str | Path],
    *,
    tagger: Tagger | None = None,
    labels: Sequence[str] | None = None,
    label: str | None = None,
    column: str | None = None,
) -> Given:
    """Read labelled files; what cannot be used is named and left out.

    With a `tagger`, of a file that carries our confidence only the rows count whose role is not what it says. `labels`
    are those that are known; without them any will do. `label` and `column` name the columns of label and text.
    Errors: `BacklogError` for a file that cannot be read at all.
    """
    reading = _Reading(tagger, labels, label)
    for path in paths:
        for file in files_in(Path(path)):
            for task, fields in labelled_rows(file, label, column):
                reading.take(file, task, fields)
    return reading.given()


class _Reading:
    def __init__(self, tagger: Tagger | None, labels: Sequence[str] | None, column: str | None) -> None:
        self._tagger = tagger
        self._labels = None if labels is None else {name.casefold(): name for name in (*labels, UNSURE)}
        self._spelled = {UNSURE: UNSURE}
        self._column = None if column is None else fold(column)
        self._examples: list[Example] = []
        self._complaints: list[str] = []
        self._rows = self._guesses = 0

    def take(self, path: Path, task: Task, fields: dict[str, Any]) -> None:
        """Take one row, if it can be used."""
        place = f"{printable(str(path))}:{task.line}" if task.line else printable(str(path))
        written, ours = self._label(fields)
        if not task.title and not written:
            return
        self._rows += 1
        if not task.title:
            self._complaints.append(f"{place} has a label and no text: left out.")
        elif not written:
            self._complaints.append(f"{place} has no label: left out.")
        elif (label := self._known(written)) is None:
            self._complaints.append(f"{place} has the label {printable(written)!r}{self._advice(written)}: left out.")
        elif ours and self._tagger is not None and self._tagger.tag([task.title])[0].role == label:
            self._guesses += 1
        else:
            source = str(fields.get(SOURCE_COLUMN) or "").strip() or path.stem
            self._examples.append(Example(task.title, label, source, place))

    def _label(self, fields: dict[str, Any]) -> tuple[str, bool]:
        """Return the label of a row, and whether the file is one that we tagged."""
        prefix = max((name[: -len(CONFIDENCE)] for name in fields if _is_our_confidence(name)), key=len, default=None)
        wanted = list(LABEL_COLUMNS)
        if self._column is not None:
            wanted = [self._column]
        elif prefix is not None:
            wanted.insert(0, f"{prefix}role")
        found = next((fields[name] for name in wanted if fields.get(name) is not None), "")
        return clean_label(found), prefix is not None

    def _known(self, written: str) -> str | None:
        if self._labels is None:
            return self._spelled.setdefault(written.casefold(), written)
        return self._labels.get(written.casefold())

    def _advice(self, written: str) -> str:
        known = self._labels or {}
        close = get_close_matches(written.casefold(), known, 1)
        if close:
            return f", which is no role here (did you mean {known[close[0]]!r}?)"
        return f", which is no role here (there is {', '.join(known.values())}; --from-scratch takes any)"

    def given(self) -> Given:
        """Return what was taken: each text once, contradictory ones not at all."""
        clashing = contradictions(self._examples)
        keys = {key_of(after.text) for _, after in clashing}
        for before, after in clashing:
            self._complaints.append(
                f"{after.where} says {printable(after.label)} and {before.where} says {printable(before.label)} of "
                f"{printable(after.text)!r}: both left out."
            )
        kept: dict[str, Example] = {}
        for example in self._examples:
            key = key_of(example.text)
            if key in keys:
                continue
            if key in kept:
                self._complaints.append(f"{example.where} repeats {kept[key].where}: counted once.")
            kept.setdefault(key, example)
        return Given(list(kept.values()), self._rows, self._guesses, self._complaints)


def _is_our_confidence(name: str) -> bool:
    return name == CONFIDENCE or (name.startswith(OURS) and name.endswith(f" {CONFIDENCE}"))
