"""The mix of roles, in all and group by group, and which groups differ from the others by more than chance.

A group (a person's tasks, an epic's) is compared with all tasks outside it, by the share that a role has among the
*clear* tasks, those with a role: two-sided Fisher's exact test, adjusted by Holm's method for the number of groups
compared, and Newcombe's 95 % interval for the difference of the two shares.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from classifier.chance import fisher, holm, newcombe
from classifier.report.fields import Groups, title_of
from classifier.tasks import UNSURE

LEVEL = 0.05
"""Chance of any false alarm among all groups compared."""

SMALLEST = 5
"""Clear tasks, in the group and outside it, without which nothing is compared."""

METHOD = (
    "Each group against all tasks outside it, by the share of a role among the tasks that have one: "
    "two-sided Fisher's exact test, p adjusted by Holm's method for all groups compared; "
    "the interval is Newcombe's, at 95 %."
)


class Contrast(NamedTuple):
    """How far a group is from all others, in the role that tells them apart most."""

    role: str
    """The role that the group has more of."""
    share: float
    """Of the group's clear tasks."""
    others: float
    """The same share outside the group."""
    expected: float
    """Tasks of that role that the group would have with the others' mix."""
    interval: tuple[float, float]
    """For the difference of the shares, at 95 %."""
    p: float
    """Chance of such a difference or a larger one if there were none, adjusted for all groups compared."""

    @property
    def difference(self) -> float:
        """How much larger the group's share is."""
        return self.share - self.others

    @property
    def stands_out(self) -> bool:
        """Whether chance is no good explanation."""
        return self.p < LEVEL


class Group(NamedTuple):
    """The tasks that share a value of a field."""

    name: str
    """The value; "" for the tasks that have none."""
    tasks: int
    counts: dict[str, int]
    """Tasks by role, `unsure` last."""
    contrast: Contrast | None = None
    """None where there are too few tasks to compare."""

    @property
    def clear(self) -> int:
        """Tasks that have a role."""
        return self.tasks - self.counts[UNSURE]

    def share(self, role: str) -> float:
        """Share of a role, or of `unsure`, among all tasks."""
        return self.counts[role] / self.tasks if self.tasks else 0.0


