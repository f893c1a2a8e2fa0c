"""What all tables share, however they are stored: which rows are tasks, and where our columns stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from classifier.backlog.headers import Columns, find_columns, fold
from classifier.backlog.titles import one_line

OURS = ("role", "confidence", "why")
_TOTALS = frozenset(
    f(word)
    for word in ("total", "totals", "subtotal", "grand total", "sum", "gesamt", "summe")
    for f in (str, str.title, str.upper)
)
# Patterns are compiled when they are first used: few tables need them.
_NUMBER = r"[-+]?(\d+([.,]\d+)*|[.,]\d+)%?$"
_RUN = frozenset("=+-@\t\r＝＋－＠")
"""What a spreadsheet takes for the start of a formula."""
_OTHER_KINDS = {
    "todoist": "sections, notes and settings",
    "trello-csv": "archived cards",
    "ms-project-csv": "the project itself",
}
"""What else than tasks the rows of a tool's tables hold."""
_TODOIST_LABELS = r"(?:(?<=\s)|^)@[^\s@]+(?=\s|$)"


def guarded(cell: str) -> str:
    """Put `'` before text that a spreadsheet would run; `unguarded` takes it off again."""
    return "'" + cell if _would_run(cell) else cell


def unguarded(cell: str) -> str:
    """Take off the `'` that `guarded` put on."""
    return cell[1:] if cell[:1] == "'" and _would_run(cell) else cell


def _would_run(cell: str) -> bool:
    bare = cell.lstrip("'")
    return bare[:1] in _RUN and bare != "" and not re.match(_NUMBER, bare)


def keyed(header: Sequence[str]) -> list[str]:
    """Name every column once: `Labels`, `Labels (2)`; nameless ones by their number."""
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(header, 1):
        name = base = cell.strip("\ufeff").strip() or f"column {number}"
        count = 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        names.append(name)
    return names


def our_columns(header: Sequence[str], notices: list[str], *, why: bool) -> list[str]:
    """Name our columns, apart from columns of the input that have their names already; says so in `notices`."""
    ours = list(OURS if why else OURS[:2])
    taken = {fold(cell) for cell in header}
    clashing = [name for name in ours if name in taken]
    if not clashing:
        return ours
    prefix, number = "taskrole_", 1
    while any(fold(prefix + name) in taken for name in ours):
        number += 1
        prefix = f"taskrole{number}_"
    renamed = [prefix + name for name in ours]
    notices.append(
        f"The input has a column named {' and one named '.join(clashing)} already: ours are {', '.join(renamed)}."
    )
    return renamed


def header_at(rows: Sequence[Sequence[str]], column: str | None) -> int:
    """Find the header: the first row that is more than a remark, a link or the name of the whole."""
    if column is not None:
        for at, row in enumerate(rows):
            if column in row:
                return at
    for at, row in enumerate(rows):
        filled = sum(1 for cell in row if cell.strip())
        if filled > 1 and not row[0].lstrip("\ufeff").startswith("#"):
            return at
        if filled == 1 and find_columns(row) is not None and not _wider_below(rows, at):
            return at
    return next((at for at, row in enumerate(rows) if any(row)), 0)


def _wider_below(rows: Sequence[Sequence[str]], at: int) -> bool:
    return any(sum(1 for cell in row if cell.strip()) > 1 for row in rows[at + 1 : at + 5])


def cells_by_name(names: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Name the cells of a row; those beyond the header by their number."""
    cells = [unguarded(cell) for cell in row]
    named = dict(zip(names, cells, strict=False))
    for number, cell in enumerate(cells[len(names) :], len(names) + 1):
        named[f"column {number}"] = cell
    return named


def no_title_column(name: str, header: Sequence[str], column: str | None) -> str:
    """Say which columns there are and how to name the right one."""
    shown = ", ".join(repr(cell[:40]) for cell in header[:30]) + (", …" if len(header) > 30 else "")
    if column is not None:
        return f"{name} has no column {column!r}: its columns are {shown or 'none'}."
    return f"{name} has no column that is named like a title (its columns: {shown or 'none'}): name it with --column."


def no_task_notice(rows: int, columns: Columns) -> str:
    """Say how many rows hold no task: those without a title and, for tools that mix them, of another kind."""
    others = None if columns.kind is None else _OTHER_KINDS.get(columns.tracker)
    if others is None:
        return "1 row has no title and is no task." if rows == 1 else f"{rows:,} rows have no title and are no tasks."
    number = "1 row is no task" if rows == 1 else f"{rows:,} rows are no tasks"
    return f"{number}: left out are {others}, and rows without a title."


class Finder:
    """Find the title in a row, or "" in a row that is no task."""

    def __init__(self, columns: Columns, header: Sequence[str]) -> None:
        self._columns = columns
        self._header = list(header)
        self._own = header[columns.title].strip() if columns.title < len(header) else ""
        self._sections = columns.tracker == "asana" and "section/column" not in map(fold, header)
        self.plain = columns.kind is None and len(columns.titles) == 1 and not self._sections
        """Whether the title is simply in its column, but for `suspicious` ones."""

    def suspicious(self, title: str, row: Sequence[Any]) -> bool:
        """Say whether a title needs a closer look: a repeated header, a total, a remark, more than one line."""
        return (
            title == self._own
            or title in _TOTALS
            or title[0] in "#'"
            or not title.isprintable()
            or (len(row) == 1 and len(self._header) > 1)
        )

    def __call__(self, row: Sequence[str]) -> str:
        """Give the title of any row."""
        columns = self._columns
        title = next((row[at] for at in columns.titles if len(row) > at and row[at].strip()), "").strip()
        if not title or not self._is_task(title, row):
            return ""
        title = one_line(unguarded(title))
        return _todoist(title) if columns.tracker == "todoist" else title

    def _is_task(self, title: str, row: Sequence[str]) -> bool:
        if title == self._own and list(row[: len(self._header)]) == self._header:
            return False
        if len(self._header) > 1 and len(row) == 1 and title.startswith("#"):
            return False
        if title in _TOTALS and not any(_is_word(cell) for cell in row if cell.strip() != title):
            return False
        if self._sections and title.endswith(":"):
            return False
        return self._is_kind(row)

    def _is_kind(self, row: Sequence[str]) -> bool:
        kind = self._columns.kind
        if kind is None or len(row) <= kind:
            return True
        if self._columns.tracker == "todoist":
            return row[kind].strip().casefold() == "task"
        if self._columns.tracker == "trello-csv":
            return row[kind].strip().casefold() != "true"
        return row[kind].strip() != "0"  # MS Project: the project itself stands above the first level


def _todoist(title: str) -> str:
    """Strip labels, and reduce the Markdown that Todoist's titles are written in."""
    from classifier.backlog.markdown import plain

    return plain(re.sub(_TODOIST_LABELS, "", title))


def _is_word(cell: str) -> bool:
    return any(character.isalpha() for character in cell)
