"""`taskrole evaluate`: how good a model is on labelled examples."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classifier.backlog import BacklogError, printable
from classifier.cli.model import current_tagger
from classifier.cli.options import examples, label_option, model_option, text_column_option, threshold_option
from classifier.examples import read_examples
from classifier.store import Store
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example

if TYPE_CHECKING:
    from classifier.learning import Evaluation


@click.command(epilog=examples("taskrole evaluate training_data/heldout/phrases.csv"))
@click.argument("data", nargs=-1, required=True)
@click.option("--by", type=click.Choice(["source"]), help="Give the figures for each source as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--pipeline", is_flag=True, help="Measure the fitted pipeline beside the model file.")
@click.option("--report", "page", metavar="OUT", help="Write a page to look at as well, such as eval.html.")
@click.option(
    "--learned-from",
    "known",
    multiple=True,
    metavar="DATA",
    help="With --report, examples to draw the learning curve from; takes about as long as training.",
)
@threshold_option
@label_option
@text_column_option
@model_option
def evaluate(
    data: tuple[str, ...],
    by: str | None,
    as_json: bool,
    pipeline: bool,
    page: str | None,
    known: tuple[str, ...],
    threshold: float | None,
    label: str | None,
    column: str | None,
    model: str | None,
) -> None:
    """Measure a model on labelled examples.

    DATA are files with a text and a role a row, or folders of such CSV files; none of them should have been trained
    on. Texts labelled `unsure` are measured apart: they should be left so.
    """
    if known and page is None:
        raise click.UsageError("--learned-from goes with --report.")
    tagger = _tagger(model, pipeline=pipeline)
    measured = read_examples(data, label=label, column=column)
    _check_labels(measured, tagger)

    from classifier.learning import evaluate as measure

    whole = measure(tagger, measured, threshold=threshold)
    parts = {
        source: measure(tagger, [example for example in measured if example.source == source], threshold=threshold)
        for source in (sorted({example.source for example in measured}) if by else ())
    }
    if as_json:
        figures = whole.as_dict()
        if by:
            figures["by"] = {by: {source: part.as_dict() for source, part in parts.items()}}
        click.echo(json.dumps(figures, indent=1))
    else:
        _show(whole, parts)
    if page is not None:
        from classifier.cli.evaluation_report import write_report

        write_report(page, whole, tagger, measured, read_examples(known, label=label, column=column), data)


def _tagger(model: str | None, *, pipeline: bool) -> Tagger:
    if not pipeline:
        return current_tagger(model)

    from classifier.learning.fitted import FittedTagger

    with Store() as store:
        if model is not None:
            return FittedTagger.beside(Path(model), store.wrote_pipeline)
        version = store.current()
        if version is None:
            raise click.UsageError(
                "The shipped model comes without its pipeline: --pipeline needs --model, or a retrain."
            )
        return FittedTagger.kept(
            Tagger.load(store.path(version)).model, store.pipeline_path(version), store.wrote_pipeline
        )


def _check_labels(measured: list[Example], tagger: Tagger) -> None:
    """Refuse labels that the model cannot give: they would count as errors of its own."""
    strange = next((example for example in measured if example.label not in (*tagger.roles, UNSURE)), None)
    if strange is not None:
        raise BacklogError(
            f"{strange.where} has the label {printable(strange.label)!r}, which this model does not give; "
            f"it has {', '.join(tagger.roles)}."
        )


def _show(whole: "Evaluation", parts: "dict[str, Evaluation]") -> None:
    for line in whole.lines():
        click.echo(line)
    for source, part in parts.items():
        click.echo(f"\n{printable(source)}")
        for line in part.lines():
            click.echo(f"  {line}")
