"""Tables for the eye, drawn with Rich; imported only where they are shown."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from classifier.backlog import printable
from classifier.cli.tagging import Tagged, batches
from classifier.reasons import why
from classifier.tasks import UNSURE

NARROWEST = 20
"""Columns of the screen that a title gets at least."""

LONGEST = 1000
"""Characters of a title that are shown; laying out megabytes takes Rich seconds, and nobody reads them."""

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")


class Screen(Console):
    """Rich's console, but that a closed pipe is left to those who know how a run ends."""

    def on_broken_pipe(self) -> None:
        """Raise again the error that is being handled; Rich would exit with 1."""
        raise


def colours(labels: Iterable[str]) -> dict[str, str]:
    """Give each label the style it is shown in."""
    roles = [label for label in labels if label != UNSURE]
    return {UNSURE: "dim", **{role: _COLOURS[at % len(_COLOURS)] for at, role in enumerate(roles)}}


def show_tagged(tagged: Iterable[Tagged], labels: Sequence[str], *, reasons: bool) -> None:
    """Show a stream of tagged tasks batch by batch, in columns as wide as the first batch needs."""
    console = Screen()
    styles = colours(labels)
    widths: list[int] = []
    for batch in batches((task, tag) for task, tag in tagged if tag is not None):
        rows = [
            (
                Text(tag.role, styles.get(tag.role, "")),
                Text(f"{tag.shown(2):.2f}"),
                Text(printable(_shortened(task.title))),
                Text(printable(why(tag, labels)) if reasons else "", "dim"),
            )
            for task, tag in batch
            if tag is not None
        ]
        head = not widths
        widths = widths or _widths(console, rows, labels, reasons=reasons)
        table = Table(box=None, show_header=head, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        names = ("role", "conf.", "task", "why")[: len(widths)]
        for name, width in zip(names, widths, strict=True):
            table.add_column(name, width=width, overflow="fold", justify="right" if name == "conf." else "left")
        for row in rows:
            table.add_row(*row[: len(widths)])
        console.print(table)


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"


def _widths(console: Console, rows: Sequence[Sequence[Text]], labels: Sequence[str], *, reasons: bool) -> list[int]:
    """Share the screen among the columns: role and confidence as they need, title and reasons the rest."""
    options = console.options
    role = max(len("unsure"), *(Measurement.get(console, options, Text(label)).maximum for label in labels))
    rest = max(NARROWEST, console.width - role - 2 - len("conf.") - 2)
    title = max((Measurement.get(console, options, row[2]).maximum for row in rows), default=4)
    if not reasons:
        return [role, 5, min(max(title, 4), rest)]
    title = min(max(title, 4), max(NARROWEST, rest * 3 // 5))
    return [role, 5, title, max(NARROWEST // 2, min(40, rest - title - 2))]


def show_rows(header: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int = 1) -> None:
    """Show a small table of text cells; columns from `numbers_from` on hold numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for at, name in enumerate(header):
        table.add_column(Text(printable(name)), justify="right" if at >= numbers_from else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    Screen().print(table)
