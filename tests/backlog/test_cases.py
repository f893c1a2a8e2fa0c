"""One little export of every tool, with its quirks: what is a task in it, and what it is called."""

import io

import pytest

from classifier.backlog import FORMATS, read
from tests.backlog.cases import CASES

# file, format found, titles in order
TABLE = [
    (
        "jira.csv",
        "jira",
        [
            "Interview ten customers about onboarding",
            "Plan the release with the platform team",
            "Agree on a date with legal, finance and support",
            "Track burn-down of sprint 12",
            '=HYPERLINK("https://example.com","Book a room")',
            "Résumé of the kick-off 🚀",
        ],
    ),
    (
        "linear.csv",
        "linear",
        ["Define what success means for search", "Book test devices for the beta", "Write the one-pager for the board"],
    ),
    (
        "asana.csv",
        "asana",
        ["Choose the three markets for launch", "Send the weekly status mail", "Ask vendors for quotes"],
    ),
    ("trello.json", "trello", ["Sketch the new **checkout**", "Assign reviewers for every pull request 🚀"]),
    ("trello.csv", "trello-csv", ["Sketch the new checkout", "Assign reviewers"]),
    ("gh.json", "github", ["Decide which errors users should see", "Move the milestone to June"]),
    ("github.json", "github", ["Compare our prices with three rivals", "Schedule the retrospective"]),
    ("gitlab.csv", "gitlab", ["Map the journey of a first-time buyer", "Renew the licences before March"]),
    ("gitlab-2019.csv", "gitlab", ["Write the pitch for the pricing page"]),
    ("azure.csv", "azure-devops", ["Let guests check out", "Estimate the remaining work"]),
    (
        "azure-tree.csv",
        "azure-devops",
        ["Make payments simple", "Offer invoices to companies", "Order the security audit"],
    ),
    ("clickup.csv", "clickup", ["Rank ideas by reach and effort", "Collect time sheets"]),
    (
        "monday.xlsx",
        "monday",
        ["Choose the first market", "List ten markets", "Talk to sales", "Hire an agency", "Report on the budget"],
    ),
    (
        "Aufgaben 0123456789abcdef0123456789abcdef_all.csv",
        "notion",
        ["Zielgruppe für das Angebot festlegen", "Räume für die Schulung buchen"],
    ),
    ("notion-fr.csv", "csv", ["Définir la vision du produit", "Suivre l’avancement"]),
    ("Pick a name 0123456789abcdef0123456789abcdef.md", "markdown", ["Pick a name for the product"]),
    ("todoist.csv", "todoist", ["Repot the basil", "Write to ana@example.com about prices"]),
    ("project.xml", "ms-project", ["Prepare", "Pack files & folders", "Hand over the keys"]),
    ("project.csv", "ms-project-csv", ["Vorbereitung", "Büros einpacken"]),
    (
        "todo.txt",
        "todotxt",
        [
            "Thank Mom for the meatballs",
            "measure space for",
            "Eskimo pies",
            "Outline the pitch for http://example.com at 10:30",
        ],
    ),
    ("taskwarrior.json", "taskwarrior", ["Buy milk", "Draft the survey for churned users"]),
    ("taskwarrior-lines.json", "taskwarrior", ["Buy milk", "Buy potatoes"]),
    (
        "work.org",
        "org",
        ["Write a letter to Sam Fortune", "Name the milestones", "Find a sponsor", "Half done", "Set goals for 2026"],
    ),
    (
        "checklist.md",
        "markdown",
        [
            "Analysis",
            "Talk to sales and support",
            "Send personal welcome message — VP Product",
            "A task whose text goes on in the next line",
            "Numbered step & more",
            "quoted old new",
            "[Task 1]",
        ],
    ),
    ("bullets.md", "markdown", ["Ask ten users what they miss", "Plan the sprint", "Invite the team"]),
    ("table.md", "markdown", ["Choose a | or b", "Book the room"]),
    (
        "kanban.md",
        "markdown",
        ["Rewrite the pricing page @{2026-03-01}", "Update the risk list", "Archive old tickets"],
    ),
    (
        "backlog.csv",
        "csv",
        ["Understand what people search for", "Agree on the release date", "Report progress every Friday"],
    ),
    ("french.csv", "csv", ["Définir les objectifs de l’année", "Réserver la salle"]),
    ("ticktick.csv", "csv", ["Find a better name", "Print the badges"]),
    ("sep.csv", "csv", ["Shape the offer", "Order chairs"]),
    ("utf16.tsv", "tsv", ["Über den Preis entscheiden", "計画を立てる"]),
    ("quire.csv", "csv", ["Draft the vision", "Chase open invoices"]),
    ("strings.json", "json", ["Build the roadmap", "Allocate people", "Nested, too"]),
    ("wrapped.json", "json", ["Define the goals", "Check the budget"]),
    ("tasks.jsonl", "jsonl", ["Build the roadmap", "Allocate people"]),
    (
        "list.txt",
        "text",
        [
            "Build the roadmap",
            "Allocate people",
            "Invite, plan & report",
            "Book a room",
            "Compare prices",
            "3.5 % more sign-ups",
        ],
    ),
    ("plan.xlsx", "excel", ["Describe the target group", "=not a formula", "Line one line two 🚀"]),
    ("plan.ods", "ods", ["Sketch two ways", "Call the printer again"]),
]
NAMES = [name for name, _, _ in TABLE]


