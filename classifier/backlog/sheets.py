"""Excel workbooks and OpenDocument sheets.

openpyxl reads and writes workbooks; its cells stay Python's own objects, so that a hostile file ends in an exception
(calamine, though faster, allocates every cell between the first and the last: two cells in opposite corners of a sheet
end the process).
"""

from __future__ import annotations

import datetime
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple
from zipfile import BadZipFile, ZipFile

from classifier.backlog.archives import check_archive
from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.composed import compose, tag_cells
from classifier.backlog.headers import Columns, find_columns, fold
from classifier.backlog.rows import (
    Finder,
    cells_by_name,
    header_at,
    keyed,
    no_task_notice,
    no_title_column,
    our_columns,
)
from classifier.backlog.source import Source
from classifier.errors import BacklogError
from classifier.tasks import Task

if TYPE_CHECKING:
    from classifier.backlog.formats import Tagged, Why

MOST_CELLS = 1_000_000
"""Cells of a sheet that is read; openpyxl takes ten microseconds for each."""
MOST_CELLS_BACK = 500_000
"""Cells of a workbook that is written back; openpyxl takes half a kilobyte for each."""
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_CELL = 1_048_576, 16_384, 32_767
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Row = list[str]


class Sheet(NamedTuple):
    """One sheet, its cells as text."""

    title: str
    rows: list[Row]


class Table(NamedTuple):
    """Where the tasks of a workbook stand."""

    sheet: str
    preamble: list[Row]
    cells: int
    editable: bool


def read(source: Source, options: Options) -> Backlog:
    """Read the first sheet that has a title column."""
    check_archive(source)
    sheets = _opendocument(source) if source.head[30:38] == b"mimetype" else _workbook(source)
    chosen = _choose(source, sheets, options.column)
    sheet, at, columns = chosen
    header = sheet.rows[at]
    notices: list[str] = []
    if len(sheets) > 1:
        others = ", ".join(repr(other.title) for other in sheets if other is not sheet and other.rows)
        if others:
            notices.append(f"Tasks are read from the sheet {sheet.title!r} alone; there is also {others}.")
    names = keyed(header)
    monday = at > 0 and fold(header[0]) == "name"
    editable = source.head[30:38] != b"mimetype"
    found = options.format if options.forced else "monday" if monday else options.format
    return Backlog(
        source,
        found,
        "table",
        _tasks(source, sheet.rows, at, columns, options, notices, _Monday(header) if found == "monday" else None),
        columns=header,
        fields=lambda task: cells_by_name(names, task.record),
        origin=Table(sheet.title, sheet.rows[:at], sum(len(row) for row in sheet.rows), editable),
        notices=notices,
    )


def _choose(source: Source, sheets: Sequence[Sheet], column: str | None) -> tuple[Sheet, int, Columns]:
    for sheet in sheets:
        at = header_at(sheet.rows[:60], column)
        if at < len(sheet.rows) and (columns := find_columns(sheet.rows[at], column)) is not None:
            return sheet, at, columns
    rows = next((sheet.rows for sheet in sheets if sheet.rows), [])
    if not rows:
        raise BacklogError(f"{source.name} holds no task: its sheets are empty.")
    raise BacklogError(no_title_column(source.name, rows[header_at(rows[:60], column)], column))


class _Monday:
    """What monday.com puts between the items of a board."""

    def __init__(self, header: Row) -> None:
        self._header = header
        self._subitem: int | None = None

    def title(self, row: Row, after: Row, title: str) -> str:
        """Give the title of an item or a subitem, "" for the rows between them."""
        if row and row[0].strip():
            names = [fold(cell) for cell in row]
            subitems = names[0] == "subitems" and "name" in names
            self._subitem = names.index("name") if subitems else None
            alone = len(row) == 1 and after[: len(self._header)] == self._header  # the name of a group
            return "" if subitems or alone else title
        at = self._subitem
        return row[at].strip() if at is not None and len(row) > at else ""


def _tasks(
    source: Source,
    rows: list[Row],
    at: int,
    columns: Columns,
    options: Options,
    notices: list[str],
    monday: _Monday | None,
) -> Iterator[Task]:
    header = rows[at]
    finder = Finder(columns, header)
    tasks = untitled = 0
    described = columns.description if options.with_description else None
    for number, row in enumerate(rows[at + 1 :], at + 2):
        title = finder(row)
        if monday is not None:
            after = next((later for later in rows[number : number + 3] if later), [])
            title = monday.title(row, after, title)
        tasks += bool(title)
        untitled += bool(row) and not title
        yield Task(title, row[described] if described is not None and len(row) > described else "", row, number)
    if not tasks:
        raise BacklogError(
            f"{source.name} holds no task: looked for rows with a title in the column {header[columns.title]!r}."
        )
    if untitled:
        notices.append(no_task_notice(untitled, columns))


