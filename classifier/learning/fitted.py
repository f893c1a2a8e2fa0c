"""The fitted pipeline itself, kept with joblib beside the model file, for notebooks and evaluation."""

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import joblib
from sklearn.pipeline import Pipeline

from classifier.decide import decide
from classifier.errors import ModelError
from classifier.files import write_whole
from classifier.learning.pipeline import raw_scores
from classifier.tagger import Tagger
from classifier.tasks import Tag
from classifier.text import words_of


def pipeline_path(model: Path) -> Path:
    """Return where the pipeline of a model file is kept."""
    return model.with_suffix(".joblib")


def packed(pipeline: Pipeline) -> bytes:
    """Return the content of the file for a fitted pipeline."""
    content = io.BytesIO()
    joblib.dump(pipeline, content, compress=3)
    return content.getvalue()


def write_pipeline(pipeline: Pipeline, path: Path) -> bytes:
    """Write a fitted pipeline beside its place and then put it there; return the content, by which it is trusted."""
    content = packed(pipeline)
    write_whole(path, content)
    return content


class FittedTagger(Tagger):
    """Tags by the raw scores of the fitted pipeline, where `Tagger` adds up the exported table."""

    def __init__(self, model: dict[str, Any], pipeline: Pipeline) -> None:
        super().__init__(model)
        self.pipeline = pipeline

    @classmethod
    def beside(cls, path: Path, trusted: Callable[[bytes], bool]) -> "FittedTagger":
        """Load a model file and the pipeline beside it; raise `ModelError` where one of them is missing."""
        return cls.kept(Tagger.load(path).model, pipeline_path(path), trusted)

    @classmethod
    def kept(cls, model: dict[str, Any], path: Path, trusted: Callable[[bytes], bool]) -> "FittedTagger":
        """Load the pipeline of a model; raise `ModelError` where it is missing or not to be trusted.

        A joblib file can run anything when it is loaded, so it is opened only if its content is `trusted`: ours.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{path}: the pipeline cannot be read ({error.strerror or error}).") from None
        if not trusted(content):
            raise ModelError(f"{path} was not written here and is not opened, since it could run anything: train anew.")
        return cls(model, joblib.load(io.BytesIO(content)))

    def tag(
        self, texts: Iterable[str], *, threshold: float | None = None, promise: float | None = None, why: bool = False
    ) -> list[Tag]:
        """Return one tag for each text, decided as `Tagger` decides."""
        texts = list(texts)
        if threshold is None and promise is not None:
            threshold = self.threshold_for(promise)
        tags = []
        for text, scores in zip(texts, raw_scores(self.pipeline, texts).tolist(), strict=True):
            tag = decide(tuple(scores), len(words_of(text)), self.known_words(text), self.rule, threshold)
            tags.append(tag._replace(reasons=self.reasons(text)) if why else tag)
        return tags
