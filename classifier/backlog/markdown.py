"""Markdown: check boxes, bullets and tables; and the same document back, with remarks.

The blocks are markdown-it's finding; lines are kept as they were, so that a document comes back to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.headers import Columns, find_columns
from classifier.backlog.source import Source
from classifier.backlog.titles import one_line
from classifier.errors import BacklogError
from classifier.tasks import Tag, Task

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from classifier.backlog.formats import Tagged, Why

LARGEST = 1 << 23
"""Bytes; markdown-it needs some hundred bytes for each line."""
_LONGEST_MARKUP = 20_000
"""Characters of a title that markup is looked for in."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BOX = re.compile(r"\[[ xX/-]\](?:\s+|$)")
_RULE = re.compile(r":?-+:?$")
_PIPE = re.compile(r"(?<!\\)\|")
_MARKUP = re.compile(r"[\\`*_\[\]<>&~]")
_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_REMARK = re.compile(r" ?<!-- role: [^<>\r\n]* -->")
_TAG = re.compile(r"<!-- role: ([^<>\r\n]*?) +([01]\.\d+)(?: [^<>\r\n]*)? -->")
_ESCAPED = re.compile(r"([\\`*_\[\]<>&~|])")
_NOTION_PAGE = re.compile(r" [0-9a-f]{32}\.md$", re.IGNORECASE)
_KANBAN_SETTINGS = "\n%% kanban:settings"


class Place(NamedTuple):
    """Where a task stands in the document: a line from 0, and in a table the number of its cell."""

    line: int
    text: str
    cell: int | None = None


class Found(NamedTuple):
    """Text that may be a task."""

    kind: str
    """"box", "bullet" or "row"."""
    text: str
    place: Place


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("strikethrough")
    parser.core.ruler.enableOnly(["block"])  # what is inside a line is looked at for tasks alone
    return parser


def read(source: Source, options: Options) -> Backlog:
    """Read check boxes and rows of task tables, or bullets where there are neither."""
    document = source.document(LARGEST, "split it, or read it line by line with --from text")
    lines = _LINE.findall(document)

    def fields(task: Task) -> dict[str, Any]:
        """Read our remark on a task, where it has one: people correct it there."""
        found = _TAG.search(lines[task.record.line]) if lines else None
        return {"role": found[1], "confidence": found[2]} if found else {}

    return Backlog(source, options.format, "document", _tasks(source, options, lines), fields=fields, origin=lines)


def _tasks(source: Source, options: Options, lines: Sequence[str]) -> Iterator[Task]:
    headers: list[list[str]] = []
    found = list(_found(lines, options.column, headers))
    wanted = ("box", "row") if any(one.kind != "bullet" for one in found) else ("bullet",)
    chosen = [one for one in found if one.kind in wanted] or list(_page_title(source.name, lines))
    tasks = 0
    for one in chosen:
        if title := plain(one.text):
            tasks += 1
            yield Task(title, "", one.place, one.place.line + 1)
    if not tasks:
        raise BacklogError(_nothing(source.name, headers))


def _nothing(name: str, headers: list[list[str]]) -> str:
    looked = "looked for check boxes, bullets and tables with a title column"
    if headers:
        return f"{name} holds no task: {looked}; its first table has {', '.join(map(repr, headers[0]))}: name one with --column."
    return f"{name} holds no task: {looked}; read it line by line with --from text."


def _page_title(name: str, lines: Sequence[str]) -> Iterator[Found]:
    """Take a page of Notion without lists for the one task that it is."""
    if _NOTION_PAGE.search(name) and lines and lines[0].startswith("# "):
        yield Found("page", lines[0][2:], Place(0, ""))


def _blanked(lines: Sequence[str]) -> str:
    """Put the document together without what is not Markdown, each line still in its place."""
    kept = [line.rstrip("\r\n").replace("\0", "\ufffd") for line in lines]
    if kept and kept[0].rstrip() == "---":  # front matter
        end = next((at for at, line in enumerate(kept[1:], 1) if line.rstrip() in ("---", "...")), 0)
        kept[: end + 1] = [""] * (end + 1)
    return "\n".join(kept).partition(_KANBAN_SETTINGS)[0]  # Obsidian puts them last


def _found(lines: Sequence[str], column: str | None, headers: list[list[str]]) -> Iterator[Found]:
    waiting: list[bool] = []
    for token in _parser().parse(_blanked(lines)):
        if token.type == "list_item_open":
            waiting[-1:] = [False] * len(waiting[-1:])
            waiting.append(True)
        elif token.type == "list_item_close":
            waiting.pop()
        elif token.type == "inline":
            if waiting and waiting[-1]:
                waiting[-1] = False
                yield _item(token)
            elif "|" in token.content:
                yield from _rows(token, column, headers)


