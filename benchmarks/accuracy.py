"""Compare the shipped model with its peers, trained on the same examples: `python benchmarks/accuracy.py`.

Prints a table for each figure, and writes them into the model card between two markers. Peers run in environments of
their own, which are made when first needed. Answers are kept in `build/benchmarks`: what was trained on the same
examples and asked the same texts before is not trained again.
"""

import argparse
import csv
import hashlib
import inspect
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from between import write_between
from environments import HOME, WORK, python_of
from numpy.typing import NDArray
from peers import PEERS as CLASSES

from classifier.decide import decide
from classifier.examples import merge, read_examples
from classifier.learning.pipeline import fit_pipeline, raw_scores
from classifier.learning.training import digest, train
from classifier.resources import shipped_examples
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example
from classifier.text import words_of

CARD = HOME.parent / "models" / "README.md"
START, END = "<!-- accuracy -->", "<!-- /accuracy -->"
HELD_OUT = ("phrases", "pairs", "forms", "long", "fresh")
NATURAL = ("p", "n1", "n2", "n3", "n4", "n5", "n6", "n7")
"""Sources whose texts are worded, and as frequent, as in real documents."""

PEERS = {
    "linear-svc": "LinearSVC, words + characters",
    "textbook": "TF-IDF + logistic regression",
    "fasttext": "fastText, subwords",
    "vowpal-wabbit": "Vowpal Wabbit",
    "spacy": "spaCy, bag of words",
    "minilm": "MiniLM-L6-v2, fine-tuned one epoch",
}
OURS = "taskrole"
SLOW = ("spacy", "linear-svc", "minilm")
"""Peers that leave no source out unless asked to: eight more trainings."""

DRAWS = 1000
"""Resamples of the bootstrap."""

LEFT_OUT = "natural sources, left out in turn"


class Set(NamedTuple):
    """Texts with a role that all taggers are asked."""

    name: str
    texts: list[str]
    labels: list[str]
    groups: list[str]
    """Texts of one group belong together (the two of a pair, five forms of a task) and are resampled together."""
    part: str = ""
    """The source that is left out of the training for this set."""


class Answers(NamedTuple):
    """The best role and its confidence, for each text."""

    roles: list[str]
    confidence: list[float]


class Scored(NamedTuple):
    """What of one tagger on one set the figures need, for each text."""

    right: NDArray[np.bool_]
    confidence: NDArray[np.float64]

    def accuracy(self, chosen: NDArray[np.int64]) -> float:
        """Return the share of right answers."""
        return float(self.right[chosen].mean())

    def coverage(self, chosen: NDArray[np.int64]) -> float:
        """Return the largest share of texts, the surest first, of which 98 % are right."""
        order = np.argsort(-self.confidence[chosen], kind="stable")
        surest = np.cumsum(self.right[chosen][order]) / np.arange(1, len(chosen) + 1)
        enough = np.flatnonzero(surest >= 0.98)
        return float(enough[-1] + 1) / len(chosen) if len(enough) else 0.0

    def log_loss(self, chosen: NDArray[np.int64]) -> float:
        """Return the log loss of the confidence, as a statement that the best role is the right one."""
        right, confidence = self.right[chosen], self.confidence[chosen]
        return float(-np.log(np.clip(np.where(right, confidence, 1 - confidence), 1e-6, 1)).mean())


class Figure(NamedTuple):
    """One table."""

    title: str
    of: Callable[[Scored, NDArray[np.int64]], float]
    shown: str
    sign: int
    """1 where more is better, else -1."""


FIGURES = (
    Figure("Accuracy: the best role is the right one, over the texts with a role", Scored.accuracy, "{:.1%}", 1),
    Figure("Coverage: the share of texts that can be tagged with 98 % of the tags right", Scored.coverage, "{:.1%}", 1),
    Figure("Log loss of the confidence (less is better)", Scored.log_loss, "{:.3f}", -1),
)


