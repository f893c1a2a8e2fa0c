"""How the column that holds a task's title is called: by trackers, by people, in their languages."""

from collections.abc import Sequence

_LONGEST = 200
"""Characters of a cell that are looked at; no column is named by more."""


def fold(cell: str) -> str:
    """Bring a header to the form it is compared in: small letters, single spaces."""
    return " ".join(cell.strip("\ufeff").casefold().replace("_", " ").split())


class Tracker:
    """How one tool writes its tables; names are folded."""

    def __init__(
        self, name: str, marks: tuple[frozenset[str], ...], titles: tuple[str, ...], description: tuple[str, ...]
    ) -> None:
        self.name = name
        self.marks = marks
        """A header that has all of one of these sets is this tool's."""
        self.titles = titles
        self.description = description


def _marks(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(names.split("|")) for names in alternatives)


TRACKERS = (
    Tracker(
        "jira", _marks("summary|issue key", "summary|issue id", "summary|issue type"), ("summary",), ("description",)
    ),
    Tracker("linear", _marks("title|team|cycle number", "title|team|cycle name"), ("title",), ("description",)),
    Tracker("asana", _marks("name|task id|completed at", "name|section/column|notes"), ("name",), ("notes",)),
    Tracker("trello-csv", _marks("card name|card id", "card name|list name"), ("card name",), ("card description",)),
    Tracker("gitlab", _marks("title|author username|url", "title|iid|state"), ("title",), ("description",)),
    Tracker("azure-devops", _marks("work item type|title", "work item type|title 1"), ("title",), ("description",)),
    Tracker(
        "clickup",
        _marks("task name|task content", "task name|task id|list name", "task name|task id|date created"),
        ("task name",),
        ("task content",),
    ),
    Tracker("todoist", _marks("type|content|indent", "type|content|priority"), ("content",), ("description",)),
    Tracker(
        "ms-project-csv",
        _marks(
            "outline level|name", "outline level|task name", "gliederungsebene|name", "gliederungsebene|vorgangsname"
        ),
        ("task name", "name", "vorgangsname"),
        ("notes", "notizen"),
    ),
)

# Best first: a table may have a `Task` and a `Name` of its owner, or a `Title` and a `Description` of it.
_TITLES = (
    "title", "task title", "story title", "issue title", "item title", "card title", "summary", "task name",
    "story name", "card name", "item name", "work item", "task", "tasks", "user story", "user stories", "story",
    "to do", "todo", "to-do", "todos", "action item", "action items", "action", "issue", "subject", "headline",
    "deliverable", "activity", "idea", "idea/description", "task description", "task/description",
    "title/description", "feature", "requirement", "backlog item", "product backlog item", "item", "content", "name",
    # German, French, Spanish, Italian, Portuguese, Dutch
    "titel", "aufgabe", "aufgaben", "aufgabenname", "vorgangsname", "vorgang", "zusammenfassung", "betreff",
    "titre", "nom de la tâche", "nom de la tache", "tâche", "tâches", "tache", "résumé", "intitulé", "sujet", "nom",
    "título", "titulo", "tarea", "tareas", "nombre de la tarea", "nombre de tarea", "resumen", "asunto", "nombre",
    "titolo", "attività", "nome attività", "nome dell'attività", "compito", "riepilogo", "oggetto",
    "tarefa", "tarefas", "nome da tarefa", "resumo", "assunto", "nome", "taak", "taken", "taaknaam", "onderwerp", "naam",
    # Nordic, Polish, Czech, Turkish, Russian, Ukrainian, Greek
    "uppgift", "uppgiftsnamn", "namn", "rubrik", "opgave", "opgavenavn", "oppgave", "oppgavenavn", "navn", "tittel",
    "tehtävä", "tehtävän nimi", "otsikko", "nimi", "tytuł", "zadanie", "nazwa zadania", "nazwa", "podsumowanie",
    "název", "název úkolu", "úkol", "shrnutí", "başlık", "görev", "görev adı", "ad", "özet",
    "задача", "название задачи", "название", "заголовок", "тема", "назва", "завдання", "τίτλος", "εργασία", "όνομα",
    # Japanese, Chinese, Korean, Arabic, Hebrew, Hindi, Indonesian, Vietnamese
    "タイトル", "タスク", "タスク名", "名前", "件名", "要約", "标题", "標題", "任务", "任務", "任务名称", "任務名稱", "名称",
    "名稱", "摘要", "제목", "작업", "작업 이름", "이름", "요약", "العنوان", "المهمة", "اسم المهمة", "الاسم", "כותרת",
    "משימה", "שם", "शीर्षक", "कार्य", "judul", "tugas", "nama", "nama tugas", "tiêu đề", "công việc", "tên",
    # Last: what is a title only where there is no better one.
    "text", "phrase", "description", "details", "beschreibung", "descripción", "descrizione", "descrição",
)  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(_TITLES)}
_DESCRIPTIONS = ("description", "notes", "details", "body", "content", "beschreibung", "notizen", "descripción", "desc")


