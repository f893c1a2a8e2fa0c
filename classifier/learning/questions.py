"""What to ask next: the tasks whose answers would teach most."""

from collections import deque
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from classifier.decide import probabilities
from classifier.learning.neighbours import wordings
from classifier.tagger import Tagger
from classifier.tasks import UNSURE
from classifier.text import words_of

TORN = 0.3
"""Below so much of the greatest doubt a task is clear, and an answer would teach little."""

LOOKED_BACK = 20
"""Answers after which agreement with the guesses says that more of them stop helping."""

AGREED = 0.95
"""Share of the last answers that were the guess."""

VAGUE = 0.5
"""What doubt counts for in a text that the model takes for no task, or knows no words of."""

COMMON = 0.5
"""How strongly tasks that resemble many others are preferred; 0 not at all."""


class Questions:
    """Choose among texts, one at a time: torn ones first, spread over different wordings."""

    def __init__(self, texts: Sequence[str], tagger: Tagger) -> None:
        """Weigh the texts; the tagger says how torn it is on each."""
        self._rows = wordings(texts)
        self._doubts = np.array([_doubt(text, tagger) for text in texts])
        self._worth = self._doubts * _commonness(self._rows) ** COMMON
        self._novelty = np.ones(len(texts))
        self._open = np.ones(len(texts), dtype=np.bool_)
        self._recent: deque[bool] = deque(maxlen=LOOKED_BACK)

    def next(self) -> int | None:
        """Return the place of the open text that would teach most, None where there is none left."""
        if not self._open.any():
            return None
        return int(np.where(self._open, self._worth * self._novelty, -1.0).argmax())

    def close(self, place: int) -> None:
        """Ask no more about a text, and less about those worded like it."""
        self._open[place] = False
        self._novelty = np.minimum(self._novelty, 1 - self._alike(place))

    def reopen(self, place: int) -> None:
        """Undo `close`."""
        self._open[place] = True
        self._novelty = np.ones(len(self._open))
        for closed in np.flatnonzero(~self._open):
            self._novelty = np.minimum(self._novelty, 1 - self._alike(int(closed)))

    def answered(self, *, as_guessed: bool) -> None:
        """Note whether an answer was what the model guessed."""
        self._recent.append(as_guessed)

    def enough(self) -> str | None:
        """Say why more answers would hardly help, if that is so."""
        if not self._open.any():
            return "there is nothing left to ask"
        if not (self._open & (self._doubts >= TORN)).any():
            return "the model is torn about none of the tasks that are left"
        if len(self._recent) == LOOKED_BACK and sum(self._recent) >= AGREED * LOOKED_BACK:
            return f"{sum(self._recent)} of your last {LOOKED_BACK} answers were what the model guessed"
        return None

    def _alike(self, place: int) -> NDArray[np.float64]:
        product = self._rows @ self._rows[place].T
        dense = product if isinstance(product, np.ndarray) else product.toarray()
        return np.clip(np.asarray(dense, dtype=np.float64).reshape(-1), 0, 1)


def _doubt(text: str, tagger: Tagger) -> float:
    """Return the entropy of the roles, from 0 to 1; less where the text gives little to go on, and is no task perhaps."""
    words = words_of(text)
    if not words:
        return 0.0
    (tag,) = tagger.tag([text])
    shares = [
        share
        for label, share in zip(tagger.labels, probabilities(tagger.scores(text), len(words), tagger.rule), strict=True)
        if label != UNSURE
    ]
    total = sum(shares)
    entropy = -sum(share / total * log(share / total) for share in shares if share > 0) / log(len(shares))
    return entropy * VAGUE if tag.unsure_because == "unknown" else entropy


def _commonness(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much each text resembles the rest, from 0 to 1."""
    if not rows.shape[0]:
        return np.zeros(0)
    centre = np.asarray(rows.mean(axis=0)).reshape(-1)
    common = np.asarray(rows @ centre).reshape(-1)
    return np.asarray(common / max(float(common.max(initial=0.0)), 1e-9))