@contextmanager
def _openpyxl(name: str) -> Iterator[Any]:
    """Lend openpyxl, its warnings silenced, whatever it stumbles over turned into a sentence."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield openpyxl
    except (BacklogError, MemoryError, RecursionError):
        raise
    except Exception as error:  # openpyxl lets through whatever a damaged file makes it stumble over
        raise BacklogError(
            f"{name} is a damaged workbook: open it in a spreadsheet and save it again, or as CSV."
        ) from error


def _workbook(source: Source) -> list[Sheet]:
    with _openpyxl(source.name) as openpyxl:
        book = openpyxl.load_workbook(source.archive(), read_only=True, data_only=True)
        left = MOST_CELLS
        sheets = []
        for page in book.worksheets:
            if page.sheet_state != "visible":
                continue
            page.reset_dimensions()  # what a file says of its size need not be so
            rows = []
            for cells in page.iter_rows(values_only=True):
                left -= 1 + len(cells)
                if left < 0:
                    raise _too_large(source)
                rows.append(_trimmed([_text(cell) for cell in cells]))
            sheets.append(Sheet(page.title, _without_tail(rows)))
        return sheets


def _too_large(source: Source) -> BacklogError:
    return BacklogError(f"{source.name} has more than {MOST_CELLS:,} cells: save the sheet with the tasks as CSV.")


def _trimmed(row: Row) -> Row:
    while row and not row[-1]:
        row.pop()
    return row


def _without_tail(rows: list[Row]) -> list[Row]:
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _text(value: Any) -> str:
    """Spell a cell as a spreadsheet would in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ") if value.time() != datetime.time() else value.date().isoformat()
    return str(value)


def _opendocument(source: Source) -> list[Sheet]:
    from classifier.backlog.opendocument import TooManyCellsError, read_sheets

    try:
        with ZipFile(source.archive()) as archive, archive.open("content.xml") as content:
            return [Sheet(title, _without_tail(rows)) for title, rows in read_sheets(content, MOST_CELLS)]
    except TooManyCellsError as error:
        raise _too_large(source) from error
    except (BadZipFile, zlib.error, KeyError, ValueError, EOFError, SyntaxError, NotImplementedError) as error:
        raise BacklogError(
            f"{source.name} is a damaged sheet: open it in a spreadsheet and save it again, or as CSV."
        ) from error


def write(target: BinaryIO, tagged: Iterable[Tagged], backlog: Backlog, format: str, why: Why | None) -> None:  # noqa: A002, ARG001
    """Write the input's workbook with our columns, or a new one for inputs that were none."""
    if isinstance(backlog.origin, Table) and backlog.origin.editable:
        _write_back(target, tagged, backlog, why)
    else:
        _write_new(target, tagged, backlog, why)


def _write_back(target: BinaryIO, tagged: Iterable[Tagged], backlog: Backlog, why: Why | None) -> None:
    table: Table = backlog.origin
    if table.cells > MOST_CELLS_BACK:
        raise BacklogError(
            f"{backlog.name} is too large to be written back as a workbook: write CSV instead, with --to csv."
        )
    header = backlog.columns or []
    width = len(header)
    with _openpyxl(backlog.name) as openpyxl:
        book = openpyxl.load_workbook(
            backlog.source.archive(), keep_vba=backlog.source.suffix == ".xlsm", rich_text=True
        )
        page = book[table.sheet]
        ours = our_columns(header, backlog.notices, why=why is not None)
        _put(page, len(table.preamble) + 1, width, list(ours))
        last = 0
        for task, tag in tagged:
            if task.line <= last:
                raise BacklogError("Several workbooks cannot be written into one: write CSV instead, with --to csv.")
            last = task.line
            _make_room(page, task.line, width, len(task.record), len(ours))
            if tag is not None:
                _put(page, task.line, width, tag_cells(tag, why))
        if _has_pictures(backlog.source):
            backlog.notices.append("Charts and pictures of the workbook are not in the copy.")
        book.save(target)


def _has_pictures(source: Source) -> bool:
    with ZipFile(source.archive()) as archive:
        return any(name.startswith(("xl/charts/", "xl/media/")) for name in archive.namelist())


def _make_room(page: Any, row: int, width: int, filled: int, columns: int) -> None:
    """Move the cells beyond the header's columns behind ours."""
    if filled > width:
        from openpyxl.utils import get_column_letter

        page.move_range(f"{get_column_letter(width + 1)}{row}:{get_column_letter(filled)}{row}", cols=columns)


def _put(page: Any, row: int, width: int, cells: Sequence[Any]) -> None:
    for column, value in enumerate(cells, width + 1):
        cell = page.cell(row, column)
        _fill(cell, value)


def _fill(cell: Any, value: Any) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with = is no formula
    else:
        cell.number_format = "0.000"


def _write_new(target: BinaryIO, tagged: Iterable[Tagged], backlog: Backlog, why: Why | None) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Tasks")
    cut = 0
    for number, row in enumerate(compose(tagged, backlog, why), 1):
        if number > _MOST_ROWS or len(row) > _MOST_COLUMNS:
            book.close()
            raise BacklogError(
                f"A sheet of Excel holds {_MOST_ROWS:,} rows and {_MOST_COLUMNS:,} columns, {backlog.name} needs more: "
                "write CSV instead, with --to csv."
            )
        cells = []
        for value in row:
            cell = WriteOnlyCell(page)
            if isinstance(value, str):
                cut += len(value) > _LONGEST_CELL
                value = _NOT_XML.sub("\ufffd", value)[:_LONGEST_CELL]
            _fill(cell, value)
            cells.append(cell)
        page.append(cells)
    if cut:
        backlog.notices.append(f"{cut:,} cells were cut to {_LONGEST_CELL:,} characters, the most that Excel holds.")
    book.save(target)
