"""CSV and TSV, in every dialect that trackers and spreadsheets write."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, BinaryIO

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.encoding import UTF_8
from classifier.backlog.headers import Columns, find_columns, first_column
from classifier.backlog.rows import (
    Finder,
    cells_by_name,
    guarded,
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

LONGEST_CELL = 10_000_000
"""Characters; the csv module needs four bytes for each while it reads a cell."""
_DELIMITERS = ",;\t|^"
_END = "\x00\x1bend of the table\x1b\x00"
"""A line added after the last one: a quote still open swallows it."""


class Dialect:
    """How a table was spelled, so that it can be spelled the same again."""

    def __init__(self, delimiter: str, newline: str = "\n", *, all_quoted: bool = False) -> None:
        self.delimiter = delimiter
        self.newline = newline
        self.all_quoted = all_quoted


class Delimited:
    """What of a table does not show in its rows."""

    def __init__(self, dialect: Dialect, preamble: list[list[str]]) -> None:
        self.dialect = dialect
        self.preamble = preamble


class Layout:
    """What the first rows of a table tell."""

    def __init__(
        self, dialect: Dialect, preamble: int, header: list[str], columns: Columns | None, *, steady: bool
    ) -> None:
        self.dialect = dialect
        self.preamble = preamble
        """Rows above the header."""
        self.header = header
        self.columns = columns
        self.steady = steady
        """Whether most rows have more than one cell."""


def find_layout(sample: str, *, column: str | None = None, tracker: str = "", delimiters: str = _DELIMITERS) -> Layout:
    """Find delimiter, header and title column from the start of a table."""
    return _find_layout(sample, column, tracker, delimiters)


@lru_cache(maxsize=1)  # who detects the format and who reads it ask the same
def _find_layout(sample: str, column: str | None, tracker: str, delimiters: str) -> Layout:
    newline = next((end for end in ("\r\n", "\n", "\r") if end in sample), "\n")
    if _names_delimiter(sample):
        delimiters, sample = sample[4], sample[5:]
    # Those that do not occur all see the same single column: the first of them speaks for all.
    absent = [delimiter for delimiter in delimiters if delimiter not in sample][1:]
    layouts = [_layout(sample, each, newline, column, tracker) for each in delimiters if each not in absent]
    return max(layouts, key=_likeliness)


def _names_delimiter(sample: str) -> bool:
    """Say whether a table begins as Excel names the delimiter, with a line such as `sep=;` above the header."""
    return sample[:4].lower() == "sep=" and sample[4:5] != "\n" and sample[5:7].startswith(("\n", "\r\n"))


def _likeliness(layout: Layout) -> tuple[bool, bool, int]:
    return layout.columns is not None, len(layout.header) > 1, len(layout.header)


def _layout(sample: str, delimiter: str, newline: str, column: str | None, tracker: str) -> Layout:
    rows: list[list[str]] = []
    try:
        with _long_cells():
            rows.extend(islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 60))
    except csv.Error:  # what is wrong is said when the whole table is read
        pass
    at = header_at(rows, column)
    header = rows[at] if at < len(rows) else []
    cells = sample.lstrip("\ufeff").partition(newline)[0].split(delimiter)
    quoted = all(cell[:1] == cell[-1:] == '"' and len(cell) > 1 for cell in cells)
    below = [row for row in rows[at + 1 :] if row]
    steady = sum(len(row) > 1 for row in below) * 2 > len(below)
    columns = find_columns(header, column, tracker)
    return Layout(Dialect(delimiter, newline, all_quoted=quoted), at, header, columns, steady=steady)


@contextmanager
def _long_cells() -> Iterator[None]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    yield


def read(source: Source, options: Options) -> Backlog:
    """Read a table; every row comes back as a task, those that hold none with an empty title."""
    notion = options.format == "notion"
    layout = find_layout(
        source.sample,
        column=options.column,
        tracker=options.format if options.forced else "",
        delimiters="\t" if options.format == "tsv" and options.forced else _DELIMITERS,
    )
    notices: list[str] = []
    reader, end = _reader(source, layout.dialect)
    head = _head(source, reader, layout.preamble)
    header = head[-1]  # of the sample it was perhaps only the start
    columns = find_columns(header, options.column, options.format)
    if notion and options.column is None and header:
        notices += [] if columns else [_first_is_title(source.name, header)]
        columns = first_column()
    if columns is None:
        if len(header) < 2 and not options.forced and options.column is None:
            return _as_text(source, options)
        raise BacklogError(no_title_column(source.name, header, options.column))
    names = keyed(header)
    found = options.format if options.forced or not columns.tracker else columns.tracker

    def fields(task: Task) -> dict[str, Any]:
        return cells_by_name(names, task.record)

    return Backlog(
        source,
        found,
        "table",
        _tasks(source, reader, end, header, columns, options.with_description, notices),
        columns=header,
        fields=fields,
        origin=Delimited(layout.dialect, head[:-1]),
        notices=notices,
    )


def _head(source: Source, reader: Any, preamble: int) -> list[list[str]]:
    try:
        head = list(islice(reader, preamble + 1))
    except csv.Error as error:
        raise BacklogError(_csv_failure(source, 1, error)) from error
    if len(head) <= preamble or _END in head[-1][-1:]:
        raise BacklogError(f"{source.name} holds no task: it has no row that could be a header.")
    if head[-1] and head[-1][-1].endswith(_END):
        _check_end(source, head[-1], 1)
    return head


def _first_is_title(name: str, header: list[str]) -> str:
    return f"{name} is read as an export of Notion, whose first column is the title, {header[0]!r}; name another with --column."


def _as_text(source: Source, options: Options) -> Backlog:
    """Read a list that is named like a table."""
    from classifier.backlog import text

    backlog = text.read(source, Options("text", options.column, options.with_description, forced=options.forced))
    backlog.notices.append(f"{source.name} has one column and no header: it is read as plain text, one task a line.")
    return backlog


class _End:
    """Whether the reader has asked for a line after the last one."""

    reached = False


def _reader(source: Source, dialect: Dialect) -> tuple[Any, _End]:
    end = _End()

    def last_line() -> Iterator[str]:
        end.reached = True
        yield _END

    with _long_cells():
        return csv.reader(chain(source.text(), last_line()), delimiter=dialect.delimiter), end


def _tasks(
    source: Source,
    reader: Any,
    end: _End,
    header: list[str],
    columns: Columns,
    with_description: bool,
    notices: list[str],
) -> Iterator[Task]:
    title_of = Finder(columns, header)
    at = columns.title
    plain = title_of.plain
    described = columns.description if with_description else None
    line = reader.line_num + 1
    tasks = untitled = 0
    description = ""
    try:
        for row in reader:
            if end.reached:
                _check_end(source, row, line)
                break
            title = row[at].strip() if plain and len(row) > at else ""
            if not title or title_of.suspicious(title, row):
                title = title_of(row)
            if title:
                tasks += 1
            elif row:
                untitled += 1
            if described is not None:
                description = row[described] if len(row) > described else ""
            yield Task(title, description, row, line)
            line = reader.line_num + 1
    except csv.Error as error:
        raise BacklogError(_csv_failure(source, line, error)) from error
    if not tasks:
        raise BacklogError(
            f"{source.name} holds no task: looked for rows with a title in the column {header[at]!r}."
            if at < len(header)
            else f"{source.name} holds no task."
        )
    if untitled:
        notices.append(no_task_notice(untitled, columns))


def _check_end(source: Source, row: list[str], line: int) -> None:
    if row != [_END]:
        raise BacklogError(
            f'{source.at(line)}, opens a quote that is never closed: add the missing " or remove the first one.'
        )


def _csv_failure(source: Source, line: int, error: csv.Error) -> str:
    if "field limit" in str(error):
        return (
            f"{source.at(line)}, has a cell of more than {LONGEST_CELL // 1_000_000} million characters: "
            'probably a " that is never closed.'
        )
    return f"{source.at(line)}, is no row of a table ({error}): export the file again."


def write(target: BinaryIO, tagged: "Iterable[Tagged]", backlog: Backlog, format: str, why: "Why | None") -> None:  # noqa: A002
    """Write a table: one that came in as it came, plus our columns; anything else as title, tag and fields."""
    if isinstance(backlog.origin, Delimited):
        encoding, rows = backlog.source.encoding, _returned(tagged, backlog, why)
        dialect = backlog.origin.dialect
    else:
        from classifier.backlog.composed import compose  # a table that comes back is not composed

        encoding, rows = UTF_8, (_guarded(row) for row in compose(tagged, backlog, why))
        dialect = Dialect(",")
    if (format == "tsv") != (dialect.delimiter == "\t"):
        dialect = Dialect("\t" if format == "tsv" else ",", dialect.newline, all_quoted=dialect.all_quoted)
    target.write(encoding.mark)
    stream = io.TextIOWrapper(target, encoding.codec, errors="replace", newline="")
    try:
        write_rows(stream, dialect, rows)
    finally:
        stream.detach()


def write_rows(stream: io.TextIOWrapper, dialect: Dialect, rows: Iterable[list[str]]) -> None:
    """Write rows as the csv module does; those that need no quotes, which are most, at a fifth of its cost."""
    writer = _writer(stream, dialect)
    delimiter = dialect.delimiter
    for row in rows:
        line = delimiter.join(row)
        special = '"' in line or "\n" in line or "\r" in line or line.count(delimiter) >= len(row)
        if special or len(row) < 2 or dialect.all_quoted:
            writer.writerow(row)
        else:
            stream.write(line + dialect.newline)


def _guarded(row: list[Any]) -> list[str]:
    return [guarded(cell) if isinstance(cell, str) else f"{cell:.3f}" for cell in row]


class _Lines:
    """A stream whose writer ends lines with CR LF, so that it quotes both, while the file has another end."""

    def __init__(self, stream: io.TextIOWrapper, newline: str) -> None:
        self._write: Callable[[str], int] = stream.write
        self._newline = newline

    def write(self, line: str) -> int:
        """Write one row with the file's own line end."""
        return self._write(line[:-2] + self._newline)


