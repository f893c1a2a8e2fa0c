"""The nouns that the rooms hand to each other."""

from typing import Any, Literal, NamedTuple

UNSURE = "unsure"
"""The label of a text that no role can be read from; reserved in training data and in answers."""

LONGEST_LABEL = 200
"""Characters that a label may have; it stands in every row of what is tagged."""


class Task(NamedTuple):
    """One item of a backlog, as a reader found it."""

    title: str
    """Clean text; empty where the row or line holds no task but has to come back."""
    description: str = ""
    record: Any = None
    """What stood in the input (cells of a row, members of an object, a line); writers give it back."""
    line: int = 0
    """Where it stands in its file, counted from 1; 0 where there are no lines."""


class Reason(NamedTuple):
    """A word, or a pair of words, and what it adds to the raw score of each label of the model."""

    words: str
    scores: tuple[float, ...]


class Tag(NamedTuple):
    """The answer for one text."""

    role: str
    """The role, or `unsure`."""
    confidence: float
    """Calibrated probability of `best`, from 0 to 1."""
    best: str
    """The most probable real role, also where `role` is `unsure`."""
    unsure_because: Literal["torn", "unknown"] | None = None
    reasons: tuple[Reason, ...] = ()
    """Every word and pair of the text, in order; they and the bias add up to the raw scores. Empty unless asked for."""

    def shown(self, decimals: int = 3) -> float:
        """Return the confidence rounded down: no tag is shown as certain, or above a threshold that it misses."""
        steps: int = 10**decimals
        return min(int(self.confidence * steps + 1e-6), steps - 1) / steps


class Example(NamedTuple):
    """One labelled text."""

    text: str
    label: str
    source: str = ""
    where: str = ""
    """File and line it came from, for messages."""
    weight: float = 1.0
    """How much it counts when a model is trained, beside others."""