def held_out(files: Sequence[Path]) -> Iterator[Set]:
    """Read the sets that nothing was trained on: those of the repository and files of the user's."""
    ours = {name: shipped_examples() / "heldout" / f"{name}.csv" for name in HELD_OUT}
    for name, path in {**ours, **{f"{file.parent.name}/{file.stem}": file for file in files}}.items():
        rows = rows_of(path)
        if "wording" in rows[0]:
            yield from by_column(name, rows, "wording")
            continue
        yield _set(name, rows)
        if "agreement" in rows[0]:
            yield _set(f"{name}, clear", [row for row in rows if row["agreement"] == "3/3"])


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a set that have a role."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["label"] != UNSURE]


def by_column(name: str, rows: list[dict[str, str]], column: str) -> Iterator[Set]:
    """Make a set of the rows for each value of a column."""
    for value in dict.fromkeys(row[column] for row in rows):
        yield _set(f"{name}, {value}", [row for row in rows if row[column] == value])


def _set(name: str, rows: list[dict[str, str]], part: str = "") -> Set:
    groups = [row.get("pair") or row.get("task") or str(number) for number, row in enumerate(rows)]
    return Set(name, [row["text"] for row in rows], [row["label"] for row in rows], groups, part)


def left_out(examples: Sequence[Example]) -> Iterator[Set]:
    """Return each natural source, to be tagged by taggers that did not learn from it."""
    for part in NATURAL:
        rows = [
            {"text": each.text, "label": each.label}
            for each in examples
            if each.source == part and each.label != UNSURE
        ]
        if rows:
            yield _set(part, rows, part)


def ask_ours(tagger: Tagger, sets: Sequence[Set]) -> list[Answers]:
    """Tag the held-out sets with the shipped model."""
    answers = []
    for each in sets:
        tags = tagger.tag(each.texts, threshold=0)
        answers.append(Answers([tag.best for tag in tags], [tag.confidence for tag in tags]))
    return answers


def ask_ours_left_out(tagger: Tagger, examples: Sequence[Example], sets: Sequence[Set]) -> list[Answers]:
    """Tag natural sources with the shipped model's recipe, fitted without each in turn."""
    return [ask_recipe(tagger, [each for each in examples if each.source != asked.part], [asked])[0] for asked in sets]


def ask_recipe(tagger: Tagger, known: Sequence[Example], sets: Sequence[Set]) -> list[Answers]:
    """Tag sets with the shipped model's recipe, and its rule, fitted on some examples."""
    pipeline = fit_pipeline(
        [each.text for each in known],
        [each.label for each in known],
        float(tagger.model["provenance"]["strength"]),
        np.array([each.weight for each in known]),
    )
    if tuple(map(str, pipeline.classes_)) != tagger.labels:
        raise SystemExit(f"the model has the labels {tagger.labels}, the examples have others")
    answers = []
    for asked in sets:
        tags = [
            decide(tuple(scores), words := len(words_of(text)), words, tagger.rule, 0)
            for text, scores in zip(asked.texts, raw_scores(pipeline, asked.texts).tolist(), strict=True)
        ]
        answers.append(Answers([tag.best for tag in tags], [tag.confidence for tag in tags]))
    return answers


def ask_peer(peer: str, examples: Sequence[Example], sets: Sequence[Set]) -> list[Answers]:
    """Train a peer and tag sets with it, in its own environment; kept answers are used again."""
    learned = _csv(("text", "label"), [(each.text, each.label) for each in examples])
    asked = _csv(("title",), [(text,) for each in sets for text in each.texts])
    recipe = "".join(inspect.getsource(part) for part in CLASSES[peer].__mro__[:-1] if part.__module__ == "peers")
    key = hashlib.sha256(b"\0".join((peer.encode(), recipe.encode(), learned, asked))).hexdigest()[:16]
    told = WORK / "answers" / f"{peer}-{key}.csv"
    if not told.exists():
        told.parent.mkdir(parents=True, exist_ok=True)
        print(f"{peer}: learns from {len(examples):,} examples", file=sys.stderr, flush=True)
        with TemporaryDirectory(dir=told.parent) as name:
            folder = Path(name)
            (folder / "learned.csv").write_bytes(learned)
            (folder / "asked.csv").write_bytes(asked)
            run_peer(peer, "learn", folder / "learned.csv", folder / "model")
            run_peer(peer, "tag", folder / "model", folder / "asked.csv", folder / "told.csv")
            without_texts(folder / "told.csv", told)
    with told.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    check_answers(peer, rows, sum(len(each.texts) for each in sets))
    answers, start = [], 0
    for each in sets:
        part = rows[start : start + len(each.texts)]
        answers.append(Answers([row["role"] for row in part], [float(row["confidence"]) for row in part]))
        start += len(part)
    return answers


