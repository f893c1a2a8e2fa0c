"""`taskrole train` and `taskrole evaluate`: a user's own roles, from file to figures."""

import csv
import json
from pathlib import Path

import pytest

from classifier.tagger import Tagger
from tests.cli.conftest import Run

TEAMS = {
    "design": ("sketch the {}", "draw icons for the {}", "redo the layout of the {}"),
    "finance": ("pay the invoice for the {}", "book the costs of the {}", "get a quote for the {}"),
    "support": ("answer the ticket about the {}", "call the customer with the broken {}", "refund the {}"),
}
THINGS = ("checkout", "printer", "newsletter", "map", "mobile app", "help page")


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled examples of three roles of a user's own."""
    file = tmp_path_factory.mktemp("teams") / "teams.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["Task", "Team"])
        writer.writerows(
            [text.format(thing), team] for team, texts in TEAMS.items() for text in texts for thing in THINGS
        )
    return file


@pytest.fixture(scope="module")
def own_model(teams: Path) -> Path:
    """The model that `taskrole train` makes of them."""
    from click.testing import CliRunner

    from classifier.cli import main

    out = teams.with_name("teams.taskrole")
    result = CliRunner().invoke(main, ["train", str(teams), "--label", "Team", "-o", str(out)])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    for said in ("54 examples: 18 design, 18 finance, 18 support", "held out of training", "% right", "Written: "):
        assert said in result.stderr
    return out


def test_train_writes_model_and_pipeline(own_model: Path) -> None:
    """The model is a small file of data with its provenance; the pipeline stands beside it; nothing else is left."""
    model = json.loads(own_model.read_bytes().splitlines()[0])  # the first line is for people, too

    assert Tagger.load(own_model).roles == ("design", "finance", "support")
    assert model["provenance"]["examples"] == 54
    assert sorted(file.name for file in own_model.parent.iterdir()) == ["teams.csv", "teams.joblib", "teams.taskrole"]


def test_predict_with_roles_of_ones_own(run: Run, own_model: Path) -> None:
    """A model of other roles answers with them."""
    stdin = "pay the invoice for the van\ndraw icons for the intranet\n"
    told = run("predict", "--to", "jsonl", "--model", own_model, "--threshold", 0, stdin=stdin).stdout

    assert [json.loads(line)["role"] for line in told.splitlines()] == ["finance", "design"]


def test_evaluate(run: Run, own_model: Path, teams: Path) -> None:
    """The figures as lines to read, and as JSON."""
    asked = ["evaluate", teams, "--label", "Team", "--model", own_model]
    figures = json.loads(run(*asked, "--json").stdout)

    assert run(*asked).stdout.startswith("54 texts with a role")
    assert figures["texts"] == 54
    assert figures["accuracy"] > 0.9
    assert set(figures["roles"]) == set(TEAMS)
    assert json.loads(run(*asked, "--json", "--threshold", 1).stdout)["tagged"]["coverage"] == 0


def test_evaluate_by_source(run: Run, own_model: Path, tmp_path: Path) -> None:
    """Each source has its own figures beside those of all."""
    labelled = tmp_path / "labelled.csv"
    labelled.write_text(
        "text,role,source\nrefund the van,support,mail\nsketch the van,design,wiki\npay the rent,finance,wiki\n"
    )
    figures = json.loads(run("evaluate", labelled, "--by", "source", "--json", "--model", own_model).stdout)
    lines = run("evaluate", labelled, "--by", "source", "--model", own_model).stdout.splitlines()

    assert {source: part["texts"] for source, part in figures["by"]["source"].items()} == {"mail": 1, "wiki": 2}
    assert figures["texts"] == 3
    assert [line for line in lines if line in {"mail", "wiki"}] == ["mail", "wiki"]


def test_evaluate_the_pipeline(run: Run, own_model: Path, teams: Path) -> None:
    """The fitted pipeline gives the figures of the table made of it."""
    asked = ["evaluate", teams, "--label", "Team", "--model", own_model, "--json"]

    assert json.loads(run(*asked, "--pipeline").stdout) == json.loads(run(*asked).stdout)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "the pipeline cannot be read"), (b"not a pipeline", "was not written here")],
)
def test_evaluate_without_its_pipeline(
    run: Run, own_model: Path, teams: Path, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    """A missing or damaged pipeline is one sentence."""
    alone = tmp_path / "alone.taskrole"
    alone.write_bytes(own_model.read_bytes())
    if content is not None:
        alone.with_suffix(".joblib").write_bytes(content)
    told = run("evaluate", teams, "--label", "Team", "--model", alone, "--pipeline", exit_code=1).stderr

    assert sentence in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("text,role\nplan it,project\n", "at least two roles"),
        ("text,role\nplan it,project\nask users,product\n", "add 4 more of"),
        ("text,role\n" + "plan it,project\nask users,product\n" * 9, "add 4 more of"),
        ("text,role\nplan it,\n", ":2 has no label"),
        ("text,owner\nplan it,Ann\n", "--label"),
    ],
)
def test_train_refuses(run: Run, tmp_path: Path, content: str, sentence: str) -> None:
    """What nothing can be learned from is one sentence, and no file."""
    data = tmp_path / "data.csv"
    data.write_text(content)
    result = run("train", data, "-o", tmp_path / "m.taskrole", exit_code=1)

    assert sentence in result.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["data.csv"]


def test_train_looks_at_the_place_first(run: Run, teams: Path, tmp_path: Path) -> None:
    """A folder that is not there is told before the work, not after it."""
    told = run("train", teams, "--label", "Team", "-o", tmp_path / "none" / "m.taskrole", exit_code=1).stderr

    assert "is no folder" in told
    assert "examples" not in told


def test_contradictions_are_told(run: Run, tmp_path: Path) -> None:
    """Of two labels for a text the later one counts, and it is said where they stand."""
    data = tmp_path / "data.csv"
    data.write_text("text,role\nPlan it,project\nask users,product\nplan it!,product\n")
    told = run("train", data, "-o", tmp_path / "m.taskrole", exit_code=1).stderr

    assert f"'Plan it' is project in {data}:2 and product in {data}:4." in told


def test_evaluate_refuses_labels_of_another_kind(run: Run, own_model: Path, tmp_path: Path) -> None:
    """A label that the model cannot give would count as its error; it is refused with its place."""
    data = tmp_path / "data.csv"
    data.write_text("text,role\nsketch the van,design\nplan it,project\n")
    told = run("evaluate", data, "--model", own_model, exit_code=1).stderr

    assert f"{data}:3 has the label 'project'" in told
