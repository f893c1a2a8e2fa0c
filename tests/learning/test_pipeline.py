"""The pipeline, pruned and rounded, and the scores of texts it was not fitted on."""

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from classifier.learning import folds, pipeline
from classifier.learning.folds import fold_names, out_of_fold
from classifier.learning.pipeline import fit_pipeline, make_pipeline, raw_scores, score_weights
from classifier.tasks import Example


@pytest.fixture(scope="module")
def fitted(examples: list[Example]) -> Pipeline:
    """A pipeline fitted on the little corpus."""
    return fit_pipeline([example.text for example in examples], [example.label for example in examples], 0.1)


def test_the_score_of_a_text_is_the_sum_of_its_features(fitted: Pipeline, examples: list[Example]) -> None:
    """Nothing is normalised: twice the features, twice their share."""
    once, twice, nothing = raw_scores(fitted, ["plan", "plan plan", ""])
    weights, _ = score_weights(fitted)
    names = list(fitted["features"].get_feature_names_out())

    assert np.allclose(nothing, fitted["classifier"].intercept_)
    assert not np.allclose(once, nothing)
    used = [f"{kind}__{name}" for kind, analyzer in pipeline.ANALYZERS.items() for name in analyzer("plan plan")]
    assert np.allclose(twice - nothing, sum(weights[:, names.index(name)] for name in used if name in names))


def test_rounding_and_pruning_change_little(
    fitted: Pipeline, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rounded weights give nearly the same scores; pruning keeps the heaviest features alone."""
    texts, labels = [example.text for example in examples], [example.label for example in examples]
    plain = make_pipeline(0.1, texts).fit(texts, labels)
    assert np.allclose(raw_scores(fitted, texts), raw_scores(plain, texts), atol=0.05)

    monkeypatch.setattr(pipeline, "MOST_FEATURES", 50)
    pruned = fit_pipeline(texts, labels, 0.1)
    weights, _ = score_weights(pruned)
    kept = np.abs(weights).max(axis=0) > 0
    assert kept.sum() == 50
    heaviest = np.abs(plain["classifier"].coef_).max(axis=0)
    assert heaviest[~kept].max() <= heaviest[kept].min()


def test_folds_are_sources_where_there_are_enough() -> None:
    """Sources stay whole; few or small ones give random folds."""
    many = [Example(f"{label} {source} {number}", label, source)
            for source in "abcdef" for label in ("x", "y") for number in range(30)]  # fmt: skip
    few = [example for example in many if example.source in "ab"]

    assert {example.source for example, fold in zip(many, fold_names(many), strict=True) if fold == "c"} == {"c"}
    assert len(set(fold_names(many))) == 6
    assert set(fold_names(few)) == {"0", "1", "2", "3", "4"}


def test_sources_are_dealt_to_a_bounded_number_of_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """More sources than folds share them, each source in one fold."""
    monkeypatch.setattr(folds, "MOST_FOLDS", 6)
    monkeypatch.setattr(folds, "SMALLEST_SOURCE", 2)
    many = [Example(f"{label} {source}", label, source) for source in "abcdefghij" for label in ("x", "y")]
    names = fold_names(many)

    assert len(set(names)) == 6
    assert all(one == other for one, other in zip(names[::2], names[1::2], strict=True))


def test_out_of_fold_scores_are_those_of_a_pipeline_without_the_fold(examples: list[Example]) -> None:
    """Counting once and weighing per fold gives what fitting a pipeline on the other folds gives."""
    found = out_of_fold(examples, [0.1], jobs=1)[0]
    held = found.names == found.names[0]
    rest = [example for example, out in zip(examples, held, strict=True) if not out]
    texts = [example.text for example in rest]
    alone = make_pipeline(0.1, texts).fit(texts, [example.label for example in rest])

    asked = [example.text for example, out in zip(examples, held, strict=True) if out]
    assert np.allclose(found.scores[held], raw_scores(alone, asked), atol=1e-2)