class Columns:
    """Where in a row the task stands."""

    def __init__(
        self, tracker: str, title: int, titles: tuple[int, ...], description: int | None, kind: int | None = None
    ) -> None:
        self.tracker = tracker
        """The tool that wrote the table, or ""."""
        self.title = title
        self.titles = titles
        """More than one where the title is in whichever of them is filled."""
        self.description = description
        self.kind = kind
        """The column that tells tasks from other rows, for tools that mix them."""


def find_columns(header: Sequence[str], column: str | None = None, tracker: str = "") -> Columns | None:
    """Find the title's column, by the name the user gave, the tool's habit, or the words people use; None if there is none."""
    names = [fold(cell[:_LONGEST]) for cell in header]
    tool = _tool(names, tracker)
    if column is not None:
        at = _named(header, names, column)
        return None if at is None else Columns(tool.name if tool else "", at, (at,), _description(names, at, tool))
    if tool is not None:
        return _tool_columns(names, tool)
    ranked = [(_RANK[name], at) for at, name in enumerate(names) if name in _RANK]
    if not ranked:
        return None
    at = min(ranked)[1]
    return Columns("", at, (at,), _description(names, at, None))


def first_column() -> Columns:
    """Give the columns of a tool whose tables begin with the title, whatever it is called."""
    return Columns("notion", 0, (0,), None)


def _tool(names: list[str], wanted: str) -> Tracker | None:
    present = set(names)
    for tool in TRACKERS:
        if tool.name == wanted and not present.isdisjoint((*tool.titles, "title 1")):
            return tool
    if len(present) < 2:  # no tool has tables of one column
        return None
    return next((tool for tool in TRACKERS if any(marks <= present for marks in tool.marks)), None)


def _named(header: Sequence[str], names: list[str], column: str) -> int | None:
    if column in header:
        return list(header).index(column)
    if fold(column) in names:
        return names.index(fold(column))
    if column.isascii() and column.isdigit() and 1 <= int(column) <= len(names):
        return int(column) - 1
    return None


def _tool_columns(names: list[str], tool: Tracker) -> Columns:
    levels = tuple(at for at, name in enumerate(names) if name.startswith("title ") and name[6:].isdigit())
    at = next((names.index(name) for name in tool.titles if name in names), None)
    titles = (at,) if at is not None else levels
    kind = {"todoist": "type", "trello-csv": "archived", "ms-project-csv": "outline level"}.get(tool.name)
    return Columns(
        tool.name, titles[0], titles, _description(names, titles[0], tool), names.index(kind) if kind in names else None
    )


def _description(names: list[str], title: int, tool: Tracker | None) -> int | None:
    for name in tool.description if tool else _DESCRIPTIONS:
        if name in names and names.index(name) != title:
            return names.index(name)
    return None
