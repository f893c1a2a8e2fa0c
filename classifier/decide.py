"""The one way from raw scores to a role, used in training, in evaluation and in use alike."""

from math import exp
from typing import Literal, NamedTuple

from classifier.tasks import UNSURE, Tag

LONE_WORD = 0.9
"""One word has to be this decisive on its own: most single words are topics, not tasks."""

KNOWN_SHARE = 0.34
"""Of the words of a text, the model must have met at least this share to answer."""


MOST_SLOPE = 10.0
"""No fit comes near it; far beyond it numbers would overflow."""


class Rule(NamedTuple):
    """What a model knows about how far its scores can be trusted; all of it fitted on texts it was not trained on."""

    labels: tuple[str, ...]
    """Names of the raw scores, in their order: the roles and, if the training data had it, `unsure`."""
    temperature: float = 1.0
    """Raw scores are divided by it; above 1 makes the model more modest."""
    free_words: float = 10.0
    """Words after which length begins to damp: beyond them evidence repeats itself."""
    damping: float = 0.5
    """Exponent by which the score of a longer text is damped: 0 not at all, 1 in full proportion to its length."""
    slope: float = 1.0
    """Of the line that maps the log-odds of the best role to those of its being right."""
    intercept: float = 0.0
    """Of the same line."""
    threshold: float = 0.5
    """Confidence below which the answer is `unsure`."""

    def is_sound(self) -> bool:
        """Say whether the numbers are such as a fit can give: with them no score overflows."""
        scaling = 1e-6 < self.temperature < 1e6 and self.free_words >= 1 and 0 <= self.damping <= 1
        return scaling and 0 < self.slope <= MOST_SLOPE and abs(self.intercept) <= 100 and 0 <= self.threshold <= 1


def probabilities(scores: tuple[float, ...], words: int, rule: Rule) -> list[float]:
    """Return the probability of each label of `rule`, for the raw scores of a text of so many words."""
    odds = _odds(scores, max(scores), words, rule)
    total = sum(odds)
    return [each / total for each in odds]


def decide(scores: tuple[float, ...], words: int, known: int, rule: Rule, threshold: float | None = None) -> Tag:
    """Return the tag of a text of `words` words, `known` of which the model has met.

    `threshold` replaces the one of the rule; 0 always gives the most probable real role.
    """
    labels = rule.labels
    highest = scores.index(max(scores))
    first = highest if labels[highest] != UNSURE else _runner_up(scores, highest)
    best = labels[first]
    odds = _odds(scores, scores[highest], words, rule)
    against = (sum(odds) - odds[first]) / max(odds[first], 1e-9)
    # How often a best role of this probability turned out right: a line from log-odds to log-odds.
    confidence = 1 / (1 + max(against, 1e-9) ** rule.slope * exp(-rule.intercept))
    if threshold is None:
        threshold = rule.threshold
    if threshold <= 0:
        return Tag(best, confidence, best)
    if known < KNOWN_SHARE * words or not words:
        return Tag(UNSURE, confidence, best, "unknown")
    if words == 1 and threshold < LONE_WORD:
        threshold = LONE_WORD
    if confidence >= threshold and first == highest:
        return Tag(best, confidence, best)
    rival = _runner_up(scores, first) if first == highest else highest
    because: Literal["torn", "unknown"] = "unknown" if labels[rival] == UNSURE else "torn"
    return Tag(UNSURE, confidence, best, because)


def _odds(scores: tuple[float, ...], highest: float, words: int, rule: Rule) -> list[float]:
    """Return the odds of each label against the one with the highest score, which is given."""
    scale = rule.temperature
    if words > rule.free_words:
        scale *= (words / rule.free_words) ** rule.damping
    return [exp((score - highest) / scale) for score in scores]


def _runner_up(scores: tuple[float, ...], highest: int) -> int:
    others = list(range(len(scores)))
    del others[highest]
    return max(others, key=scores.__getitem__)
