"""Time taskrole against its peers: `python benchmarks/run.py`.

Everything learns from the same examples and tags the same titles, from a CSV file into a CSV file, each in a process of
its own on one core. The contestants take turns (A B C, A B C, …), so that whatever else the machine does hits all of
them alike; what is shown is the median of the rounds, with the fastest and the slowest, and the highest peak of memory.
Prints the tables and writes them, with a plot, where the README shows them.
"""

import argparse
import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from between import write_between
from environments import HOME, WORK, python_of
from peers import tokens
from plot import Series, growth_plot

from classifier.examples import merge, read_examples
from classifier.resources import shipped_examples

README = HOME.parent / "README.md"
START, END = "<!-- benchmark -->", "<!-- /benchmark -->"
PLOT = HOME / "growth.svg"
COLD, BULK = 1_000, 200_000
"""Titles of the two tables."""
SHORT = 3
"""Times as many rounds for the short runs, which a noise hits harder."""
GROWTH = (1_000, 10_000, 100_000, 1_000_000)
OURS, ALL_CORES, USUAL = "taskrole", "taskrole, all cores", "scikit-learn + joblib"
FLOOR, CLICK, PROGRAM = "floor: read, split, write", "import click", "fastText (C++ program)"
PEERS = {
    "fastText (Python)": "fasttext",
    "Vowpal Wabbit (Python)": "vowpal-wabbit",
    "spaCy, bag of words": "spacy",
    "LinearSVC + joblib": "linear-svc",
    "textbook + joblib": "textbook",
}
GROWING = (OURS, ALL_CORES, USUAL, "fastText (Python)")


class Contestant(NamedTuple):
    """One program to time."""

    name: str
    command: list[str | Path]
    """What tags `TITLES` into `OUT`, or prints them tagged."""
    cores: int = 1
    """0 where it may use all."""
    reads_words: bool = False
    """It wants words between spaces, a title a line, instead of a CSV file."""

    def answers(self, out: Path) -> Path:
        """Return where its answers are, if `OUT` is `out`; what it prints goes into a file beside it."""
        return out if "OUT" in self.command else out.with_suffix(".txt")


class Measured(NamedTuple):
    """What a contestant took in each round."""

    seconds: list[float]
    peaks: list[float]

    @property
    def time(self) -> float:
        """The median."""
        return median(self.seconds)


def contestants(folder: Path) -> list[Contestant]:
    """Train everything that is not there yet, and return who takes part."""
    learned = folder / "learned.csv"
    pipeline = folder / "pipeline.joblib"
    if not pipeline.exists():
        say("taskrole's pipeline learns")
        subprocess.run([sys.executable, "-B", HOME / "pipeline.py", "fit", pipeline], check=True)
    ours: list[str | Path] = [Path(sys.executable).with_name("taskrole"), "predict", "TITLES"]
    found = [
        Contestant(OURS, ours),
        Contestant(ALL_CORES, ours, cores=0),
        Contestant(USUAL, [sys.executable, "-B", HOME / "pipeline.py", "tag", pipeline, "TITLES", "OUT"]),
    ]
    for name, peer in PEERS.items():
        python = python_of(peer)
        model = folder / peer
        if not model.exists():
            say(f"{name} learns")
            subprocess.run([python, "-B", HOME / "peers.py", "learn", peer, learned, model], check=True)
        found.append(Contestant(name, [python, "-B", HOME / "peers.py", "tag", peer, model, "TITLES", "OUT"]))
    if program := shutil.which("fasttext"):
        command: list[str | Path] = [program, "predict-prob", folder / "fasttext", "WORDS", "1"]
        found.append(Contestant(PROGRAM, command, reads_words=True))
    found.append(Contestant(FLOOR, [sys.executable, HOME / "floor.py", "TITLES", "OUT"]))
    return found


def race(found: Sequence[Contestant], rows: int, rounds: int, folder: Path) -> dict[str, Measured]:
    """Time contestants in turn on so many titles."""
    titles, words = titles_file(rows, folder)
    told = {each.name: Measured([], []) for each in found}
    for number in range(rounds):
        for each in found:
            say(f"{rows:,} titles, round {number + 1}: {each.name}")
            figures = measure(each, titles, words, folder / "out.csv")
            told[each.name].seconds.append(figures["seconds"])
            told[each.name].peaks.append(figures["peak"])
    return told


