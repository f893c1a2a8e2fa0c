"""`taskrole predict`: what goes in comes back, with roles."""

import csv
import io
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier import parallel
from classifier.cli.progress import PATIENCE
from classifier.cli.tagging import FIRST, batches, tag_tasks
from classifier.request import Request
from classifier.store import Made, Store
from classifier.tagger import Tagger
from classifier.tasks import Tag, Task
from tests.cli.conftest import TASKROLE, Run

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
BACKLOG = EXAMPLES / "backlog.csv"
TITLES = {"publish the product roadmap": "product", "update the project schedule": "project"}
LINES = "\n".join(TITLES) + "\n"


def rows_of(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def objects_of(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_two_lines_from_standard_input(run: Run, model: str) -> None:
    """Lines piped in give an object each."""
    objects = objects_of(run("predict", "--to", "jsonl", "--model", model, "--threshold", 0, stdin=LINES).stdout)

    assert {each["title"]: each["role"] for each in objects} == TITLES
    assert all(0 <= each["confidence"] <= 1 for each in objects)  # type: ignore[operator]


def test_the_shipped_model_knows_its_trade(run: Run) -> None:
    """Without `--model` the shipped model answers."""
    objects = objects_of(run("predict", EXAMPLES / "tasks.txt", "--to", "jsonl", "--threshold", 0).stdout)

    assert [each["role"] for each in objects] == ["product", "project"] * 4


def test_which_model(run: Run, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's current model comes first, `--model` overrules it, and `shipped` is always at hand."""
    monkeypatch.setenv("TASKROLE_HOME", str(tmp_path))
    asked = ["explain", "plan the release", "--to", "jsonl"]
    shipped, little = run(*asked).stdout, run(*asked, "--model", model).stdout
    with Store(tmp_path) as store:
        store.promote(Made(Path(model).read_bytes(), "scratch", [], {}), None)

    assert shipped != little
    assert run(*asked).stdout == little
    assert run(*asked, "--model", "shipped").stdout == shipped


@pytest.mark.parametrize("source", [["-"], [], ["/dev/stdin"]])
def test_standard_input(run: Run, model: str, source: list[str]) -> None:
    """Nothing, and a dash, are standard input; its format is found as a file's is."""
    if source == ["/dev/stdin"]:
        command = [*TASKROLE, "predict", *source, "--model", model]
        told = subprocess.run(command, input=BACKLOG.read_bytes(), capture_output=True, check=True).stdout.decode()
    else:
        told = run("predict", *source, "--model", model, stdin=BACKLOG.read_bytes()).stdout

    assert told == run("predict", BACKLOG, "--model", model).stdout


def test_a_table_comes_back(run: Run, model: str) -> None:
    """A table has all its columns, cells and rows in order, and ours after them."""
    before, after = rows_of(BACKLOG.read_text("utf-8")), rows_of(run("predict", BACKLOG, "--model", model).stdout)

    assert after[0][-2:] == ["role", "confidence"]
    assert [row[:-2] for row in after] == before
    assert {row[-2] for row in after[1:]} <= {"product", "project", "unsure"}


def test_summary_sentence(run: Run, model: str, tmp_path: Path) -> None:
    """Standard error says what came out, and what was odd about the input; standard output is data alone."""
    table = tmp_path / "gaps.csv"
    table.write_text("title,role\npublish the roadmap,boss\n,nobody\nupdate the schedule,boss\n")
    result = run("predict", table, "--model", model, "--threshold", 0)

    assert rows_of(result.stdout)[0] == ["title", "role", "taskrole_role", "taskrole_confidence"]
    assert rows_of(result.stdout)[2] == ["", "nobody", "", ""]
    assert "1 row has no title and is no task." in result.stderr
    assert "ours are taskrole_role" in result.stderr
    assert result.stderr.splitlines()[-1] == "2 tasks: 1 product, 1 project, 0 unsure."


@pytest.mark.parametrize("to", ["csv", "tsv", "json", "jsonl", "markdown", "excel"])
def test_formats_by_option_and_by_suffix(run: Run, model: str, tmp_path: Path, to: str) -> None:
    """`--to`, and the suffix of `-o`, give the same; `-o` leaves standard output empty."""
    suffix = {"markdown": "md", "excel": "xlsx"}.get(to, to)
    out, other = tmp_path / f"out.{suffix}", tmp_path / "other"
    result = run("predict", "-", "-o", out, "--model", model, stdin=LINES)
    run("predict", "-", "-o", other, "--to", to, "--model", model, stdin=LINES)

    assert result.stdout == ""
    if to == "excel":  # a workbook has the time of its making in it
        assert out.read_bytes()[:2] == other.read_bytes()[:2] == b"PK"
    else:
        assert out.read_bytes() == other.read_bytes()
        assert out.read_bytes() == run("predict", "--to", to, "--model", model, stdin=LINES).stdout_bytes


def test_json_lines_carry_the_fields(run: Run, model: str) -> None:
    """An object has what the contract names, and the input's own fields apart."""
    first = objects_of(run("predict", BACKLOG, "--to", "jsonl", "--why", "--model", model).stdout)[0]

    assert list(first)[:3] == ["title", "role", "confidence"]
    assert first["fields"]["Assignee"] == "Amira Haddad"  # type: ignore[index]
    assert isinstance(first["why"], str)


def test_unsure_because(run: Run, model: str) -> None:
    """What is unsure says why, and a threshold of 0 leaves nothing unsure."""
    asked = ["predict", "--to", "jsonl", "--model", model]
    unsure = objects_of(run(*asked, stdin="qwertz zuiop\n").stdout)[0]
    forced = objects_of(run(*asked, "--threshold", 0, stdin="qwertz zuiop\n").stdout)[0]

    assert (unsure["role"], unsure["unsure_because"]) == ("unsure", "unknown")
    assert forced["role"] in {"product", "project"}
    assert "unsure_because" not in forced


def test_a_long_list_gains_no_column(run: Run, model: str) -> None:
    """A list of titles is title, role and confidence, however long it is."""
    rows = rows_of(run("predict", "--model", model, stdin="plan it\n" * 2_500).stdout)

    assert rows[0] == ["title", "role", "confidence"]
    assert len(rows) == 2_501


def test_threshold_and_promise(run: Run, model: str, tagger: Tagger) -> None:
    """A promise is the threshold that the model stores for it; a higher threshold tags no more."""
    asked = ["predict", BACKLOG, "--model", model]

    for promise, threshold in tagger.thresholds.items():
        assert run(*asked, "--promise", promise).stdout == run(*asked, "--threshold", threshold).stdout
    assert run(*asked, "--threshold", 0).stdout.count(",unsure,") == 0
    assert run(*asked, "--threshold", 1).stdout.count(",unsure,") == 30


def test_only(run: Run, model: str) -> None:
    """The tasks of one role alone are kept, and the sentence still counts all."""
    every = run("predict", BACKLOG, "--model", model, "--threshold", 0)
    kept = run("predict", BACKLOG, "--model", model, "--threshold", 0, "--only", "product")

    assert rows_of(kept.stdout)[1:] == [row for row in rows_of(every.stdout) if row[-2] == "product"] != []
    assert kept.stderr == every.stderr


def test_only_in_a_document(run: Run, model: str, tmp_path: Path) -> None:
    """A document comes back whole: only the tasks of the role have a remark, the others lose an older one."""
    todo, asked = EXAMPLES / "todo.md", ["--to", "markdown", "--model", model, "--threshold", 0]
    marked = tmp_path / "todo.md"
    run("predict", todo, "-o", marked, *asked)
    kept = run("predict", marked, *asked, "--only", "project").stdout

    assert re.sub(r" <!-- role: .*? -->", "", kept) == todo.read_text("utf-8")
    assert set(re.findall(r"<!-- role: (\w+)", marked.read_text("utf-8"))) == {"product", "project"}
    assert set(re.findall(r"<!-- role: (\w+)", kept)) == {"project"}


def test_why(run: Run, model: str) -> None:
    """One to four of the task's own words, in a column of their own."""
    rows = rows_of(run("predict", BACKLOG, "--why", "--model", model, "--threshold", 0).stdout)

    assert rows[0][-1] == "why"
    for row in rows[1:]:
        words = row[-1].split(", ") if row[-1] else []
        assert len(words) <= 4
        assert all(word in row[1].casefold().replace("'", "") for word in words), row


def test_column_and_description(run: Run, model: str) -> None:
    """`--column` names another title; `--with-description` lets the description speak as well."""
    asked = ["predict", EXAMPLES / "jira.csv", "--to", "jsonl", "--model", model, "--threshold", 0]
    plain, described = (objects_of(run(*asked, *more).stdout) for more in ([], ["--with-description"]))
    keys = objects_of(run(*asked, "--column", "Issue key").stdout)

    assert keys[0]["title"] == "CARE-12"
    assert [each["title"] for each in plain] == [each["title"] for each in described]
    assert plain[0]["confidence"] != described[0]["confidence"]
    assert plain[1]["confidence"] == described[1]["confidence"]  # it has no description


def test_encoding_and_format_by_name(run: Run, model: str, tmp_path: Path) -> None:
    """`--encoding` and `--from` overrule what would be found."""
    file = tmp_path / "liste.csv"
    file.write_bytes("title\nécrire la feuille de route\n".encode("cp1252"))

    assert "écrire" in run("predict", file, "--encoding", "cp1252", "--to", "jsonl", "--model", model).stdout
    titles = objects_of(run("predict", BACKLOG, "--from", "text", "--to", "jsonl", "--model", model).stdout)
    assert str(titles[0]["title"]).startswith("Key,Title")


def test_an_output_may_be_the_input(run: Run, model: str, tmp_path: Path) -> None:
    """A file can be tagged in place, twice."""
    todo = tmp_path / "todo.md"
    todo.write_text((EXAMPLES / "todo.md").read_text("utf-8"), "utf-8")
    run("predict", todo, "-o", todo, "--model", model)
    once = todo.read_text("utf-8")
    run("predict", todo, "-o", todo, "--model", model)

    assert "<!-- role:" in once
    assert todo.read_text("utf-8") == once


class TestSeveralFiles:
    """Several inputs, one output or a folder of them."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> list[Path]:
        """Two tables of one shape, the second in an older encoding and another dialect, and a list."""
        contents = {
            "a.csv": b"title,owner\nplan the release,Ann\n",
            "b.csv": "title;owner\nask users;Zoë\n".encode("cp1252"),
        }
        contents["c.txt"] = b"interview users\n"
        for name, content in contents.items():
            (tmp_path / name).write_bytes(content)
        return [tmp_path / name for name in contents]

    def test_one_shape_is_one_table(self, run: Run, model: str, files: list[Path]) -> None:
        """Tables with the same columns are one, under one header."""
        rows = rows_of(run("predict", *files[:2], "--model", model).stdout)

        assert [row[:2] for row in rows] == [["title", "owner"], ["plan the release", "Ann"], ["ask users", "Zoë"]]

    def test_an_encoding_that_holds_all(self, run: Run, model: str, files: list[Path]) -> None:
        """The output is in an encoding that all inputs fit in, whichever comes first."""
        files[0].write_text("title,owner\nplan → release,Ann\n", "utf-8")
        told = run("predict", files[1], files[0], "--model", model).stdout_bytes.decode("utf-8")

        assert "Zoë" in told
        assert "plan → release" in told

    def test_lists_are_one_table(self, run: Run, model: str, files: list[Path]) -> None:
        """Lists and documents have titles alone, and so one shape."""
        rows = rows_of(run("predict", files[2], EXAMPLES / "todo.md", "--model", model).stdout)

        assert [row[0] for row in rows[:3]] == [
            "title",
            "interview users",
            "Sketch the value proposition for offline mode",
        ]

    @pytest.mark.parametrize("to", ["csv", "json", "excel", "markdown"])
    def test_shapes_that_do_not_fit(self, run: Run, model: str, files: list[Path], tmp_path: Path, to: str) -> None:
        """Different shapes are refused before anything is written, with the two ways out."""
        refused = run("predict", *files, "--to", to, "-o", tmp_path / "out", "--model", model, exit_code=2)

        assert "--to jsonl" in refused.stderr
        assert "-o tagged/" in refused.stderr
        assert not (tmp_path / "out").exists()

    def test_documents_do_not_make_one_document(self, run: Run, model: str) -> None:
        """Two documents with remarks are two documents still; as a table they are one."""
        todo = EXAMPLES / "todo.md"

        assert "-o tagged/" in run("predict", todo, todo, "--to", "markdown", "--model", model, exit_code=2).stderr
        assert len(rows_of(run("predict", todo, todo, "--model", model).stdout)) == 17

    def test_json_lines_take_any_shape(self, run: Run, model: str, files: list[Path], tmp_path: Path) -> None:
        """Each task keeps its own fields."""
        result = run("predict", *files, "-o", tmp_path / "out.jsonl", "--model", model)
        objects = objects_of((tmp_path / "out.jsonl").read_text("utf-8"))

        assert [each.get("fields") for each in objects] == [
            {"title": "plan the release", "owner": "Ann"},
            {"title": "ask users", "owner": "Zoë"},
            None,
        ]
        assert result.stderr.startswith("3 tasks: ")

    def test_folder(self, run: Run, model: str, files: list[Path], tmp_path: Path) -> None:
        """A folder gets one file for each input, in its own format or one that can be written."""
        files.append(EXAMPLES / "todo.md")
        run("predict", *files, "-o", f"{tmp_path / 'new' / 'tagged'}{os.sep}", "--model", model)
        tagged = tmp_path / "new" / "tagged"

        assert sorted(file.name for file in tagged.iterdir()) == ["a.csv", "b.csv", "c.csv", "todo.md"]
        assert (
            (tagged / "b.csv").read_bytes().startswith("title;owner;role;confidence\nask users;Zoë;".encode("cp1252"))
        )
        assert "<!-- role:" in (tagged / "todo.md").read_text("utf-8")

    def test_folder_in_one_format(self, run: Run, model: str, files: list[Path], tmp_path: Path) -> None:
        """`--to` holds for every file of a folder that is there already."""
        (tmp_path / "there").mkdir()
        run("predict", *files, "-o", tmp_path / "there", "--to", "jsonl", "--model", model)

        assert sorted(file.name for file in (tmp_path / "there").iterdir()) == ["a.jsonl", "b.jsonl", "c.jsonl"]

    def test_folder_with_namesakes(self, run: Run, model: str, files: list[Path], tmp_path: Path) -> None:
        """Two inputs never end up in one file."""
        (tmp_path / "sub").mkdir()
        twin = tmp_path / "sub" / "a.csv"
        twin.write_bytes(files[0].read_bytes())

        assert "Two inputs" in run("predict", files[0], twin, "-o", "out/", "--model", model, exit_code=2).stderr

    def test_notices_name_their_file(self, run: Run, model: str, files: list[Path]) -> None:
        """What is odd about one of several inputs is said with its name."""
        files[1].write_text("title,owner\nask users,Zoë\n,Bob\n", "utf-8")

        assert "b.csv: 1 row has no title" in run("predict", *files[:2], "--model", model).stderr


class TestMix:
    """`--summary` gives the mix of roles in place of the tasks."""

    def test_plain(self, run: Run, model: str) -> None:
        """One line of counts."""
        rows = rows_of(run("predict", BACKLOG, "--summary", "--model", model, "--threshold", 0).stdout)

        assert rows[0] == ["tasks", "product", "project", "unsure"]
        assert [int(cell) for cell in rows[1]][::3] == [30, 0]
        assert sum(int(cell) for cell in rows[1][1:]) == 30

    def test_by_field(self, run: Run, model: str, tmp_path: Path) -> None:
        """One line of counts for each value, and JSON where it is asked for."""
        asked = ["predict", BACKLOG, "--summary", "--by", "Assignee", "--model", model]
        rows = rows_of(run(*asked).stdout)
        run(*asked, "-o", tmp_path / "mix.json")
        figures = json.loads((tmp_path / "mix.json").read_text())

        assert rows[0] == ["Assignee", "tasks", "product", "project", "unsure"]
        assert sum(int(row[1]) for row in rows[1:]) == 30
        assert {row[0]: int(row[1]) for row in rows[1:]} == {each["name"]: each["tasks"] for each in figures["groups"]}

    def test_for_the_eye(self, run: Run, model: str) -> None:
        """A table has shares and a last line for all."""
        shown = run("predict", BACKLOG, "--summary", "--by", "assignee", "--to", "table", "--model", model).stdout

        assert shown.splitlines()[-1].split()[:2] == ["all", "30"]
        assert "%" in shown
        assert run("predict", BACKLOG, "--summary", "--to", "table", "--model", model).stdout.split()[:2] == [
            "tasks",
            "product",
        ]

    def test_groups_that_stand_out_are_told(self, run: Run, model: str, tmp_path: Path) -> None:
        """What is more than chance is said on standard error."""
        table = tmp_path / "team.csv"
        lines = [f"{title},{owner}\n" for title, owner in zip(TITLES, ("Ann", "Bob"), strict=True) for _ in range(12)]
        table.write_text("title,assignee\n" + "".join(lines))
        told = run("predict", table, "--summary", "--by", "assignee", "--model", model, "--threshold", 0).stderr

        assert "Ann: 12 of 12 clear tasks are product work" in told

    @pytest.mark.parametrize(("args", "exit_code", "sentence"), [
        (["--by", "planet"], 1, "No task has a value in a field named 'planet'"),
        (["--to", "markdown"], 2, "A summary is written as"),
    ])  # fmt: skip
    def test_refusals(self, run: Run, model: str, args: list[str], exit_code: int, sentence: str) -> None:
        """Fields and formats that are none."""
        assert sentence in run("predict", BACKLOG, "--summary", *args, "--model", model, exit_code=exit_code).stderr


class TestTerminal:
    """What a person sees."""

    def test_a_table(self, on_terminal: Callable[..., str], model: str) -> None:
        """A terminal gets a table in colours, with the sentence below."""
        shown = on_terminal("predict", EXAMPLES / "tasks.txt", "--why", "--model", model, "--threshold", 0)
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)

        assert plain.split()[:4] == ["role", "conf.", "task", "why"]
        assert "Build the roadmap" in plain
        assert plain.rstrip().splitlines()[-1].startswith("8 tasks: ")
        assert re.search(r"\x1b\[3\dm", shown)

    def test_no_colour(self, on_terminal: Callable[..., str], model: str) -> None:
        """`NO_COLOR` is respected."""
        shown = on_terminal("predict", EXAMPLES / "tasks.txt", "--model", model, NO_COLOR="1")

        assert "Build the roadmap" in shown
        assert not re.search(r"\x1b\[[0-9;]*3\d", shown)

    def test_a_file_is_csv_again(self, on_terminal: Callable[..., str], model: str, tmp_path: Path) -> None:
        """With `-o` a terminal shows the sentence alone."""
        shown = on_terminal("predict", EXAMPLES / "tasks.txt", "-o", tmp_path / "out.csv", "--model", model)

        assert shown.splitlines()[0].startswith("8 tasks: ")

    def test_nothing_to_read_is_help(self, on_terminal: Callable[..., str]) -> None:
        """Without a file and with nothing piped in, the command says how it is used."""
        assert on_terminal("predict").startswith("Usage: taskrole predict")

    def test_long_work_shows_a_bar(self, on_terminal: Callable[..., str], model: str, tmp_path: Path) -> None:
        """Work longer than a second shows how far it is, and takes the bar away at the end."""
        slow = tmp_path / "slow.txt"
        os.mkfifo(slow)

        def trickle() -> None:
            with slow.open("w") as file:
                file.write("plan the release and tell everyone about it\n" * 4_000)
                file.flush()
                time.sleep(PATIENCE * 1.2)
                file.write("plan the release and tell everyone about it\n" * 4_000)

        writer = threading.Thread(target=trickle)
        writer.start()
        shown = on_terminal("predict", slow, "-o", tmp_path / "out.csv", "--model", model)
        writer.join()

        assert "Tagging" in shown
        assert "8,000 tasks: " in shown.rstrip().splitlines()[-1]
        assert "Tagging" not in shown.rstrip().splitlines()[-1].rpartition("\x1b[2K")[2]

    def test_an_endless_title(self, on_terminal: Callable[..., str], model: str, tmp_path: Path) -> None:
        """A title of megabytes is cut for the eye; it would fill the screen for minutes."""
        (tmp_path / "endless.txt").write_text("plan the release " * 100_000, "utf-8")
        shown = on_terminal("predict", tmp_path / "endless.txt", "--model", model)

        assert "…" in shown
        assert len(shown) < 10_000

    def test_hostile_titles(self, on_terminal: Callable[..., str], model: str, tmp_path: Path) -> None:
        """What a terminal would obey is spelled out; markup of the table's own drawing is text."""
        (tmp_path / "evil.txt").write_text("plan \x1b]0;gotcha\x07 [red]the[/red] \u202erelease\n", "utf-8")
        shown = on_terminal("predict", tmp_path / "evil.txt", "--model", model)

        assert "\x1b]0" not in shown
        assert "\u202e" not in shown
        assert "[red]the[/red]" in shown

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(title=st.text(min_size=1).filter(lambda text: text.strip("\0").strip()))
    def test_no_title_is_obeyed(self, run: Run, model: str, title: str) -> None:
        """Whatever the title, the table has no control character but the ends of its lines."""
        source = json.dumps([{"title": title or "x"}])
        shown = run("predict", "--from", "json", "--to", "table", "--model", model, stdin=source).stdout

        assert not [character for character in shown if character < " " and character != "\n"]
        assert not set(shown) & set("\x7f\x9b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class TestStream:
    """Tasks pass in batches."""

    @pytest.mark.parametrize(("items", "sizes"), [(0, []), (1, [1]), (2, [2]), (9, [2, 3, 4]), (14, [2, 3, 4, 4, 1])])
    def test_batches(self, monkeypatch: pytest.MonkeyPatch, items: int, sizes: list[int]) -> None:
        """The first batches are shorter than the others, the last has what is left, and none is empty."""
        monkeypatch.setattr("classifier.cli.tagging.BATCH", 4)

        assert [len(batch) for batch in batches(range(items), first=(2, 3))] == sizes

    def test_order_and_gaps(self, tagger: Tagger) -> None:
        """Tasks come out in order; those without a title pass untagged, and are not counted as done."""
        done: list[Tag] = []
        tasks = [Task(title) for _ in range(700) for title in ("plan the release", "", "interview users")]
        tagged = list(tag_tasks(tasks, Request(tagger), done.extend))

        assert [task for task, _ in tagged] == tasks
        assert all((tag is None) == (task.title == "") for task, tag in tagged)
        assert done == [tag for _, tag in tagged if tag is not None]
        assert len(done) == 1400

    @pytest.mark.parametrize("copies", [True, False])
    def test_many_batches(self, tagger: Tagger, monkeypatch: pytest.MonkeyPatch, copies: bool) -> None:
        """Once there are enough of them other processes help, at once where they are copies; nothing else changes."""
        monkeypatch.setattr("classifier.request.MANY", 1_000)
        for name, value in {"ALONE": 2, "cores": lambda: 2, "may_fork": lambda: copies}.items():
            monkeypatch.setattr(f"classifier.cli.tagging.{name}", value)
        helped: list[bool] = []
        tag_in_order = parallel.tag_in_order
        monkeypatch.setattr(
            parallel, "tag_in_order", lambda *given, **more: helped.append(True) or tag_in_order(*given, **more)
        )
        tasks = [Task(f"plan release {number}" if number % 9 else "") for number in range(4_500)]
        alone = list(tag_tasks(iter(tasks), Request(tagger, alone=True)))

        assert not helped
        assert list(tag_tasks(iter(tasks), Request(tagger))) == alone
        assert helped == [True]

    @pytest.mark.parametrize("number", [1, 2])
    def test_it_reads_no_further_than_it_must(
        self, tagger: Tagger, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        """The first answer comes after a short batch, and one more where other cores could help, however long the stream."""
        for name, value in {"cores": lambda: number, "may_fork": lambda: False}.items():
            monkeypatch.setattr(f"classifier.cli.tagging.{name}", value)
        taken = 0

        def endless() -> object:
            nonlocal taken
            while True:
                taken += 1
                yield Task("plan the release")

        next(tag_tasks(endless(), Request(tagger)))  # type: ignore[arg-type]

        assert taken == sum(FIRST[:number])
