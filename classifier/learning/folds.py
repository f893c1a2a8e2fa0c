"""Scores of texts by models that were not trained on their kind.

The folds are the sources of the examples: texts of one source resemble each other, and random folds would flatter.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from classifier.learning.pipeline import LEAST_TEXTS, SHARES, inverse_penalty, kinds_of, make_classifier
from classifier.tasks import Example

RANDOM_FOLDS = 5
MOST_FOLDS = 10
"""More sources than that are dealt round to so many folds."""

SMALLEST_SOURCE = 50
"""Examples that make a source of its own; smaller ones share a fold."""


class Folds(NamedTuple):
    """Out-of-fold raw scores of all examples, for one strength."""

    strength: float
    scores: NDArray[np.float64]
    """Examples by labels."""
    names: NDArray[np.str_]
    """The fold of each example."""


def fold_names(examples: Sequence[Example]) -> NDArray[np.str_]:
    """Return the fold of each example: its source, or a few of them, where that makes sense, else a random one."""
    labels = np.array([example.label for example in examples])
    sources = np.array([example.source for example in examples])
    names, sizes = np.unique(sources, return_counts=True)
    large = list(names[sizes >= SMALLEST_SOURCE])
    dealt = {name: large[place % MOST_FOLDS] for place, name in enumerate(large)}
    folds = np.array([dealt.get(source, "others") for source in sources])
    everywhere = all(set(labels[folds != fold]) == set(labels) for fold in set(folds))
    if len(set(folds)) >= RANDOM_FOLDS and everywhere:
        return folds
    fewest = min(np.unique(labels, return_counts=True)[1])
    splitter = StratifiedKFold(max(2, min(RANDOM_FOLDS, int(fewest))), shuffle=True, random_state=0)
    for number, (_, held) in enumerate(splitter.split(labels, labels)):
        folds[held] = str(number)
    return folds


def out_of_fold(
    examples: Sequence[Example],
    strengths: Sequence[float],
    *,
    weights: NDArray[np.float64] | None = None,
    folds: NDArray[np.str_] | None = None,
    jobs: int = -1,
    done: Callable[[float], None] = lambda _: None,
) -> list[Folds]:
    """Return the scores of every example by pipelines fitted without its fold, for each strength.

    The features of all texts are counted once; choosing and weighing them is left to each fold, so that the scores are
    those of a pipeline fitted on the other folds' texts. `weights` are one an example, or a row of them for each
    strength; `folds` replaces those of `fold_names`. `done` is told the share of the work that is finished.
    """
    kinds = kinds_of(example.text for example in examples)
    counts = [
        CountVectorizer(analyzer=analyzer, dtype=np.float32).fit_transform([example.text for example in examples])
        for analyzer in kinds.values()
    ]
    every = sparse.hstack(counts, format="csr")
    shares = np.repeat([SHARES[kind] for kind in kinds], [each.shape[1] for each in counts])
    labels = np.array([example.label for example in examples])
    folds = fold_names(examples) if folds is None else folds
    weights = None if weights is None else np.broadcast_to(weights, (len(strengths), len(examples)))
    names = sorted(set(folds))
    tasks = (delayed(_held_out_scores)(every, shares, labels, folds == name, strengths, weights) for name in names)
    scores = np.zeros((len(strengths), len(examples), len(set(labels))))
    finished = Parallel(n_jobs=jobs, return_as="generator", mmap_mode="r")(tasks)
    for number, (name, held) in enumerate(zip(names, finished, strict=True), start=1):
        scores[:, folds == name] = held
        done(number / len(names))
    return [Folds(strength, each, folds) for strength, each in zip(strengths, scores, strict=True)]


def _held_out_scores(
    counts: Any,
    shares: NDArray[np.float64],
    labels: NDArray[np.str_],
    held: NDArray[np.bool_],
    strengths: Sequence[float],
    weights: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return the scores of the held-out texts (strengths by texts by labels), as a pipeline would weigh them.

    Nothing is pruned here, which would take twice the time and change next to nothing.
    """
    common = counts[~held].getnnz(axis=0) >= LEAST_TEXTS
    if not common.any():
        return np.zeros((len(strengths), held.sum(), len(set(labels))))
    scaler = StandardScaler(with_mean=False)
    trained = scaler.fit_transform(counts[~held][:, common])
    share = sparse.diags(shares[common].astype(np.float32))  # half the bytes of float64, and a third faster
    trained, asked = trained @ share, scaler.transform(counts[held][:, common]) @ share
    scores = []
    # Each search begins where the last one ended, and is over the sooner.
    classifier = make_classifier(strengths[0], trained.shape[0]).set_params(warm_start=True)
    for row, strength in enumerate(strengths):
        classifier.set_params(C=inverse_penalty(strength, trained.shape[0]))
        classifier.fit(trained, labels[~held], sample_weight=None if weights is None else weights[row, ~held])
        raw = classifier.decision_function(asked)
        scores.append(raw if raw.ndim == 2 else np.column_stack([-raw, raw]) / 2)
    return np.array(scores)
