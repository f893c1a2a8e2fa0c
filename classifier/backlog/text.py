"""Plain text: one task a line."""

from __future__ import annotations

from collections.abc import Iterator

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.source import Source
from classifier.backlog.titles import one_line, unmarked
from classifier.errors import BacklogError
from classifier.tasks import Task


def read(source: Source, options: Options) -> Backlog:
    """Read one task a line; blank lines are none."""
    return Backlog(source, options.format, "text", _tasks(source))


def _tasks(source: Source) -> Iterator[Task]:
    found = False
    for number, line in enumerate(source.text(), 1):
        title = unmarked(line)
        if not title.isprintable():
            title = one_line(title)
        if title:
            found = True
            yield Task(title, "", line.rstrip("\r\n"), number)
    if not found:
        raise BacklogError(f"{source.name} holds no task: looked for lines of text, one task a line.")
