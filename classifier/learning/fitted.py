"""The fitted pipeline itself, kept with joblib beside the model file, for notebooks and evaluation."""

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import joblib
from sklearn.pipeline import Pipeline

from classifier.decide import decide
from classifier.errors import ModelError
from classifier.learning.export import write_atomically
from classifier.learning.pipeline import raw_scores
from classifier.tagger import Tagger
from classifier.tasks import Tag
from classifier.text import words_of


def pipeline_path(model: Path) -> Path:
    """Return where the pipeline of a model file is kept."""
    return model.with_suffix(".joblib")


def write_pipeline(pipeline: Pipeline, path: Path) -> None:
    """Write a fitted pipeline beside its place and then put it there."""
    content = io.BytesIO()
    joblib.dump(pipeline, content, compress=3)
    write_atomically(path, content.getvalue())


class FittedTagger(Tagger):
    """Tags by the raw scores of the fitted pipeline, where `Tagger` adds up the exported table."""

    def __init__(self, model: dict[str, Any], pipeline: Pipeline) -> None:
        super().__init__(model)
        self.pipeline = pipeline

    @classmethod
    def beside(cls, path: Path) -> "FittedTagger":
        """Load a model file and the pipeline beside it; raise `ModelError` where one of them is missing.

        A joblib file can run anything when it is loaded: this one has to be your own.
        """
        model = Tagger.load(path).model
        fitted = pipeline_path(path)
        try:
            return cls(model, joblib.load(fitted))
        except OSError as error:
            raise ModelError(f"{fitted}: the pipeline cannot be read ({error.strerror or error}).") from None
        except Exception as error:
            raise ModelError(
                f"{fitted} holds no pipeline that can be loaded ({error}): train the model anew."
            ) from error

    def tag(
        self, texts: Iterable[str], *, threshold: float | None = None, promise: float | None = None, why: bool = False
    ) -> list[Tag]:
        """Return one tag for each text, decided as `Tagger` decides."""
        texts = list(texts)
        if threshold is None and promise is not None:
            threshold = self.threshold_for(promise)
        tags = []
        for text, scores in zip(texts, raw_scores(self.pipeline, texts).tolist(), strict=True):
            words = words_of(text)
            tag = decide(tuple(scores), len(words), self.known(words), self.rule, threshold)
            tags.append(tag._replace(reasons=self.reasons(text)) if why else tag)
        return tags

    def known(self, words: list[str]) -> int:
        """Return how many words the model has met."""
        return (self._total(words) + self._offsets) >> self._known
