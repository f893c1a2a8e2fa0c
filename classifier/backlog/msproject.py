"""MS Project's XML: the names of its tasks, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from classifier.backlog.backlogs import Backlog, Options
from classifier.backlog.source import Source
from classifier.backlog.titles import one_line
from classifier.errors import BacklogError
from classifier.tasks import Task

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DEEPEST = 100
"""Elements inside each other; MS Project needs ten."""


def read(source: Source, options: Options) -> Backlog:
    """Read tasks and summary tasks; neither the project's own row nor blank ones."""
    return Backlog(source, options.format, "objects", _tasks(source, options), fields=_fields)


def _fields(task: Task) -> dict[str, Any]:
    record: dict[str, Any] = task.record
    return record


def _tasks(source: Source, options: Options) -> Iterator[Task]:
    found = False
    for record in _records(source):
        title = one_line(record.get("Name", ""))
        if title and record.get("UID") != "0" and record.get("IsNull", "0") not in ("1", "true"):
            found = True
            yield Task(title, record.get("Notes", "") if options.with_description else "", record)
    if not found:
        raise BacklogError(
            f"{source.name} holds no task: looked for <Task> elements with a <Name> in MS Project's XML."
        )


def _records(source: Source) -> Iterator[dict[str, str]]:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    stream = source.octets()
    try:
        yield from _task_elements(iterparse(stream, events=("start", "end"), forbid_dtd=True))
    except DefusedXmlException as error:
        raise BacklogError(
            f"{source.name} defines entities of its own, as harmful files do: export it from MS Project again."
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise BacklogError(
            f"{source.at(line)}, is not valid XML ({error}): export it from MS Project again."
        ) from error
    finally:
        stream.close()


def _task_elements(events: Iterator[tuple[str, Element]]) -> Iterator[dict[str, str]]:
    """Yield the simple members of each task, and forget it; also what surrounds it, so that memory stays flat."""
    path: list[Element] = []
    for event, element in events:
        if event == "start":
            path.append(element)
            if len(path) > DEEPEST:
                raise RecursionError
            continue
        path.pop()
        names = [_name(outer) for outer in path]
        if _name(element) == "Task" and names == ["Project", "Tasks"]:
            yield {_name(child): child.text or "" for child in element if not len(child)}
        if path and "Task" not in names:
            path[-1].remove(element)


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
