"""Train on the shipped training data and compare with the shipped model: the same tags, or exit 1."""

import sys
from pathlib import Path

from classifier.examples import read_examples
from classifier.learning import train
from classifier.tagger import Tagger

ROOT = Path(__file__).parent.parent

examples = read_examples([ROOT / "training_data"])
texts = [example.text for example in examples + read_examples(sorted((ROOT / "training_data" / "heldout").glob("[!u]*.csv")))]
shipped, made = Tagger.load(ROOT / "models" / "default.json").tag(texts), train(examples).tagger.tag(texts)
other = [text for text, one, two in zip(texts, shipped, made, strict=True) if one.role != two.role]
further = max(abs(one.confidence - two.confidence) for one, two in zip(shipped, made, strict=True))
print(f"{len(texts):,} texts, {len(other)} tagged otherwise, confidence at most {further:.4f} apart")  # noqa: T201
sys.exit(len(other) > len(texts) // 1000 or further > 0.05)
