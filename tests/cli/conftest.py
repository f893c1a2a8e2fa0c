"""How the tests of the command line run it: in this process, in one of its own, or on a terminal."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from classifier.cli import main

Run = Callable[..., Result]
TASKROLE = (sys.executable, "-m", "classifier")


@pytest.fixture(scope="session")
def model(model_path: Path) -> str:
    """The file of the little model, as an argument."""
    return str(model_path)


@pytest.fixture
def run() -> Run:
    """Run a command in this process and check its exit code; a failure shows all that there is to see."""

    def invoke(*args: object, exit_code: int = 0, stdin: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(main, [str(arg) for arg in args], input=stdin, prog_name="taskrole")
        told = f"{args}\nexit {result.exit_code}\n{result.stdout}\n{result.stderr}\n{result.exc_info}"
        assert result.exit_code == exit_code, told
        assert "Traceback" not in result.stderr, told
        return result

    return invoke


@pytest.fixture(scope="session")
def on_terminal() -> Callable[..., str]:
    """Run a command with a terminal of 100 columns as its input and output, and return what it showed."""
    pty = pytest.importorskip("pty")

    def spawn(*args: object, **environment: str) -> str:
        ours, theirs = pty.openpty()
        settings = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "24"}
        inherited = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
        command = [*TASKROLE, *map(str, args)]
        process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=inherited | settings | environment
        )
        os.close(theirs)
        shown = bytearray()
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # how Linux says that the other end is closed
            pass
        os.close(ours)
        assert process.wait() == 0, shown.decode()
        return shown.decode()

    return spawn
