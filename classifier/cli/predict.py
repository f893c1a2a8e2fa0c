"""`taskrole predict`: a backlog in, the same backlog with roles out."""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import click

from classifier.backlog import Backlog, write
from classifier.backlog.target import Target, open_target
from classifier.cli import outputs
from classifier.cli.model import current_tagger
from classifier.cli.options import check_role, examples, model_option, threshold_of, threshold_options
from classifier.cli.progress import progress
from classifier.cli.reading import STDIN, Input, check_files, reading_options, say_notices
from classifier.cli.tagging import Summary, Tagged, tag_tasks
from classifier.request import Request
from classifier.tasks import Tag


class Run:
    """What is done with every task of every input."""

    def __init__(self, request: Request, only: str | None, summary: Summary, done: Callable[[float], None]) -> None:
        self.request = request
        self.only = only
        self.summary = summary
        self.done = done

    def tagged(self, backlogs: Sequence[Backlog], *, whole: bool = False) -> Iterator[Tagged]:
        """Tag the tasks of backlogs, and keep those of the role asked for; `whole` keeps the others, untagged."""
        for backlog in backlogs:
            tagged = tag_tasks(backlog, self.request, self._count)
            if self.only is None:
                yield from tagged
                continue
            for task, tag in tagged:
                if tag is not None and tag.role == self.only:
                    yield task, tag
                elif whole:
                    yield task, None

    def _count(self, tags: list[Tag]) -> None:
        self.summary.add(tags)
        self.done(len(tags))

    @property
    def why(self) -> Callable[[Tag], str] | None:
        """What puts a tag's reasons into words, if they were asked for."""
        if not self.request.why:
            return None
        from classifier.reasons import why  # few ask for them

        return partial(why, labels=self.request.tagger.labels)


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
    "--to",
    type=click.Choice(outputs.WRITTEN),
    metavar="FORMAT",
    help=f"Format of the output: {', '.join(outputs.WRITTEN)}.",
)
@reading_options
@click.option("--only", metavar="ROLE", help="Keep the tasks of this role alone.")
@threshold_options
@click.option("--why", is_flag=True, help="Add the words that decided.")
@click.option("--summary", "mix", is_flag=True, help="Give the mix of roles in place of the tasks.")
@click.option("--by", metavar="FIELD", help="With --summary, the mix for each value of a field, such as assignee.")
@model_option
@click.option("--dask", metavar="ADDRESS", help="Tag files on a Dask cluster, or on `local`; CSV and Parquet, say.")
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
    dask: str | None,
) -> None:
    """Tag every task of a backlog with its role.

    FILE is an export of a tracker, a table, a list; `-`, or nothing with input piped in, is standard input. A table
    comes back with all its columns, `role` and `confidence` added.
    """
    # What numpy is asked for here needs none of its threads, which take memory, and cannot be had under a low limit.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if not files and sys.stdin.isatty():
        click.echo(ctx.get_help())
        return
    files = files or (STDIN,)
    check_files(files)
    if by is not None and not mix:
        raise click.UsageError("--by goes with --summary.")
    out = None if out == STDIN else out
    # The outermost context is there to the end of the process. To take the model apart before, name by name, takes time.
    tagger = ctx.find_root().obj = current_tagger(model)
    check_role(only, tagger.roles, "--only")
    threshold = threshold_of(tagger, threshold, promise)
    reading = Input(source, column, encoding, with_description)
    summary = Summary(tagger.roles)
    if dask is not None:
        from classifier.cli.cluster import tag_on_cluster

        if mix:
            raise click.UsageError("--summary counts what one process tags: leave --dask out.")
        with progress("Tagging") as done:
            tag_on_cluster(dask, files, out, to, reading, Request(tagger, threshold, why=why), only, summary, done)
        click.echo(summary.sentence(), err=True)
        return
    with ExitStack() as stack:
        backlogs = [stack.enter_context(reading.open(file)) for file in files]
        done = stack.enter_context(progress("Tagging", wanted=out is not None or not sys.stdout.isatty()))
        run = Run(Request(tagger, threshold, why=why), only, summary, done)
        if mix:
            _give_mix(run, backlogs, to, out, by)
        else:
            _give_tasks(run, backlogs, to, out)
    say_notices(backlogs)
    click.echo(summary.sentence(), err=True)


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
            write_tagged(run, target, backlogs, outputs.leader(backlogs), form)


def _fill_folder(run: Run, backlogs: Sequence[Backlog], to: str | None, out: str) -> None:
    """Write one file for each input into a folder."""
    from pathlib import Path  # takes its time, and a stream does without

    places = [outputs.in_folder(out, backlog, to) for backlog in backlogs]
    paths = [path for path, _ in places]
    for path in paths:
        if paths.count(path) > 1:
            raise click.UsageError(f"Two inputs would be written to {path}: write them one at a time.")
    Path(out).mkdir(parents=True, exist_ok=True)
    for backlog, (path, form) in zip(backlogs, places, strict=True):
        write_tagged(run, path, [backlog], backlog, form)


def write_tagged(run: Run, target: Target, backlogs: Sequence[Backlog], lead: Backlog, form: str) -> None:
    """Write tagged tasks in one format; `lead` is the backlog whose shape they take."""
    # A document comes back whole: tasks that were not asked for lose their remark, not their line.
    whole = form == "markdown" and lead.kind == "document"
    write(target, run.tagged(backlogs, whole=whole), lead, format=form, why=run.why)


def _give_mix(run: Run, backlogs: Sequence[Backlog], to: str | None, out: str | None, by: str | None) -> None:
    from classifier.cli.mix import give_mix, tally

    form = outputs.output_format(to, out)
    mixed = tally(backlogs, run.tagged, run.request.tagger.roles, by)
    give_mix(mixed, by, form, out)
