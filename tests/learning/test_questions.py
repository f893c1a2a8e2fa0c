"""What to ask next."""

import pytest

from classifier.learning.questions import LOOKED_BACK, Questions
from classifier.learning.training import train
from classifier.tagger import Tagger
from tests.lessons import company

TORN = ["Survey the migration", "Survey the migrations", "Track nurses", "Ask about the deadline"]
CLEAR = [each.text for each in company()[::40]]


@pytest.fixture(scope="module")
def judge() -> Tagger:
    return train(company(), strengths=[30.0], jobs=1).tagger


def order(questions: Questions) -> list[int]:
    asked = []
    while (place := questions.next()) is not None:
        asked.append(place)
        questions.close(place)
    return asked


def test_torn_ones_come_first_and_spread(judge: Tagger) -> None:
    """What the model is torn about comes before what is clear, and not twice in nearly the same words."""
    texts = [*CLEAR, *TORN]
    asked = order(Questions(texts, judge))

    assert sorted(asked) == list(range(len(texts)))
    assert {texts[place] for place in asked[:3]} < set(TORN)
    assert not set(TORN[:2]) <= {texts[place] for place in asked[:3]}


def test_undoing_restores_the_order(judge: Tagger) -> None:
    """A question taken back is the next one again."""
    questions = Questions(TORN, judge)
    first = questions.next()
    assert first is not None
    questions.close(first)
    assert questions.next() != first
    questions.reopen(first)
    assert questions.next() == first


@pytest.mark.parametrize(
    ("texts", "answers", "said"),
    [
        ([], [], "nothing left"),
        (CLEAR, [], "torn about none"),
        (TORN, [], None),
        (TORN, [True] * (LOOKED_BACK - 1), None),
        (TORN, [True] * LOOKED_BACK, "were what the model guessed"),
        (TORN, [False, False] + [True] * (LOOKED_BACK - 2), None),
    ],
)
def test_when_it_is_enough(judge: Tagger, texts: list[str], answers: list[bool], said: str | None) -> None:
    """More answers stop helping when none is left, when nothing is torn, or when the guesses keep being right."""
    questions = Questions(texts, judge)
    for answer in answers:
        questions.answered(as_guessed=answer)

    assert questions.enough() is None if said is None else said in (questions.enough() or "")


def test_texts_without_words(judge: Tagger) -> None:
    """They can be asked about, and are no reason to fail."""
    assert sorted(order(Questions(["...", "!!", ""], judge))) == [0, 1, 2]
