"""Which room may know which, and what a command imports: both keep the tool small and quick to start."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifier.cores import cores

PACKAGE = Path(__file__).parent.parent / "classifier"

ALL_MAY = {"tasks", "errors", "files", "text"}
MAY_KNOW = {
    "tasks": set(),
    "errors": set(),
    "files": set(),
    "text": set(),
    "decide": {"tasks"},
    "chance": set(),
    "resources": {"errors", "model_file"},
    "home": {"errors"},
    "memory": {"text"},
    "weights": {"errors", "text"},
    "tagger": ALL_MAY | {"bulk", "decide", "memory", "model_file", "resources", "weights"},
    "cores": set(),
    "model_file": {"errors"},
    "request": ALL_MAY | {"tagger"},
    "bulk": ALL_MAY | {"memory", "weights"},
    "reasons": ALL_MAY,
    "backlog": ALL_MAY,
    "examples": ALL_MAY | {"backlog"},
    "corrections": ALL_MAY | {"backlog", "examples", "tagger"},
    "teaching": ALL_MAY | {"examples", "home", "learning", "model_file", "resources", "store", "tagger"},
    "learning": ALL_MAY | {"chance", "decide", "model_file", "tagger", "weights", "examples"},
    "store": ALL_MAY | {"home", "model_file", "resources", "examples", "tagger"},
    "messages": set(),
    "worker": ALL_MAY | {"messages", "request", "tagger"},
    "parallel": ALL_MAY | {"cores", "messages", "request", "worker"},
    "frames": ALL_MAY | {"tagger", "reasons"},
    "report": ALL_MAY | {"chance", "reasons"},
    "cli": {"*"},
    "__init__": {"*"},
    "__main__": {"cli"},
}
"""The arrows between rooms; nothing knows `cli` but `__main__`."""

HOMES = {
    "click": {"cli"},
    "rich": {"cli"},
    "sklearn": {"learning"},
    "scipy": {"learning"},
    "joblib": {"learning"},
    "numpy": {"bulk", "learning"},
    "openpyxl": {"backlog"},
    "markdown_it": {"backlog"},
    "jinja2": {"report"},
    "sqlite3": {"store"},
}
"""Libraries that only some rooms may know."""

SLOW = {
    *("concurrent", "difflib", "hashlib", "logging", "multiprocessing", "platformdirs", "random", "shutil", "sqlite3"),
    *("subprocess", "tempfile", "classifier.backlog.composed", "classifier.reasons", "pathlib"),
    *("classifier.store", "importlib.metadata"),
}
"""What takes a millisecond or more to import and is not needed to tag a table, where no one has stored anything."""

HEAVY = {"numpy", "scipy", "sklearn", "joblib", "pandas", "charset_normalizer", "openpyxl", "markdown_it", "jinja2"}


def imports_of(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{each.name}" for each in node.names)


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows(path: Path) -> None:
    """A module knows only the rooms, and the libraries, that its own may know."""
    room = path.relative_to(PACKAGE).with_suffix("").parts[0]
    assert room in MAY_KNOW, f"say in MAY_KNOW what {room} may know"
    names = [name.split(".") for name in imports_of(path)]
    known = {name[1] for name in names if name[0] == "classifier"} - {room}
    libraries = {name[0] for name in names}

    assert "*" in MAY_KNOW[room] or known <= MAY_KNOW[room]
    assert "cli" not in known or room == "__main__"
    assert {name for name in libraries if room not in HOMES.get(name, {room})} == set()


def loaded_by(*args: str, stdin: str = "") -> set[str]:
    """Return the modules and top-level packages that a command loads in a process of its own."""
    script = (
        "import json, sys\n"
        "from classifier.cli import main\n"
        "try:\n    main(prog_name='taskrole')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *args], input=stdin, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    modules = json.loads(done.stderr.splitlines()[-1])
    return {*modules, *(name.partition(".")[0] for name in modules)}


def test_help_imports_next_to_nothing() -> None:
    """The list of commands needs none of them."""
    loaded = loaded_by("--help")

    assert not loaded & (HEAVY | {"rich", "csv", "classifier.backlog", "classifier.tagger", "classifier.cli.predict"})


@pytest.mark.parametrize("to", ["csv", "jsonl"])
def test_predict_imports_no_learning(to: str) -> None:
    """Tagging needs no numbers library, and no drawing where nothing is drawn."""
    loaded = loaded_by("predict", "-", "--to", to, stdin="title,owner\nplan the release,Ann\n")

    assert "classifier.tagger" in loaded
    assert not loaded & (HEAVY | {"rich", "classifier.learning", "classifier.cli.train", "classifier.report"})


@pytest.mark.skipif(sys.platform != "linux", reason="other systems need more to find the folder of the store")
@pytest.mark.parametrize("rows", [1, 600])
def test_predict_of_a_table_starts_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """From file to file, most of the time of a short backlog is what is imported, also where a second core helps."""
    monkeypatch.delenv("TASKROLE_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    backlog = tmp_path / "backlog.csv"
    backlog.write_text("title,owner\n" + "plan the release,Ann\n" * rows, "utf-8")

    loaded = loaded_by("predict", str(backlog), "--output", str(tmp_path / "tagged.csv"))

    assert "classifier.tagger" in loaded
    assert ("classifier.parallel" in loaded) == (rows > 1 and cores() > 1)
    assert loaded & (SLOW | HEAVY) == set()


@pytest.mark.parametrize("args", [("explain", "plan the release"), ("predict", "-", "--summary", "--by", "owner")])
def test_others_that_need_no_learning(args: tuple[str, ...]) -> None:
    """Reasons and mixes are sums."""
    loaded = loaded_by(*args, stdin="title,owner\nplan the release,Ann\n")

    assert not loaded & (HEAVY | {"rich", "classifier.learning"})


def test_the_package_alone_is_weightless() -> None:
    """Importing the package imports nothing else; its public names come when they are asked for."""
    script = (
        "import sys, classifier\n"
        "assert {name for name in sys.modules if name.startswith('classifier.')} == set(), sys.modules\n"
        "for name in classifier.__all__:\n    assert getattr(classifier, name), name\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