def _item(token: Token) -> Found:
    box = _BOX.match(token.content)
    start, end = token.map or (0, 1)
    return Found("box" if box else "bullet", token.content[box.end() if box else 0 :], Place(max(start, end - 1), ""))


def _rows(token: Token, column: str | None, headers: list[list[str]]) -> Iterator[Found]:
    """Yield the rows of the table that a paragraph holds, if its columns are those of a list of tasks."""
    lines = token.content.split("\n")
    rule = next((at for at, line in enumerate(lines) if at and _is_rule(line)), 0)
    if not rule:
        return
    header = [plain(cell) for cell in _cells(lines[rule - 1])]
    columns = find_columns(header, column)
    if columns is None:
        headers.append(header)
        return
    first = (token.map or (0, 0))[0]
    for at, line in enumerate(lines[rule + 1 :], rule + 1):
        if found := _row(line, first + at, columns):
            yield found


def _row(line: str, number: int, columns: Columns) -> Found | None:
    cells = _cells(line)
    at = next((at for at in columns.titles if at < len(cells) and cells[at].strip()), None)
    if at is None:
        return None
    box = _BOX.match(cells[at].strip())
    return Found("row", cells[at].strip()[box.end() if box else 0 :], Place(number, line.strip(), at))


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and all(_RULE.match(cell.strip()) for cell in _cells(line))


def _cells(line: str) -> list[str]:
    cells = _PIPE.split(line.strip())
    return cells[line.strip().startswith("|") : len(cells) - (len(cells) > 1 and not cells[-1].strip())]


def plain(text: str) -> str:
    """Reduce inline markup to its text."""
    text = _WIKI.sub(r"\1", _REMARK.sub("", text)).replace("\ufffd", "")
    if len(text) > _LONGEST_MARKUP or not _MARKUP.search(text):
        return one_line(text)
    children: list[Token] = []
    parser = _parser()
    parser.inline.parse(text.replace("\\|", "|"), parser, {}, children)
    return one_line("".join(map(_text_of, children)))


def _text_of(token: Token) -> str:
    if token.type in ("text", "text_special", "code_inline"):
        return token.content
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(map(_text_of, token.children or []))


def write(target: BinaryIO, tagged: Iterable[Tagged], backlog: Backlog, format: str, why: Why | None) -> None:  # noqa: A002, ARG001
    """Write the same document with a remark after each task, or a table of tasks where the input was no Markdown."""
    if backlog.format == "markdown":
        _write_document(target, tagged, backlog, why)
    else:
        _write_table(target, tagged, why)


def _write_document(target: BinaryIO, tagged: Iterable[Tagged], backlog: Backlog, why: Why | None) -> None:
    lines = list(backlog.origin)
    for task, tag in tagged:
        place: Place = task.record
        lines[place.line] = _remarked(lines[place.line], place, _remark(tag, why))
    encoding = backlog.source.encoding
    target.write(encoding.mark)
    target.writelines(line.encode(encoding.codec, "replace") for line in lines)


def _remark(tag: Tag | None, why: Why | None) -> str:
    if tag is None:
        return ""
    words = f" ({why(tag)})" if why is not None else ""
    # Nothing in a remark may end it early, nor open markup that the line goes on with.
    words = re.sub(r"-(?=-)|[<>`|\\\r\n]", " ", words)
    return f" <!-- role: {one_line(tag.role)} {tag.shown(2):.2f}{words} -->"


def _remarked(line: str, place: Place, remark: str) -> str:
    """Put a remark at the end of a line, or of a cell, in place of the one that stood there."""
    bare = _REMARK.sub("", line)
    at = len(bare)
    if place.cell is not None:
        row = _REMARK.sub("", place.text)
        start = bare.rfind(row)
        pipes = [start + pipe.start() for pipe in _PIPE.finditer(row)]
        closing = place.cell + row.startswith("|")
        at = pipes[closing] if closing < len(pipes) else start + len(row)
    text = bare[:at].rstrip()
    return text + remark + bare[len(text) :]


def _write_table(target: BinaryIO, tagged: Iterable[Tagged], why: Why | None) -> None:
    ours = ("Role", "Confidence") if why is None else ("Role", "Confidence", "Why")
    target.write(f"| Task | {' | '.join(ours)} |\n|---{'|---' * len(ours)}|\n".encode())
    for task, tag in tagged:
        if task.title:
            cells: list[Any] = [task.title, tag.role if tag else "", f"{tag.shown():.3f}" if tag else ""]
            if why is not None:
                cells.append(why(tag) if tag else "")
            target.write(f"| {' | '.join(_escaped(cell) for cell in cells)} |\n".encode())


def _escaped(cell: str) -> str:
    return _ESCAPED.sub(r"\\\1", one_line(cell))
