"""The registry: every format by name, what it looks like, who reads it and who writes it."""

import os
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.source import Source, open_source, suffix_of
from classifier.backlog.target import Target, open_target
from classifier.errors import BacklogError
from classifier.tasks import Tag, Task

if TYPE_CHECKING:
    from classifier.backlog.sniffing import Sample

Tagged = tuple[Task, Tag | None]
Why = Callable[[Tag], str]


class Format:
    """One way to spell a backlog."""

    def __init__(
        self,
        name: str,
        label: str,
        suffixes: tuple[str, ...],
        module: str,
        can_read: bool,
        can_write: bool,
        looks_like: "Callable[[Sample], bool]",
    ) -> None:
        self.name = name
        """What `--from` and `--to` call it."""
        self.label = label
        """What help texts call it."""
        self.suffixes = suffixes
        self.module = module
        """The module of this room that has its `read` and `write`, imported when first needed."""
        self.can_read = can_read
        self.can_write = can_write
        self.looks_like = looks_like
        """Whether the content alone says so."""


def _never(_sample: "Sample") -> bool:
    return False


def _table(tracker: str) -> "Callable[[Sample], bool]":
    return lambda sample: sample.tracker == tracker


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("excel", "Excel workbook", (".xlsx", ".xlsm"), "sheets", True, True, lambda s: s.container == "excel"),
        Format("ods", "OpenDocument sheet", (".ods",), "sheets", True, False, lambda s: s.container == "ods"),
        Format("monday", "monday.com Excel export", (), "sheets", True, False, _never),
        Format("ms-project", "MS Project XML", (".xml",), "msproject", True, False, lambda s: s.is_ms_project),
        Format("trello", "Trello JSON export", (), "objects", True, False, lambda s: s.objects == "trello"),
        Format("github", "GitHub issues (gh or REST)", (), "objects", True, False, lambda s: s.objects == "github"),
        Format("taskwarrior", "Taskwarrior export", (), "objects", True, False, lambda s: s.objects == "taskwarrior"),
        Format("json", "JSON", (".json",), "objects", True, True, lambda s: s.objects == "json"),
        Format("jsonl", "JSON Lines", (".jsonl", ".ndjson"), "objects", True, True, lambda s: s.objects == "jsonl"),
        Format("org", "org-mode", (".org",), "org", True, False, lambda s: s.is_org),
        Format("jira", "Jira CSV export", (), "delimited", True, False, _table("jira")),
        Format("linear", "Linear CSV export", (), "delimited", True, False, _table("linear")),
        Format("asana", "Asana CSV export", (), "delimited", True, False, _table("asana")),
        Format("trello-csv", "Trello CSV export", (), "delimited", True, False, _table("trello-csv")),
        Format("gitlab", "GitLab CSV export", (), "delimited", True, False, _table("gitlab")),
        Format("azure-devops", "Azure DevOps CSV", (), "delimited", True, False, _table("azure-devops")),
        Format("clickup", "ClickUp CSV export", (), "delimited", True, False, _table("clickup")),
        Format("todoist", "Todoist CSV export", (), "delimited", True, False, _table("todoist")),
        Format("ms-project-csv", "MS Project CSV", (), "delimited", True, False, _table("ms-project-csv")),
        Format("notion", "Notion CSV export", (), "delimited", True, False, lambda s: s.is_notion_table),
        Format("csv", "CSV", (".csv",), "delimited", True, True, _table("csv")),
        Format("tsv", "TSV", (".tsv", ".tab"), "delimited", True, True, _table("tsv")),
        Format("markdown", "Markdown", (".md", ".markdown"), "markdown", True, True, lambda s: s.is_markdown),
        Format("todotxt", "todo.txt", (".todotxt",), "todotxt", True, False, lambda s: s.is_todotxt),
        Format("text", "plain text, one task a line", (".txt", ".text"), "text", True, False, _never),
    )
}


def format_of_suffix(path: str | os.PathLike[str]) -> str | None:
    """Name the format that a file's suffix stands for, None if it stands for none."""
    suffix = suffix_of(os.fspath(path))
    return next((form.name for form in FORMATS.values() if suffix in form.suffixes), None)


def read(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    name: str | None = None,
    format: str | None = None,  # noqa: A002  the word of the command line
    column: str | None = None,
    encoding: str | None = None,
    with_description: bool = False,
) -> Backlog:
    """Open a backlog: a path, or a binary stream, which need not be seekable and stays open.

    `name` is what messages call it. `format`, `column` (the title's) and `encoding` are found where not given.
    Errors: `BacklogError`, here or while the tasks are read.
    """
    if format is not None and (format not in FORMATS or not FORMATS[format].can_read):
        raise BacklogError(f"There is no format named {format!r} to read: choose one of {_names(reading=True)}.")
    opened = open_source(source, name, encoding)
    try:
        chosen = format or _detect(opened, column)
        module = import_module(f"classifier.backlog.{FORMATS[chosen].module}")
        options = Options(chosen, column, with_description, forced=format is not None)
        backlog: Backlog = module.read(opened, options)
    except BacklogError:
        opened.close()
        raise
    except (OSError, EOFError, UnicodeError, MemoryError, RecursionError) as error:
        opened.close()
        raise opened.failure(error) from error
    except BaseException:
        opened.close()
        raise
    return backlog


def write(
    target: Target,
    tagged: Iterable[Tagged],
    backlog: Backlog,
    *,
    format: str,  # noqa: A002  the word of the command line
    why: Why | None = None,
) -> None:
    """Write tagged tasks to a path (whole or not at all) or a binary stream (which stays open).

    `tagged` comes from `backlog`, in its order; a task without a tag stays without. `why` turns a tag into the words
    that decided it; without it there is no such column. Errors: `BacklogError`.
    """
    if format not in FORMATS or not FORMATS[format].can_write:
        raise BacklogError(f"There is no format named {format!r} to write: choose one of {_names(reading=False)}.")
    module = import_module(f"classifier.backlog.{FORMATS[format].module}")
    with open_target(target) as stream:
        module.write(stream, tagged, backlog, format, why)


def _names(*, reading: bool) -> str:
    return ", ".join(form.name for form in FORMATS.values() if (form.can_read if reading else form.can_write))


def _detect(source: Source, column: str | None) -> str:
    from classifier.backlog.sniffing import Sample  # what writes alone need not know how to guess

    sample = Sample(source, column)
    sample.refuse_what_is_no_list()
    for form in FORMATS.values():
        if form.looks_like(sample):
            return form.name
    return format_of_suffix(sample.name) or "text"
