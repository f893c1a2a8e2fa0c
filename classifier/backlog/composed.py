"""Tables that we compose ourselves, for inputs that were no such table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from classifier.backlog.backlogs import Backlog
from classifier.backlog.rows import our_columns, unguarded
from classifier.tasks import Tag

if TYPE_CHECKING:
    from classifier.backlog.formats import Tagged, Why

SURVEYED = 1000
"""Tasks looked at before the columns are settled: a stream cannot tell what its last task will bring."""
MORE = "more fields"

Row = list[Any]


def tag_cells(tag: Tag | None, why: Why | None) -> Row:
    """Give our cells for a tag: the role, the confidence as a number, the words; empty without a tag."""
    if tag is None:
        return [""] * (2 if why is None else 3)
    cells: Row = [tag.role, tag.shown()]
    if why is not None:
        cells.append(why(tag))
    return cells


def compose(tagged: Iterable[Tagged], backlog: Backlog, why: Why | None) -> Iterator[Row]:
    """Yield a table row by row, header first: an input table with our columns, else title, tag and fields."""
    if backlog.kind == "table":
        return _returned(tagged, backlog, why)
    return _laid_out(tagged, backlog, why)


def _returned(tagged: Iterable[Tagged], backlog: Backlog, why: Why | None) -> Iterator[Row]:
    header = backlog.columns or []
    width = len(header)
    yield from ([unguarded(cell) for cell in row] for row in backlog.origin.preamble)
    yield [*header, *our_columns(header, backlog.notices, why=why is not None)]
    for task, tag in tagged:
        row = [unguarded(cell) for cell in task.record]
        missing = [""] * (width - len(row))
        yield [*row[:width], *missing, *tag_cells(tag, why), *row[width:]] if row else row


def _laid_out(tagged: Iterable[Tagged], backlog: Backlog, why: Why | None) -> Iterator[Row]:
    rest = iter(tagged)
    first = list(islice(rest, SURVEYED))
    names = list(dict.fromkeys(name for task, _ in first for name in backlog.fields(task)))
    names = [name for name in names if name != "title"]  # it is the title already
    ours = our_columns(names, backlog.notices, why=why is not None)
    goes_on = len(first) == SURVEYED and (bool(names) or backlog.kind == "objects")
    yield ["title", *ours, *names, *([MORE] if goes_on else [])]
    known = {"title", *names}
    for task, tag in chain(first, rest):
        if not task.title:
            continue
        fields = backlog.fields(task)
        row = [task.title, *tag_cells(tag, why), *(_cell(fields.get(name)) for name in names)]
        if goes_on:
            more = {name: value for name, value in fields.items() if name not in known}
            row.append(_cell(more) if more else "")
        yield row


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
