"""A little company's backlog, clear enough to learn from in a moment."""

import csv
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from classifier.tasks import Example

WISHES = ("Interview", "Survey", "Ask", "Observe", "Understand")
PEOPLE = ("tenants", "nurses", "drivers", "teachers", "farmers", "readers", "landlords", "shop owners")
MATTERS = ("about their needs", "on what they would pay", "to validate the idea")
DUTIES = ("Schedule", "Track", "Report", "Estimate", "Close")
WORKS = (
    "the migration",
    "the rollout",
    "the audit",
    "the sprint",
    "the upgrade",
    "the cutover",
    "the tests",
    "the build",
)
MEANS = ("before the deadline", "against the budget", "for the status report")


def company(source: str = "") -> list[Example]:
    """240 tasks, half of them of each role; of three sources where none is named."""
    lines = [(" ".join(words), "product") for words in product(WISHES, PEOPLE, MATTERS)]
    lines += [(" ".join(words), "project") for words in product(DUTIES, WORKS, MEANS)]
    return [
        Example(text, label, source or "abc"[number % 3], f"company.csv:{number}")
        for number, (text, label) in enumerate(lines, start=2)
    ]


def flipped(examples: Iterable[Example]) -> list[Example]:
    """The same tasks with the other role."""
    other = {"product": "project", "project": "product"}
    return [example._replace(label=other[example.label]) for example in examples]


def write_examples(path: Path, examples: Iterable[Example]) -> Path:
    """Write examples as a labelled file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows((example.text, example.label) for example in examples)
    return path
