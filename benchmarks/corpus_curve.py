"""How accuracy grows with the training data: `python benchmarks/corpus_curve.py`, two minutes.

Fits the shipped model's recipe to random parts of the training data, each twice the one before, and asks what it was not
trained on: each source of the fresh texts, and the clear ones of the reworded phrases. The table goes into
CONTRIBUTING.md, between two markers.
"""

import numpy as np
from accuracy import Set, ask_recipe, by_column, held_out, rows_of, scored
from between import write_between
from environments import HOME

from classifier.examples import merge, read_examples
from classifier.resources import shipped_examples
from classifier.tagger import Tagger

START, END = "<!-- corpus curve -->", "<!-- /corpus curve -->"
PARTS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)
FEWEST = 1_000
"""Texts of a source that make a column."""


def columns() -> list[Set]:
    """Return the texts to ask, by column of the table."""
    fresh = by_column("fresh", rows_of(shipped_examples() / "heldout" / "fresh.csv"), "source")
    clear = [each for each in held_out([]) if each.name == "phrases, clear"]
    return [*clear, *(each for each in fresh if len(each.texts) >= FEWEST)]


def main() -> None:
    """Measure, print and write the table."""
    examples, tagger, sets = merge((), read_examples([shipped_examples()])), Tagger.load(), columns()
    order = np.random.default_rng(0).permutation(len(examples))
    lines = [
        f"| examples | {' | '.join(f'{each.name} ({len(each.texts):,})' for each in sets)} |",
        f"|---|{'---|' * len(sets)}",
    ]
    for part in PARTS:
        known = [examples[place] for place in sorted(order[: round(part * len(examples))])]
        answers = ask_recipe(tagger, known, sets)
        shares = [scored(answer, each).right.mean() for answer, each in zip(answers, sets, strict=True)]
        lines.append(f"| {len(known):,} | {' | '.join(f'{share:.1%}' for share in shares)} |")
        print(lines[-1], flush=True)
    write_between(HOME.parent / "CONTRIBUTING.md", lines, START, END)


if __name__ == "__main__":
    main()
