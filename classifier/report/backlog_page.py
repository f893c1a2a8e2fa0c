"""The page of a tagged backlog: who is doing whose work, task by task, to look at and to correct."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from classifier.report.fields import FIELDS, groups_of, key_of, keys_of, title_of
from classifier.report.mix import METHOD, Group, Mix, Tally, chance_in_words, sentence, standing_out
from classifier.report.page import UNSURE_GLYPH, glyphs, percent, render
from classifier.report.shading import Shading, shade
from classifier.tasks import UNSURE, Tag

FINDINGS = 6
"""Groups that are named first, where so many stand out."""

LARGEST_CHART = 200
"""Groups that are drawn of one field, the largest first."""

WITHOUT_SCRIPTS = 200
"""Tasks that are listed where a mail program or a viewer lets no script run."""

LEANING = 0.6
"""Share of the clear tasks from which a backlog is mostly one kind of work."""

_BECAUSE = {None: 0, "torn": 1, "unknown": 2}


class Entry(NamedTuple):
    """One tagged task, with its reasons and whatever its tracker says about it."""

    title: str
    tag: Tag
    text: str = ""
    """What was tagged, where it is more than the title."""
    fields: Mapping[str, Any] = {}


class Segment(NamedTuple):
    """A part of a bar, in per cent of its width."""

    place: int
    """Of the role; -1 for unsure."""
    start: float
    width: float
    share: float


def backlog_page(
    entries: Iterable[Entry], labels: Sequence[str], *, name: str, threshold: float, by: Sequence[str] = ()
) -> bytes:
    """Return the page of a backlog, as one HTML file.

    `labels` are the model's, in the order of the reasons' scores; `name` is what the heading calls the backlog; `by`
    names fields to group by beside those of `fields.FIELDS`.
    """
    entries = list(entries)
    roles = tuple(label for label in labels if label != UNSURE)
    names = list(dict.fromkeys((*by, *FIELDS)))
    groups = _with_titles(entries, [groups_of(entry.fields, names) for entry in entries])
    tally = Tally(roles, names)
    for entry, each in zip(entries, groups, strict=True):
        tally.add(entry.tag.role, each)
    mixes = [mix for mix in tally.mixes() if mix.field in by or _tells(mix)]
    whole = tally.whole()
    return render(
        "backlog.html",
        scripts=("backlog.js",),
        data=_data(entries, labels, roles, mixes, groups, threshold),
        name=name,
        roles=roles,
        glyphs=glyphs(roles),
        unsure_glyph=UNSURE_GLYPH,
        whole=whole,
        bar=segments(whole),
        headline=headline(whole),
        lead=lead(mixes, roles),
        findings=[
            {"field": title_of(field), "group": group, "bar": segments(group), "sentence": sentence(group)}
            for field, group in standing_out(mixes)[:FINDINGS]
        ],
        charts=[_chart(mix) for mix in mixes],
        threshold=threshold,
        method=METHOD,
        first=entries[:WITHOUT_SCRIPTS],
    )


def headline(whole: Group) -> str:
    """Answer in a line whose work there is."""
    if not whole.tasks:
        return "No tasks here"
    if whole.clear < whole.tasks / 2:
        return "Mostly unclear: the titles say too little"
    role, count = max(
        ((role, count) for role, count in whole.counts.items() if role != UNSURE), key=lambda each: each[1]
    )
    share = count / whole.clear
    roles = len(whole.counts) - 1
    if share >= LEANING:
        return f"Mostly {role} work" if share < 1 else f"All {role} work"
    if roles == 2:
        return "An even mix of " + " and ".join(each for each in whole.counts if each != UNSURE) + " work"
    return f"A mix, led by {role} work"


def lead(mixes: Sequence[Mix], roles: Sequence[str]) -> str:
    """Say in a sentence which people's work differs from that of the others, or ""."""
    people = [group for mix in mixes if mix.field == "assignee" for group in mix.standing_out() if group.name]
    names = {role: [group.name for group in people if group.contrast and group.contrast.role == role] for role in roles}
    parts = [
        f"{_listed(found)} {'has ' if len(found) == 1 else 'have '}clearly more {role} work"
        for role, found in names.items()
        if found
    ]
    return f"Compared with the others, {'; '.join(parts)}." if parts else ""


def _listed(names: Sequence[str]) -> str:
    """Join names as a sentence does, four at most."""
    shown = [*names[:3], f"{len(names) - 3} more"] if len(names) > 4 else list(names)
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else shown[0]


def segments(group: Group) -> list[Segment]:
    """Return the parts of a group's bar; of two roles, each starts from an end of its own."""
    roles = [role for role in group.counts if role != UNSURE]
    order = [roles[0], UNSURE, roles[1]] if len(roles) == 2 else [*roles, UNSURE]
    parts, start = [], 0.0
    for role in order:
        width = 100 * group.share(role)
        if group.counts[role]:
            place = -1 if role == UNSURE else roles.index(role)
            parts.append(Segment(place, round(start, 2), round(width, 2), group.share(role)))
        start += width
    return parts


