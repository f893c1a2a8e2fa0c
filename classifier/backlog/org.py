"""org-mode: headlines with a keyword, and check boxes.

Line by line, with a small pattern for each kind of line: orgparse reads headlines inside source blocks, and takes
minutes for a headline of some megabytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.source import Source
from classifier.backlog.titles import one_line
from classifier.errors import BacklogError
from classifier.tasks import Task

_KEYWORDS = frozenset({
    "TODO", "NEXT", "DOING", "STARTED", "INPROGRESS", "IN-PROGRESS", "WAITING", "WAIT", "HOLD", "SOMEDAY", "MAYBE",
    "DONE", "CANCELED", "CANCELLED", "DELEGATED", "DEFERRED", "FIXED", "BUG", "CLOSED",
})  # fmt: skip
_SETTING = re.compile(r"#\+(?:SEQ_|TYP_)?TODO:(.*)", re.IGNORECASE)
_BLOCK = re.compile(r"[ \t]*#\+BEGIN_(\w+)", re.IGNORECASE)
_PROSE = ("quote", "center", "verse")
_HEADLINE = re.compile(r"\*+[ \t]+(\S+)(?:[ \t]+(.*))?$")
_BOX = re.compile(r"[ \t]*(?:[-+]|\d+[.)]|[ \t]\*)[ \t]+(?:\[@\d+\][ \t]*)?\[[ Xx-]\](?:[ \t]+(.*))?$")
_PRIORITY = re.compile(r"\[#\w+\][ \t]*")
_TAGS = re.compile(r"[ \t]:[\w@#%:]+:[ \t]*$")
_COOKIE = re.compile(r"\[\d*(?:%|/\d*)\]")
_LINK = re.compile(r"\[\[([^\[\]]*)\](?:\[([^\[\]]*)\])?\]")
_EMPHASIS = re.compile(r"(?<![^\s(\"'{-])([*/_=~+])(?=\S)([^*/_=~+\n]*?\S)\1(?![^\s)\"'}.,;:!?-])")


def read(source: Source, options: Options) -> Backlog:
    """Read headlines that carry a TODO keyword, the file's own keywords too, and check boxes."""
    return Backlog(source, options.format, "text", _tasks(source))


def _tasks(source: Source) -> Iterator[Task]:
    keywords = _KEYWORDS | _settings(source.sample)
    found = False
    block = ""
    for number, line in enumerate(source.text(), 1):
        line = line.rstrip("\r\n")
        if block:
            block = "" if line.strip().casefold() == f"#+end_{block}" else block
            continue
        if (opened := _BLOCK.match(line)) and opened[1].casefold() not in _PROSE:
            block = opened[1].casefold()
            continue
        if title := _title(line, keywords):
            found = True
            yield Task(title, "", line, number)
    if not found:
        raise BacklogError(
            f"{source.name} holds no task: looked for headlines with a TODO keyword and for check boxes."
        )


def _settings(sample: str) -> set[str]:
    """Collect the keywords that the file defines for itself, such as `CASE(c)`."""
    words = (word for line in _SETTING.findall(sample) for word in line.split())
    return {word.split("(")[0] for word in words} - {"|", ""}


def _title(line: str, keywords: frozenset[str]) -> str:
    if headline := _HEADLINE.match(line):
        text = headline[2] or "" if headline[1] in keywords else ""
    elif box := _BOX.match(line):
        text = box[1] or ""
    else:
        return ""
    return plain(text)


def plain(text: str) -> str:
    """Strip priority, tags and cookies, and reduce links and emphasis to their text."""
    text = _PRIORITY.sub("", text, count=1) if text.startswith("[#") else text
    text = _COOKIE.sub("", _TAGS.sub("", text))
    text = _LINK.sub(lambda link: link[2] or link[1], text)
    return one_line(_EMPHASIS.sub(r"\2", text))
