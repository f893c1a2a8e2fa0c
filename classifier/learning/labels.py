"""The label check: labelled examples that look wrong, doubled or contradictory, as a list to read."""

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifier.decide import Rule, probabilities
from classifier.examples import key_of
from classifier.learning.folds import out_of_fold
from classifier.learning.neighbours import alike_pairs, nearest
from classifier.learning.training import check_enough
from classifier.tagger import Tagger
from classifier.tasks import Example
from classifier.text import words_of

Kind = Literal["mislabelled", "contradiction", "duplicate"]

STRENGTH = 3.0
"""Of the fits that the examples are judged by."""

TWINS = 0.9
"""Likeness from which two texts say the same."""

FEWEST_WORDS = 3
"""Words of a text below which likeness says little."""

VOTERS = 5
"""Neighbours named as witnesses."""


class Finding(NamedTuple):
    """One example to read again."""

    kind: Kind
    example: Example
    suggested: str | None
    """The label that it probably should have."""
    why: str
    """A clause that says what speaks for it."""
    weight: float
    """From 0 to 1; the list is ordered by it."""


def check_labels(
    examples: Sequence[Example],
    tagger: Tagger | None = None,
    *,
    jobs: int = -1,
    done: Callable[[float], None] = lambda _: None,
) -> list[Finding]:
    """Return what looks wrong, the gravest first.

    Labels are judged out of fold or, given a `tagger`, by it: it must not have learned from these examples. Raises
    `TrainingError` where there are too few examples of a role to judge them by each other.
    """
    found = contradictions(examples)
    clashing = {finding.example for finding in found}
    done(0.1)
    if tagger is None:
        labels, shares = _out_of_fold(examples, jobs, lambda share: done(0.1 + 0.8 * share))
    else:
        labels, shares = _by_tagger(examples, tagger)
    found += [finding for finding in mislabelled(examples, labels, shares) if finding.example not in clashing]
    done(1.0)
    ranks = {"mislabelled": 0, "contradiction": 0, "duplicate": 1}
    return sorted(found, key=lambda finding: (ranks[finding.kind], -finding.weight))


def mislabelled(examples: Sequence[Example], labels: Sequence[str], shares: NDArray[np.float64]) -> list[Finding]:
    """Return the examples that models which did not see them give another label (shares: examples by labels).

    Confident learning: another label counts where it gets more than half, and at least the share that examples of that
    label get on average.
    """
    own = np.array([labels.index(example.label) for example in examples])
    usual = np.array(
        [shares[own == label, label].mean() if (own == label).any() else 2.0 for label in range(len(labels))]
    )
    reached = np.where((shares >= usual) & (shares >= 0.5), shares, 0.0)
    suggested = reached.argmax(axis=1)
    suspects = [
        place
        for place in range(len(examples))
        if reached[place, suggested[place]] > 0 and suggested[place] != own[place]
    ]
    witnesses = _witnesses(examples, suspects)
    return [
        Finding(
            "mislabelled",
            examples[place],
            labels[suggested[place]],
            f"{labels[suggested[place]]} has {shares[place, suggested[place]]:.0%} by the other examples, "
            f"{examples[place].label} {shares[place, own[place]]:.0%}{witness}",
            float(shares[place, suggested[place]] - shares[place, own[place]]),
        )
        for place, witness in zip(suspects, witnesses, strict=True)
    ]


def contradictions(examples: Sequence[Example]) -> list[Finding]:
    """Return the examples that say the same as an earlier one: with another label, or once more with its own."""
    first: dict[str, Example] = {}
    rest: list[Example] = []
    found = []
    for example in examples:
        key = key_of(example.text)
        if key in first:
            found.append(_twins(example, first[key], 1.0))
        else:
            first[key] = example
            rest.append(example)
    long = [example for example in rest if len(words_of(example.text)) >= FEWEST_WORDS]
    for later, earlier, likeness in alike_pairs([example.text for example in long], TWINS):
        found.append(_twins(long[later], long[earlier], likeness))
    return found


def _twins(example: Example, earlier: Example, likeness: float) -> Finding:
    same = "the same words" if likeness == 1.0 else f"nearly the same words ({likeness:.2f})"
    if example.label == earlier.label:
        return Finding("duplicate", example, None, f"{same} as {earlier.where}: {earlier.text!r}", likeness)
    why = f"{same} as {earlier.where}, which is {earlier.label}: {earlier.text!r}"
    return Finding("contradiction", example, earlier.label, why, likeness)


def _witnesses(examples: Sequence[Example], suspects: Sequence[int]) -> list[str]:
    """Name, for each suspect, the example worded most like it whose label differs, if one is near."""
    if not suspects:
        return []
    texts = [example.text for example in examples]
    places, likeness = nearest([texts[place] for place in suspects], texts, VOTERS + 1)
    named = []
    for suspect, near, alike in zip(suspects, places, likeness, strict=True):
        other = next(
            (
                examples[place]
                for place, much in zip(near, alike, strict=True)
                if much > 0.3 and examples[place].label != examples[suspect].label
            ),
            None,
        )
        named.append("" if other is None else f"; {other.label} in {other.where} is {other.text!r}")
    return named


def _out_of_fold(
    examples: Sequence[Example], jobs: int, done: Callable[[float], None]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    check_enough(examples)
    (folds,) = out_of_fold(examples, [STRENGTH], jobs=jobs, done=done)
    odds = np.exp(folds.scores - folds.scores.max(axis=1, keepdims=True))
    labels = tuple(sorted({example.label for example in examples}))
    return labels, odds / odds.sum(axis=1, keepdims=True)


def _by_tagger(examples: Sequence[Example], tagger: Tagger) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    rule: Rule = tagger.rule
    shares = [probabilities(tagger.scores(example.text), len(words_of(example.text)), rule) for example in examples]
    return tagger.labels, np.array(shares)
