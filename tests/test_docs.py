"""The README says what the tool does, and does not rot."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

from classifier.cli import COMMANDS

CHECKOUT = Path(__file__).parent.parent
README = (CHECKOUT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    """Each command has its place in the reference."""
    assert f"### taskrole {command}\n" in README


def test_the_reference_is_what_the_commands_say() -> None:
    """The reference was written anew after the last change of an option."""
    done = subprocess.run(
        [sys.executable, CHECKOUT / ".ci" / "reference.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_the_examples_in_python_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the README shows of the API is what happens."""
    monkeypatch.chdir(CHECKOUT)

    done = doctest.testfile(str(CHECKOUT / "README.md"), module_relative=False)

    assert done.failed == 0
    assert done.attempted >= 5
