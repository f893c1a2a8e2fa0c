"""`taskrole retrain`: what the user corrected becomes a new model, if that is no worse than the one before."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from classifier.backlog import printable, read
from classifier.cli.model import current_tagger
from classifier.cli.options import examples, label_option, text_column_option
from classifier.cli.progress import progress, shares
from classifier.cli.tagging import tag_tasks
from classifier.corrections import Given, read_given
from classifier.home import SHIPPED
from classifier.request import Request
from classifier.store import Store
from classifier.tagger import Tagger
from classifier.tasks import Example

if TYPE_CHECKING:
    from classifier.learning.comparing import Change, Compared
    from classifier.teaching import Outcome

SHOWN = 20
"""Lines of a list that are shown before the rest is counted."""


@click.command(
    epilog=examples(
        "taskrole retrain corrected.csv",
        "taskrole retrain corrected.csv --on backlog.csv",
        "taskrole retrain ours.csv --from-scratch",
    )
)
@click.argument("files", nargs=-1, metavar="[NEW]...")
@click.option("--on", "backlog", metavar="BACKLOG", help="Show which tags of this backlog change.")
@click.option("--all", "every", is_flag=True, help="Of a tagged file take every row, also those not corrected.")
@click.option(
    "--force",
    is_flag=True,
    help="Make the new model current even if it is worse; without NEW, learn from what was set aside.",
)
@click.option("--from-scratch", is_flag=True, help="Leave the shipped examples out; any roles will do.")
@label_option
@text_column_option
def retrain(
    files: tuple[str, ...],
    backlog: str | None,
    every: bool,
    force: bool,
    from_scratch: bool,
    label: str | None,
    column: str | None,
) -> None:
    """Learn from corrected tags and other labelled examples.

    NEW are files with a text and a role a row, such as a file that `predict` wrote and you corrected: of that, the rows
    count whose role you changed. What `review` was answered is learned from as well. The new model is compared with the
    old one, and made current unless it is worse.
    """
    with Store() as store:
        tagger = current_tagger(None)
        current = store.current()
        free = from_scratch or (current is not None and current.base != SHIPPED)
        given = read_given(
            files, tagger=None if every else tagger, labels=None if free else tagger.labels, label=label, column=column
        )
        _say_given(given, files)

        from classifier.teaching import Wish, teach

        with progress("Learning", total=1.0) as advance:
            outcome = teach(
                store, given.examples, Wish(force=force, from_scratch=from_scratch), tell=_tell, done=shares(advance)
            )
    _show(outcome)
    if backlog is not None:
        _show_changes(backlog, outcome.before, outcome.retrained.tagger)
    _conclude(outcome)


def _tell(sentence: str) -> None:
    click.echo(printable(sentence), err=True)


def _say_given(given: Given, files: Sequence[str]) -> None:
    for line in _shortened(given.complaints):
        _tell(line)
    if files:
        taken = f"{given.rows:,} rows: {len(given.examples):,} to learn from"
        guesses = f", {given.guesses:,} as the model says anyway" if given.guesses else ""
        _tell(f"{taken}{guesses}{f', {len(given.complaints):,} named above' if given.complaints else ''}.")


def _show(outcome: "Outcome") -> None:
    """Show the comparison: it is what the command is for, so it goes to standard output."""
    lesson, retrained = outcome.lesson, outcome.retrained
    _tell(
        f"Learned from {len(lesson.base):,} shipped, {len(lesson.own):,} earlier and {len(lesson.new):,} new examples"
        + (f"; each of yours counts as {retrained.weight:g} shipped ones." if lesson.base else ".")
    )
    if outcome.left_out:
        roles = ", ".join(sorted({printable(each.example.label) for each in outcome.left_out}))
        _tell(f"{len(outcome.left_out):,} examples are left out: their labels ({roles}) are others, or too few as yet.")
    compared = [each for each in (retrained.known, retrained.new, retrained.alike) if each is not None]
    if not compared:
        click.echo("The old model has other roles: there is nothing to compare.")
    for each in compared:
        for line in _comparison(each):
            click.echo(line)
    if lesson.new:
        click.echo(f"{retrained.held:,} of the {len(lesson.new):,} new examples are given back by the new model.")
    for name, listed in (
        ("contradict what is known", retrained.opposed),
        ("were known and are forgotten", retrained.forgotten),
    ):
        if listed:
            click.echo(f"{len(listed):,} examples {name}:")
            for line in _shortened([_named(example) for example in listed]):
                click.echo(f"  {line}")


def _comparison(compared: "Compared") -> Iterator[str]:
    old, new = compared.old, compared.new
    yield f"{compared.name[0].upper()}{compared.name[1:]} ({compared.texts:,}), each kept out of training:"
    yield f"  {'':28}{'old':>8}{'new':>8}"
    yield f"  {'right':28}{old.accuracy:8.1%}{new.accuracy:8.1%}  {_points(compared.accuracy)}"
    yield f"  {'log loss':28}{old.log_loss:8.3f}{new.log_loss:8.3f}  {_plain(compared.loss)}"
    yield f"  {'calibration error':28}{old.calibration_error:8.3f}{new.calibration_error:8.3f}"
    yield f"  {'tagged, at the threshold':28}{old.tagged.coverage:8.1%}{new.tagged.coverage:8.1%}"
    yield f"  {'right of those':28}{_share(old.tagged.accuracy):>8}{_share(new.tagged.accuracy):>8}"
    for role in new.roles:
        yield f"  {printable(role)[:22] + ': F1':28}{old.roles[role].f1:8.3f}{new.roles[role].f1:8.3f}"


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"


def _points(change: "Change") -> str:
    return f"{100 * change.mean:+.2f} points (±{100 * change.noise:.2f} by chance)"


def _plain(change: "Change") -> str:
    return f"{change.mean:+.4f} (±{change.noise:.4f} by chance)"


def _show_changes(file: str, before: Tagger, after: Tagger) -> None:
    """Show which tags of a backlog change."""
    lines, tasks = [], 0
    with read(file) as backlog:
        for task, tag in tag_tasks(backlog, Request(before)):
            if tag is not None:
                tasks += 1
                (new,) = after.tag([task.title])
                if new.role != tag.role:
                    lines.append(f"{tag.role} -> {new.role}: {task.title}")
    click.echo(f"{len(lines):,} of {tasks:,} tags change in {printable(file)}{':' if lines else '.'}")
    for line in lines:
        click.echo(f"  {printable(line)}")


def _conclude(outcome: "Outcome") -> None:
    version = outcome.version.name
    if outcome.promoted:
        _tell(f"Version {version} is current; `taskrole models rollback` brings back the one before.")
        return
    for line in _shortened([_named(example) for example in outcome.lesson.new]):
        _tell(f"Set aside: {line}")
    raise click.ClickException(
        f"Version {version} is kept but not made current: {'; '.join(outcome.retrained.objections)}. The "
        f"{len(outcome.lesson.new):,} new examples are set aside; where they are right, give them again with --force."
    )


def _named(example: Example) -> str:
    return printable(f"{example.where or 'answer'}: {example.label}: {example.text}")


def _shortened(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:SHOWN]
    if len(lines) > SHOWN:
        yield f"... and {len(lines) - SHOWN:,} more."
