"""todo.txt: one task a line, with marks in it (github.com/todotxt/todo.txt)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.source import Source
from classifier.backlog.titles import one_line
from classifier.errors import BacklogError
from classifier.tasks import Task

_START = re.compile(r"(?:x\s+)?(?:\([A-Z]\)\s+)?(?:\d{4}-\d\d-\d\d\s+){0,2}")
_MARK = re.compile(r"[+@]\S+$|[A-Za-z][^\s:/]*:[^\s:/]\S*$")


def read(source: Source, options: Options) -> Backlog:
    """Read one task a line, done ones too."""
    return Backlog(source, options.format, "text", _tasks(source))


def _tasks(source: Source) -> Iterator[Task]:
    found = False
    for number, line in enumerate(source.text(), 1):
        if title := plain(line):
            found = True
            yield Task(title, "", line.rstrip("\r\n"), number)
    if not found:
        raise BacklogError(f"{source.name} holds no task: looked for lines of todo.txt, one task a line.")


def plain(line: str) -> str:
    """Strip the tick, the priority, dates, `+project`, `@context` and `key:value`."""
    line = line.strip("\ufeff \t\r\n")
    start = _START.match(line)
    words = line[start.end() if start else 0 :].split()
    return one_line(" ".join(word for word in words if not _MARK.match(word)))
