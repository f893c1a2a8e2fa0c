"""`taskrole models`: the versions there are, which one is current, and what they learned from."""

import csv
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import click

from classifier.backlog import printable
from classifier.backlog.rows import guarded
from classifier.cli.options import examples
from classifier.errors import StoreError
from classifier.home import SHIPPED
from classifier.resources import shipped_model
from classifier.store import Store, Version
from classifier.tagger import Tagger
from classifier.tasks import UNSURE

MOST = 25
"""Words shown for each label by `--weights`."""

STATES = ("known", "waiting", "aside", "removed", "all")


@click.group(epilog=examples("taskrole models list", "taskrole models rollback"))
def models() -> None:
    """List and choose models; roll back; give out what is known.

    A model is named by its number in the list, by the start of its digest, or `shipped`. Models and examples live in
    your data folder, or where TASKROLE_HOME says.
    """


@models.command("list", epilog=examples("taskrole models list"))
def list_models() -> None:
    """List the models, the current one marked."""
    with Store() as store:
        current, versions = store.current(), store.versions()
    click.echo(f"{'*' if current is None else ' '} {SHIPPED}")
    for version in versions:
        mark = "*" if current is not None and current.number == version.number else " "
        click.echo(f"{mark} {version.name}: {_line(version)}")


@models.command(epilog=examples("taskrole models show", "taskrole models show shipped --weights"))
@click.argument("model", required=False)
@click.option("--weights", is_flag=True, help="Show the words and pairs that weigh most for each label.")
def show(model: str | None, weights: bool) -> None:
    """Show where a model comes from and how it compared; the current one where none is named."""
    with Store() as store:
        version = store.current() if model is None else store.find(model)
        path = shipped_model() if version is None else store.path(version)
    tagger = Tagger.load(path)
    click.echo(printable(str(path)))
    if version is not None:
        click.echo(_line(version))
        click.echo(f"sha256: {version.digest}")
        for line in _lines(version.report):
            click.echo(printable(line))
    for line in _lines(tagger.model["provenance"]):
        click.echo(printable(line))
    if weights:
        for line in _heaviest(tagger):
            click.echo(printable(line))


@models.command(epilog=examples("taskrole models use shipped"))
@click.argument("model")
def use(model: str) -> None:
    """Make a model current."""
    with Store() as store:
        store.use(store.find(model))
        _say_current(store)


@models.command(epilog=examples("taskrole models rollback"))
def rollback() -> None:
    """Make the model current that was so before."""
    with Store() as store:
        store.rollback()
        _say_current(store)


@models.command(epilog=examples("taskrole models remove 1"))
@click.argument("model")
def remove(model: str) -> None:
    """Remove a model that is not current; its examples stay."""
    with Store() as store:
        version = store.find(model)
        if version is None:
            raise StoreError("The shipped model is always there and cannot be removed.")
        store.remove(version)
    click.echo(f"Version {version.name} is removed.", err=True)


@models.command(
    "examples", epilog=examples("taskrole models examples > ours.csv", "taskrole models examples --remove 12")
)
@click.option("--state", type=click.Choice(STATES), help="Give those of this state, not the known and waiting ones.")
@click.option(
    "--remove",
    "numbers",
    type=int,
    multiple=True,
    metavar="NUMBER",
    help="Leave an example out from the next retrain on.",
)
def give_examples(state: str | None, numbers: tuple[int, ...]) -> None:
    """Write your own examples as CSV, for `retrain` and for version control."""
    with Store() as store:
        if numbers:
            removed = store.remove_examples(numbers)
            click.echo(f"{removed:,} examples are left out from the next retrain on.", err=True)
            if removed < len(set(numbers)):
                raise StoreError("Not all of these numbers are examples: `taskrole models examples` lists them.")
            return
        held = store.held()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["text", "label", "source", "state", "number", "added", "place", "why"])
    for each in held:
        if state in {"all", each.state} or (state is None and each.state in {"known", "waiting"}):
            example = each.example
            named = (example.text, example.label, example.source)
            cells = (*named, each.state, each.number, each.added, example.where, each.why)
            writer.writerow([guarded(str(cell)) for cell in cells])


def _say_current(store: Store) -> None:
    current = store.current()
    name = "the shipped model" if current is None else f"version {current.name}"
    aside = sum(held.state == "aside" for held in store.held())
    click.echo(f"Current is {name}.{f' {aside:,} examples are set aside.' if aside else ''}", err=True)


def _line(version: Version) -> str:
    figures = next(iter(version.report.get("compared", ())), None)
    parts = [
        version.made,
        f"{version.examples:,} examples of yours" + (" on the shipped ones" if version.base == SHIPPED else " alone"),
        f"{version.size / 1e6:.1f} MB",
        version.digest[:12],
    ]
    if figures is not None:
        parts.insert(2, f"{figures['new']['accuracy']:.1%} right, {figures['new']['tagged']:.1%} tagged")
    if version.refused is not None:
        parts.append(f"refused: {version.refused}")
    return ", ".join(parts)


def _lines(about: dict[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in about.items():
        if isinstance(value, dict):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list):
            for each in value:
                yield f"{indent}{name}:"
                yield from _lines(each, indent + "  ")
        else:
            shown = f"{value:.4f}" if isinstance(value, float) else value
            yield f"{indent}{name}: {shown}"


def _heaviest(tagger: Tagger) -> Iterable[str]:
    for place, label in enumerate(tagger.labels):
        ranked = sorted(tagger.weights(), key=lambda each: -each[1][place])
        yield f"{label}:" if label != UNSURE else f"{UNSURE}, where no role can be read:"
        yield from (f"  {scores[place]:+.3f}  {words}" for words, scores in ranked[:MOST])
