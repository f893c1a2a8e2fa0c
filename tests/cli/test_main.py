"""The group itself: help, version, completion, and how a run ends."""

import os
import pickle
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from classifier.cli import COMMANDS, main
from tests.cli.conftest import TASKROLE, Run


def command_of(name: str) -> click.Command:
    _, command, _ = main.resolve_command(click.Context(main), [name])
    assert command is not None
    return command


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_the_help_it_is_listed_with(run: Run, name: str) -> None:
    """The sentence in the list is the first of the command's own help, which ends in an example of it."""
    shown = run(name, "-h").stdout

    assert command_of(name).get_short_help_str(200).rstrip(".") == COMMANDS[name].rstrip(".")
    assert COMMANDS[name] in " ".join(shown.split())
    assert f"taskrole {name}" in shown.rstrip().splitlines()[-1]
    assert run(name, "--help").stdout == shown


def test_help_and_version(run: Run) -> None:
    """Both spellings of help list the commands in their order; the version is the distribution's."""
    shown = run("--help").stdout

    assert run("-h").stdout == shown
    assert [shown.index(f"\n  {name} ") for name in COMMANDS] == sorted(
        shown.index(f"\n  {name} ") for name in COMMANDS
    )
    assert run("--version").stdout.startswith("taskrole, version ")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["predct"], "Did you mean 'predict'?"),
        (["predict", "--shreshold", "1"], "No such option '--shreshold'"),
        (["predict", "x.csv", "--from", "abacus"], "'abacus' is not one of"),
        (["predict", "x.csv", "--to", "abacus"], "'abacus' is not one of"),
        (["predict", "x.csv", "-o", "out.abacus"], "name the format with --to"),
        (["predict", "x.csv", "-o", "out.csv", "--to", "table"], "for the terminal"),
        (["predict", "x.csv", "--threshold", "1.5"], "not in the range"),
        (["predict", "x.csv", "--threshold", "nan"], "no number from 0 to 1"),
        (["predict", "x.csv", "--threshold", "0.5", "--promise", "0.9"], "leave one out"),
        (["predict", "x.csv", "--by", "assignee"], "--by goes with --summary"),
        (["predict", "-", "-"], "can be read once"),
        (["predict", "x.csv", "--only", "boss"], "it has product, project, unsure"),
        (["explain"], "Missing argument"),
        (["train", "x.csv"], "Missing option '-o'"),
        (["train", "x.csv", "-o", "model.pkl"], "does not end in .taskrole"),
        (["evaluate", "x.csv", "--pipeline"], "--pipeline needs --model"),
        (["evaluate", "x.csv", "--by", "moon"], "'moon' is not 'source'"),
    ],
)
def test_wrong_usage(run: Run, args: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for in the wrong way exits with 2 and says what would be right."""
    monkeypatch.chdir(tmp_path)
    Path("x.csv").write_text("title,role\nplan the release,project\n")

    assert sentence in run(*args, exit_code=2).stderr


BAD = {
    "empty file": ("empty.csv", b"", [], "is empty"),
    "blank file": ("blank.txt", b"\n \n", [], "is empty"),
    "missing file": ("missing.csv", None, [], "does not exist"),
    "folder": (".", None, [], "is a folder"),
    "binary file": ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", [], "is a PNG picture"),
    "broken JSON": ("broken.json", b'[{"title": "plan"}, {"title"', [], "not valid JSON"),
    "no title column": ("colours.csv", b"colour,size\nred,3\n", [], "--column"),
    "wrong column": ("plan.csv", b"title\nplan\n", ["--column", "Headline"], "no column 'Headline'"),
    "wrong encoding": ("latin.csv", b"title\ncaf\xe9\n", ["--encoding", "utf-8"], "--encoding"),
    "unknown encoding": ("plan.csv", b"title\nplan\n", ["--encoding", "klingon"], "no encoding named 'klingon'"),
    "pickle for a model": ("plan.csv", b"title\nplan\n", ["--model", "evil.pkl"], "pickle"),
    "missing model": ("plan.csv", b"title\nplan\n", ["--model", "none.taskrole"], "cannot be read"),
    "unknown promise": ("plan.csv", b"title\nplan\n", ["--promise", "0.123"], "no threshold for a promise"),
    "no such folder": ("plan.csv", b"title\nplan\n", ["-o", "gone/out.csv"], "cannot be written"),
}


@pytest.mark.parametrize(("name", "content", "args", "sentence"), BAD.values(), ids=BAD)
def test_bad_input(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: bytes | None,
    args: list[str],
    sentence: str,
) -> None:
    """What cannot be done exits with 1 and one sentence that says what to do; nothing is printed or left behind."""
    monkeypatch.chdir(tmp_path)
    Path("evil.pkl").write_bytes(pickle.dumps({"model": 1}))
    if content is not None:
        Path(name).write_bytes(content)
    there = sorted(tmp_path.iterdir())

    result = run("predict", name, *args, exit_code=1)

    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
    assert sorted(tmp_path.iterdir()) == there


@pytest.fixture
def nobody() -> Iterator[None]:
    """Give up the superuser's right to read everything."""
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_no_permission(run: Run, model: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A file that may not be read is one sentence, too."""
    secret = tmp_path / "secret.csv"
    secret.write_text("title\nplan\n")
    secret.chmod(0)
    run("explain", "plan", "--model", model)  # imports what another user could not
    run("predict", "-", "--model", "shipped", stdin="plan\n")
    request.getfixturevalue("nobody")

    assert "may not be read by you" in run("predict", secret, "--model", "shipped", exit_code=1).stderr


def test_names_reach_the_terminal_spelled_out(run: Run) -> None:
    """A file's name is not obeyed by the terminal that shows it."""
    name = "\x1b[31mred\u202e"

    for args in (["predict", f"{name}.csv"], ["explain", "plan", "--model", f"{name}.taskrole"]):
        stderr = run(*args, exit_code=1).stderr
        assert "\\x1b[31mred\\u202e." in stderr
        assert "\x1b" not in stderr


def spawn(*args: object, **options: object) -> "subprocess.Popen[bytes]":
    pipe = subprocess.PIPE
    return subprocess.Popen([*TASKROLE, *map(str, args)], stdin=pipe, stdout=pipe, stderr=pipe, **options)  # type: ignore[call-overload,no-any-return]


MANY = b"plan the release and tell everyone about it\n" * 40_000


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
@pytest.mark.parametrize(
    "command",
    [
        "predict big.txt",
        "predict big.txt --to jsonl",
        "predict big.txt --to table",
        "predict big.txt --summary",
        "predict big.txt --summary --to table",
        "explain plan",
        "predict --help",
        "--help",
        "--version",
    ],
)
def test_closed_pipe(tmp_path: Path, command: str) -> None:
    """A reader that has enough ends the run in silence, with 0."""
    (tmp_path / "big.txt").write_bytes(MANY)
    taskrole = " ".join(TASKROLE)
    script = f"set -o pipefail; {taskrole} {command} | exec sleep 0"
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=buffered, capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (0, b"")
    assert re.fullmatch(rb"(40,000 tasks: .*\n)?", done.stderr)


def wait_for(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_interrupt_leaves_no_half_file(tmp_path: Path) -> None:
    """Ctrl-C ends with 130, without a traceback, and neither the result nor a part of it is left."""
    process = spawn("predict", "-", "-o", tmp_path / "out.csv")
    assert process.stdin is not None
    process.stdin.write(MANY)
    process.stdin.flush()
    wait_for(lambda: list(tmp_path.iterdir()))
    process.send_signal(signal.SIGINT)
    process.stdin.close()
    assert process.stderr is not None
    told = process.stderr.read()

    assert process.wait() == 130
    assert told.strip() == b""
    assert list(tmp_path.iterdir()) == []
    process.stderr.close()
    assert process.stdout is not None
    process.stdout.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [["--help"], ["explain", "plan the release"], ["predict", "-"]])
def test_full_disk(command: list[str]) -> None:
    """Output that cannot be written is one sentence."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run([*TASKROLE, *command], input=MANY, stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="other systems have no streams that are closed")
@pytest.mark.parametrize(
    ("closed", "command", "code", "said"),
    [
        (1, ["predict", "-"], 1, b"Error: the output cannot be used: Bad file descriptor.\n"),
        (1, ["explain", "plan"], 1, b"Error: the output cannot be used: Bad file descriptor.\n"),
        (0, ["predict", "-"], 1, b"Error: standard input is empty: it holds no task.\n"),
        (2, ["predict", "-"], 0, b""),
    ],
)
def test_closed_streams(closed: int, command: list[str], code: int, said: bytes) -> None:
    """A stream that was closed before the start is no reason for a traceback, nor for data to vanish unnoticed."""
    script = [sys.executable, "-c", "from classifier.__main__ import run; run()", *command]
    done = subprocess.run(script, input=MANY, capture_output=True, check=False, preexec_fn=lambda: os.close(closed))

    assert done.returncode == code
    assert done.stderr == said
    assert done.stdout.count(b"\n") == (1 + MANY.count(b"\n") if code == 0 else 0)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such pipes")
def test_a_pipe_that_does_not_wait(tmp_path: Path) -> None:
    """Where it is full, the tool waits, and loses nothing."""
    backlog = tmp_path / "backlog.csv"
    backlog.write_bytes(MANY)
    source, target = os.pipe()
    os.set_blocking(target, False)
    process = subprocess.Popen([*TASKROLE, "predict", backlog], stdout=target, stderr=subprocess.DEVNULL)
    os.close(target)
    time.sleep(1)
    with open(source, "rb") as pipe:  # noqa: PTH123  an open descriptor
        assert len(pipe.readlines()) == 1 + MANY.count(b"\n")
    assert process.wait() == 0


@pytest.mark.parametrize("others", ["atexit.register(print, 'the end')", "threading.Thread(target=end).start()"])
def test_the_end_is_everybodys(others: str) -> None:
    """A process ends at once only where nobody has anything left to do."""
    script = (
        "import atexit, threading, time\n"
        "def end():\n    time.sleep(0.3)\n    print('the end')\n"
        f"{others}\n"
        "from classifier.__main__ import run\n"
        "run()"
    )
    done = subprocess.run([sys.executable, "-c", script, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "the end"


def test_completion(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell is told the commands, and the options of a command."""

    def complete(words: str) -> list[str]:
        told = {"_TASKROLE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
        done = subprocess.run(
            [sys.executable, "-c", "from classifier.cli import main; main(prog_name='taskrole')"],
            env=os.environ | told,
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert complete("taskrole ex") == ["explain"]
    assert complete("taskrole predict --th") == ["--threshold"]
    assert "jsonl" in complete("taskrole predict --to json")