def _writer(stream: io.TextIOWrapper, dialect: Dialect) -> Any:
    # The csv module leaves a lone CR unquoted unless it is part of the line end.
    lines = stream if dialect.newline == "\r\n" else _Lines(stream, dialect.newline)
    quoting = csv.QUOTE_ALL if dialect.all_quoted else csv.QUOTE_MINIMAL
    return csv.writer(lines, delimiter=dialect.delimiter, lineterminator="\r\n", quoting=quoting)  # type: ignore[arg-type]


def _returned(tagged: "Iterable[Tagged]", backlog: Backlog, why: "Why | None") -> Iterator[list[str]]:
    """Yield rows as they came, ours after the header's own columns, surplus cells after ours."""
    header = backlog.columns or []
    width = len(header)
    empty = [""] * (2 if why is None else 3)
    yield from backlog.origin.preamble
    yield [*header, *our_columns(header, backlog.notices, why=why is not None)]
    for task, tag in tagged:
        row = task.record
        if tag is None:
            cells = empty
        elif why is None:
            cells = [tag.role, f"{tag.shown():.3f}"]
        else:
            cells = [tag.role, f"{tag.shown():.3f}", guarded(why(tag))]
        if len(row) == width:
            yield row + cells
        elif not row:
            yield row
        else:
            yield row[:width] + [""] * (width - len(row)) + cells + row[width:]