def _tells(mix: Mix) -> bool:
    """Say whether a field is worth a chart: neither one value for all nor a value of its own for most."""
    named = sum(1 for group in mix.groups if group.name)
    return bool(named) and len(mix.groups) > 1 and (named <= 12 or named <= mix.whole.tasks / 2)


def _with_titles(
    entries: Sequence[Entry], groups: list[dict[str, tuple[str, ...]]]
) -> list[dict[str, tuple[str, ...]]]:
    """Call epics by their titles where the tracker points to them by a key."""
    pointed = {name for each in groups for name in each["epic"]}
    titles = {key: entry.title for entry in entries for key in keys_of(entry.fields) if key in pointed}
    for each in groups:
        each["epic"] = tuple(dict.fromkeys(titles.get(name, name) for name in each["epic"]))
    return groups


def _chart(mix: Mix) -> dict[str, Any]:
    """Return what the template draws of one field."""
    shown = [place for place, group in enumerate(mix.groups) if place < LARGEST_CHART or _stands_out(group)]
    return {
        "title": title_of(mix.field),
        "left_out": len(mix.groups) - len(shown),
        "rows": [_row(place, mix.groups[place]) for place in shown],
    }


def _row(place: int, group: Group) -> dict[str, Any]:
    shares = ", ".join(f"{percent(group.share(role))} {role}" for role in group.counts)
    return {
        "place": place,
        "group": group,
        "bar": segments(group),
        "stands_out": _stands_out(group),
        "spoken": f"{group.tasks} {'task' if group.tasks == 1 else 'tasks'}: {shares}.",
        "sentence": f"{sentence(group)} ({chance_in_words(group.contrast.p)})" if group.contrast else "",
        "of_clear": {role: group.counts[role] / group.clear if group.clear else 0 for role in group.counts},
    }


def _stands_out(group: Group) -> bool:
    return bool(group.contrast and group.contrast.stands_out)


def _data(
    entries: Sequence[Entry],
    labels: Sequence[str],
    roles: tuple[str, ...],
    mixes: Sequence[Mix],
    groups: Sequence[Mapping[str, Sequence[str]]],
    threshold: float,
) -> dict[str, Any]:
    """Return what the page's script works with, as compact as a page of ten thousand tasks wants it."""
    places = {**{role: place for place, role in enumerate(roles)}, UNSURE: len(roles)}
    shades = [shade(entry.title, entry.text or entry.title, entry.tag.reasons, labels) for entry in entries]
    return {
        "id": _digest(entries, labels),
        "roles": [*roles, UNSURE],
        "glyphs": [*glyphs(roles), UNSURE_GLYPH],
        "threshold": threshold,
        "titles": [" ".join(shading.words) for shading in shades],
        "texts": {place: entry.text for place, entry in enumerate(entries) if entry.text not in ("", entry.title)},
        "keys": [key_of(entry.fields) for entry in entries],
        "tags": [places[entry.tag.role] for entry in entries],
        "bests": [places[entry.tag.best] for entry in entries],
        "confidences": [round(1000 * entry.tag.shown()) for entry in entries],
        "because": [_BECAUSE[entry.tag.unsure_because] for entry in entries],
        "leans": [_leans(shading) for shading in shades],
        "strongest": [_strongest(shading) for shading in shades],
        "fields": [_field_data(mix, groups) for mix in mixes],
    }


def _leans(shading: Shading) -> list[int]:
    """Return, for each word, its role and its weight in tenths, one after the other."""
    return [number for lean in shading.leans for number in (lean.role, round(10 * lean.weight))]


def _strongest(shading: Shading) -> list[int]:
    """Return, for each named reason, its two places, its role and its weight in tenths, one after the other."""
    return [
        number
        for named in shading.strongest
        for number in (named.first, named.second, named.lean.role, round(10 * named.lean.weight))
    ]


def _field_data(mix: Mix, groups: Sequence[Mapping[str, Sequence[str]]]) -> dict[str, Any]:
    """Return the groups of a field, and of each task its groups: a number, or a list of several."""
    places = {group.name: place for place, group in enumerate(mix.groups)}
    members = [[places[name] for name in each[mix.field] or ("",)] for each in groups]
    return {
        "title": title_of(mix.field),
        "groups": list(places),
        "members": [each[0] if len(each) == 1 else each for each in members],
    }


def _digest(entries: Sequence[Entry], labels: Sequence[str]) -> str:
    """Name a page by its texts and labels, so that corrections are remembered for these alone."""
    lines = [*labels, *(entry.text or entry.title for entry in entries)]
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:24]
