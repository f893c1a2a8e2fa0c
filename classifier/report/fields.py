"""What the fields of a task are called, tracker by tracker, and which groups their values put it in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple


class Field(NamedTuple):
    """A kind of field that tasks can be grouped by."""

    name: str
    title: str
    """How a heading calls it."""
    columns: tuple[str, ...]
    """Columns and members that hold it, folded; the first that is filled counts."""
    split: str = ""
    """Characters that part several values in one cell."""


FIELDS = {
    field.name: field
    for field in (
        Field(
            "assignee",
            "Assignee",
            (
                "assignee", "assignees", "assigned to", "assigned", "owner", "owners", "person", "people", "responsible",
                "members", "assignee username", "assignee email", "resource names", "lead", "responsable", "zuständig",
                "verantwortlich", "bearbeiter", "asignado", "assegnatario", "toegewezen aan", "idmembers",
            ),
            ",;",
        ),
        Field(
            "epic",
            "Epic",
            (
                "epic", "epic name", "epic title", "custom field (epic name)", "custom field (epic link)", "epic link",
                "parent summary", "parent title", "parent task", "parent issue", "parent item", "parent", "parent id",
                "epic id", "theme", "initiative", "initiatives", "feature", "élément parent",
            ),
        ),
        Field(
            "list",
            "List",
            (
                "list name", "list", "section/column", "section", "heading", "group", "bucket", "board column", "column",
                "project", "projects", "project name", "area path", "component/s", "components", "component",
                "space name", "folder name/path",
            ),
        ),
        Field(
            "label",
            "Label",
            ("labels", "label", "tags", "tag", "contexts", "context", "category", "categories", "étiquettes", "schlagwörter"),
            ",;",
        ),
        Field("status", "Status", ("status", "state", "stage", "progress", "statut", "estado", "stato")),
        Field(
            "sprint",
            "Sprint",
            ("sprint", "sprints", "cycle name", "cycle", "iteration path", "iteration", "milestone", "fix version/s",
             "fix versions", "release", "week"),
        ),
        Field("type", "Type", ("issue type", "issuetype", "work item type", "task type", "tracker", "type", "kind")),
    )
}  # fmt: skip
"""What reports group by, in the order in which they show it."""

IDS = ("issue key", "key", "iid", "id", "task id", "issue id", "number", "card id", "uuid")
"""Columns that name a task, best first, folded."""

_REPEATED = re.compile(r" \(\d+\)$")
_MAIL = re.compile(r"\s*<[^<>]*@[^<>]*>$")
_NAMES = ("name", "displayName", "login", "title", "fullName", "username", "value", "key", "id")
_NOTHING = frozenset({"", "null", "none", "-", "–", "—", "n/a", "unassigned", "[]"})
_DEEPEST = 5

Groups = Mapping[str, Sequence[str]]
"""The groups of a task by field; none where the field is empty."""


@lru_cache(maxsize=2_000)
def _fold(name: str) -> str:
    """Bring a column's name to the form it is compared in; repeated columns fall together."""
    return _REPEATED.sub("", " ".join(name.strip("\ufeff").casefold().replace("_", " ").split()))


def groups_of(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the groups that a task's fields put it in, for each name.

    A name is that of a column or member, or, where there is none such, one of `FIELDS`.
    """
    columns: dict[str, list[Any]] = {}
    for column, value in _flat(fields):
        columns.setdefault(_fold(column), []).append(value)
    return {name: _groups(columns, name) for name in names}


def key_of(fields: Mapping[str, Any]) -> str:
    """Return what the tracker calls a task, such as `ACME-12`, or ""."""
    return next(iter(keys_of(fields)), "")


def keys_of(fields: Mapping[str, Any]) -> list[str]:
    """Return all names by which other tasks may point to a task, best first."""
    folded = {_fold(column): value for column, value in reversed(list(fields.items()))}
    keys = [str(folded[name]).strip() for name in IDS if isinstance(folded.get(name), str | int)]
    return [key for key in keys if key]


def title_of(name: str) -> str:
    """Return how a heading calls a field."""
    return FIELDS[name].title if name in FIELDS else name


def _flat(fields: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    """Yield members, and those of the object `fields` that Jira puts them in."""
    for column, value in fields.items():
        if column == "fields" and isinstance(value, Mapping):
            yield from value.items()
        yield str(column), value


def _groups(columns: Mapping[str, list[Any]], name: str) -> tuple[str, ...]:
    own = _fold(name)
    field = FIELDS.get(own)
    candidates = (own, *field.columns) if field else (own,)
    split = field.split if field else ""
    for candidate in candidates:
        found = dict.fromkeys(
            group
            for value in columns.get(candidate, ())
            for group in _values(value, split, plural=candidate.endswith("s") or own == "label")
        )
        if found:
            return tuple(found)
    return ()


def _values(value: Any, split: str, *, plural: bool, depth: int = _DEEPEST) -> Iterable[str]:
    """Yield the names that a cell or a member holds; a single person may have a comma in the name."""
    if isinstance(value, list | tuple):
        for each in value if depth else ():
            yield from _values(each, "", plural=False, depth=depth - 1)
    elif isinstance(value, Mapping):
        named = next((value[key] for key in _NAMES if value.get(key)), None)
        if depth:
            yield from _values(named, "", plural=False, depth=depth - 1)
    elif value is not None and not isinstance(value, bool):
        text = str(value).strip()
        listed = text[:1] == "[" and text[-1:] == "]"
        parts = re.split(f"[{split}]", text.strip("[]")) if split and (plural or listed) else [text]
        for part in parts:
            name = _MAIL.sub("", " ".join(part.split())) or part.strip()
            name = name.rpartition("\\")[2].strip()  # paths of areas and iterations
            if name.casefold() not in _NOTHING:
                yield name
