"""JSON and JSON Lines: lists of strings or objects, and what trackers export as such."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.headers import find_columns
from classifier.backlog.printing import OBEYED
from classifier.backlog.source import Source
from classifier.backlog.titles import one_line
from classifier.backlog.values import Cursor, TooLongError
from classifier.errors import BacklogError
from classifier.tasks import Tag, Task

if TYPE_CHECKING:
    from classifier.backlog.formats import Tagged, Why

_WHOLE = 1 << 22
"""Characters an object that holds a list may have to be looked at as a whole before a list in it is chosen."""
_LISTS = (
    "tasks",
    "issues",
    "items",
    "stories",
    "cards",
    "todos",
    "results",
    "nodes",
    "records",
    "data",
    "values",
    "backlog",
)
_DESCRIPTIONS = ("description", "body", "desc", "notes", "details", "content", "text")
_DEEPEST = 6

Found = tuple[Any, int]
"""A value of a list, and its line."""


def read(source: Source, options: Options) -> Backlog:
    """Read tasks from strings and objects, wherever the list is."""
    notices: list[str] = []
    reading = _Trello if options.format == "trello" else _Reading
    return Backlog(
        source, options.format, "objects", reading(source, options, notices).tasks(), fields=_fields, notices=notices
    )


def _fields(task: Task) -> dict[str, Any]:
    return task.record if isinstance(task.record, dict) else {}


class _Reading:
    """One pass over one file."""

    def __init__(self, source: Source, options: Options, notices: list[str]) -> None:
        self._source = source
        self._options = options
        self._notices = notices
        self._paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._seen: list[str] = []
        self._pulls = self._untitled = 0

    def tasks(self) -> Iterator[Task]:
        """Yield the tasks; say at the end what was left out."""
        found = False
        for value, line in self._values(Cursor(self._source)):
            task = self._task(value, line)
            if task is not None:
                found = True
                yield task
        if self._pulls:
            self._notices.append(_count(self._pulls, "pull request is", "pull requests are") + " left out.")
        if self._untitled:
            self._notices.append(
                _count(self._untitled, "entry has no title and is", "entries have no title and are") + " left out."
            )
        if not found:
            raise BacklogError(self._nothing())

    def _nothing(self) -> str:
        looked = "looked for a list of texts, or of objects with a title"
        if not self._seen:
            return f"{self._source.name} holds no task: {looked}."
        shown = ", ".join(repr(key[:40]) for key in self._seen[:30])
        asked = self._options.column
        if asked is not None:
            return f"{self._source.name} has no objects with a member {asked!r}: their members are {shown}."
        return f"{self._source.name} holds no task: {looked}, found members {shown}; name the title's with --column."

    def _values(self, cursor: Cursor) -> Iterator[Found]:
        """Yield the elements of all lists in the file, or its objects where they stand one after another."""
        while start := cursor.peek():
            line = cursor.line
            if start == "[":
                for element, at in cursor.elements():
                    yield from self._flat(element, at)
            elif start == "{":
                try:
                    value = cursor.short_value(_WHOLE)
                except TooLongError:
                    yield from self._streamed(cursor, _DEEPEST)
                else:
                    yield from self._flat(value, line)
            else:
                yield cursor.value(), line
            cursor.take(",")  # Taskwarrior once wrote objects on lines of their own, with commas

    def _streamed(self, cursor: Cursor, deepest: int) -> Iterator[Found]:
        """Yield the elements of the lists of an object too large to be looked at as a whole."""
        for key in cursor.members():
            start = cursor.peek()
            if start == "[" and key.casefold() in _LISTS:
                for element, line in cursor.elements():
                    yield from self._flat(element, line)
            elif start == "{" and deepest:
                yield from self._streamed(cursor, deepest - 1)
            else:
                cursor.skip()

    def _flat(self, value: Any, line: int) -> Iterator[Found]:
        """Yield a value, or the values in it where it is a list or only holds one."""
        if isinstance(value, list):
            for one in value:
                yield from self._flat(one, line)
        elif isinstance(value, dict) and (inner := self._inner_list(value)) is not None:
            yield from self._flat(inner, line)
        else:
            yield value, line

    def _inner_list(self, value: dict[str, Any]) -> list[Any] | None:
        """Find the list that an object is only there to hold."""
        path = self._path(value)
        if path and path[-1].casefold() != "name":
            return None
        lists = [found for found in _lists(value, _DEEPEST) if self._holds_tasks(found[1])]
        named = [found for found in lists if found[0].casefold() in _LISTS]
        if path:
            return named[0][1] if named else None
        if len(named) == 1 or (named and len(lists) > 1):
            return named[0][1]
        if len(lists) > 1:
            names = ", ".join(repr(name) for name, _ in lists)
            raise BacklogError(
                f"{self._source.name} holds several lists ({names}): save the one with the tasks on its own."
            )
        return lists[0][1] if lists else None

    def _holds_tasks(self, values: list[Any]) -> bool:
        return any(isinstance(one, str | list) or (isinstance(one, dict) and self._path(one)) for one in values[:20])

    def _task(self, value: Any, line: int) -> Task | None:
        if isinstance(value, str):
            title = clean(value)
            return Task(title, "", value, line) if title else None
        if not isinstance(value, dict):
            self._untitled += value is not None
            return None
        if value.get("pull_request") and self._options.format == "github":
            self._pulls += 1
            return None
        title = clean(_at(value, self._path(value)))
        if not title:
            self._untitled += 1
            self._seen = self._seen or list(value)
            return None
        return Task(title, _description(value) if self._options.with_description else "", value, line)

    def _path(self, value: dict[str, Any]) -> tuple[str, ...]:
        """Find the member that holds the title; the answer is kept, since most objects of a file are alike."""
        keys = tuple(value)
        path = self._paths.get(keys)
        if path is None:
            if len(self._paths) > 1000:
                self._paths.clear()
            path = self._paths[keys] = self._find_path(value)
        return path

    def _find_path(self, value: dict[str, Any]) -> tuple[str, ...]:
        column = self._options.column
        if column is not None:
            return (column,) if column in value else tuple(column.split("."))
        if self._options.format == "taskwarrior" and "description" in value:
            return ("description",)
        keys = [key for key, inner in value.items() if not isinstance(inner, list | dict)]
        if (columns := find_columns(keys)) is not None:
            return (keys[columns.title],)
        inner = value.get("fields")  # Jira's REST
        if isinstance(inner, dict) and (columns := find_columns(list(inner))) is not None:
            return ("fields", list(inner)[columns.title])
        return ()


class _Trello(_Reading):
    """A board: its cards, but for those put away."""

    def _values(self, cursor: Cursor) -> Iterator[Found]:
        if cursor.peek() != "{":
            yield from super()._values(cursor)
            return
        cards: list[Found] = []
        closed: set[str] = set()
        for key in cursor.members():
            if key == "cards" and cursor.peek() == "[":
                cards.extend(cursor.elements())
            elif key == "lists" and cursor.peek() == "[":
                closed.update(_closed_list(element) for element, _ in cursor.elements())
            else:
                cursor.skip()
        open_cards = [found for found in cards if not _is_archived(found[0], closed)]
        if len(open_cards) < len(cards):
            self._notices.append(
                _count(len(cards) - len(open_cards), "archived card is", "archived cards are") + " left out."
            )
        yield from open_cards

    def _find_path(self, value: dict[str, Any]) -> tuple[str, ...]:  # noqa: ARG002
        return (self._options.column or "name",)


def _closed_list(value: Any) -> str:
    return str(value.get("id")) if isinstance(value, dict) and value.get("closed") else ""


def _is_archived(card: Any, closed: set[str]) -> bool:
    return isinstance(card, dict) and bool(card.get("closed") or str(card.get("idList")) in closed)


def _lists(value: dict[str, Any], deepest: int) -> Iterator[tuple[str, list[Any]]]:
    for key, inner in value.items():
        if isinstance(inner, list):
            yield key, inner
        elif isinstance(inner, dict) and deepest:
            yield from _lists(inner, deepest - 1)


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if path else None


def clean(value: Any) -> str:
    """Make a title of a JSON value; lists, objects and the like are none."""
    return "" if value is None or isinstance(value, bool | list | dict) else one_line(str(value))


def _description(value: dict[str, Any]) -> str:
    annotations = value.get("annotations")
    if isinstance(annotations, list):
        return "\n".join(str(one.get("description", "")) for one in annotations if isinstance(one, dict))
    inner = value.get("fields")
    for holder in (value, inner if isinstance(inner, dict) else {}):
        for key in _DESCRIPTIONS:
            if isinstance(holder.get(key), str):
                return str(holder[key])
    return ""


def _count(number: int, one: str, many: str) -> str:
    return f"1 {one}" if number == 1 else f"{number:,} {many}"


def write(target: BinaryIO, tagged: Iterable[Tagged], backlog: Backlog, format: str, why: Why | None) -> None:  # noqa: A002
    """Write one object a task: title, role, confidence and the input's own fields."""
    encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
    first, between, last = ("[\n", ",\n", "\n]\n") if format == "json" else ("", "\n", "\n")
    before = first
    for task, tag in tagged:
        if not task.title:
            continue
        line = encode(_object(task, tag, backlog, why))
        # JSON lets through what a terminal would obey, and halves of surrogate pairs, which UTF-8 cannot hold.
        if not (line.isascii() and line.isprintable()):
            line = re.sub(OBEYED, lambda match: f"\\u{ord(match[0]):04x}", line)
        target.write(f"{before}{line}".encode())
        before = between
    target.write((last if before == between else "[]\n" if format == "json" else "").encode())


def _object(task: Task, tag: Tag | None, backlog: Backlog, why: Why | None) -> dict[str, Any]:
    written: dict[str, Any] = {"title": task.title}
    written["role"] = tag.role if tag else None
    written["confidence"] = tag.shown() if tag else None
    if tag and tag.unsure_because:
        written["unsure_because"] = tag.unsure_because
    if tag and why is not None:
        written["why"] = why(tag)
    if fields := backlog.fields(task):
        written["fields"] = fields
    return written
