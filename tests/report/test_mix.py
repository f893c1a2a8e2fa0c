"""The mix of roles, and what differs by more than chance."""

import json

import pytest

from classifier.report.mix import LEVEL, Mix, Tally, sentence, standing_out

ROLES = ("product", "project")


def tally(*groups: tuple[str, int, int, int], field: str = "assignee") -> Tally:
    """Count so many product, project and unsure tasks for each group."""
    counted = Tally(ROLES, [field])
    for name, product, project, unsure in groups:
        for role, count in (("product", product), ("project", project), ("unsure", unsure)):
            for _ in range(count):
                counted.add(role, {field: (name,) if name else ()})
    return counted


@pytest.fixture
def mix() -> Mix:
    return tally(("Ana", 18, 2, 1), ("Ben", 3, 27, 2), ("Cy", 6, 7, 0), ("", 1, 1, 9)).mixes()[0]


def test_groups_are_counted_largest_first_and_nameless_last(mix: Mix) -> None:
    assert [(group.name, group.tasks, *group.counts.values()) for group in mix.groups] == [
        ("Ben", 32, 3, 27, 2),
        ("Ana", 21, 18, 2, 1),
        ("Cy", 13, 6, 7, 0),
        ("", 11, 1, 1, 9),
    ]
    assert (mix.whole.tasks, mix.whole.clear) == (77, 65)


def test_groups_stand_out_in_the_role_they_have_more_of(mix: Mix) -> None:
    found = [(group.name, group.contrast.role) for group in mix.standing_out() if group.contrast]

    assert found == [("Ana", "product"), ("Ben", "project")]


def test_a_contrast_compares_with_all_others(mix: Mix) -> None:
    ben = mix.groups[0].contrast

    assert ben is not None
    assert (ben.share, ben.others) == (27 / 30, 10 / 35)
    assert ben.expected == pytest.approx(30 * 10 / 35)
    assert ben.interval[0] < ben.difference < ben.interval[1]
    assert ben.p < LEVEL


def test_too_few_clear_tasks_are_not_compared(mix: Mix) -> None:
    assert mix.groups[-1].contrast is None
    assert sentence(mix.groups[-1]) == "2 clear tasks are too few to compare."


def test_unsure_tasks_say_nothing_about_a_group() -> None:
    plain, unsure = (tally(("Ana", 10, 2, extra), ("Ben", 4, 9, 0)).mixes()[0] for extra in (0, 50))

    assert [group.contrast for group in plain.groups if group.name == "Ana"] == [
        group.contrast for group in unsure.groups if group.name == "Ana"
    ]


def test_chance_is_paid_for_by_the_number_of_groups() -> None:
    few = tally(("Ana", 12, 2, 0), ("rest", 20, 30, 0)).mixes()[0]
    many = tally(("Ana", 12, 2, 0), *((f"person {n}", 2, 3, 0) for n in range(10))).mixes()[0]
    p = [group.contrast.p for mix in (few, many) for group in mix.groups if group.name == "Ana" and group.contrast]

    assert p[1] > 4 * p[0]


def test_equal_groups_never_stand_out() -> None:
    assert not tally(("Ana", 10, 10, 3), ("Ben", 20, 20, 1)).mixes()[0].standing_out()


def test_a_task_counts_in_each_of_its_groups() -> None:
    counted = Tally(ROLES, ["label"])
    counted.add("product", {"label": ("ux", "q3")})
    groups = counted.mixes()[0].groups

    assert [(group.name, group.tasks) for group in groups] == [("q3", 1), ("ux", 1)]
    assert counted.whole().tasks == 1


def test_several_fields_are_ranked_together() -> None:
    counted = Tally(ROLES, ["assignee", "epic"])
    for role, count in (("product", 20), ("project", 20)):
        for _ in range(count):
            counted.add(role, {"assignee": (role,), "epic": ("one",)})

    assert [(field, group.name) for field, group in standing_out(counted.mixes())] == [
        ("assignee", "product"),
        ("assignee", "project"),
    ]


def test_more_than_two_roles() -> None:
    counted = Tally(("build", "design", "run", "unsure"), ["team"])
    for team, role, count in (("A", "design", 14), ("A", "run", 3), ("B", "build", 15), ("B", "run", 15)):
        for _ in range(count):
            counted.add(role, {"team": (team,)})
    mix = counted.mixes()[0]

    assert list(mix.whole.counts) == ["build", "design", "run", "unsure"]
    assert {group.name: group.contrast.role for group in mix.groups if group.contrast} == {"A": "design", "B": "build"}


def test_the_mix_as_a_table_and_as_data(mix: Mix) -> None:
    assert mix.rows()[:3] == [
        ["Assignee", "tasks", "product", "project", "unsure", "differs by"],
        ["Ben", "32", "9%", "84%", "6%", "+61 points project, p < 0.001"],
        ["Ana", "21", "86%", "10%", "5%", "+68 points product, p < 0.001"],
    ]
    data = json.loads(json.dumps(mix.as_dict(), allow_nan=False))
    assert data["groups"][0]["contrast"]["stands_out"] is True
    assert data["groups"][0]["counts"] == {"product": 3, "project": 27, "unsure": 2}


def test_a_sentence_says_how_much_more_than_expected(mix: Mix) -> None:
    assert sentence(mix.groups[0]).replace("\N{NO-BREAK SPACE}", " ") == (
        "27 of 30 clear tasks are project work (90 %), where the mix of all others gives 9 (29 %): "
        "61 points more, 39 to 75 with 95 % confidence."
    )


def test_nothing_counted_is_no_error() -> None:
    mix = Tally(ROLES, ["epic"]).mixes()[0]

    assert mix.is_empty
    assert mix.whole.tasks == 0