@pytest.mark.parametrize(("name", "form", "titles"), TABLE, ids=NAMES)
def test_the_export_of_each_tool_gives_its_tasks(name, form, titles):
    with read(CASES / name) as backlog:
        found = [task.title for task in backlog if task.title]

    assert (backlog.format, found) == (form, titles)


@pytest.mark.parametrize(("name", "form", "titles"), TABLE, ids=NAMES)
def test_a_stream_that_cannot_be_rewound_gives_the_same(name, form, titles):
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

        tell = seek

    with read(Pipe((CASES / name).read_bytes()), name=name) as backlog:
        found = [task.title for task in backlog if task.title]

    assert (backlog.format, found) == (form, titles)


@pytest.mark.parametrize(("name", "form", "titles"), TABLE, ids=NAMES)
def test_the_format_may_be_named(name, form, titles):
    with read(CASES / name, format=form) as backlog:
        assert [task.title for task in backlog if task.title] == titles


# The names of these files are part of what tells.
NAMELESS = [row for row in TABLE if not row[0].endswith(".txt") and "0123456789abcdef" not in row[0]]


@pytest.mark.parametrize(("name", "form", "titles"), NAMELESS, ids=[name for name, _, _ in NAMELESS])
def test_the_content_tells_the_format_where_the_name_says_nothing(name, form, titles):
    with read(io.BytesIO((CASES / name).read_bytes())) as backlog:
        assert [task.title for task in backlog if task.title] == titles


@pytest.mark.parametrize(("name", "form", "titles"), NAMELESS, ids=[name for name, _, _ in NAMELESS])
def test_the_content_wins_over_a_wrong_name(name, form, titles):
    wrong = "x.csv" if not name.endswith(".csv") else "x.json"

    with read(io.BytesIO((CASES / name).read_bytes()), name=wrong) as backlog:
        assert [task.title for task in backlog if task.title] == titles


def test_every_format_that_is_read_has_a_case():
    assert {form for _, form, _ in TABLE} == {form.name for form in FORMATS.values() if form.can_read}


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("jira.csv", 'h2. Goal\n\nFind out *why* people leave, "really"'),
        ("linear.csv", 'As a user I want "good" results\n\n- fewer clicks'),
        ("asana.csv", "First line\r\nsecond line"),
        ("trello.json", "With *three* steps"),
        ("azure-tree.csv", "<div>As a <b>buyer</b></div>"),
        ("taskwarrior.json", "oat"),
        ("project.xml", ""),
        ("gh.json", ""),
    ],
)
def test_descriptions_come_when_asked_for(name, description):
    with read(CASES / name, with_description=True) as backlog:
        assert next(iter(backlog)).description == description

    with read(CASES / name) as backlog:
        assert not any(task.description for task in backlog)


@pytest.mark.parametrize(
    ("name", "notice"),
    [
        ("jira.csv", "1 row has no title and is no task."),
        ("trello.json", "2 archived cards are left out."),
        ("trello.csv", "1 row is no task: left out are archived cards, and rows without a title."),
        ("todoist.csv", "4 rows are no tasks: left out are sections, notes and settings, and rows without a title."),
        ("github.json", "1 pull request is left out."),
        ("tasks.jsonl", "1 entry has no title and is left out."),
    ],
)
def test_what_is_left_out_is_said(name, notice):
    with read(CASES / name) as backlog:
        list(backlog)

    assert backlog.notices == [notice]


def test_lines_are_those_of_the_file():
    with read(CASES / "jira.csv") as backlog:
        assert [task.line for task in backlog] == [2, 5, 6, 8, 9, 10, 11]


def test_doubled_headers_and_surplus_cells_keep_their_cells():
    with read(CASES / "jira.csv") as backlog:
        rows = [backlog.fields(task) for task in backlog]

    assert (rows[0]["Labels"], rows[0]["Labels (2)"]) == ("research", "onboarding")
    assert (rows[4]["column 14"], rows[4]["column 15"]) == ("overflow", "over, flow")


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("x.csv", "Plan the launch\nBook a room\n", "text"),
        ("", "Task forces, and who is in them\nPlan the launch, slowly\nBook a room\n", "text"),
        ("", "Task, and more of it\nPlan the launch\nBook a room\n", "text"),
        ("", "[Feature] add login\n[Bug] fix it\n", "text"),
        ("", "- plan\n- book\n", "text"),
        ("x.txt", "- [ ] plan\n- [x] book\n", "markdown"),
        ("x.md", "Title,x\nPlan the launch,a\n", "csv"),
        ("all_all.csv", "Thing,Kind\nPlan the launch,a\n", "notion"),
        ("all_all.csv", "Kind,Title\na,Plan the launch\n", "csv"),
        ("", '"Plan the launch"\n"Book a room"\n', "text"),
    ],
)
def test_what_is_no_export_of_a_tool_is_told_apart(name, text, form):
    with read(io.BytesIO(text.encode()), name=name or None) as backlog:
        assert (backlog.format, len([task for task in backlog if task.title]) > 0) == (form, True)