def measure(contestant: Contestant, titles: Path, words: Path, out: Path) -> dict[str, float]:
    """Time one run, and check that it tagged every title, not all of them the same."""
    out.unlink(missing_ok=True)
    places = {"TITLES": titles, "OUT": out, "WORDS": words}
    command = [str(places.get(str(part), part)) for part in contestant.command]
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1") if contestant.cores else {}
    usual = {name: value for name, value in os.environ.items() if name != "TASKROLE_HOME"}
    found = subprocess.run(
        [sys.executable, "-S", HOME / "measure.py", str(contestant.cores), out.with_suffix(".txt"), *command],
        check=True,
        # As installed: compiled modules are kept, and there is no model of one's own, whatever this shell says.
        env={**usual, "XDG_DATA_HOME": str(out.with_suffix("")), "PYTHONDONTWRITEBYTECODE": "", **one_core},
        capture_output=True,
    )
    if contestant.name != CLICK:
        check(contestant, titles, contestant.answers(out))
    figures: dict[str, float] = json.loads(found.stdout)
    return figures


def check(contestant: Contestant, titles: Path, out: Path) -> None:
    """Stop where a contestant did not really tag the file."""
    with titles.open("rb") as asked, out.open("rb") as told:
        header = contestant.reads_words
        rows = sum(1 for _ in asked) - header
        answers = list(told)
    product, project = (sum(role in line[-40:] for line in answers) for role in (b"product", b"project"))
    if len(answers) != rows or (contestant.name != FLOOR and min(product, project) < rows // 10):
        raise SystemExit(
            f"{contestant.name} does not predict: {len(answers)} lines, {product} product, {project} project"
        )


def titles_file(rows: int, folder: Path) -> tuple[Path, Path]:
    """Return a backlog of so many titles, and the same as words between spaces, a title a line."""
    titles, words = folder / f"titles-{rows}.csv", folder / f"titles-{rows}.txt"
    if not words.exists():
        subprocess.run([sys.executable, HOME / "titles.py", str(rows), titles], check=True)
        with (
            titles.open(encoding="utf-8", newline="") as source,
            words.open("w", encoding="utf-8") as target,
        ):
            rest = csv.reader(source)
            next(rest)
            target.writelines(f"{tokens(row[0])}\n" for row in rest)
    return titles, words


def accuracies(found: Sequence[Contestant], folder: Path) -> dict[str, float]:
    """Return the accuracy of each contestant on the clear held-out phrases."""
    with (shipped_examples() / "heldout" / "phrases.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["agreement"] == "3/3" and row["label"] != "unsure"]
    titles, words, out = folder / "clear.csv", folder / "clear.txt", folder / "out.csv"
    with titles.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["title"], *([row["text"]] for row in rows)])
    words.write_text("".join(f"{tokens(row['text'])}\n" for row in rows), encoding="utf-8")
    told = {}
    for each in found:
        if each.name in (FLOOR, ALL_CORES):
            continue
        best = ["--threshold", "0"] if each.name == OURS else []
        if each.reads_words:
            best = []
            each = each._replace(command=[*each.command[:-1], "3"])
        measure(each._replace(command=[*each.command, *best]), titles, words, out)
        told[each.name] = _right(each.answers(out), rows, each.reads_words)
    return told


def _right(out: Path, rows: Sequence[dict[str, str]], from_program: bool) -> float:
    if from_program:
        answers = [
            next(
                part.removeprefix("__label__")
                for part in line.split()
                if part in ("__label__product", "__label__project")
            )
            for line in out.read_text(encoding="utf-8").splitlines()
        ]
    else:
        with out.open(encoding="utf-8", newline="") as file:
            answers = [row["role"] for row in csv.DictReader(file)]
    return sum(answer == row["label"] for answer, row in zip(answers, rows, strict=True)) / len(rows)


