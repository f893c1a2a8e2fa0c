"""The training data: well formed, and without twins of what it is measured on."""

import csv
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from classifier.examples import read_examples
from classifier.text import normalise

DATA = Path(__file__).parent.parent / "training_data"
ALIKE = 90
"""Per cent of similarity from which two texts are twins."""
ROWS = 10_000
"""Texts compared at a time, which bounds the memory."""


def held_out_texts() -> list[str]:
    """Return the normalised texts of all held-out sets."""
    texts = []
    for path in sorted((DATA / "heldout").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            texts += [normalise(row["text"]) for row in csv.DictReader(file)]
    return [text for text in texts if text]


def twins(texts: list[str], held_out: list[str]) -> set[str]:
    """Return the texts that equal or resemble a held-out text, or contain one of four words or more."""
    found = set()
    for start in range(0, len(texts), ROWS):
        rows = texts[start : start + ROWS]
        alike = process.cdist(rows, held_out, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8, workers=-1)
        found |= {rows[row] for row in np.flatnonzero(alike.any(axis=1))}
    long = [f" {text} " for text in held_out if len(text.split()) >= 4]
    joined = "\n".join(f" {text} " for text in texts)
    contained = {held for held in long if held in joined}
    return found | {text for text in texts if any(held in f" {text} " for held in contained)}


@pytest.mark.parametrize(
    ("text", "is_twin"),
    [
        ("Plan the move of the archive", True),
        ("Plan the moves of the archive", True),
        ("First plan the move of the archive, then tell the board", True),
        ("Ask readers what they miss in the archive", False),
        ("Kick-off", True),
        ("Kick-off with the museum's education team", False),
    ],
)
def test_twins(text: str, is_twin: bool) -> None:
    """What counts as a twin."""
    held_out = [normalise("Plan the move of the archive"), normalise("Kick-off")]

    assert bool(twins([normalise(text)], held_out)) is is_twin


def test_no_training_text_is_a_twin_of_a_held_out_one() -> None:
    """What is measured with was not learned from."""
    texts = sorted({normalise(example.text) for example in read_examples([DATA])})

    assert twins(texts, held_out_texts()) == set()


def test_the_training_data_is_well_formed() -> None:
    """Known labels, a file a source, no text twice."""
    examples = read_examples([DATA])
    normal = [normalise(example.text) for example in examples]

    assert {example.label for example in examples} == {"product", "project", "unsure"}
    assert all(example.where.split(":")[0].endswith(f"{example.source}.csv") for example in examples)
    assert len(normal) == len(set(normal))
    assert sum(example.label == "unsure" for example in examples) >= 2000


def test_every_source_is_described() -> None:
    """Each file of the folder has its row in the table of sources, with its number of lines."""
    readme = (DATA / "README.md").read_text("utf-8")
    rows = {path.stem: len(read_examples([path])) for path in DATA.glob("*.csv")}

    assert [name for name, lines in rows.items() if f"| {name} | {lines:,} |" not in readme] == []
