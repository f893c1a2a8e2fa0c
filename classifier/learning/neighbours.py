"""Which texts are worded alike."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from classifier.text import stem, words_of

CHUNK = 256
"""Texts compared at a time; bounds the memory."""


def stems(text: str) -> list[str]:
    """Return the stems of a text, by which wordings are compared."""
    return [stem(word) for word in words_of(text)]


def wordings(texts: Sequence[str]) -> Any:
    """Return the texts as rows of length 1 (texts by stems, sparse); the product of two is how alike they are."""
    if not any(map(stems, texts)):
        return np.zeros((len(texts), 1), dtype=np.float32)
    return TfidfVectorizer(analyzer=stems, sublinear_tf=True, dtype=np.float32).fit_transform(texts)


def nearest(asked: Sequence[str], known: Sequence[str], count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return, for each text asked, the places of the known ones worded most alike, and how alike they are, 0 to 1."""
    rows = wordings([*asked, *known])
    count = min(count, len(known))
    places = np.zeros((len(asked), count), dtype=np.intp)
    likeness = np.zeros((len(asked), count), dtype=np.float32)
    for start, alike in _products(rows[: len(asked)], rows[len(asked) :]):
        best = np.argsort(-alike, axis=1, kind="stable")[:, :count]
        places[start : start + len(best)] = best
        likeness[start : start + len(best)] = np.take_along_axis(alike, best, axis=1)
    return places, likeness


def alike_pairs(texts: Sequence[str], least: float) -> list[tuple[int, int, float]]:
    """Return the pairs of texts that are at least so much alike: the later place, the earlier one, how much."""
    rows = wordings(texts)
    pairs = []
    for start, alike in _products(rows, rows):
        for later, earlier in zip(*np.nonzero(alike >= least), strict=True):
            if earlier < start + later:
                pairs.append((int(start + later), int(earlier), float(alike[later, earlier])))
    return pairs


def _products(asked: Any, known: Any) -> Iterator[tuple[int, NDArray[np.float32]]]:
    for start in range(0, asked.shape[0], CHUNK):
        product = asked[start : start + CHUNK] @ known.T
        yield start, product if isinstance(product, np.ndarray) else product.toarray()
