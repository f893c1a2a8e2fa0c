"""How a command gets at its backlogs: the options that say how they are to be read, and what is odd about them."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from classifier.backlog import FORMATS, Backlog, printable, read

STDIN = "-"

READ = tuple(name for name, form in FORMATS.items() if form.can_read)
"""What `--from` takes."""

Command = TypeVar("Command", bound=Callable[..., Any])


class Input:
    """How every input is to be read."""

    def __init__(
        self,
        format: str | None,  # noqa: A002  the word of the command line
        column: str | None,
        encoding: str | None,
        with_description: bool,
    ) -> None:
        self.format = format
        self.column = column
        self.encoding = encoding
        self.with_description = with_description

    def open(self, file: str) -> Backlog:
        """Open a file, or standard input."""
        return read(
            sys.stdin.buffer if file == STDIN else file,
            name="standard input" if file == STDIN else None,
            format=self.format,
            column=self.column,
            encoding=self.encoding,
            with_description=self.with_description,
        )


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
