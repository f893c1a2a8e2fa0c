"""Which words of a title speak for which role: the reasons of a tag, laid back onto the text as it was written."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from classifier.tasks import UNSURE, Reason
from classifier.text import EDGE, LONGEST_TEXT, REACH, chunks_of, normalise_chunk, stem

STRONGEST = 6
"""Reasons that are named for a title."""

FAINTEST = 0.3
"""Weight below which a reason is not worth a word."""

START, END, BEYOND = -1, -2, -3
"""Places of a reason that are no word of the title: its edges, and the description."""


class Lean(NamedTuple):
    """For which role something speaks, and by how much more than for the runner-up."""

    role: int
    """Place among the real roles."""
    weight: float


class Named(NamedTuple):
    """A word, or a pair of words, by their places in the title."""

    first: int
    second: int
    """The same place where it is one word."""
    lean: Lean


class Shading(NamedTuple):
    """What the words of a title say."""

    words: list[str]
    """The title, cut at white space."""
    leans: list[Lean]
    """One for each of `words`; pairs count half for each of their words. With two roles they add up to the score."""
    strongest: list[Named]
    """Words and pairs by themselves, the strongest first."""


def shade(title: str, text: str, reasons: Sequence[Reason], labels: Sequence[str]) -> Shading:
    """Lay the reasons of a tag onto a title; `text` is what was tagged and begins with the title."""
    roles = [place for place, label in enumerate(labels) if label != UNSURE]
    words = title.split()
    places = _places(text, len(words)) if reasons else []
    totals = [[0.0] * len(labels) for _ in words]
    named: dict[tuple[int, int], list[float]] = {}
    for first, second, reason in _placed(places, reasons):
        inside = [place for place in (first, second) if place >= 0]
        for place in inside:
            totals[place] = [
                total + score / len(inside) for total, score in zip(totals[place], reason.scores, strict=True)
            ]
        if inside:
            before = named.get((first, second), [0.0] * len(labels))
            named[first, second] = [one + other for one, other in zip(before, reason.scores, strict=True)]
    leaning = [Named(first, second, _lean(scores, roles)) for (first, second), scores in named.items()]
    strongest = sorted((each for each in leaning if each.lean.weight >= FAINTEST), key=lambda each: -each.lean.weight)
    return Shading(words, [_lean(total, roles) for total in totals], strongest[:STRONGEST])


def _places(text: str, title_words: int) -> list[int]:
    """Return, for each word that the model saw, its place in the title."""
    return [
        place if place < title_words else BEYOND
        for place, chunk in enumerate(chunks_of(text))
        for _ in normalise_chunk(chunk).split()
    ][:LONGEST_TEXT]


def _placed(places: list[int], reasons: Sequence[Reason]) -> Iterator[tuple[int, int, Reason]]:
    """Yield each reason with the places of its words.

    Reasons are the words in order, then those pairs that weigh anything, in the order in which pairs are formed.
    """
    single = reasons[: len(places)]
    yield from ((place, place, reason) for place, reason in zip(places, single, strict=True))
    stems = [EDGE, *(stem(reason.words) for reason in single), EDGE]
    edged = [START, *places, END]
    rest = iter(reasons[len(places) :])
    reason = next(rest, None)
    for apart in range(1, REACH + 1):
        for at in range(len(stems) - apart):
            if reason is None:
                return
            if reason.words == f"{stems[at]} {stems[at + apart]}":
                yield edged[at], edged[at + apart], reason
                reason = next(rest, None)


def _lean(scores: Sequence[float], roles: Sequence[int]) -> Lean:
    ranked = sorted(range(len(roles)), key=lambda place: -scores[roles[place]])
    first, second = next(pairwise(ranked))
    return Lean(first, scores[roles[first]] - scores[roles[second]])
