"""The pipeline: words, pairs and pieces of words, counted and scaled, into a logistic regression."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler

from classifier.errors import TrainingError
from classifier.text import pair_features, piece_features, word_features
from classifier.weights import LARGEST_WEIGHT

Analyzer = Callable[[str], list[str]]

LEAST_TEXTS = 2
"""A feature must stand in so many texts to count."""

MOST_FEATURES = 280_000
"""Features that are kept, the heaviest first; all there are, two thirds more, are no better, and slower to load."""

ANALYZERS: dict[str, Analyzer] = {"words": word_features, "pairs": pair_features, "pieces": piece_features}

SHARES = {"words": 1.5, "pairs": 1.0, "pieces": 0.7}
"""How much each kind counts for the fit: a word has few features of its own, and many pieces, which all say the same."""

LEAST_STEPS = 64
"""Into how many steps the unit of the score is cut at least; weights of two units, which are rare, are cut off then."""


def make_classifier(strength: float, texts: int) -> LogisticRegression:
    """Return an unfitted classifier for so many texts; a higher `strength` trusts the examples more."""
    return LogisticRegression(C=inverse_penalty(strength, texts), max_iter=1000, tol=1e-3)


def inverse_penalty(strength: float, texts: int) -> float:
    """Return what scikit-learn calls C: as strong for few texts as for many."""
    return strength / texts


def kinds_of(texts: Iterable[str]) -> dict[str, Analyzer]:
    """Return the kinds of features that some two texts share; raise `TrainingError` where there are none at all."""
    texts = list(texts)
    kinds = {kind: analyzer for kind, analyzer in ANALYZERS.items() if _is_shared(map(analyzer, texts))}
    if not kinds:
        raise TrainingError("Training needs texts that have some words in common, and no two of these have one.")
    return kinds


def _is_shared(features: Iterable[list[str]]) -> bool:
    met: set[str] = set()
    for each in map(set, features):
        if not met.isdisjoint(each):
            return True
        met |= each
    return False


def make_pipeline(strength: float, texts: Sequence[str]) -> Pipeline:
    """Return an unfitted pipeline from texts to labels, made for such texts.

    Each feature is scaled to unit variance, so that a rare word is not held back for being rare; no text is normalised
    by its length: its score is the sum of its features' weights, which the exported table, its speed and the reasons
    rest on.
    """
    kinds = [
        (
            kind,
            Pipeline(
                [
                    ("count", CountVectorizer(analyzer=analyzer, min_df=LEAST_TEXTS, dtype=np.float64)),
                    ("scale", StandardScaler(with_mean=False)),
                ]
            ),
        )
        for kind, analyzer in kinds_of(texts).items()
    ]
    features = FeatureUnion(kinds, transformer_weights={kind: SHARES[kind] for kind, _ in kinds})
    return Pipeline([("features", features), ("classifier", make_classifier(strength, len(texts)))])


def fit_pipeline(
    texts: Sequence[str], labels: Sequence[str], strength: float, weights: NDArray[np.float64] | None = None
) -> Pipeline:
    """Fit a pipeline, pruned, its weights rounded to what the exported table holds; `weights` are one a text."""
    pipeline = make_pipeline(strength, texts)
    counted = pipeline["features"].fit_transform(list(texts))
    classifier = pipeline["classifier"].fit(counted, list(labels), sample_weight=weights)
    heaviest = np.abs(classifier.coef_).max(axis=0)
    if len(heaviest) > MOST_FEATURES:  # those that stay are fitted again, and make up for those that go
        kept = np.sort(np.argsort(-heaviest, kind="stable")[:MOST_FEATURES])
        again = make_classifier(strength, len(texts)).fit(counted[:, kept], list(labels), sample_weight=weights)
        classifier.coef_ = np.zeros_like(classifier.coef_)
        classifier.coef_[:, kept], classifier.intercept_ = again.coef_, again.intercept_
    return _round(pipeline)


def _round(pipeline: Pipeline) -> Pipeline:
    """Change the weights of a fitted pipeline, so that it and the exported table give the very same scores."""
    classifier = pipeline["classifier"]
    weights, bias = score_weights(pipeline)
    steps = steps_of(weights)
    weights = np.clip(weights, -LARGEST_WEIGHT / steps, LARGEST_WEIGHT / steps)
    weights, bias = _rounded(weights, steps), _rounded(bias, steps)
    if len(classifier.coef_) == 1:
        weights, bias = 2 * weights[1:], 2 * bias[1:]
    classifier.coef_, classifier.intercept_ = weights / _scale(pipeline), bias
    return pipeline


def _rounded(numbers: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Round to whole steps; over the labels, which come first, numbers add up to zero and do so afterwards."""
    rounded = np.rint(numbers[:-1] * steps) / steps
    return np.concatenate([rounded, -rounded.sum(axis=0, keepdims=True)])


def score_weights(pipeline: Pipeline) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what one occurrence of each feature adds to each label's score (labels by features), and the biases.

    Between two labels scikit-learn keeps a single score, for the second against the first; here each gets half of it.
    """
    classifier = pipeline["classifier"]
    weights, bias = classifier.coef_ * _scale(pipeline), classifier.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias


def steps_of(weights: NDArray[np.float64]) -> int:
    """Return into how many steps the unit of the score is cut: a power of two for which nearly all weights fit."""
    largest = float(np.abs(weights[:-1]).max(initial=1e-6))
    return max(LEAST_STEPS, int(2 ** min(12, np.floor(np.log2(LARGEST_WEIGHT / largest)))))


def raw_scores(pipeline: Pipeline, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the raw scores of texts (texts by labels)."""
    scores = np.asarray(pipeline.decision_function(list(texts)))
    return scores if scores.ndim == 2 else np.column_stack([-scores, scores]) / 2


def _scale(pipeline: Pipeline) -> NDArray[np.float64]:
    """Return by what each feature is multiplied before the fit."""
    kinds = pipeline["features"].transformer_list
    return np.concatenate([SHARES[kind] / steps["scale"].scale_ for kind, steps in kinds])
