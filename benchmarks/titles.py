"""Make a backlog of many titles, nearly all distinct: `python titles.py ROWS OUT.csv`.

A title is the start of one training phrase and the end of another, often with a name that nobody has seen before:
the vocabulary grows with the file, as it does in real archives, so that remembering words is no free ride.
"""

import csv
import random
import sys
from pathlib import Path

PHRASES = Path(__file__).parent.parent / "training_data"
GROWTH = 0.75
"""After n titles, n to this power invented names have been met."""

_ONSETS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gl",
    "h",
    "j",
    "k",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "qu",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
_VOWELS = ["a", "e", "i", "o", "u", "ai", "ea", "io", "ou", "y"]
_CODAS = ["", "", "n", "r", "s", "l", "x", "nd", "rt", "ck"]


def write_titles(rows: int, out: Path, seed: int = 0) -> None:
    """Write so many titles, with an assignee and an estimate each."""
    chance = random.Random(seed)
    phrases = [words for words in _phrases() if len(words) > 1]
    met: list[str] = []
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["title", "assignee", "points"])
        for number in range(1, rows + 1):
            while len(met) < number**GROWTH:
                met.append(_name(chance))
            start, end = chance.choice(phrases), chance.choice(phrases)
            words = [*start[: (len(start) + 1) // 2], *end[len(end) // 2 :]]
            if chance.random() < 0.5:
                words.insert(chance.randrange(len(words) + 1), met[int(len(met) * chance.random() ** 2)])
            writer.writerow([" ".join(words), f"person {chance.randrange(40)}", chance.choice((1, 2, 3, 5, 8, ""))])


def _phrases() -> list[list[str]]:
    found = []
    for path in sorted(PHRASES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["text"].split() for row in csv.DictReader(file) if row["label"] != "unsure"]
    return found


def _name(chance: random.Random) -> str:
    syllables = [
        chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(_CODAS) for _ in range(chance.choice((2, 2, 3)))
    ]
    name = "".join(syllables)
    return name.capitalize() if chance.random() < 0.5 else name


if __name__ == "__main__":
    write_titles(int(sys.argv[1]), Path(sys.argv[2]))
