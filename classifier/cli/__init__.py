"""The command line: the only home of Click and Rich. Commands translate; each is a file of its own."""

import gc
import sys
from importlib import import_module
from typing import Any

import click

from classifier.cli.endings import endings, open_streams
from classifier.cli.options import examples

COMMANDS = {
    "predict": "Tag every task of a backlog with its role.",
    "explain": "Show each word's share of the answer for a text.",
    "train": "Train a model on labelled examples.",
    "retrain": "Learn from corrected tags and other labelled examples.",
    "evaluate": "Measure a model on labelled examples.",
    "review": "Answer the questions that would teach the model most.",
    "check": "List labelled examples that look wrong, doubled or contradictory.",
    "models": "List and choose models; roll back; give out what is known.",
    "report": "Show a tagged backlog as a page.",
}
"""Each command and its short help. The command is the function of that name in the module of that name."""


class LateGroup(click.Group):
    """A group whose commands are imported when they are invoked: help and completion of it cost next to nothing."""

    def main(self, *args: Any, **more: Any) -> Any:
        """Run as every command does, also where a standard stream was closed by whoever started this."""
        open_streams()
        return super().main(*args, **more)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the name that Click gives it
        """Name the commands in the order in which they are listed here."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant, and import it."""
        name, stand_in, rest = super().resolve_command(ctx, args)
        if name is None or stand_in is None:
            return name, stand_in, rest
        command: click.Command = getattr(import_module(f"classifier.cli.{name}"), name)
        return name, command, rest

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """Parse the group's own options, which may print and end here."""
        with endings():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; however it ends, it ends as the contract says."""
        # What a command imports and loads is needed to its end: looking for garbage among it, 50 times in a short run,
        # takes milliseconds and finds nothing.
        gc.set_threshold(200_000)
        with endings():
            return super().invoke(ctx)


@click.group(
    cls=LateGroup,
    commands={name: click.Command(name, short_help=short) for name, short in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples("taskrole predict examples/backlog.csv"),
)
@click.version_option(package_name="taskrole", prog_name="taskrole")
def main() -> None:
    """Tag every task of a backlog as product or project work."""
    # Titles are printed to terminals that cannot show them all.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
