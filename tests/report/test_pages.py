"""The pages as files: what they hold, what they may do, and that text stays text."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.learning import evaluate
from classifier.report.backlog_page import Entry, backlog_page, headline, lead, segments
from classifier.report.evaluation_page import (
    Case,
    Lesson,
    accuracy_by_coverage,
    evaluation_page,
    most_torn,
    most_wrong,
)
from classifier.report.mix import Tally
from classifier.report.page import embedded, percent
from classifier.tagger import Tagger
from classifier.tasks import Example, Tag

ROLES = ("product", "project")
EVIL = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]></style><img src=x onerror=alert(1)>",
    '" onmouseover=alert(1) x="',
    "' autofocus onfocus='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; & \u2028 \u202e \ud800 \0",
]


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[tuple[str, str]] = []
        self._open = ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        self.inside.append((self._open, data))

    def texts(self, tag: str) -> list[str]:
        """Return the texts right after the start of such an element."""
        return [text for name, text in self.inside if name == tag]

    @property
    def policy(self) -> str:
        """The Content-Security-Policy."""
        return next(attrs["content"] or "" for tag, attrs in self.elements if "http-equiv" in attrs)


def page_of(tagger: Tagger, titles: list[str], fields: list[dict[str, Any]] | None = None, **asked: Any) -> bytes:
    """Return the page of these titles."""
    tags = tagger.tag(titles, why=True)
    found = fields or [{} for _ in titles]
    entries = [Entry(title, tag, fields=each) for title, tag, each in zip(titles, tags, found, strict=True)]
    return backlog_page(entries, tagger.labels, name=asked.pop("name", "backlog.csv"), threshold=0.7, **asked)


def data_of(page: bytes) -> dict[str, Any]:
    """Return what the page's script works with."""
    found = re.search(rb'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


@pytest.fixture(scope="module")
def evaluation(tagger: Tagger, examples: list[Example]) -> bytes:
    cases = [
        Case(each.text, each.label, tag, f"examples.csv:{line}")
        for line, (each, tag) in enumerate(
            zip(examples, tagger.tag([each.text for each in examples], why=True), strict=True), 2
        )
    ]
    figures = evaluate(tagger, examples).as_dict()
    lessons = [Lesson(20, 25, 44), Lesson(40, 40, 44)]
    return evaluation_page(figures, cases, tagger.labels, name="examples.csv", lessons=lessons)


@pytest.fixture(scope="module")
def backlog(tagger: Tagger) -> bytes:
    return page_of(tagger, ["Build the roadmap", "Track the budget"], [{"Assignee": "Ana"}, {"Assignee": "Ben"}])


@pytest.mark.parametrize("page", ["backlog", "evaluation"])
def test_the_policy_allows_the_page_itself_and_nothing_else(page: str, request: pytest.FixtureRequest) -> None:
    found = Page(request.getfixturevalue(page))
    allowed = set(re.findall(r"'sha256-[^']+'", found.policy))

    for tag in ("style", "script"):
        for text in found.texts(tag):
            if text.strip() and not text.startswith("{"):
                assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in allowed
    assert found.policy.startswith("default-src 'none'; ")
    assert "unsafe" not in found.policy
    assert not [
        attrs for _, attrs in found.elements if "style" in attrs or any(name.startswith("on") for name in attrs)
    ]
    assert not [
        attrs for _, attrs in found.elements if str(attrs.get("src", "")) or str(attrs.get("href", "#"))[0] not in "#d"
    ]


@pytest.mark.parametrize("evil", EVIL)
def test_whatever_comes_in_stays_text(tagger: Tagger, evil: str) -> None:
    plain = Page(page_of(tagger, ["Plan", "Do"], [{"Assignee": "a", "x": "1"}, {"Assignee": "b", "x": "2"}], by=["x"]))
    fields = [{"Assignee": evil, evil: "1"}, {"Assignee": "b", evil: evil}]
    page = page_of(tagger, [evil, "Do"], fields, by=[evil], name=evil)
    found = Page(page)

    assert [tag for tag, _ in found.elements] == [tag for tag, _ in plain.elements]
    assert [set(attrs) for _, attrs in found.elements] == [set(attrs) for _, attrs in plain.elements]
    assert data_of(page)["titles"][0] == " ".join(evil.split())


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
@settings(max_examples=60, deadline=None)
def test_embedded_data_comes_back_and_cannot_end_its_element(data: Any) -> None:
    text = str(embedded(data))

    assert json.loads(text) == data
    assert text.isascii()
    assert not set(text) & set("<>&")


def test_the_data_is_about_each_task(tagger: Tagger) -> None:
    titles = ["Build the roadmap", "Track  the budget", "Track the budget"]
    page = page_of(
        tagger,
        titles,
        [{"Key": "A-1", "Labels": "x"}, {"Key": "A-2", "Labels": "x", "Labels (2)": "y"}, {"Key": "A-3"}],
    )
    data = data_of(page)
    tags = tagger.tag(titles)

    assert data["titles"] == ["Build the roadmap", "Track the budget", "Track the budget"]
    assert [data["roles"][place] for place in data["tags"]] == [tag.role for tag in tags]
    assert data["confidences"] == [round(1000 * tag.shown()) for tag in tags]
    assert data["keys"] == ["A-1", "A-2", "A-3"]
    assert data["fields"] == [{"title": "Label", "groups": ["x", "y", ""], "members": [0, [0, 1], 2]}]
    assert [len(leans) for leans in data["leans"]] == [6, 6, 6]


def test_epics_are_called_by_their_titles(tagger: Tagger) -> None:
    fields = [{"Issue id": "1", "Parent": ""}, {"Issue id": "2", "Parent": "1"}, {"Issue id": "3", "Parent": "9"}]
    data = data_of(page_of(tagger, ["Billing", "Track the budget", "Fix it"], fields))

    assert data["fields"][0]["groups"] == ["9", "Billing", ""]


def test_fields_that_tell_nothing_have_no_chart_unless_asked_for(tagger: Tagger) -> None:
    titles = [f"Track the budget {number}" for number in range(30)]
    fields = [{"Status": "Open", "Sprint": f"S{number}", "Type": "ab"[number % 2]} for number in range(30)]

    assert [each["title"] for each in data_of(page_of(tagger, titles, fields))["fields"]] == ["Type"]
    assert [each["title"] for each in data_of(page_of(tagger, titles, fields, by=["status"]))["fields"]] == [
        "Status",
        "Type",
    ]


def test_a_page_is_told_by_its_texts_alone(tagger: Tagger) -> None:
    first, again, other = (
        data_of(page_of(tagger, ["Plan", last], name=name))["id"]
        for last, name in [("Do", "a"), ("Do", "b"), ("Act", "a")]
    )

    assert first == again != other


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({}, "No tasks here"),
        ({"product": 3, "project": 9}, "Mostly project work"),
        ({"product": 9}, "All product work"),
        ({"product": 5, "project": 6}, "An even mix of product and project work"),
        ({"product": 3, "project": 1, "unsure": 9}, "Mostly unclear: the titles say too little"),
    ],
)
def test_the_headline_answers(counts: dict[str, int], said: str) -> None:
    tally = Tally(ROLES)
    for role, count in counts.items():
        for _ in range(count):
            tally.add(role)

    assert headline(tally.whole()) == said


