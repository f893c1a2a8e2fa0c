"""The pipeline: words, pairs and pieces of words, counted and weighed, into a logistic regression."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from classifier.text import piece_features, word_features

LEAST_TEXTS = 2
"""A feature must stand in so many texts to count."""

MOST_FEATURES = 80_000
"""Features that keep their weight, the heaviest first; three times as many are no better, and slower to load."""

LARGEST_WEIGHT = 32_767
"""What the exported table can hold: sixteen bits."""

ANALYZERS = {"words": word_features, "pieces": piece_features}


def make_classifier(strength: float) -> LogisticRegression:
    """Return an unfitted classifier; a higher `strength` trusts the examples more."""
    return LogisticRegression(C=strength, max_iter=1000, tol=1e-3)


def make_pipeline(strength: float) -> Pipeline:
    """Return an unfitted pipeline from texts to labels.

    Nothing is normalised (neither `norm` nor `sublinear_tf`): the score of a text is the sum of its features' weights,
    which the exported table, its speed and the reasons rest on.
    """
    vectorizers = [
        (name, TfidfVectorizer(analyzer=analyzer, norm=None, sublinear_tf=False, min_df=LEAST_TEXTS))
        for name, analyzer in ANALYZERS.items()
    ]
    return Pipeline([("features", FeatureUnion(vectorizers)), ("classifier", make_classifier(strength))])


def fit_pipeline(
    texts: Sequence[str], labels: Sequence[str], strength: float, weights: NDArray[np.float64] | None = None
) -> Pipeline:
    """Fit a pipeline, its weights pruned and rounded to what the exported table holds; `weights` are one a text."""
    pipeline = make_pipeline(strength)
    pipeline.fit(list(texts), list(labels), classifier__sample_weight=weights)
    return prune_and_round(pipeline)


def prune_and_round(pipeline: Pipeline) -> Pipeline:
    """Change the weights of a fitted pipeline, so that it and the exported table give the very same scores."""
    classifier = pipeline["classifier"]
    weights, bias = score_weights(pipeline)
    heaviest = np.abs(weights).max(axis=0)
    if len(heaviest) > MOST_FEATURES:
        weights[:, np.argsort(-heaviest, kind="stable")[MOST_FEATURES:]] = 0
    steps = steps_of(weights)
    weights, bias = np.rint(weights * steps) / steps, np.rint(bias * steps) / steps
    if len(classifier.coef_) == 1:
        weights, bias = 2 * weights[1:], 2 * bias[1:]
    classifier.coef_, classifier.intercept_ = weights / _idf(pipeline), bias
    return pipeline


def score_weights(pipeline: Pipeline) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what one occurrence of each feature adds to each label's score (labels by features), and the biases.

    Between two labels scikit-learn keeps a single score, for the second against the first; here each gets half of it.
    """
    classifier = pipeline["classifier"]
    weights, bias = classifier.coef_ * _idf(pipeline), classifier.intercept_
    if len(weights) == 1:
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return weights, bias


def steps_of(weights: NDArray[np.float64]) -> int:
    """Return into how many steps the unit of the score is cut: a power of two for which all weights fit."""
    largest = float(np.abs(weights).max(initial=1e-6))
    return int(2 ** min(12, np.floor(np.log2(LARGEST_WEIGHT / largest))))


def raw_scores(pipeline: Pipeline, texts: Sequence[str]) -> NDArray[np.float64]:
    """Return the raw scores of texts (texts by labels)."""
    scores = np.asarray(pipeline.decision_function(list(texts)))
    return scores if scores.ndim == 2 else np.column_stack([-scores, scores]) / 2


def _idf(pipeline: Pipeline) -> NDArray[np.float64]:
    return np.concatenate([vectorizer.idf_ for _, vectorizer in pipeline["features"].transformer_list])
