"""The page of an evaluation in a browser."""

import pytest
from playwright.sync_api import expect

from classifier.learning import evaluate
from classifier.report.evaluation_page import Case, Lesson, evaluation_page
from classifier.tagger import Tagger
from classifier.tasks import Example
from tests.browser.accessibility import violations
from tests.browser.conftest import Opened

EVIL = "</p><script>document.title = 'owned'</script> track the roadmap"


@pytest.fixture(scope="module")
def content(tagger: Tagger, examples: list[Example]) -> bytes:
    measured = [*examples, Example(EVIL, "product"), Example(EVIL, "project")]
    tags = tagger.tag([each.text for each in measured], why=True, threshold=0.5)
    figures = evaluate(tagger, measured, threshold=0.5)
    cases = [Case(each.text, each.label, tag, EVIL) for each, tag in zip(measured, tags, strict=True)]
    return evaluation_page(
        figures.as_dict(), cases, tagger.labels, name=EVIL, lessons=[Lesson(30, 30, 44), Lesson(56, 40, 44)]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_it_is_there_for_everyone(content: bytes, opened: Opened, scheme: str, width: int) -> None:
    page = opened(content, color_scheme=scheme, viewport={"width": width, "height": 900})

    expect(page.get_by_role("heading", level=1)).to_contain_text("% right")
    assert page.get_by_role("img").count() == 3
    assert page.title() == f"{EVIL}: how often is the tagger right?"
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_plots_stay_inside_their_frames(content: bytes, opened: Opened) -> None:
    page = opened(content)

    for dot in page.locator(".dot, .here-dot, .curve").all():
        box = dot.bounding_box()
        frame = dot.locator("xpath=ancestor::*[name()='svg']").bounding_box()
        assert box
        assert frame
        assert frame["x"] - 8 <= box["x"]
        assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 8
