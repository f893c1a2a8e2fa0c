"""The shipped model the usual way: `joblib.load` of the fitted pipeline, `predict_proba`, in batches."""

import csv
import sys
from itertools import islice
from pathlib import Path

import joblib

ROLES = ("product", "project")
BATCH = 5000


def fit(path: Path) -> None:
    """Fit the pipeline of the shipped model on the shipped examples, and keep it with joblib."""
    from classifier.examples import merge, read_examples
    from classifier.learning.fitted import write_pipeline
    from classifier.learning.pipeline import fit_pipeline
    from classifier.resources import shipped_examples
    from classifier.tagger import Tagger

    examples = merge((), read_examples([shipped_examples()]))
    strength = Tagger.load().model["provenance"]["strength"]
    write_pipeline(fit_pipeline([each.text for each in examples], [each.label for each in examples], strength), path)


def tag(model: Path, titles: Path, out: Path) -> None:
    """Tag a CSV whose first column is the title."""
    pipeline = joblib.load(model)
    labels = list(pipeline.classes_)
    places = [labels.index(role) for role in ROLES]
    with (
        titles.open(encoding="utf-8", newline="") as source,
        out.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.reader(source)
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow([*next(rows), "role", "confidence"])
        while batch := list(islice(rows, BATCH)):
            shares = pipeline.predict_proba([row[0] for row in batch])[:, places]
            writer.writerows(
                [*row, ROLES[place], f"{share:.3f}"]
                for row, place, share in zip(batch, shares.argmax(1).tolist(), shares.max(1).tolist(), strict=True)
            )


if __name__ == "__main__":
    {"fit": fit, "tag": tag}[sys.argv[1]](*map(Path, sys.argv[2:]))
