"""Plain text: one task a line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.source import Source
from classifier.errors import BacklogError
from classifier.tasks import Task

_LIST_MARKS = re.compile(
    r"""[\s\ufeff]*
    (?: [-*+•‣◦▪▫●○–—·∙]\s+ | \(?\d{1,4}[.)](?:\s+|(?=[^\s\d.,])) | \(?[a-zA-Z]\)\s+ | [☐☑☒✓✔✅❌⬜]\ufe0f?\s* | \[[ xX]?\]\s+ )*""",
    re.VERBOSE,
)


def unmarked(line: str) -> str:
    """Strip list marks, numbers and check boxes from the front of a line, and spaces from both ends."""
    match = _LIST_MARKS.match(line)
    return line[match.end() :].strip() if match else line.strip()


def read(source: Source, options: Options) -> Backlog:
    """Read one task a line; blank lines are none."""
    return Backlog(source, options.format, "text", _tasks(source))


def _tasks(source: Source) -> Iterator[Task]:
    found = False
    for number, line in enumerate(source.text(), 1):
        title = unmarked(line).replace("\0", "")
        if title:
            found = True
            yield Task(title, "", line.rstrip("\r\n"), number)
    if not found:
        raise BacklogError(f"{source.name} holds no task: looked for lines of text, one task a line.")
