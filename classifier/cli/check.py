"""`taskrole check`: labelled examples to read again."""

import click

from classifier.backlog import printable
from classifier.cli.model import current_tagger
from classifier.cli.options import examples, label_option, text_column_option
from classifier.cli.progress import progress, shares
from classifier.examples import key_of, read_examples
from classifier.home import SHIPPED
from classifier.resources import shipped_examples
from classifier.store import Store
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example

WORDS = {"mislabelled": "looks wrong", "contradiction": "contradicts another", "duplicate": "is there twice"}


@click.command(epilog=examples("taskrole check ours.csv", "taskrole check training_data --strict"))
@click.argument("data", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Exit with 1 if anything is found.")
@label_option
@text_column_option
def check(data: tuple[str, ...], strict: bool, label: str | None, column: str | None) -> None:
    """List labelled examples that look wrong, doubled or contradictory.

    DATA are files with a text and a role a row, or folders of such CSV files. Labels are judged by models that have not
    seen the example: the current one where it has not learned from DATA, else models trained on the other examples.
    The list is one to read, the gravest first: place, label, suggestion, text and what speaks for it.
    """
    checked = read_examples(data, label=label, column=column)
    judge = _stranger(checked)

    from classifier.learning.labels import check_labels
    from classifier.learning.training import jobs_for

    with progress("Checking", total=1.0) as advance:
        found = check_labels(checked, judge, jobs=jobs_for(checked), done=shares(advance))
    for finding in found:
        example = finding.example
        suggested = f" -> {finding.suggested}" if finding.suggested else ""
        click.echo(printable(f"{example.where}: {WORDS[finding.kind]}: {example.label}{suggested}: {example.text}"))
        click.echo(printable(f"    {finding.why}"))
    counts = [f"{sum(each.kind == kind for each in found):,} {kind}" for kind in WORDS]
    click.echo(f"{len(checked):,} examples: {', '.join(counts)}.", err=True)
    if strict and found:
        raise click.exceptions.Exit(1)


def _stranger(checked: list[Example]) -> Tagger | None:
    """Return the current model if it can judge these examples: it has their roles and has not learned from them."""
    tagger = current_tagger(None)
    if not {example.label for example in checked} <= {*tagger.labels, UNSURE} or UNSURE not in tagger.labels:
        return None
    seen = {key_of(example.text) for example in _learned()}
    return tagger if not any(key_of(example.text) in seen for example in checked) else None


def _learned() -> list[Example]:
    """Return what the current model has learned from."""
    with Store() as store:
        current = store.current()
        own = [held.example for held in store.members(current)] if current is not None else []
        shipped = [] if current is not None and current.base != SHIPPED else read_examples([shipped_examples()])
    return [*shipped, *own]
