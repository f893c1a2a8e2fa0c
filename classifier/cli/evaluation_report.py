"""The page that `taskrole evaluate --report` writes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from classifier.backlog import printable
from classifier.backlog.target import open_target
from classifier.cli.progress import progress, shares
from classifier.report.evaluation_page import Case, Lesson, evaluation_page
from classifier.tagger import Tagger
from classifier.tasks import Example

if TYPE_CHECKING:
    from classifier.learning import Evaluation


def write_report(
    out: str,
    figures: "Evaluation",
    tagger: Tagger,
    measured: Sequence[Example],
    known: Sequence[Example],
    names: Sequence[str],
) -> None:
    """Write the page of an evaluation; the learning curve is in it where there are examples to learn from."""
    tags = tagger.tag([example.text for example in measured], threshold=figures.threshold, why=True)
    page = evaluation_page(
        figures.as_dict(),
        [
            Case(example.text, example.label, tag, Path(example.where).name)
            for example, tag in zip(measured, tags, strict=True)
        ],
        tagger.labels,
        name=", ".join(Path(name).name for name in names),
        lessons=_lessons(tagger, known, measured) if known else (),
    )
    with open_target(out) as target:
        target.write(page)
    click.echo(printable(f"Open {out} in a browser."), err=True)


def _lessons(tagger: Tagger, known: Sequence[Example], measured: Sequence[Example]) -> list[Lesson]:
    from classifier.learning.curve import learning_curve

    strength = float(tagger.model["provenance"]["strength"])
    with progress("Learning", total=1) as advance:
        curve = learning_curve(known, measured, strength=strength, done=shares(advance))
    return [Lesson(*each) for each in curve]