def without_texts(answers: Path, told: Path) -> None:
    """Keep answers, but not the texts that they answer: those may be someone's own."""
    with answers.open(encoding="utf-8", newline="") as file:
        rows = [(row["role"], row["confidence"]) for row in csv.DictReader(file)]
    told.write_bytes(_csv(("role", "confidence"), rows))


def run_peer(peer: str, command: str, *paths: Path) -> None:
    """Run one command of `peers.py` in the peer's environment, on one core."""
    one_core = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    subprocess.run(
        [python_of(peer), "-B", HOME / "peers.py", command, peer, *paths], check=True, env={**os.environ, **one_core}
    )


def check_answers(peer: str, rows: Sequence[dict[str, str]], texts: int) -> None:
    """Stop where a peer did not really predict: too few answers, always the same, or not sure of anything."""
    roles = {row["role"] for row in rows}
    confidence = {row["confidence"] for row in rows}
    if len(rows) != texts or len(roles) < 2 or len(confidence) < min(10, texts):
        raise SystemExit(f"{peer} does not predict: {len(rows)} answers to {texts} texts, roles {sorted(roles)}")


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def scored(answers: Answers, asked: Set) -> Scored:
    """Compare answers with the labels."""
    return Scored(np.array(answers.roles) == np.array(asked.labels), np.array(answers.confidence))


def together(sets: Sequence[Set], answers: Sequence[Answers]) -> tuple[Set, Answers]:
    """Make one set, and one list of answers, of several."""
    groups = [f"{each.name} {group}" for each in sets for group in each.groups]
    whole = Set(
        LEFT_OUT,
        [text for each in sets for text in each.texts],
        [label for each in sets for label in each.labels],
        groups,
    )
    return whole, Answers(
        [role for each in answers for role in each.roles], [share for each in answers for share in each.confidence]
    )


def compare(figure: Figure, ours: Scored, peer: Scored, groups: Sequence[str]) -> str:
    """Return ▼ where the peer is behind and ▲ where it is ahead, by more than chance: a paired bootstrap, at 95 %."""
    _, members = np.unique(groups, return_inverse=True)
    places = [np.flatnonzero(members == group) for group in range(members.max() + 1)] if len(members) < 2000 else None
    chance = np.random.default_rng(0)
    differences = []
    for _ in range(DRAWS):
        if places is None:
            chosen = chance.integers(len(groups), size=len(groups))
        else:
            chosen = np.concatenate([places[group] for group in chance.integers(len(places), size=len(places))])
        differences.append(figure.sign * (figure.of(ours, chosen) - figure.of(peer, chosen)))
    low, high = np.quantile(differences, (0.025, 0.975))
    return " ▼" if low > 0 else " ▲" if high < 0 else ""


def table(figure: Figure, sets: Sequence[Set], told: dict[str, dict[str, Scored]]) -> list[str]:
    """Return the lines of one table: a row for each tagger, a column for each set."""
    lines = [
        f"**{figure.title}**",
        "",
        f"| | {' | '.join(f'{each.name} ({len(each.texts):,})' for each in sets)} |",
        f"|---|{'---|' * len(sets)}",
    ]
    for name, by_set in told.items():
        cells = []
        for each in sets:
            if each.name not in by_set:
                cells.append("–")
                continue
            value = figure.shown.format(figure.of(by_set[each.name], np.arange(len(each.texts))))
            mark = "" if name == OURS else compare(figure, told[OURS][each.name], by_set[each.name], each.groups)
            cells.append(f"**{value}**" if name == OURS else value + mark)
        lines.append(f"| {PEERS.get(name, f'**{OURS}**')} | {' | '.join(cells)} |")
    return [*lines, ""]


