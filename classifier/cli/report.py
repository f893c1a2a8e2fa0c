"""`taskrole report`: a tagged backlog as a page to look at."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from classifier.backlog import Backlog, BacklogError, printable
from classifier.backlog.target import open_target
from classifier.cli.model import current_tagger
from classifier.cli.options import examples, model_option, threshold_of, threshold_options
from classifier.cli.progress import progress
from classifier.cli.reading import STDIN, Input, check_files, reading_options, say_notices
from classifier.cli.tagging import Summary, tag_tasks, text_of
from classifier.report.backlog_page import Entry, backlog_page
from classifier.report.fields import groups_of
from classifier.request import Request

MANY = 50_000
"""Tasks from which browsers take their time with a page."""


@click.command(epilog=examples("taskrole report examples/jira.csv -o jira.html"))
@click.argument("files", nargs=-1, required=True, metavar="BACKLOG...")
@click.option("-o", "--output", "out", metavar="OUT", required=True, help="Page to write, such as backlog.html.")
@click.option("--by", multiple=True, metavar="FIELD", help="Show the mix by this field as well; may be repeated.")
@click.option("--title", metavar="TEXT", help="What the page calls the backlog, in place of its file's name.")
@reading_options
@threshold_options
@model_option
def report(
    files: tuple[str, ...],
    out: str,
    by: tuple[str, ...],
    title: str | None,
    source: str | None,
    column: str | None,
    with_description: bool,
    encoding: str | None,
    threshold: float | None,
    promise: float | None,
    model: str | None,
) -> None:
    """Show a tagged backlog as a page.

    It has the mix of roles, who stands out, and every task with its reasons, and needs no network and no server. Roles
    corrected on it can be downloaded, and `taskrole retrain` learns from that file.
    """
    check_files(files)
    tagger = current_tagger(model)
    threshold = threshold_of(tagger, threshold, promise)
    reading = Input(source, column, encoding, with_description)
    summary = Summary(tagger.roles)
    with ExitStack() as stack:
        backlogs = [stack.enter_context(reading.open(file)) for file in files]
        done = stack.enter_context(progress("Tagging"))
        entries = []
        for entry in _entries(backlogs, Request(tagger, threshold, why=True)):
            entries.append(entry)
            done(1)
        summary.add([entry.tag for entry in entries])
    for name in by:
        if not any(groups_of(entry.fields, (name,))[name] for entry in entries):
            raise BacklogError(f"No task has a value in a field named {name!r}: name a column of the input with --by.")
    page = backlog_page(
        entries,
        tagger.labels,
        name=title if title is not None else ", ".join(Path(backlog.name).name for backlog in backlogs),
        threshold=tagger.rule.threshold if threshold is None else threshold,
        by=("File", *by) if len(backlogs) > 1 else by,
    )
    with open_target(sys.stdout.buffer if out == STDIN else out) as target:
        target.write(page)
    _tell(backlogs, summary, len(entries), out)


def _entries(backlogs: Sequence[Backlog], request: Request) -> Iterator[Entry]:
    """Yield the tagged tasks of all backlogs; where there are several, each task says which it is from."""
    for backlog in backlogs:
        here = {"File": Path(backlog.name).name} if len(backlogs) > 1 else {}
        for task, tag in tag_tasks(backlog, request):
            if tag is not None:
                yield Entry(task.title, tag, text_of(task), {**backlog.fields(task), **here})


def _tell(backlogs: Sequence[Backlog], summary: Summary, tasks: int, out: str) -> None:
    say_notices(backlogs)
    click.echo(summary.sentence(), err=True)
    if tasks > MANY:
        click.echo(
            f"A page of more than {MANY:,} tasks opens slowly: a part of the backlog may serve better.", err=True
        )
    if out != STDIN:
        click.echo(printable(f"Open {out} in a browser."), err=True)
