"""`taskrole retrain`, `models`, `check` and `review`: a team corrects, learns, looks and goes back."""

import csv
import os
import pickle
import sqlite3
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from classifier.examples import read_examples
from classifier.home import SHIPPED
from classifier.learning.questions import LOOKED_BACK
from classifier.resources import shipped_model
from classifier.store import Made, Store
from classifier.tasks import Example
from tests.cli.conftest import Run
from tests.lessons import company, flipped, write_examples

OTHERS = ["Interview pilots about their needs", "Track the refit before the deadline", "Survey nurses and drivers"]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that has learned a company's tasks from scratch."""
    from click.testing import CliRunner

    from classifier.cli import main

    folder = tmp_path_factory.mktemp("learned")
    file = write_examples(folder / "company.csv", company())
    result = CliRunner().invoke(main, ["retrain", str(file), "--from-scratch"], env={"TASKROLE_HOME": str(folder)})
    assert result.exit_code == 0, result.stderr
    return folder


@pytest.fixture
def home(learned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that store for one test."""
    folder = tmp_path / "home"
    for part in ("models", "scores"):
        (folder / part).mkdir(parents=True)
        for path in (learned / part).iterdir():
            (folder / part / path.name).write_bytes(path.read_bytes())
    (folder / "store.db").write_bytes((learned / "store.db").read_bytes())
    monkeypatch.setenv("TASKROLE_HOME", str(folder))
    return folder


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


def corrected(run: Run, tmp_path: Path, titles: list[str], roles: dict[str, str]) -> Path:
    """Tag titles, change some roles, and give the file."""
    run("predict", write_titles(tmp_path, titles), "-o", tmp_path / "tagged.csv")
    rows = rows_of((tmp_path / "tagged.csv").read_text("utf-8"))
    with (tmp_path / "corrected.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {"role": roles.get(row["Title"], row["role"])} for row in rows)
    return tmp_path / "corrected.csv"


def write_titles(tmp_path: Path, titles: list[str]) -> Path:
    path = tmp_path / "titles.csv"
    path.write_text("Title\n" + "".join(f"{title}\n" for title in titles), "utf-8")
    return path


def test_correct_retrain_and_roll_back(run: Run, home: Path, tmp_path: Path) -> None:
    """Corrections hold, what changes is listed, and rolling back brings the old tags back exactly."""
    titles = [*(each.text for each in company()[::8]), "Zeppelin moodboard", "Zeppelin ahoy", "Moodboard ahoy"]
    right = dict.fromkeys(titles[-3:], "product")
    file = corrected(run, tmp_path, titles, right)
    before = run("predict", tmp_path / "titles.csv").stdout
    result = run("retrain", file, "--on", tmp_path / "titles.csv")
    after = rows_of(run("predict", tmp_path / "titles.csv").stdout)

    assert "33 rows: 3 to learn from, 30 as the model says anyway" in result.stderr
    assert "Version 2 is current" in result.stderr
    for said in ("Known examples (240)", "right", "log loss", "calibration error", "by chance", "3 of 33 tags change"):
        assert said in result.stdout
    assert [row["role"] for row in after if row["Title"] in right] == ["product"] * 3
    run("models", "rollback")
    assert run("predict", tmp_path / "titles.csv").stdout == before
    assert "3 examples are set aside" in run("models", "use", "1").stderr


def test_wrong_corrections_are_refused(run: Run, home: Path, tmp_path: Path) -> None:
    """Twenty flipped roles: refused, named, set aside, and no burden on the next retrain; --force takes them in."""
    wrong = flipped(company()[::12])
    refused = run("retrain", write_examples(tmp_path / "wrong.csv", wrong), exit_code=1)

    assert "contradict what is known" in refused.stderr
    assert refused.stderr.count("Set aside: ") == 20
    assert "* 1:" in run("models", "list").stdout
    assert len(rows_of(run("models", "examples", "--state", "aside").stdout)) == 20
    later = run("retrain", write_examples(tmp_path / "right.csv", [company()[0]._replace(text=OTHERS[0])]))
    assert "240 earlier and 1 new" in later.stderr
    assert "240 earlier" not in run("retrain", "--force").stderr
    assert len(rows_of(run("models", "examples", "--state", "aside").stdout)) == 20  # now the overruled ones


def test_complaints_are_named(run: Run, home: Path, tmp_path: Path) -> None:
    """Every row that cannot be used is named with file and line; the rest is learned from."""
    file = tmp_path / "new.csv"
    file.write_text(
        "text,label\nBake bread,product\nBake buns,product\nBAKE bread!,product\nBake pies,product\nbake pies,project\n"
        ",product\nBake cake,\nBake tarts,prodact\n",
        "utf-8",
    )
    result = run("retrain", file, "--all", "--from-scratch", exit_code=1)
    assert "add 4 more of 'prodact'" in result.stderr

    assert "8 rows: 3 to learn from, 4 named above" in result.stderr
    for line, said in ((4, "repeats"), (6, "both left out"), (7, "no text"), (8, "no label")):
        assert any(f"new.csv:{line}" in told and said in told for told in result.stderr.splitlines()), result.stderr
    assert rows_of(run("models", "examples", "--state", "waiting").stdout) == []


def test_own_roles(run: Run, home: Path, tmp_path: Path) -> None:
    """From scratch any roles will do, and earlier examples with other roles stand back."""
    other = {"product": "design", "project": "ops"}
    own = [each._replace(text=f"{each.text} now", label=other[each.label]) for each in company()]
    result = run("retrain", write_examples(tmp_path / "own.csv", own), "--from-scratch")

    assert "240 examples are left out: their labels (product, project) are others" in result.stderr
    assert "nothing to compare" in result.stdout
    assert rows_of(run("predict", write_titles(tmp_path, OTHERS)).stdout)[0]["role"] in {"design", "unsure"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "nothing new to learn from"),
        (("missing.csv",), "missing.csv"),
        (("pickle.csv",), "pickle.csv"),
    ],
)
def test_nothing_to_learn_from(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], said: str
) -> None:
    """One sentence each, also for a file that would run something if it were unpickled."""
    monkeypatch.chdir(tmp_path)
    Path("pickle.csv").write_bytes(pickle.dumps(Pwned(tmp_path / "pwned")))
    assert said in run("retrain", *args, exit_code=1).stderr
    assert not (tmp_path / "pwned").exists()


class Pwned:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_no_pickle_is_opened(run: Run, home: Path, tmp_path: Path) -> None:
    """Neither as --model, nor in place of a stored model or pipeline, nor beside a model file."""
    content = pickle.dumps(Pwned(tmp_path / "pwned"))
    (tmp_path / "evil.joblib").write_bytes(content)
    model = next((home / "models").glob("*.taskrole"))
    (tmp_path / "evil.taskrole").write_bytes(model.read_bytes())
    file = write_examples(tmp_path / "some.csv", company()[:9])

    assert "pickle" in run("predict", file, "--model", tmp_path / "evil.joblib", exit_code=1).stderr
    told = run("evaluate", file, "--pipeline", "--model", tmp_path / "evil.taskrole", exit_code=1).stderr
    assert "not written here" in told
    assert "% right" in run("evaluate", file, "--pipeline").stdout
    model.with_suffix(".joblib").write_bytes(content)
    assert "not written here" in run("evaluate", file, "--pipeline", exit_code=1).stderr
    model.write_bytes(content)
    assert "not the model that was stored" in run("predict", file, exit_code=1).stderr
    run("models", "use", "shipped")
    assert not (tmp_path / "pwned").exists()


def test_models(run: Run, home: Path) -> None:
    """The list marks the current one; show tells where a model comes from and what weighs most in it."""
    assert "* 1: " in run("models", "list").stdout
    shown = run("models", "show", "--weights").stdout
    for said in ("sha256: ", "digest: ", "examples: 240", "product:\n", "project:\n", "  before\n"):
        assert said in shown
    assert "sha256" not in run("models", "show", "shipped").stdout
    assert "no model '7'" in run("models", "use", "7", exit_code=1).stderr
    assert "is current" in run("models", "remove", "1", exit_code=1).stderr
    assert "always there" in run("models", "remove", "shipped", exit_code=1).stderr
    run("models", "use", "shipped")
    run("models", "remove", "1")
    assert list((home / "models").iterdir()) == []


def test_examples_come_back(run: Run, home: Path, tmp_path: Path) -> None:
    """What `models examples` writes `retrain` reads; an example that is removed is left out of the next model."""
    written = run("models", "examples").stdout
    (tmp_path / "all.csv").write_text(written, "utf-8")
    assert [(row["text"], row["label"]) for row in rows_of(written)] == [(each.text, each.label) for each in company()]
    assert "nothing new" in run("retrain", tmp_path / "all.csv", exit_code=1).stderr
    run("models", "examples", "--remove", "1", "--remove", "2")
    assert "238 earlier and 0 new" in run("retrain").stderr
    assert "Not all" in run("models", "examples", "--remove", "999", exit_code=1).stderr


def test_examples_that_a_spreadsheet_would_run_come_back(run: Run, home: Path, tmp_path: Path) -> None:
    """Formulas are guarded as in tagged files, numbers are not, and the reader takes off what the writer put on."""
    texts = ["-5", "=1+2", "'=x", "''=x", "＝SUM(A1)", "- draft the plan", "'tis the season"]
    with Store() as store:
        store.add(Example(text, "product", "review", f"ours.csv:{line}") for line, text in enumerate(texts, 1))
    written = tmp_path / "waiting.csv"
    written.write_text(run("models", "examples", "--state", "waiting").stdout, "utf-8")

    assert [row["text"][0] for row in rows_of(written.read_text("utf-8"))] == ["-", *["'"] * 6]
    assert [each.text for each in read_examples([written])] == texts


def test_a_newer_store_is_left_alone(run: Run, home: Path) -> None:
    """Every command says so."""
    with sqlite3.connect(home / "store.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    for args in (("models", "list"), ("retrain",), ("predict", "nothing.csv")):
        assert "newer taskrole" in run(*args, exit_code=1).stderr


def test_review_answers_skips_undoes_and_resumes(run: Run, home: Path, tmp_path: Path) -> None:
    """Answers are stored as they come; what was answered or skipped is not asked about again."""
    file = write_titles(tmp_path, ["Paint the zeppelin", "Moor the zeppelin", "Sell zeppelin rides", *OTHERS])
    first = run("review", file, stdin="1\ns\nproject\nu\n0\nq\n").stderr
    asked = [line.split(". ", 1)[1] for line in first.splitlines() if line[:1].isdigit() and ". " in line[:4]]

    assert asked[2] == asked[4] != asked[3]
    held = {row["text"]: row["label"] for row in rows_of(run("models", "examples", "--state", "waiting").stdout)}
    assert held == {asked[0]: "product", asked[2]: "unsure"}
    assert "2 answered. 2 wait to be learned from: taskrole retrain" in first
    second = run("review", file, stdin="").stderr
    assert not any(each in second for each in asked[:3])
    assert "0 answered. 2 wait" in second
    assert "is no answer" in run("review", file, stdin="maybe\n", exit_code=1).stderr
    told = run("retrain").stderr
    assert "1 examples are left out: their labels (unsure)" in told
    assert "240 earlier and 1 new" in told


def test_review_says_when_it_is_enough(run: Run, home: Path, tmp_path: Path) -> None:
    """A model that is torn about nothing that is left says so, once."""
    file = write_titles(tmp_path, [f"{each.text} again" for each in company()[::3]])
    told = run("review", file, "-n", LOOKED_BACK + 3, stdin="1\n" * 40).stderr

    assert told.count("More answers would hardly help") == 1
    assert f"{LOOKED_BACK + 3} answered" in told


def test_review_on_a_terminal(on_terminal: Callable[..., str], home: Path, tmp_path: Path) -> None:
    """Without a question left there is nothing to wait for."""
    file = write_titles(tmp_path, [company()[0].text])
    assert "has been answered or skipped" in on_terminal("review", file)


def test_check_knows_texts_without_words_apart(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of signs alone is not taken for another that was learned: the current model judges it."""
    monkeypatch.setenv("TASKROLE_HOME", str(tmp_path / "home"))
    with Store() as store:
        learned = store.add([Example("→ →", "product", "review", "ours.csv:1")])
        store.promote(Made(Path(shipped_model()).read_bytes(), SHIPPED, learned, {}), None)
    (tmp_path / "signs.csv").write_text("text,role\n?!,product\nname the zeppelin,project\n", "utf-8")

    assert "2 examples: " in run("check", tmp_path / "signs.csv").stderr


def test_check(run: Run, home: Path, tmp_path: Path) -> None:
    """Flipped labels, repeats and contradictions are listed with what speaks for it; --strict exits with 1."""
    known = company()
    odd = [
        *flipped(known[:2]),
        *known[2:],
        known[50],
        flipped([known[70]])[0],
        known[90]._replace(text=f"{known[90].text}!"),
    ]
    file = write_examples(tmp_path / "odd.csv", odd)
    result = run("check", file, "--strict", exit_code=1)

    for line, said in (
        (2, "looks wrong: project -> product"),
        (242, "is there twice"),
        (243, "contradicts another"),
        (244, "is there twice"),
    ):
        assert f"odd.csv:{line}: {said}" in result.stdout, result.stdout
    assert "2 mislabelled, 1 contradiction, 2 duplicate" in result.stderr
    assert run("check", write_examples(tmp_path / "fine.csv", known), "--strict").stdout == ""


def test_a_damaged_store_is_explained(run: Run, home: Path) -> None:
    """And the models in it can still be used."""
    (home / "store.db").write_bytes(b"no database at all, " * 500)
    model = next((home / "models").glob("*.taskrole"))

    assert "is damaged" in run("retrain", exit_code=1).stderr
    assert run("predict", "--model", model, stdin=f"{OTHERS[0]}\n").stdout.startswith("title,role")
    with pytest.raises(Exception, match="is damaged"):
        Store(home)