def by_source(sets: Sequence[Set], told: dict[str, list[Answers]]) -> list[str]:
    """Return the lines of the table of each source left out."""
    lines = [
        "**Accuracy on each natural source, by taggers that did not learn from it**",
        "",
        f"| | {' | '.join(each.part for each in sets)} | mean |",
        f"|---|{'---|' * (len(sets) + 1)}",
    ]
    for name, answers in told.items():
        shares = [scored(answer, each).right.mean() for answer, each in zip(answers, sets, strict=True)]
        cells = [f"{share:.1%}" for share in (*shares, np.mean(shares))]
        lines.append(f"| {PEERS.get(name, f'**{OURS}**')} | {' | '.join(cells)} |")
    return [*lines, ""]


def main() -> None:
    """Run the comparison."""
    asked = _arguments()
    examples = merge((), read_examples([shipped_examples()]))
    if asked.sample:
        chosen = np.random.default_rng(0).permutation(len(examples))[: asked.sample]
        examples = [examples[place] for place in sorted(chosen)]
        tagger = train(examples, jobs=1).tagger
    else:
        tagger = Tagger.load(asked.model)
    same = digest(examples) == tagger.model["provenance"]["digest"]
    peers = [peer for peer in PEERS if peer in asked.peers]
    sets = list(held_out(asked.files))
    told: dict[str, list[Answers]] = {OURS: ask_ours(tagger, sets)}
    fewer = [each for each in examples if each.source not in asked.minilm_without]
    told |= {peer: ask_peer(peer, fewer if peer == "minilm" else examples, sets) for peer in peers}
    by_set = {
        name: {each.name: scored(answer, each) for each, answer in zip(sets, answers, strict=True)}
        for name, answers in told.items()
    }
    parts = [] if asked.no_left_out else list(left_out(examples))
    parts_told = {}
    if parts:
        parts_told[OURS] = ask_ours_left_out(tagger, examples, parts)
        for peer in peers:
            if peer not in SLOW or asked.all_left_out:
                parts_told[peer] = [
                    ask_peer(peer, [example for example in examples if example.source != part.part], [part])[0]
                    for part in parts
                ]
        for name, answers in parts_told.items():
            whole, answer = together(parts, answers)
            by_set[name][LEFT_OUT] = scored(answer, whole)
        sets.append(whole)
    lines = [line for figure in FIGURES for line in table(figure, sets, by_set)]
    if parts:
        lines += by_source(parts, parts_told)
    lines.append(_legend(len(examples), len(examples) - len(fewer) if "minilm" in peers else 0, same=same))
    print("\n".join(lines))
    if not asked.sample and asked.card:
        write_between(asked.card, lines, START, END)


def _legend(examples: int, spared: int, *, same: bool) -> str:
    learned = (
        f"All learned from the same {examples:,} examples of `training_data/`, `unsure` ones included (taskrole counts "
        "those less that have a `sample_weight`)"
        if same
        else f"The peers learned from the {examples:,} examples of `training_data/`, the model from an earlier state of it"
    )
    return (
        f"{learned}, and answer with the more probable of the two roles. ▼ marks a peer that is behind taskrole, ▲ one that "
        f"is ahead, by more than chance (paired bootstrap, {DRAWS:,} draws, at 95 %; texts that belong together are drawn "
        "together); without a mark the difference may be chance. Produced by `python benchmarks/accuracy.py`."
        + (f" MiniLM learned without the {spared:,} lines of the last sources." if spared else "")
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare the shipped model with its peers.")
    parser.add_argument("files", nargs="*", type=Path, help="further sets: CSV with text and label, perhaps agreement")
    parser.add_argument("--model", type=Path, help="another model than the shipped one")
    parser.add_argument("--peer", dest="peers", action="append", choices=PEERS, help="only this peer; may be repeated")
    parser.add_argument("--minilm", action="store_true", help="add the fine-tuned transformer: an hour and 2 GB more")
    parser.add_argument("--minilm-without", action="append", default=[], metavar="SOURCE", help="spare it a source")
    parser.add_argument("--no-left-out", action="store_true", help="do not leave out the natural sources")
    parser.add_argument("--all-left-out", action="store_true", help=f"leave them out for {', '.join(SLOW)} as well")
    parser.add_argument("--sample", type=int, help="try it on so many examples, and write nothing")
    parser.add_argument("--card", type=Path, default=CARD, help="model card to write the tables into")
    asked = parser.parse_args()
    asked.peers = asked.peers or [peer for peer in PEERS if peer != "minilm" or asked.minilm]
    return asked


if __name__ == "__main__":
    main()
