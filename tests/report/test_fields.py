"""Which groups a task's fields put it in, as trackers spell them."""

from typing import Any

import pytest

from classifier.report.fields import FIELDS, groups_of, key_of


@pytest.mark.parametrize(
    ("fields", "name", "groups"),
    [
        ({"Assignee": "Ana Silva"}, "assignee", ("Ana Silva",)),
        ({"Assigned To": "Ana Silva <ana@acme.example>"}, "assignee", ("Ana Silva",)),
        ({"Assignee": "Silva, Ana"}, "assignee", ("Silva, Ana",)),
        ({"Assignees": "[Ana,Ben]"}, "assignee", ("Ana", "Ben")),
        ({"assignees": [{"login": "ana"}, {"login": "ben", "name": "Ben Roy"}]}, "assignee", ("ana", "Ben Roy")),
        ({"assignee": None}, "assignee", ()),
        ({"Assignee": "Unassigned"}, "assignee", ()),
        ({"Labels": "ux", "Labels (2)": "q3", "Labels (3)": ""}, "label", ("ux", "q3")),
        ({"Labels": "Feature, UI"}, "label", ("Feature", "UI")),
        ({"Tags": "a; b;a"}, "label", ("a", "b")),
        ({"labels": [{"name": "bug"}, "p1"]}, "label", ("bug", "p1")),
        ({"tags": ["home"]}, "label", ("home",)),
        ({"Étiquettes": "maison"}, "label", ("maison",)),
        ({"Parent": "10101", "Parent summary": "Checkout"}, "epic", ("Checkout",)),
        ({"Parent summary": "", "Parent": "10101"}, "epic", ("10101",)),
        ({"epic_name": "Billing", "epic_id": "E1"}, "epic", ("Billing",)),
        ({"Parent ID": "null"}, "epic", ()),
        ({"Section/Column": "Doing"}, "list", ("Doing",)),
        ({"List Name": "Sprint backlog"}, "list", ("Sprint backlog",)),
        ({"Iteration Path": "Shop\\2026\\Sprint 4"}, "sprint", ("Sprint 4",)),
        ({"Cycle Name": "Cycle 7", "Cycle Number": "7"}, "sprint", ("Cycle 7",)),
        ({"Sprint": "S1", "Sprint (2)": "S2"}, "sprint", ("S1", "S2")),
        ({"milestone": {"title": "v2", "number": 4}}, "sprint", ("v2",)),
        ({"state": "OPEN"}, "status", ("OPEN",)),
        ({"Work Item Type": "User Story"}, "type", ("User Story",)),
        ({"fields": {"assignee": {"displayName": "Ana"}, "status": {"name": "Done"}}}, "status", ("Done",)),
        ({"Team": "Blue"}, "Team", ("Blue",)),
        ({"TEAM": "Blue"}, "team", ("Blue",)),
        ({"Team": "Blue"}, "Tribe", ()),
        ({"Points": 3}, "points", ("3",)),
        ({"Done": True}, "done", ()),
        ({"a": [[[[[[["deep"]]]]]]]}, "a", ()),
    ],
)
def test_groups(fields: dict[str, Any], name: str, groups: tuple[str, ...]) -> None:
    assert groups_of(fields, [name]) == {name: groups}


def test_a_column_of_the_very_name_comes_first() -> None:
    assert groups_of({"Epic": "Billing", "Label": "x", "Labels": "y"}, FIELDS)["label"] == ("x",)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"Issue id": 10101, "Issue key": "ACME-1"}, "ACME-1"),
        ({"Task ID": "12"}, "12"),
        ({"number": 41, "id": "I_kw"}, "I_kw"),
        ({"Summary": "none"}, ""),
    ],
)
def test_keys(fields: dict[str, Any], key: str) -> None:
    assert key_of(fields) == key
