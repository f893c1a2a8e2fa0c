"""How accuracy grows with the training data: `python benchmarks/corpus_curve.py`, five minutes.

Fits the shipped model's recipe to random parts of the training data, each twice the one before, and asks what it was not
trained on: each source of the fresh texts, and the clear ones of the reworded phrases. The table goes into
CONTRIBUTING.md, between two markers.
"""

import csv
from collections.abc import Sequence

import numpy as np
from between import write_between
from environments import HOME

from classifier.examples import merge, read_examples
from classifier.learning.pipeline import fit_pipeline, raw_scores
from classifier.resources import shipped_examples
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example

START, END = "<!-- corpus curve -->", "<!-- /corpus curve -->"
PARTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
FEWEST = 1_000
"""Texts of a source that make a column."""


def asked() -> dict[str, list[tuple[str, str]]]:
    """Return texts with a role and their labels, by column of the table."""
    columns: dict[str, list[tuple[str, str]]] = {"phrases, clear": []}
    for row in _rows("phrases"):
        if row["agreement"] == "3/3" and row["label"] != UNSURE:
            columns["phrases, clear"].append((row["text"], row["label"]))
    for row in _rows("fresh"):
        if row["label"] != UNSURE:
            columns.setdefault(f"{row['source']}, {row['wording']}", []).append((row["text"], row["label"]))
    return {name: rows for name, rows in columns.items() if len(rows) >= FEWEST or name.startswith("phrases")}


def _rows(name: str) -> list[dict[str, str]]:
    with (shipped_examples() / "heldout" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(known: Sequence[Example], strength: float, columns: dict[str, list[tuple[str, str]]]) -> list[str]:
    """Return the cells of one line: the number of examples, and the share of best roles that are right."""
    pipeline = fit_pipeline(
        [each.text for each in known],
        [each.label for each in known],
        strength,
        np.array([each.weight for each in known]),
    )
    classes = list(map(str, pipeline.classes_))
    roles = [place for place, name in enumerate(classes) if name != UNSURE]
    cells = [f"{len(known):,}"]
    for texts in columns.values():
        best = raw_scores(pipeline, [text for text, _ in texts])[:, roles].argmax(axis=1)
        right = [classes[roles[place]] == label for place, (_, label) in zip(best, texts, strict=True)]
        cells.append(f"{np.mean(right):.1%}")
    return cells


def main() -> None:
    """Measure, print and write the table."""
    examples = merge((), read_examples([shipped_examples()]))
    strength = float(Tagger.load().model["provenance"]["strength"])
    order = np.random.default_rng(0).permutation(len(examples))
    columns = asked()
    lines = [
        f"| examples | {' | '.join(f'{name} ({len(texts):,})' for name, texts in columns.items())} |",
        f"|---|{'---|' * len(columns)}",
    ]
    for part in PARTS:
        chosen = [examples[place] for place in sorted(order[: round(part * len(examples))])]
        lines.append(f"| {' | '.join(row(chosen, strength, columns))} |")
        print(lines[-1], flush=True)
    write_between(HOME.parent / "CONTRIBUTING.md", lines, START, END)


if __name__ == "__main__":
    main()
