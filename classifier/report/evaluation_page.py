"""The page of an evaluation: how often the tagger is right, how far its confidence can be trusted, where it fails."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from classifier.chance import wilson
from classifier.report.page import UNSURE_GLYPH, glyphs, render
from classifier.report.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Plot, Point, floor_below
from classifier.report.shading import shade
from classifier.tasks import UNSURE, Tag

EXAMPLES = 12
"""Texts that are shown of each kind."""

STEPS = 160
"""Points of the curve of accuracy against coverage."""

FEWEST = 20
"""Texts from which a point of that curve says something."""

DEPTHS = 4
"""Shades of the confusion matrix."""


class Case(NamedTuple):
    """One labelled text and the tag it got, with its reasons."""

    text: str
    label: str
    tag: Tag
    where: str = ""
    """File and line it came from."""


class Lesson(NamedTuple):
    """A point of the learning curve: how often a tagger was right that had so many examples to learn from."""

    examples: int
    right: int
    texts: int


def evaluation_page(
    figures: Mapping[str, Any],
    cases: Sequence[Case],
    labels: Sequence[str],
    *,
    name: str,
    lessons: Sequence[Lesson] = (),
) -> bytes:
    """Return the page of an evaluation, as one HTML file.

    `figures` are those of `Evaluation.as_dict()`, `cases` the texts they come from, `labels` the model's in the order
    of the reasons' scores, `name` what was measured on; the learning curve is drawn where there are `lessons`.
    """
    roles = tuple(label for label in labels if label != UNSURE)
    return render(
        "evaluation.html",
        name=name,
        figures=figures,
        roles=roles,
        glyphs={**dict(zip(roles, glyphs(roles), strict=True)), UNSURE: UNSURE_GLYPH},
        frame={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
        confusion=_confusion(figures["confusion"], roles),
        reliability=_reliability(figures["bins"]),
        coverage=_coverage(figures["tagged"], cases),
        learning=_learning(lessons),
        wrong=[_shown(case, labels) for case in most_wrong(cases)],
        torn=[_shown(case, labels) for case in most_torn(cases)],
    )


def most_wrong(cases: Sequence[Case]) -> list[Case]:
    """Return the cases that were tagged with a role that is not theirs, the surest first."""
    wrong = [case for case in cases if case.tag.role not in (UNSURE, case.label)]
    return sorted(wrong, key=lambda case: -case.tag.confidence)[:EXAMPLES]


def most_torn(cases: Sequence[Case]) -> list[Case]:
    """Return the cases that were left unsure because another role came close, the closest first."""
    torn = [case for case in cases if case.tag.unsure_because == "torn" and case.label != UNSURE]
    return sorted(torn, key=lambda case: abs(case.tag.confidence - 0.5))[:EXAMPLES]


def accuracy_by_coverage(cases: Sequence[Case]) -> list[tuple[float, float, float, float]]:
    """Return (coverage, accuracy, low, high) over the surest texts with a role, each tagged with its best."""
    ranked = sorted((case for case in cases if case.label != UNSURE), key=lambda case: -case.tag.confidence)
    curve = []
    right = 0
    step = max(1, len(ranked) // STEPS)
    for place, case in enumerate(ranked, 1):
        right += case.tag.best == case.label
        if place == len(ranked) or (place >= FEWEST and place % step == 0):
            curve.append((place / len(ranked), right / place, *wilson(right, place)))
    return curve


def _confusion(confusion: Mapping[str, Mapping[str, int]], roles: Sequence[str]) -> dict[str, Any]:
    answers = [*roles, UNSURE]
    rows = []
    for label in sorted(confusion, key=lambda label: answers.index(label) if label in answers else len(answers)):
        texts = sum(confusion[label].values())
        cells = [
            {
                "count": confusion[label].get(answer, 0),
                "share": confusion[label].get(answer, 0) / texts if texts else 0.0,
                "right": answer == label,
            }
            for answer in answers
        ]
        for cell in cells:
            cell["depth"] = round(DEPTHS * cell["share"])
        rows.append({"label": label, "texts": texts, "cells": cells})
    return {"answers": answers, "rows": rows}


def _reliability(bins: Sequence[Mapping[str, float]]) -> dict[str, Any] | None:
    if not bins:
        return None
    low = floor_below([*(each["confidence"] for each in bins), *(each["right"] for each in bins)])
    plot = Plot.of_shares((low, 1), (low, 1))
    dots = []
    for each in bins:
        texts = int(each["texts"])
        least, most = wilson(round(each["right"] * texts), texts)
        dots.append(
            {"x": plot.x(each["confidence"]), "y": plot.y(each["right"]), "low": plot.y(least), "high": plot.y(most)}
        )
    return {"plot": plot, "dots": dots, "ideal": plot.line([(low, low), (1, 1)]), "bins": bins}


def _coverage(tagged: Mapping[str, Any], cases: Sequence[Case]) -> dict[str, Any] | None:
    curve = accuracy_by_coverage(cases)
    if not curve:
        return None
    here = tagged["accuracy"]
    plot = Plot.of_shares(
        (0, 1), (floor_below([*(low for _, _, low, _ in curve), *([] if here is None else [here])], 0.05, 0.95), 1)
    )
    lows: list[Point] = [(coverage, low) for coverage, _, low, _ in curve]
    highs: list[Point] = [(coverage, high) for coverage, _, _, high in curve]
    return {
        "plot": plot,
        "line": plot.line((coverage, accuracy) for coverage, accuracy, _, _ in curve),
        "band": plot.band(lows, highs),
        "here": None if here is None else (plot.x(tagged["coverage"]), plot.y(here)),
    }


def _learning(lessons: Sequence[Lesson]) -> dict[str, Any] | None:
    if len(lessons) < 2:
        return None
    known = sorted(lessons)
    intervals = [wilson(each.right, each.texts) for each in known]
    plot = Plot.of_counts([each.examples for each in known], (floor_below(low for low, _ in intervals), 1))
    return {
        "plot": plot,
        "line": plot.line((each.examples, each.right / each.texts) for each in known),
        "dots": [
            {"x": plot.x(each.examples), "y": plot.y(each.right / each.texts), "low": plot.y(low), "high": plot.y(high)}
            for each, (low, high) in zip(known, intervals, strict=True)
        ],
        "lessons": known,
    }


def _shown(case: Case, labels: Sequence[str]) -> dict[str, Any]:
    title, _, rest = case.text.partition("\n")
    shading = shade(title, case.text, case.tag.reasons, labels)
    words = [
        {"text": word, "role": lean.role, "depth": sum(lean.weight >= weight for weight in (0.3, 1, 2))}
        for word, lean in zip(shading.words, shading.leans, strict=True)
    ]
    return {"case": case, "words": words, "more": bool(rest.strip())}