class Mix(NamedTuple):
    """The mix of roles by one field, largest group first, tasks without a value last."""

    field: str
    whole: Group
    groups: tuple[Group, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no task has a value in this field."""
        return not any(group.name for group in self.groups)

    def standing_out(self) -> list[Group]:
        """Return the groups that differ from the others by more than chance, the clearest first."""
        return [group for _, group in standing_out([self])]

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as plain data for JSON."""
        return {
            "field": self.field,
            "whole": group_as_dict(self.whole),
            "groups": [group_as_dict(group) for group in self.groups],
            "method": METHOD,
        }

    def rows(self) -> list[list[str]]:
        """Return the figures as a table of texts, its header first."""
        roles = list(self.whole.counts)
        rows = [[title_of(self.field), "tasks", *roles, "differs by"]]
        rows += [
            [
                group.name or "(none)",
                f"{group.tasks:,}",
                *(f"{group.share(role):.0%}" for role in roles),
                _difference(group.contrast),
            ]
            for group in self.groups
        ]
        return [*rows, ["all", f"{self.whole.tasks:,}", *(f"{self.whole.share(role):.0%}" for role in roles), ""]]


class Tally:
    """Counts tasks by role, in all and by the groups of some fields, one task at a time."""

    def __init__(self, roles: Sequence[str], fields: Iterable[str] = ()) -> None:
        """Count these real roles, and `unsure`."""
        self.roles = tuple(role for role in roles if role != UNSURE)
        self._whole: Counter[str] = Counter()
        self._groups: dict[str, defaultdict[str, Counter[str]]] = {name: defaultdict(Counter) for name in fields}

    def add(self, role: str, groups: Groups | None = None) -> None:
        """Count one task; a task may be in several groups of a field, or in none."""
        self._whole[role] += 1
        for field, counts in self._groups.items():
            for name in (groups or {}).get(field) or ("",):
                counts[name][role] += 1

    def whole(self) -> Group:
        """Return the mix of all tasks."""
        return self._group("", self._whole)

    def mixes(self) -> list[Mix]:
        """Return the mix by each field; the chances are adjusted for all groups of all fields."""
        whole = self.whole()
        found = [[self._group(name, counts) for name, counts in groups.items()] for groups in self._groups.values()]
        compared = iter(_contrasts([group for groups in found for group in groups], whole, self.roles))
        return [
            Mix(field, whole, tuple(sorted((next(compared) for _ in groups), key=_by_size)))
            for field, groups in zip(self._groups, found, strict=True)
        ]

    def _group(self, name: str, counts: Mapping[str, int]) -> Group:
        return Group(name, sum(counts.values()), {role: counts.get(role, 0) for role in (*self.roles, UNSURE)})


def standing_out(mixes: Iterable[Mix]) -> list[tuple[str, Group]]:
    """Return the groups that differ by more than chance, the clearest first, each with its field."""
    found = [
        (group.contrast.p, -group.contrast.difference, mix.field, group)
        for mix in mixes
        for group in mix.groups
        if group.contrast and group.contrast.stands_out
    ]
    return [(field, group) for _, _, field, group in sorted(found, key=lambda each: each[:2])]


def sentence(group: Group) -> str:
    """Say how a group differs from all others."""
    contrast = group.contrast
    if contrast is None:
        return f"{group.clear} clear tasks are too few to compare."
    low, high = contrast.interval
    return (
        f"{group.counts[contrast.role]:,} of {group.clear:,} clear tasks are {contrast.role} work "
        f"({_percent(contrast.share)}), where the mix of all others gives {contrast.expected:.0f} ({_percent(contrast.others)}): "
        f"{_points(contrast.difference)} points more, {_points(low)} to {_points(high)} with 95\N{NO-BREAK SPACE}% confidence."
    )


def group_as_dict(group: Group) -> dict[str, Any]:
    """Return a group as plain data for JSON."""
    contrast = group.contrast
    return {
        "name": group.name,
        "tasks": group.tasks,
        "counts": group.counts,
        "shares": {role: round(group.share(role), 4) for role in group.counts},
        "contrast": contrast
        and {
            "role": contrast.role,
            "share": round(contrast.share, 4),
            "others": round(contrast.others, 4),
            "difference": round(contrast.difference, 4),
            "interval": [round(end, 4) for end in contrast.interval],
            "expected": round(contrast.expected, 1),
            "p": contrast.p,
            "stands_out": contrast.stands_out,
        },
    }


def _contrasts(groups: list[Group], whole: Group, roles: tuple[str, ...]) -> list[Group]:
    """Compare each group with what lies outside it."""
    contrasts = [_contrast(group, whole, roles) for group in groups]
    adjusted = iter(holm([contrast.p for contrast in contrasts if contrast]))
    return [
        group._replace(contrast=contrast and contrast._replace(p=next(adjusted)))
        for group, contrast in zip(groups, contrasts, strict=True)
    ]


def _contrast(group: Group, whole: Group, roles: tuple[str, ...]) -> Contrast | None:
    """Compare a group in the role that it has most more of; with several roles, that choice is paid for in p."""
    outside = whole.clear - group.clear
    if min(group.clear, outside) < SMALLEST:
        return None

    def surplus(role: str) -> float:
        return group.counts[role] / group.clear - (whole.counts[role] - group.counts[role]) / outside

    role = max(roles, key=surplus)
    here, there = group.counts[role], whole.counts[role] - group.counts[role]
    return Contrast(
        role,
        here / group.clear,
        there / outside,
        group.clear * there / outside,
        newcombe(here, group.clear, there, outside),
        min(1.0, fisher(here, group.clear, there, outside) * (len(roles) if len(roles) > 2 else 1)),
    )


def _by_size(group: Group) -> tuple[bool, int, str]:
    return not group.name, -group.tasks, group.name


def _difference(contrast: Contrast | None) -> str:
    if contrast is None or not contrast.stands_out:
        return ""
    return f"{_points(contrast.difference):+d} points {contrast.role}, {chance_in_words(contrast.p)}"


def chance_in_words(p: float) -> str:
    """Say how small a chance is."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _points(share: float) -> int:
    return round(100 * share)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"