def test_the_lead_names_who_differs() -> None:
    tally = Tally(ROLES, ["assignee"])
    for name, role in [("Ana", "product"), ("Ben", "project"), ("Cy", "project")]:
        for _ in range(20):
            tally.add(role, {"assignee": (name,)})

    assert lead(tally.mixes(), ROLES) == (
        "Compared with the others, Ana has clearly more product work; Ben and Cy have clearly more project work."
    )


def test_bars_fill_their_width_and_start_from_both_ends() -> None:
    tally = Tally(ROLES)
    for role in ("product", "unsure", "unsure", "project"):
        tally.add(role)
    parts = segments(tally.whole())

    assert [(part.place, part.start, part.width) for part in parts] == [(0, 0, 25), (-1, 25, 50), (1, 75, 25)]


@pytest.mark.parametrize(
    ("share", "digits", "said"),
    [(0, 0, "0 %"), (0.001, 0, "<1 %"), (0.5, 0, "50 %"), (0.999, 0, ">99 %"), (1, 1, "100 %"), (0.9996, 1, ">99.9 %")],
)
def test_nearly_everything_is_not_everything(share: float, digits: int, said: str) -> None:
    assert percent(share, digits).replace("\N{NARROW NO-BREAK SPACE}", " ") == said


def case(label: str, role: str, confidence: float, because: Any = None, best: str = "product") -> Case:
    return Case(f"{label} {role} {confidence}", label, Tag(role, confidence, best, because))


def test_the_most_wrong_are_the_surest_of_the_wrong() -> None:
    cases = [
        case("product", "product", 0.99),
        case("project", "product", 0.8),
        case("unsure", "product", 0.9),
        case("project", "unsure", 0.5, "torn"),
    ]

    assert [each.tag.confidence for each in most_wrong(cases)] == [0.9, 0.8]


def test_the_most_torn_come_closest() -> None:
    cases = [
        case("project", "unsure", share, because)
        for share, because in [(0.6, "torn"), (0.51, "torn"), (0.5, "unknown")]
    ]

    assert [each.tag.confidence for each in most_torn(cases)] == [0.51, 0.6]


def test_the_curve_ends_at_the_accuracy_of_all() -> None:
    cases = [case("product" if number % 4 else "project", "product", 1 - number / 100) for number in range(80)]
    curve = accuracy_by_coverage([*cases, case("unsure", "product", 0.9)])

    assert curve[-1][:2] == (1, 0.75)
    assert curve[0][0] == 20 / 80
    assert all(low <= accuracy <= high for _, accuracy, low, high in curve)


def test_the_evaluation_shows_its_figures(evaluation: bytes, tagger: Tagger, examples: list[Example]) -> None:
    figures = evaluate(tagger, examples)
    text = evaluation.decode().replace("\N{NARROW NO-BREAK SPACE}", " ")

    assert f"<h1>{percent(figures.accuracy, 1)} right</h1>".replace("\N{NARROW NO-BREAK SPACE}", " ") in text
    for heading in ("confusion", "roles", "coverage", "reliability", "promises", "learning", "wrong", "torn"):
        assert f'id="{heading}"' in text
    for count in figures.confusion["product"].values():
        assert f">{count}<small>" in text


def test_an_evaluation_of_nothing_still_makes_a_page(tagger: Tagger) -> None:
    page = evaluation_page(evaluate(tagger, []).as_dict(), [], tagger.labels, name="empty")

    assert b'id="coverage"' not in page


def test_pages_are_the_same_every_time(tagger: Tagger) -> None:
    assert page_of(tagger, ["Plan", "Do"]) == page_of(tagger, ["Plan", "Do"])
