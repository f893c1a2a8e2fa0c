"""`taskrole predict`: a backlog in, the same backlog with roles out."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click

from classifier.backlog import Backlog, printable, read, write
from classifier.backlog.target import Target, open_target
from classifier.cli import outputs
from classifier.cli.model import current_tagger
from classifier.cli.options import check_role, examples, model_option, promise_option, threshold_option
from classifier.cli.progress import progress
from classifier.cli.tagging import Request, Summary, Tagged, tag_tasks
from classifier.reasons import why as decisive_words
from classifier.tasks import Tag

STDIN = "-"


class Input(NamedTuple):
    """How every input is to be read."""

    format: str | None
    column: str | None
    encoding: str | None
    with_description: bool

    def open(self, file: str) -> Backlog:
        """Open a file, or standard input."""
        source: Target = sys.stdin.buffer if file == STDIN else file
        name = "standard input" if file == STDIN else None
        return read(source, name=name, **self._asdict())


class Run(NamedTuple):
    """What is done with every task of every input."""

    request: Request
    only: str | None
    summary: Summary
    done: Callable[[float], None]

    def tagged(self, backlogs: Sequence[Backlog], *, whole: bool = False) -> Iterator[Tagged]:
        """Tag the tasks of backlogs, and keep those of the role asked for; `whole` keeps the others, untagged."""
        for backlog in backlogs:
            for task, tag in tag_tasks(backlog, self.request, self.done):
                if tag is not None:
                    self.summary.add(tag)
                if self.only is None or (tag is not None and tag.role == self.only):
                    yield task, tag
                elif whole:
                    yield task, None

    @property
    def why(self) -> Callable[[Tag], str] | None:
        """What puts a tag's reasons into words, if they were asked for."""
        return partial(decisive_words, labels=self.request.tagger.labels) if self.request.why else None


@click.command(
    epilog=examples(
        "taskrole predict examples/backlog.csv",
        "taskrole predict examples/backlog.csv --why -o tagged.csv",
        "printf 'build roadmap\\nallocate resources\\n' | taskrole predict --to jsonl",
    )
)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("-o", "--output", "out", metavar="OUT", help="File, or folder, to write to; its suffix names the format.")
@click.option(
    "--from",
    "source",
    type=click.Choice(outputs.READ),
    metavar="FORMAT",
    help="Format of the input, where it is not found.",
)
@click.option(
    "--to",
    type=click.Choice(outputs.WRITTEN),
    metavar="FORMAT",
    help=f"Format of the output: {', '.join(outputs.WRITTEN)}.",
)
@click.option("--column", metavar="NAME", help="Column of the titles, where it is not found.")
@click.option("--with-description", is_flag=True, help="Tag by title and description.")
@click.option("--encoding", metavar="NAME", help="Encoding of the input, where it is not found, such as windows-1252.")
@click.option("--only", metavar="ROLE", help="Keep the tasks of this role alone.")
@threshold_option
@promise_option
@click.option("--why", is_flag=True, help="Add the words that decided.")
@click.option("--summary", "mix", is_flag=True, help="Give the mix of roles in place of the tasks.")
@click.option("--by", metavar="FIELD", help="With --summary, the mix for each value of a field, such as assignee.")
@model_option
@click.pass_context
def predict(
    ctx: click.Context,
    files: tuple[str, ...],
    out: str | None,
    source: str | None,
    to: str | None,
    column: str | None,
    with_description: bool,
    encoding: str | None,
    only: str | None,
    threshold: float | None,
    promise: float | None,
    why: bool,
    mix: bool,
    by: str | None,
    model: str | None,
) -> None:
    """Tag every task of a backlog with its role.

    FILE is an export of a tracker, a table, a list; `-`, or nothing with input piped in, is standard input. A table
    comes back with all its columns, `role` and `confidence` added.
    """
    if not files and sys.stdin.isatty():
        click.echo(ctx.get_help())
        return
    files = files or (STDIN,)
    _check_usage(files, threshold, promise, by, mix=mix)
    out = None if out == STDIN else out
    tagger = current_tagger(model)
    check_role(only, tagger.roles, "--only")
    if promise is not None:
        threshold = tagger.threshold_for(promise)
    reading = Input(source, column, encoding, with_description)
    summary = Summary(tagger.roles)
    with ExitStack() as stack:
        backlogs = [stack.enter_context(reading.open(file)) for file in files]
        done = stack.enter_context(progress("Tagging", wanted=out is not None or not sys.stdout.isatty()))
        run = Run(Request(tagger, threshold, why), only, summary, done)
        if mix:
            _give_mix(run, backlogs, to, out, by)
        else:
            _give_tasks(run, backlogs, to, out)
    for backlog in backlogs:
        for notice in backlog.notices:
            click.echo(printable(f"{backlog.name}: {notice}" if len(backlogs) > 1 else notice), err=True)
    click.echo(summary.sentence(), err=True)


def _check_usage(
    files: Sequence[str], threshold: float | None, promise: float | None, by: str | None, *, mix: bool
) -> None:
    if files.count(STDIN) > 1:
        raise click.UsageError("Standard input can be read once: name - once.")
    if threshold is not None and promise is not None:
        raise click.UsageError("--threshold and --promise both set the threshold: leave one out.")
    if by is not None and not mix:
        raise click.UsageError("--by goes with --summary.")


def _give_tasks(run: Run, backlogs: Sequence[Backlog], to: str | None, out: str | None) -> None:
    if out is not None and outputs.is_folder(out):
        _fill_folder(run, backlogs, to, out)
        return
    form = outputs.output_format(to, out)
    if not outputs.fit_together(backlogs, form):
        raise click.UsageError(
            f"These files are of different shapes and do not make one {form}: write JSON Lines (--to jsonl), "
            "or name a folder (-o tagged/)."
        )
    if form == outputs.TABLE:
        from classifier.cli.tables import show_tagged

        show_tagged(run.tagged(backlogs), run.request.tagger.labels, reasons=run.request.why)
        return
    with open_target(out if out is not None else sys.stdout.buffer) as target:
        if form == "jsonl":
            for backlog in backlogs:
                write(target, run.tagged([backlog]), backlog, format=form, why=run.why)
        else:
            _write(run, target, backlogs, outputs.leader(backlogs), form)


def _fill_folder(run: Run, backlogs: Sequence[Backlog], to: str | None, out: str) -> None:
    """Write one file for each input into a folder."""
    places = [outputs.in_folder(out, backlog, to) for backlog in backlogs]
    paths = [path for path, _ in places]
    for path in paths:
        if paths.count(path) > 1:
            raise click.UsageError(f"Two inputs would be written to {path}: write them one at a time.")
    Path(out).mkdir(parents=True, exist_ok=True)
    for backlog, (path, form) in zip(backlogs, places, strict=True):
        _write(run, path, [backlog], backlog, form)


def _write(run: Run, target: Target, backlogs: Sequence[Backlog], lead: Backlog, form: str) -> None:
    # A document comes back whole: tasks that were not asked for lose their remark, not their line.
    whole = form == "markdown" and lead.kind == "document"
    write(target, run.tagged(backlogs, whole=whole), lead, format=form, why=run.why)


def _give_mix(run: Run, backlogs: Sequence[Backlog], to: str | None, out: str | None, by: str | None) -> None:
    from classifier.cli.mix import give_mix, tally

    form = outputs.output_format(to, out)
    mixed = tally(backlogs, run.tagged, run.request.tagger.roles, by)
    give_mix(mixed, by, form, out)
