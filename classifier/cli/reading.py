"""How a command gets at its backlogs: the options that say how they are to be read, and what is odd about them."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import click

from classifier.backlog import FORMATS, Backlog, printable, read

STDIN = "-"

READ = tuple(name for name, form in FORMATS.items() if form.can_read)
"""What `--from` takes."""

Command = TypeVar("Command", bound=Callable[..., Any])


class Input(NamedTuple):
    """How every input is to be read."""

    format: str | None
    column: str | None
    encoding: str | None
    with_description: bool

    def open(self, file: str) -> Backlog:
        """Open a file, or standard input."""
        if file == STDIN:
            return read(sys.stdin.buffer, name="standard input", **self._asdict())
        return read(file, **self._asdict())


def reading_options(command: Command) -> Command:
    """Add the options that make an `Input`: `source`, `column`, `with_description` and `encoding`."""
    options = (
        click.option(
            "--from",
            "source",
            type=click.Choice(READ),
            metavar="FORMAT",
            help="Format of the input, where it is not found.",
        ),
        click.option("--column", metavar="NAME", help="Column of the titles, where it is not found."),
        click.option("--with-description", is_flag=True, help="Tag by title and description."),
        click.option("--encoding", metavar="NAME", help="Encoding of the input, such as windows-1252."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def check_files(files: Sequence[str]) -> None:
    """Refuse to read standard input twice."""
    if files.count(STDIN) > 1:
        raise click.UsageError("Standard input can be read once: name - once.")


def say_notices(backlogs: Sequence[Backlog]) -> None:
    """Say on standard error what is odd about backlogs that have been read, with their names if they are several."""
    for backlog in backlogs:
        for notice in backlog.notices:
            click.echo(printable(f"{backlog.name}: {notice}" if len(backlogs) > 1 else notice), err=True)
