"""The mix of roles in place of the tasks: what `predict --summary` prints."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import click

from classifier.backlog import Backlog, BacklogError, printable
from classifier.backlog.rows import guarded
from classifier.backlog.target import open_target
from classifier.cli.outputs import TABLE
from classifier.cli.tagging import Tagged
from classifier.report.fields import groups_of
from classifier.report.mix import Group, Mix, Tally, group_as_dict, sentence

FORMATS = (TABLE, "csv", "tsv", "json", "jsonl")


def tally(
    backlogs: Sequence[Backlog],
    tagged: Callable[[Sequence[Backlog]], Iterator[Tagged]],
    roles: Sequence[str],
    by: str | None,
) -> Tally:
    """Count the tags of backlogs, by the groups of a field where one is named."""
    counted = Tally(roles, () if by is None else (by,))
    for backlog in backlogs:
        for task, tag in tagged([backlog]):
            if tag is not None:
                counted.add(tag.role, None if by is None else groups_of(backlog.fields(task), (by,)))
    return counted


def give_mix(counted: Tally, by: str | None, form: str, out: str | None) -> None:
    """Print the mix, or write it to a file, in one of `FORMATS`; groups that stand out are told on standard error."""
    if form not in FORMATS:
        raise click.UsageError(f"A summary is written as {', '.join(FORMATS[:-1])} or {FORMATS[-1]}, not as {form}.")
    mix = counted.mixes()[0] if by is not None else Mix("", counted.whole(), ())
    if by is not None and mix.is_empty:
        raise BacklogError(f"No task has a value in a field named {by!r}: name a column of the input with --by.")
    if form == TABLE:
        _show(mix)
    else:
        with open_target(out if out is not None else sys.stdout.buffer) as target:
            target.write(_spelled(mix, form).encode("utf-8", "backslashreplace"))
    for group in mix.standing_out():
        click.echo(printable(f"{group.name or '(none)'}: {sentence(group)}"), err=True)


def _show(mix: Mix) -> None:
    from classifier.cli.tables import show_rows

    header, *rows = mix.rows()
    if not mix.groups:  # nothing to compare, nothing to call it
        header, rows = header[1:-1], [row[1:-1] for row in rows]
    show_rows(header, rows, numbers_from=1 if mix.groups else 0)


def _spelled(mix: Mix, form: str) -> str:
    if form in {"json", "jsonl"}:
        figures = mix.as_dict() if mix.groups else group_as_dict(mix.whole)
        return json.dumps(figures, ensure_ascii=False, indent=1 if form == "json" else None) + "\n"
    text = io.StringIO()
    writer = csv.writer(text, delimiter="\t" if form == "tsv" else ",", lineterminator="\n")
    roles = list(mix.whole.counts)
    names = [guarded(mix.field)] if mix.groups else []
    writer.writerow([*names, "tasks", *roles])
    writer.writerows(
        [*map(guarded, [group.name] if names else []), *_counts(group)] for group in mix.groups or [mix.whole]
    )
    return text.getvalue()


def _counts(group: Group) -> list[Any]:
    return [group.tasks, *group.counts.values()]
