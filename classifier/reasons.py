"""Reasons in words: what a tag's exact shares come to, said in the words of the text itself."""

from collections.abc import Iterable, Sequence

from classifier.tasks import UNSURE, Reason, Tag
from classifier.text import EDGE, stem

MOST = 4
"""Words named as deciding."""

LEAST_PART = 0.25
"""A word is named only if it says at least this part of what the strongest one says."""

_FILLERS = frozenset((
    "0", "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "has", "in", "into",
    "is", "it", "its", "of", "on", "or", "our", "that", "the", "their", "to", "up", "with",
))  # fmt: skip
"""Words that say little to a reader, though the model counts them; `0` stands for any number."""


def is_pair(reason: Reason) -> bool:
    """Say whether a reason is a pair of stems and not a word."""
    return " " in reason.words


def by_word(reasons: Iterable[Reason]) -> dict[str, tuple[float, ...]]:
    """Return the share of each word: its own and, of each of its pairs, half; together the same sum as before.

    A pair with an edge of the text belongs to its one word.
    """
    words: dict[str, list[tuple[float, ...]]] = {}
    stems: dict[str, str] = {}
    for reason in reasons:
        if is_pair(reason):
            ends = reason.words.split(" ")
            owners = [stems[end] for end in ends if end != EDGE and end in stems] or list(words)
            for owner in owners:
                words[owner].append(tuple(score / len(owners) for score in reason.scores))
        else:
            words.setdefault(reason.words, []).append(reason.scores)
            stems.setdefault(stem(reason.words), reason.words)
    return {word: tuple(map(sum, zip(*scores, strict=True))) for word, scores in words.items()}


def why(tag: Tag, labels: Sequence[str]) -> str:
    """Name the one to four words that decided a tag which carries its reasons; `labels` are those of its model.

    Where two roles are torn, each comes with its own words; empty where no word says anything.
    """
    shares = by_word(tag.reasons)
    if tag.unsure_because == "torn":
        sides = ((label, _strongest(shares, labels.index(label), MOST // 2)) for label in _rivals(shares, labels))
        return "; ".join(f"{label}: {', '.join(words)}" for label, words in sides if words)
    if tag.role not in labels:
        return ""
    return ", ".join(_strongest(shares, labels.index(tag.role), MOST))


def _rivals(shares: dict[str, tuple[float, ...]], labels: Sequence[str]) -> list[str]:
    """Return the two real roles that the words speak for most."""
    sums = dict(zip(labels, map(sum, zip(*shares.values(), strict=True)), strict=True))
    return sorted((label for label in sums if label != UNSURE), key=sums.__getitem__, reverse=True)[:2]


def _strongest(shares: dict[str, tuple[float, ...]], place: int, most: int) -> list[str]:
    """Return the words that speak most for a label, the strongest first; fillers only where there is nothing else."""
    words = [word for word in shares if word not in _FILLERS] or shares
    ranked = sorted(words, key=lambda word: shares[word][place], reverse=True)[:most]
    least = LEAST_PART * shares[ranked[0]][place] if ranked else 0
    return [word for word in ranked if shares[word][place] >= max(least, 1e-9)]
