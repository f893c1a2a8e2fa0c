"""Train on the shipped data and compare: with the shipped model, and the exported table with the fitted pipeline."""

import sys
from pathlib import Path

import numpy as np
import sklearn

from classifier.examples import merge, read_examples
from classifier.learning import train
from classifier.learning.pipeline import raw_scores
from classifier.tagger import Tagger

ROOT = Path(__file__).parent.parent
HELD_OUT = ROOT / "training_data" / "heldout"

examples = merge((), read_examples([ROOT / "training_data"]))  # as `taskrole train` reads them
labelled = [path for path in sorted(HELD_OUT.glob("*.csv")) if path.stem != "unsure"]
texts = [example.text for example in examples + read_examples(labelled)]
made, shipped = train(examples), Tagger.load(ROOT / "models" / "default.taskrole")
tagger = made.tagger

table, pipeline = np.array([tagger.scores(text) for text in texts]), raw_scores(made.pipeline, texts)
apart = np.abs(table - pipeline).max()
old, new = shipped.tag(texts), tagger.tag(texts)
other = sum(one.role != two.role for one, two in zip(old, new, strict=True))
further = max(abs(one.confidence - two.confidence) for one, two in zip(old, new, strict=True))
print(f"{len(texts):,} texts: table and pipeline at most {apart:.1e} apart;")
print(f"{other} tagged otherwise than by the shipped model, confidence at most {further:.4f} apart")
# Another scikit-learn may stop its search a hair earlier; then a text at the very threshold may fall to the other side.
same = sklearn.__version__ == shipped.model["provenance"]["scikit-learn"]
sys.exit(apart > 1e-5 or other > (0 if same else len(texts) // 1000))
