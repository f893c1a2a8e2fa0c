"""Write the README's command reference, between its two marks, from the `--help` of every command.

Run it after a change of options; with `--check` it only says whether the reference is up to date.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from classifier.cli import main

README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- reference: start, written by .ci/reference.py -->", "<!-- reference: end -->"
WIDTH = 100


def helps(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    """Yield every command and its help, those of a group after it."""
    yield context.command_path, command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            _, found, _ = command.resolve_command(context, [name])
            if found is not None:
                yield from helps(found, click.Context(found, parent=context, info_name=name))


def reference() -> str:
    """Return the reference as Markdown."""
    context = click.Context(main, info_name="taskrole", terminal_width=WIDTH, **main.context_settings)
    return "\n".join(f"### {path}\n\n```text\n{text}\n```\n" for path, text in helps(main, context))


def updated(readme: str) -> str:
    """Return the README with the reference in its place."""
    before, _, rest = readme.partition(START)
    _, mark, after = rest.partition(END)
    if not mark:
        raise SystemExit(f"README.md lacks the marks {START!r} and {END!r}.")
    return f"{before}{START}\n\n{reference()}\n{END}{after}"


if __name__ == "__main__":
    text = README.read_text("utf-8")
    if updated(text) == text:
        raise SystemExit(0)
    if "--check" in sys.argv:
        raise SystemExit("The command reference of README.md is out of date: run python .ci/reference.py")
    README.write_text(updated(text), "utf-8")
