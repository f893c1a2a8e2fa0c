"""How a run ends: the one place where errors become sentences, and interruptions exit codes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import click

from classifier.errors import TaskroleError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def open_streams() -> None:
    """Open the standard streams that are closed: nothing comes in, talk goes nowhere, and data cannot be written.

    A standard output that would rather lose data than wait is told to wait.
    """
    if sys.stdin is None:
        sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123  open to the end
    if sys.stdout is None:
        sys.stdout = open(os.open(os.devnull, os.O_RDONLY), "w")  # noqa: SIM115, PTH123
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123
    with suppress(OSError, AttributeError):  # it has no number; a system that knows no such streams
        if not os.get_blocking(sys.stdout.fileno()):
            os.set_blocking(sys.stdout.fileno(), True)


@contextmanager
def endings() -> Iterator[None]:
    """Turn our errors and the system's into one sentence (exit 1), Ctrl-C into 130, a closed pipe into silence."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # here, not at the interpreter's end, where a closed pipe could not be caught
    except TaskroleError as error:
        raise click.ClickException(_shown(str(error))) from error
    except BrokenPipeError:
        _discard_output()
        raise click.exceptions.Exit(0) from None
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except MemoryError as error:
        raise click.ClickException("There is not enough memory for this.") from error
    except OSError as error:
        try:
            sys.stdout.flush()
        except OSError:
            _discard_output()
        raise click.ClickException(_shown(_system_sentence(error))) from error


def _shown(sentence: str) -> str:
    from classifier.backlog import printable

    return printable(sentence)


def _system_sentence(error: OSError) -> str:
    place = error.filename if isinstance(error.filename, str) else "the output"
    return f"{place} cannot be used: {error.strerror or error}."


def _discard_output() -> None:
    """Let what is still buffered go nowhere, so that the interpreter's own last flush succeeds."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    finally:
        os.close(nowhere)
