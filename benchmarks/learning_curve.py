"""How much a company with words of its own gains from answers: those that `review` chooses, and as many at random.

    python benchmarks/learning_curve.py            on a sample of the shipped examples, some minutes
    python benchmarks/learning_curve.py --full     on all of them, and the shipped model, half an hour

The company is invented: a ferry line that calls its user interviews harbour talks and its bugs bilge. Its tasks are
composed from the lists below; half of them can be asked about, the other half is held out. Rounds go as they would for a
team: review, retrain, review again with the new model.
"""

import argparse
from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from classifier.examples import read_examples
from classifier.learning.questions import Questions
from classifier.learning.retraining import Old, make_lesson, retrain
from classifier.learning.training import train
from classifier.resources import shipped_examples
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example

BUDGETS = (10, 30, 100, 300)
SEEDS = (0, 1, 2)
SAMPLE = 8_000

JARGON = {
    "product": {
        "harbour talk": ("hold another {} with night passengers", "notes from the {}", "third {} on the islands"),
        "sounding": ("send the spring {}", "what the {} says about commuters", "{} among island shops"),
        "bearing": ("redraw the {} up to winter", "{} for the season after next", "share the {} and why it turned"),
        "gull": (
            "rank the {} list by what riders gain",
            "ten new {} notes from the quay",
            "drop the {} nobody asked for",
        ),
        "lantern": ("rewrite the {} for Gullwing", "does the {} still hold", "read the {} to the crew"),
        "lure": (
            "try a {} for weekend families",
            "price of the {} on the short line",
            "two {} variants against each other",
        ),
        "wake": ("read the {} after the fare change", "{} per route and hour", "why the {} fades after a month"),
        "spyglass": ("{} on the other line's tickets", "put Nordlys under the {}", "{} for the freight market"),
        "first hold": ("what goes into the {}", "cut the {} to the boarding pass", "{} without seat choice"),
        "tide wish": ("write the {} for dog owners", "{} for the school run", "split the {} on luggage"),
    },
    "project": {
        "watch bill": ("fill the {} for the June week", "two gaps in the {}", "swap names on the {}"),
        "ballast": ("check the {} against what was spent", "{} for the second quarter", "ask the purser for more {}"),
        "muster": ("book the Thursday {}", "notes of the {}", "{} with the yard, nine sharp"),
        "drydock": ("move the {} by a week", "go or no-go before the {}", "list for the {} night"),
        "bilge": ("pump the {} of last release", "{} in the boarding gate", "sort the {} by who is blocked"),
        "rigging": ("finish the {} of the payment pier", "{} for Gullwing 4", "hand the {} over to the yard"),
        "manifest": ("bring the {} up to date", "{} slips by four days", "what the {} waits for"),
        "reef": ("enter the late hull parts as a {}", "owner for each {}", "{} list before the steering round"),
        "tally": ("send the Friday {}", "{} for the owners' board", "numbers missing in the {}"),
        "pilotage": ("{} with the vendor in Bergen", "renew the {} contract", "open points of the {}"),
    },
}
"""What the company says, and how; each word stands for one kind of work."""

PLACES = (
    "", "for the Vik crossing", "Gullwing", "again", "with Tormod", "before midsummer", "north pier", "with the quay team",
    "this week", "on the night line", "(see Inga)", "round two",
)  # fmt: skip


def company() -> list[Example]:
    """Return the company's tasks, in an order without order."""
    tasks = [
        Example(f"{shape.format(word)} {place}".strip().capitalize(), role, "company")
        for role, words in JARGON.items()
        for word, shapes in words.items()
        for shape, place in product(shapes, PLACES)
    ]
    return [tasks[place] for place in np.random.default_rng(0).permutation(len(tasks))]


def chosen_by_review(open_tasks: Sequence[Example], tagger: Tagger, count: int) -> list[int]:
    """Return the places of the tasks that `review` asks about first."""
    questions = Questions([task.text for task in open_tasks], tagger)
    places = []
    while len(places) < count and (question := questions.next()) is not None:
        questions.close(question.place)
        places.append(question.place)
    return places


def chosen_at_random(seed: int) -> Callable[[Sequence[Example], Tagger, int], list[int]]:
    """Return a way to choose that does not look."""
    chance = np.random.default_rng(seed)
    return lambda open_tasks, _, count: [int(place) for place in chance.permutation(len(open_tasks))[:count]]


def curve(
    base: Sequence[Example],
    old: Old,
    pool: Sequence[Example],
    held_out: Sequence[Example],
    choose: Callable[[Sequence[Example], Tagger, int], list[int]],
) -> list[tuple[float, float, float]]:
    """Return the figures after each budget of answers, each round on top of the one before."""
    open_tasks, own, figures = list(pool), [], []
    for budget in BUDGETS:
        places = set(choose(open_tasks, old.tagger, budget - len(own)))
        new = [task for place, task in enumerate(open_tasks) if place in places]
        open_tasks = [task for place, task in enumerate(open_tasks) if place not in places]
        result = retrain(make_lesson(base, own, new), old)
        own += new
        old = Old(result.tagger, result.kept, old.strength)
        figures.append(measured(old.tagger, held_out))
    return figures


def measured(tagger: Tagger, held_out: Sequence[Example]) -> tuple[float, float, float]:
    """Return the share right when all are tagged, the share tagged at the threshold, and of those the share right."""
    tags = tagger.tag([task.text for task in held_out])
    right = np.array([tag.best == task.label for tag, task in zip(tags, held_out, strict=True)])
    tagged = np.array([tag.role != UNSURE for tag in tags])
    return float(right.mean()), float(tagged.mean()), float(right[tagged].mean()) if tagged.any() else float("nan")


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    full = parser.parse_args().full
    base = read_examples([shipped_examples()])
    strength = float(Tagger.load().model["provenance"]["strength"])
    if not full:
        places = np.random.default_rng(0).permutation(len(base))[:SAMPLE]
        base = [base[place] for place in sorted(places)]
    tagger = Tagger.load() if full else train(base, strengths=[strength]).tagger
    old = Old(tagger, None, strength)
    tasks = company()
    held_out, pool = tasks[::2], tasks[1::2]
    print(f"{len(base):,} shipped examples, {len(pool):,} tasks to ask about, {len(held_out):,} held out")
    print(f"{'':24}{'right':>8}{'tagged':>8}{'of those right':>16}")
    show("no answers", measured(tagger, held_out))
    for budget, figures in zip(BUDGETS, curve(base, old, pool, held_out, chosen_by_review), strict=True):
        show(f"{budget:4} by review", figures)
    at_random = [curve(base, old, pool, held_out, chosen_at_random(seed)) for seed in SEEDS[: 1 if full else None]]
    for budget, *drawn in zip(BUDGETS, *at_random, strict=True):
        low, high = min(each[0] for each in drawn), max(each[0] for each in drawn)
        show(f"{budget:4} at random", tuple(np.mean(drawn, axis=0)), f"  ({low:.1%} to {high:.1%})")


def show(name: str, figures: Sequence[float], rest: str = "") -> None:
    """Print one line of the table."""
    print(f"{name:24}{figures[0]:8.1%}{figures[1]:8.1%}{figures[2]:16.1%}{rest}", flush=True)


if __name__ == "__main__":
    main()
