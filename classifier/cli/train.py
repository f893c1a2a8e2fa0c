"""`taskrole train`: labelled examples in, a model out."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classifier.backlog import printable
from classifier.cli.options import examples, label_option, text_column_option
from classifier.cli.progress import progress, shares
from classifier.errors import ModelError
from classifier.examples import contradictions, merge, read_examples
from classifier.model_file import SUFFIX
from classifier.store import Store
from classifier.tasks import Example

if TYPE_CHECKING:
    from classifier.learning import Trained


@click.command(epilog=examples("taskrole train training_data -o model.taskrole"))
@click.argument("data", nargs=-1, required=True)
@click.option("-o", "--output", "out", metavar="MODEL", required=True, help="Model file to write, ending in .taskrole.")
@label_option
@text_column_option
def train(data: tuple[str, ...], out: str, label: str | None, column: str | None) -> None:
    """Train a model on labelled examples.

    DATA are files with a text and a role a row, or folders of such CSV files. Any roles from two up; `unsure` stands
    for texts that no role can be read from; a column `sample_weight` says what an example counts beside others, where
    that is not 1. The fitted scikit-learn pipeline is kept beside MODEL, as .joblib.
    """
    path = _writable(out)
    learned = read_for_learning(data, label, column)
    say_examples(learned)
    with Store() as store:  # before the work: where it cannot be opened, nothing is lost
        trained = learn(learned)

        from classifier.learning.export import write_model
        from classifier.learning.fitted import pipeline_path, write_pipeline

        store.record_pipeline(write_pipeline(trained.pipeline, pipeline_path(path)))
    write_model(trained.model, path)
    say_scores(trained, learned)
    click.echo(f"Written: {printable(str(path))}, and the pipeline beside it as .joblib.", err=True)


def read_for_learning(data: tuple[str, ...], label: str | None, column: str | None) -> list[Example]:
    """Read labelled examples, each text once; say on standard error where two labels contradict each other."""
    found = read_examples(data, label=label, column=column)
    clashing = contradictions(found)
    if clashing:
        before, after = clashing[0]
        click.echo(
            printable(
                f"{len(clashing):,} texts come with two labels, and the later one counts: {before.text!r} is "
                f"{before.label} in {before.where} and {after.label} in {after.where}."
            ),
            err=True,
        )
    return merge((), found)


def learn(learned: list[Example]) -> "Trained":
    """Train with a progress bar."""
    from classifier.learning import train as train_on
    from classifier.learning.training import check_enough, jobs_for

    check_enough(learned)
    with progress("Training", total=1.0) as advance:
        return train_on(learned, jobs=jobs_for(learned), done=shares(advance))


def say_examples(learned: list[Example]) -> None:
    """Say on standard error what there is to learn from."""
    counts = Counter(example.label for example in learned)
    labels = ", ".join(f"{count:,} {printable(label)}" for label, count in sorted(counts.items()))
    click.echo(f"{len(learned):,} examples: {labels}.", err=True)


def say_scores(trained: "Trained", learned: list[Example]) -> None:
    """Say on standard error where a model comes from and how it did on texts kept out of its training."""
    from classifier.learning.evaluation import measure

    tagger, provenance = trained.tagger, trained.model["provenance"]
    evaluation = measure(
        trained.measured.tags(tagger.rule),
        [example.label for example in learned],
        tagger.roles,
        tagger.rule.threshold,
        {promise: trained.measured.tags(tagger.rule, each) for promise, each in sorted(tagger.thresholds.items())},
        tagger.thresholds,
    )
    click.echo(
        f"strength {provenance['strength']:g}, calibration {provenance['calibration']}, "
        f"scikit-learn {provenance['scikit-learn']}, data {provenance['digest'][:12]}",
        err=True,
    )
    click.echo(f"On examples held out of training, {provenance['folds']} parts in turn:", err=True)
    for line in evaluation.lines():
        click.echo(line, err=True)


def _writable(out: str) -> Path:
    """Check the place of the model before the work begins."""
    path = Path(out)
    if path.suffix != SUFFIX:
        raise click.BadParameter(f"{out!r} does not end in {SUFFIX}, as model files do.", param_hint="-o")
    if not path.parent.is_dir():
        raise ModelError(f"{printable(str(path.parent))} is no folder: make it first, or name another place with -o.")
    return path
