"""The page of a backlog, used as people use it."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from classifier.cli import main
from classifier.examples import read_examples
from classifier.learning import train
from classifier.report.backlog_page import Entry, backlog_page
from classifier.tagger import Tagger
from classifier.tasks import Example
from tests.browser.accessibility import violations
from tests.browser.conftest import Opened
from tests.conftest import CASES

TITLES = (
    "Interview six tenants about the app",
    "Write the problem statement for late trains",
    "Track the budget of the move",
    "Plan the sprint and assign the tasks",
    "=SUM(A1:A9) is wrong in the invoice",
    "Stakeholder meeting",
    "Publish the product roadmap",
    'Say "no" to the fax, finally',
)
PEOPLE = ("Ana", "Ana", "Ben", "Ben", "Ben", "", "Ana", "Cy")
MANY = 10_000
SCROLL = """async () => {
    for (let stop = 1; stop <= 20; stop++) {
        scrollTo(0, stop * document.documentElement.scrollHeight / 20);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    }
}"""


def make_page(tagger: Tagger, titles: list[str], fields: list[dict[str, Any]], **asked: Any) -> bytes:
    """Return the page of these tasks."""
    tags = tagger.tag(titles, why=True)
    entries = [Entry(title, tag, fields=each) for title, tag, each in zip(titles, tags, fields, strict=True)]
    return backlog_page(entries, tagger.labels, name=asked.pop("name", "backlog.csv"), threshold=0.7, **asked)


@pytest.fixture(scope="module")
def small(tagger: Tagger) -> bytes:
    """Eight tasks of three people and nobody."""
    fields = [{"Key": f"A-{place}", "Assignee": person} for place, person in enumerate(PEOPLE)]
    return make_page(tagger, list(TITLES), fields)


@pytest.fixture(scope="module")
def large(tagger: Tagger) -> bytes:
    """Ten thousand tasks."""
    titles = [f"{TITLES[place % len(TITLES)]} {place}" for place in range(MANY)]
    return make_page(tagger, titles, [{"Assignee": f"Person {place % 40}"} for place in range(MANY)])


def shown(page: Page) -> list[str]:
    """Return the titles of the rows that there are."""
    return page.locator(".title").all_inner_texts()


def title(page: Page, text: str) -> Any:
    return page.get_by_role("button", name=text, exact=True)


def role_of(page: Page, text: str) -> Any:
    return page.get_by_label(f"Role of {text}", exact=True)


def another(tagger: Tagger, text: str) -> str:
    """Return a role that a text was not tagged with."""
    return "product" if tagger.tag([text])[0].role != "product" else "project"


def correct(page: Page, text: str, role: str) -> None:
    glyph = {"product": "◆", "project": "▲", "unsure": "○"}[role]
    role_of(page, text).select_option(f"{glyph} {role}")


def roles(tagger: Tagger, titles: tuple[str, ...] = TITLES) -> list[str]:
    return [tag.role for tag in tagger.tag(titles)]


def test_everything_is_there(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert shown(page) == list(TITLES)
    expect(page.locator("#shown")).to_have_text("8 tasks")
    for place, role in enumerate((*tagger.roles, "unsure")):
        expect(page.locator(".whole li").nth(place)).to_contain_text(role)
    assert [role_of(page, each).locator("option:checked").inner_text()[2:] for each in TITLES] == roles(tagger)
    assert page.locator(".chart h3").all_inner_texts() == ["Assignee"]


def test_searching(small: bytes, opened: Opened) -> None:
    page = opened(small)
    page.get_by_label("Search tasks").fill("THE  ben")

    assert shown(page) == [TITLES[2], TITLES[3], TITLES[4]]
    expect(page.locator("#shown")).to_have_text("3 of 8 tasks")
    page.get_by_label("Search tasks").fill("nowhere to be found")
    expect(page.locator("#blocks")).to_have_text("No task matches.")


def test_filtering_by_role_and_confidence(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    tags = tagger.tag(TITLES)
    project = page.get_by_role("group", name="Role").get_by_role("button", name="project")
    project.click()

    assert shown(page) == [each for each, tag in zip(TITLES, tags, strict=True) if tag.role == "project"]
    expect(project).to_have_attribute("aria-pressed", "true")
    project.click()
    page.get_by_label("Confidence", exact=True).select_option("below 60 %")
    assert shown(page) == [each for each, tag in zip(TITLES, tags, strict=True) if round(1000 * tag.confidence) < 600]


def test_filtering_by_group(small: bytes, opened: Opened) -> None:
    page = opened(small)
    page.locator(".group", has_text="Ben").click()

    assert shown(page) == [TITLES[2], TITLES[3], TITLES[4]]
    expect(page.locator("#tasks")).to_be_in_viewport()
    chip = page.get_by_role("button", name="Show more than Assignee Ben")
    expect(chip).to_be_focused()
    chip.click()
    assert len(shown(page)) == len(TITLES)


def test_sorting(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    confidence = dict(zip(TITLES, (tag.confidence for tag in tagger.tag(TITLES)), strict=True))
    header = page.get_by_role("columnheader", name="Confidence")
    header.get_by_role("button").click()

    expect(header).to_have_attribute("aria-sort", "ascending")
    assert [confidence[each] for each in shown(page)] == sorted(confidence.values())
    header.get_by_role("button").click()
    assert [confidence[each] for each in shown(page)] == sorted(confidence.values(), reverse=True)
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "none")
    assert shown(page) == list(TITLES)
    page.get_by_role("columnheader", name="Task").get_by_role("button").click()
    assert shown(page) == [TITLES[place] for place in (4, 0, 3, 6, 7, 5, 2, 1)]


def test_sorting_and_finding_groups(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    names = page.locator(".group:visible .who")
    tagged = list(zip(PEOPLE, roles(tagger), strict=True))
    most = max(("Ana", "Ben", "Cy"), key=lambda person: share(tagged, person, "project"))

    assert names.all_inner_texts() == ["Ana", "Ben", "Cy", "(none)"]
    page.get_by_label("Sort groups by").select_option("most project")
    assert names.all_inner_texts()[0] == most
    page.get_by_label("Find groups").fill("y")
    assert names.all_inner_texts() == ["Cy"]


def share(tagged: list[tuple[str, str]], person: str, role: str) -> float:
    clear = [given for name, given in tagged if name == person and given != "unsure"]
    return clear.count(role) / len(clear) if clear else 0.0


def test_a_row_opens_its_reasons(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    row = title(page, TITLES[2])
    row.click()

    expect(row).to_have_attribute("aria-expanded", "true")
    why = page.locator(".why")
    expect(why).to_contain_text("project")
    expect(why.locator("dt").first).to_contain_text("for")
    shaded = row.locator(".w")
    assert "budget" in shaded.all_inner_texts() or "Track" in shaded.all_inner_texts()
    assert row.inner_text() == TITLES[2]
    row.click()
    expect(page.locator(".why")).to_have_count(0)


def test_correcting_by_mouse_and_taking_back(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    correct(page, TITLES[5], another(tagger, TITLES[5]))

    expect(page.locator("#corrected")).to_have_text("1 correction.")
    expect(page.get_by_role("region", name="Corrections")).to_contain_text("Kept in this browser.")
    page.get_by_role("button", name=f"Take the correction of {TITLES[5]} back").click()
    expect(page.get_by_role("region", name="Corrections")).to_be_hidden()
    expect(role_of(page, TITLES[5])).to_be_focused()


def test_correcting_by_keyboard(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    second, third = (tagger.roles.index(another(tagger, TITLES[place])) for place in (2, 3))
    title(page, TITLES[0]).focus()
    for key in ("ArrowDown", "ArrowDown", str(second + 1), "Enter", "ArrowDown", str(third + 1), "ArrowUp"):
        page.keyboard.press(key)

    expect(title(page, TITLES[2])).to_be_focused()
    expect(title(page, TITLES[2])).to_have_attribute("aria-expanded", "true")
    expect(role_of(page, TITLES[2])).to_have_value(str(second))
    expect(role_of(page, TITLES[3])).to_have_value(str(third))
    expect(page.locator("#corrected")).to_have_text("2 corrections.")
    expect(page.locator("#said")).to_have_text(f"Corrected to {tagger.roles[third]}.")
    page.keyboard.press("Delete")
    expect(page.locator("#corrected")).to_have_text("1 correction.")
    page.keyboard.press("0")
    expect(role_of(page, TITLES[2])).to_have_value("2")


def test_the_keyboard_reaches_everything(small: bytes, opened: Opened) -> None:
    page = opened(small)
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className.split(' ')[0]"))

    assert {"skip", "group-sort", "group-find", "group", "find", "toggle", "confidence", "title"} <= reached


def test_corrections_are_remembered(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(small)
    role = another(tagger, TITLES[1])
    correct(page, TITLES[1], role)
    page.reload()

    expect(role_of(page, TITLES[1])).to_have_value(str(tagger.roles.index(role)))
    page.get_by_role("button", name="Show only these").click()
    assert shown(page) == [TITLES[1]]
    page.get_by_role("button", name="Take all back").click()
    assert len(shown(page)) == len(TITLES)
    page.reload()
    expect(page.get_by_role("region", name="Corrections")).to_be_hidden()


def test_a_browser_that_remembers_nothing_says_so(small: bytes, opened: Opened, tagger: Tagger) -> None:
    page = opened(
        small, before="delete window.localStorage; Storage.prototype.setItem = () => { throw new Error('no') }"
    )
    correct(page, TITLES[1], another(tagger, TITLES[1]))

    expect(page.get_by_role("region", name="Corrections")).to_contain_text("forgets them with the page")


def test_tasks_of_the_same_text_are_corrected_together(tagger: Tagger, opened: Opened) -> None:
    page = opened(make_page(tagger, ["Fix it", "Plan it", "Fix it"], [{}, {}, {}]))
    role_of(page, "Fix it").first.select_option("◆ product")

    expect(role_of(page, "Fix it").last).to_have_value("0")
    expect(page.locator("#corrected")).to_have_text("1 correction.")
    expect(page.locator("#said")).to_have_text("Corrected to product, with 1 of the same text.")


def download(page: Page, path: Path) -> Path:
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download corrections").click()
    downloading.value.save_as(path)
    return path


def test_the_download_is_what_retraining_takes(small: bytes, opened: Opened, tagger: Tagger, tmp_path: Path) -> None:
    page = opened(small)
    wanted = [(text, another(tagger, text)) for text in (TITLES[0], TITLES[4], TITLES[7])]
    for text, role in wanted:
        correct(page, text, role)
    path = download(page, tmp_path / "corrections.csv")

    assert [(example.text, example.label) for example in read_examples([path])] == wanted
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[0] == '"text","role","was","sure"'
    assert lines[2].startswith("\"'=SUM(A1:A9) is wrong")


def test_descriptions_that_were_tagged_are_downloaded(tagger: Tagger, opened: Opened, tmp_path: Path) -> None:
    text = "Notes\nTrack the budget, then\nreport it"
    tag = tagger.tag([text], why=True)[0]
    page = opened(backlog_page([Entry("Notes", tag, text)], tagger.labels, name="b", threshold=0.7))
    role_of(page, "Notes").select_option("◆ product")
    found = read_examples([download(page, tmp_path / "corrections.csv")])

    assert [" ".join(example.text.split()) for example in found] == [" ".join(text.split())]


def test_corrections_change_the_tags_after_retraining(
    tagger: Tagger, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASKROLE_HOME", str(tmp_path / "home"))
    things = ("north", "south", "east", "west", "red", "blue", "green", "old")
    titles = [f"Tidy the {thing} cupboard" for thing in things]
    page = opened(make_page(tagger, titles, [{} for _ in titles]))
    for text in titles[:-1]:
        correct(page, text, "product")
    path = download(page, tmp_path / "corrections.csv")
    runner = CliRunner()
    taught = runner.invoke(main, ["retrain", str(CASES / "examples.csv"), str(path), "--from-scratch", "--force"])
    tagged = runner.invoke(main, ["predict", "--threshold", "0"], input="\n".join(titles))

    assert taught.exit_code == 0, taught.output
    assert {tag.role for tag in tagger.tag(titles)} != {"product"}
    assert [line.split(",")[1] for line in tagged.stdout.splitlines()[1:]] == ["product"] * len(titles)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>document.title = 'owned'</script>",
        "</script><script>document.title = 'owned'</script>",
        "<img src=x onerror=\"document.title = 'owned'\">",
        '" onfocus="document.title=\'owned\'" autofocus="',
        "{{ 7 * 7 }} ${7 * 7}",
    ],
)
def test_injected_text_renders_as_text(evil: str, tagger: Tagger, opened: Opened) -> None:
    fields = [{"Assignee": evil, evil: evil}, {"Assignee": "Ana", evil: "other"}]
    page = opened(make_page(tagger, [evil, "Plan it"], fields, name=evil, by=[evil]))
    title(page, evil).click()
    page.locator(".group", has_text=evil).first.click()

    assert page.title() == f"{evil}: who is doing whose work?"
    assert page.locator(".title").first.inner_text() == evil
    assert {evil, "Ana", "other"} <= set(page.locator(".who").all_inner_texts())
    expect(page.locator(".chart h3").first).to_have_text(evil)
    assert page.locator("img, main script").count() == 0


def test_ten_thousand_tasks(large: bytes, opened: Opened) -> None:
    """Only the rows near the window are there, and the first, which keyboards and screen readers have to find."""
    page = opened(large)

    expect(page.locator("#shown")).to_have_text("10,000 tasks")
    page.evaluate(SCROLL)
    assert page.locator(".row").count() < 500
    expect(title(page, f"{TITLES[0]} 0")).to_have_count(1)
    expect(page.get_by_role("table")).to_have_attribute("aria-rowcount", str(MANY + 1))
    page.locator("footer").scroll_into_view_if_needed()
    expect(page.locator(".title").last).to_have_text(f"{TITLES[(MANY - 1) % 8]} {MANY - 1}")
    assert page.locator(".row").count() < 500
    page.get_by_label("Search tasks").fill("roadmap 9998")
    assert shown(page) == [f"{TITLES[6]} 9998"]


def test_arrows_go_through_rows_that_were_not_there(large: bytes, opened: Opened) -> None:
    page = opened(large)
    page.locator(".title").nth(39).focus()
    page.keyboard.press("ArrowDown")

    assert page.evaluate("document.activeElement.closest('.row').getAttribute('aria-rowindex')") == "42"


def test_paper_gets_all_rows_and_no_controls(tagger: Tagger, opened: Opened) -> None:
    titles = [f"Track budget {place}" for place in range(200)]
    page = opened(make_page(tagger, titles, [{} for _ in titles]))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert page.locator(".title:visible").count() == len(titles)
    expect(page.locator(".tools")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".title").count() < len(titles)


def test_dark_mode_is_dark(small: bytes, opened: Opened) -> None:
    def brightness(scheme: str) -> int:
        page = opened(small, color_scheme=scheme)
        channels = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
        )
        return sum(channels)

    assert brightness("dark") < 150 < 600 < brightness("light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_stands_in_the_way_of_anyone(
    small: bytes, opened: Opened, tagger: Tagger, scheme: str, width: int
) -> None:
    page = opened(small, color_scheme=scheme, viewport={"width": width, "height": 900})
    title(page, TITLES[0]).click()
    title(page, TITLES[5]).click()
    correct(page, TITLES[1], another(tagger, TITLES[1]))
    page.locator(".group").first.click()
    page.locator("summary").click()

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_it_still_answers(small: bytes, opened: Opened) -> None:
    page = opened(small, java_script_enabled=False)

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".group").first).to_be_visible()
    assert page.locator(".plain li").count() == len(TITLES)
    expect(page.get_by_label("Search tasks")).to_be_hidden()


def test_other_roles_than_ours(opened: Opened) -> None:
    names = ("build", "design", "run")
    examples = [
        Example(f"{verb} the {thing}", role)
        for role, verbs in zip(names, (("code", "fix"), ("draw", "sketch"), ("deploy", "watch")), strict=True)
        for verb in verbs
        for thing in ("shop", "app", "site", "portal", "map")
    ]
    tagger = train(examples, jobs=1).tagger
    page = opened(make_page(tagger, ["code the shop", "draw the map", "watch the app"], [{}, {}, {}]))

    assert page.locator(".whole .name").all_inner_texts() == ["◆ build", "▲ design", "● run", "○ unsure"]
    title(page, "code the shop").focus()
    page.keyboard.press("3")
    expect(role_of(page, "code the shop")).to_have_value("2")
    assert violations(page) == []
