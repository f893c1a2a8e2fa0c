"""How a run ends: the one place where errors become sentences, and interruptions exit codes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from classifier.errors import TaskroleError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


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
    except OSError as error:
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