def tables(cold: dict[str, Measured], bulk: dict[str, Measured], right: dict[str, float], rounds: int) -> list[str]:
    """Return the lines of the table."""
    lines = [
        f"| | {COLD:,} titles, cold start: seconds | peak | {BULK:,} titles: seconds | peak | clear held-out phrases right |",
        "|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys((*cold, *bulk)):
        cells = [
            cell for told, ours in ((cold, cold[OURS]), (bulk, bulk[OURS])) for cell in _cells(told.get(name), ours)
        ]
        share = f"{right[name]:.1%}" if name in right else ""
        shown = f"**{name}**" if name.startswith(OURS) else name
        lines.append(f"| {shown} | {' | '.join(cells)} | {share} |")
    lines += ["", *([_in_short(cold, bulk), ""] if ALL_CORES in bulk else []), _legend(rounds)]
    return lines


def _cells(told: Measured | None, ours: Measured) -> tuple[str, str]:
    if told is None:
        return "", ""
    ratio = "" if told is ours else f", {told.time / ours.time:.2g} ×"
    digits = 3 if ours.time < 1 else 2
    span = f"{min(told.seconds):.{digits}f}–{max(told.seconds):.{digits}f}"
    return f"{told.time:.{digits}f} ({span}){ratio}", f"{max(told.peaks):.0f} MiB"


def _in_short(cold: dict[str, Measured], bulk: dict[str, Measured]) -> str:
    """Say how we compare with what every command with Click takes, and with ourselves on one core: round by round."""
    alone, together = (_ratio(cold[name], cold[CLICK]) for name in (OURS, ALL_CORES))
    return (
        f"Round by round, {COLD:,} titles take {together} times as long as `import click` by itself, on one core {alone}; "
        f"all cores tag {BULK:,} titles {_ratio(bulk[OURS], bulk[ALL_CORES])} times as fast as one."
    )


def _ratio(one: Measured, other: Measured) -> str:
    ratios = [mine / its for mine, its in zip(one.seconds, other.seconds, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def _legend(rounds: int) -> str:
    return (
        f"Medians of {rounds} rounds, {SHORT * rounds} of the short one (in brackets the fastest and the slowest), the contestants taking turns on one core "
        f"of a noisy two-core machine; × compares with taskrole. From a CSV file into a CSV file, all trained on the same "
        f"examples; at least 90 % of the titles are distinct, with a vocabulary that grows with the file. {USUAL} is the "
        "very same model as a fitted pipeline. fastText's C++ program is spared the CSV files: it reads words already cut "
        "and prints a role and its probability. Produced by `python benchmarks/run.py`."
    )


def growth(found: Sequence[Contestant], rounds: int, folder: Path) -> list[str]:
    """Time some contestants on files of growing size, draw the plot, and return the lines of the table.

    What one core does with the largest file and what all do is compared in as many rounds as asked for.
    """
    chosen = [each for each in found if each.name in GROWING]
    told = {rows: race(chosen, rows, 3 if rows <= 10_000 else 1, folder) for rows in GROWTH[:-1]}
    ours = [each for each in chosen if each.name in {OURS, ALL_CORES}]
    others = [each for each in chosen if each not in ours]
    largest = told[GROWTH[-1]] = race(ours, GROWTH[-1], rounds, folder) | race(others, GROWTH[-1], 1, folder)
    series = [
        Series(
            each.name,
            list(GROWTH),
            [told[rows][each.name].time for rows in GROWTH],
            [max(told[rows][each.name].peaks) for rows in GROWTH],
        )
        for each in chosen
    ]
    PLOT.write_text(growth_plot(series), encoding="utf-8")
    lines = [
        f"| titles | {' | '.join(each.name for each in chosen)} |",
        f"|---|{'---|' * len(chosen)}",
    ]
    for rows in GROWTH:
        cells = [f"{told[rows][each.name].time:.2f} s, {max(told[rows][each.name].peaks):.0f} MiB" for each in chosen]
        lines.append(f"| {rows:,} | {' | '.join(cells)} |")
    if ALL_CORES in largest:
        faster = _ratio(largest[OURS], largest[ALL_CORES])
        lines += ["", f"Round by round, all cores tag {GROWTH[-1]:,} titles {faster} times as fast as one."]
    return [*lines, "", f"![Time and memory against the number of titles]({PLOT.relative_to(HOME.parent)})"]


def prepared() -> Path:
    """Return the folder for what is learned from the present examples, by everyone."""
    examples = merge((), read_examples([shipped_examples()]))
    rows = [("text", "label"), *((each.text, each.label) for each in examples)]
    recipes = [(HOME / name).read_bytes() for name in ("peers.py", "pipeline.py", "titles.py", "peers.txt")]
    key = hashlib.sha256(b"".join([repr(rows).encode(), *recipes])).hexdigest()[:12]
    folder = WORK / f"speed-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "learned.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder


def say(what: str) -> None:
    """Tell how far it is."""
    print(what, file=sys.stderr, flush=True)


def main() -> None:
    """Run the comparison."""
    asked = _arguments()
    folder = prepared()
    found = contestants(folder)
    if asked.only:
        found = [each for each in found if each.name == OURS or any(word in each.name for word in asked.only)]
    right = accuracies(found, folder)
    click = Contestant(CLICK, [sys.executable, "-c", "import click"])
    cold = race([*found, click], COLD, SHORT * asked.rounds, folder)
    bulk = race(found, BULK, asked.rounds, folder)
    lines = tables(cold, bulk, right, asked.rounds)
    if not asked.no_growth:
        lines += ["", *growth(found, asked.rounds, folder)]
    print("\n".join(lines))
    if not asked.only and not asked.no_growth:
        write_between(README, lines, START, END)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time taskrole against its peers.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of both tables")
    parser.add_argument("--only", action="append", help="only contestants whose name has this; writes nothing")
    parser.add_argument("--no-growth", action="store_true", help="leave out the growing files; writes nothing")
    return parser.parse_args()


if __name__ == "__main__":
    main()
