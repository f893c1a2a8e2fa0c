"""`taskrole report`, and the page of `taskrole evaluate`."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

EVIL = '<script>alert("&")</script>'


def data_of(page: Path) -> dict[str, list[object]]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert found is not None
    data: dict[str, list[object]] = json.loads(found[1])
    return data


@pytest.fixture
def backlog(tmp_path: Path) -> Path:
    path = tmp_path / "backlog.csv"
    path.write_text(
        "Title,Assignee,Squad,Notes\nTrack the budget,Ana,Red,\nBuild the roadmap,Ben,Blue,today\n,,,\n", "utf-8"
    )
    return path


def test_a_page_is_written(run: Run, model: str, backlog: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.html"
    result = run("report", backlog, "-o", out, "--model", model)

    assert data_of(out)["titles"] == ["Track the budget", "Build the roadmap"]
    assert result.stdout == ""
    assert "2 tasks:" in result.stderr
    assert f"Open {out} in a browser." in result.stderr
    assert "1 row has no title" in result.stderr


def test_a_page_goes_to_standard_output(run: Run, model: str, backlog: Path) -> None:
    result = run("report", "-", "-o", "-", "--model", model, stdin=backlog.read_bytes())

    assert result.stdout.startswith("<!DOCTYPE html>")
    assert "Open" not in result.stderr


def test_several_backlogs_make_one_page_grouped_by_file(run: Run, model: str, backlog: Path, tmp_path: Path) -> None:
    other = tmp_path / "list.txt"
    other.write_text("Plan the sprint\n", "utf-8")
    run("report", backlog, other, "-o", tmp_path / "out.html", "--model", model, "--title", "Both")
    data = data_of(tmp_path / "out.html")

    assert data["fields"][0] == {"title": "File", "groups": ["backlog.csv", "list.txt"], "members": [0, 0, 1]}
    assert "<title>Both: " in (tmp_path / "out.html").read_text("utf-8")


def test_other_fields_are_shown_when_asked_for(run: Run, model: str, backlog: Path, tmp_path: Path) -> None:
    run("report", backlog, "-o", tmp_path / "out.html", "--model", model, "--by", "squad", "--by", "Notes")

    assert [field["title"] for field in data_of(tmp_path / "out.html")["fields"]] == ["squad", "Notes", "Assignee"]


def test_descriptions_and_thresholds_count(run: Run, model: str, tmp_path: Path) -> None:
    source = tmp_path / "tasks.csv"
    source.write_text("Title,Description\nNotes,Track the budget\n", "utf-8")
    run("report", source, "-o", tmp_path / "out.html", "--model", model, "--with-description", "--threshold", "0")
    data = data_of(tmp_path / "out.html")

    assert data["texts"] == {"0": "Notes\nTrack the budget"}
    assert data["threshold"] == 0
    assert data["because"] == [0]


def test_injections_in_titles_people_and_columns_stay_text(run: Run, model: str, tmp_path: Path) -> None:
    quoted = EVIL.replace('"', '""')
    source = tmp_path / "evil.csv"
    source.write_text(f'Title,Assignee,"{quoted}"\n"{quoted}","{quoted}","{quoted}"\nPlan it,Ana,x\n', "utf-8")
    run("report", source, "-o", tmp_path / "out.html", "--model", model, "--by", EVIL, "--title", EVIL)

    text = (tmp_path / "out.html").read_text("utf-8")
    assert EVIL not in text
    assert text.count("<script") == 2
    assert data_of(tmp_path / "out.html")["titles"] == [EVIL, "Plan it"]


@pytest.mark.parametrize(
    ("options", "exit_code", "said"),
    [
        (["--by", "Tribe"], 1, "No task has a value in a field named 'Tribe'"),
        (["--threshold", "0.5", "--promise", "0.9"], 2, "both set the threshold"),
        (["--promise", "0.5"], 1, "no threshold for a promise"),
        (["--column", "Nix"], 1, "no column 'Nix'"),
    ],
)
def test_what_cannot_be_is_said(
    run: Run, model: str, backlog: Path, tmp_path: Path, options: list[str], exit_code: int, said: str
) -> None:
    result = run("report", backlog, "-o", tmp_path / "out.html", "--model", model, *options, exit_code=exit_code)

    assert said in result.stderr
    assert not (tmp_path / "out.html").exists()


def test_an_evaluation_makes_a_page_with_its_learning_curve(run: Run, model: str, tmp_path: Path) -> None:
    from tests.conftest import CASES

    out = tmp_path / "eval.html"
    result = run(
        "evaluate", CASES / "examples.csv", "--model", model, "--report", out, "--learned-from", CASES / "examples.csv"
    )

    assert "texts with a role" in result.stdout
    page = out.read_text("utf-8")
    for heading in ("confusion", "reliability", "coverage", "learning", "wrong", "torn"):
        assert f'id="{heading}"' in page


def test_the_learning_curve_needs_a_page(run: Run, model: str, tmp_path: Path) -> None:
    from tests.conftest import CASES

    examples = CASES / "examples.csv"
    assert "--report" in run("evaluate", examples, "--model", model, "--learned-from", examples, exit_code=2).stderr
