"""Learning anew: what is felt, what is refused, what is forgotten, and that the same gives the same."""

import os
import pickle
from pathlib import Path

import pytest

from classifier.learning.comparing import Change, Compared, objections
from classifier.learning.evaluation import Evaluation, measure
from classifier.learning.retraining import Kept, Old, Retrained, lost_since, make_lesson, number_of, parts, retrain
from classifier.learning.training import Trained, train
from classifier.tasks import UNSURE, Example
from tests.lessons import company, flipped

ZEPPELINS = [
    Example(text, "product", "ours")
    for text in (
        "Zeppelin moodboard for harbour folk",
        "Zeppelin moodboard for night owls",
        "Sketch the zeppelin moodboard",
        "Zeppelin: harbour folk again",
        "Harbour folk and the zeppelin",
        "Zeppelin moodboard, second try",
        "Show the zeppelin to harbour folk",
    )
]
"""A company's own words, which nothing that was known contains."""


@pytest.fixture(scope="module")
def base() -> list[Example]:
    return company()


@pytest.fixture(scope="module")
def shipped(base: list[Example]) -> Trained:
    return train(base, strengths=[30.0], jobs=1)


@pytest.fixture(scope="module")
def old(shipped: Trained) -> Old:
    return Old(shipped.tagger, None, 30.0)


@pytest.fixture(scope="module")
def taught(base: list[Example], old: Old) -> Retrained:
    return retrain(make_lesson(base, [], ZEPPELINS), old, jobs=1)


def test_corrections_are_felt(taught: Retrained, old: Old) -> None:
    """What was corrected comes back, even where every word was new, and what was known stays right."""
    assert [tag.role for tag in taught.tagger.tag([each.text for each in ZEPPELINS])] == ["product"] * len(ZEPPELINS)
    assert {tag.role for tag in old.tagger.tag([each.text for each in ZEPPELINS])} == {UNSURE}
    assert (taught.held, taught.objections, taught.forgotten) == (len(ZEPPELINS), [], [])
    assert taught.known is not None
    assert taught.known.new.accuracy == taught.known.old.accuracy == 1


def test_it_helps_with_words_not_asked_about(taught: Retrained) -> None:
    """Kept out of training, most of the new ones are got right by the others."""
    assert taught.new is not None
    assert taught.new.new.accuracy > taught.new.old.accuracy


def test_the_same_lesson_gives_the_same_model(taught: Retrained, base: list[Example], old: Old) -> None:
    """A version can be made again from its examples."""
    assert retrain(make_lesson(base, [], ZEPPELINS), old, jobs=1).model == taught.model


def test_kept_scores_replace_computed_ones(taught: Retrained, base: list[Example], old: Old, tmp_path: Path) -> None:
    """The old model's fold scores, once written, give the same comparison without being computed again."""
    assert taught.old_kept is not None
    path = tmp_path / "scores.npz"
    path.write_bytes(taught.old_kept.write())
    again = retrain(make_lesson(base, [], ZEPPELINS), old._replace(kept=Kept.read(path)), jobs=1)

    assert again.old_kept is None
    assert again.known is not None
    assert taught.known is not None
    assert again.known.old_loss == pytest.approx(taught.known.old_loss, abs=1e-5)


def test_wrong_corrections_are_seen(base: list[Example], old: Old) -> None:
    """Twenty clear tasks with their roles flipped: known neighbours contradict them, and so does the comparison."""
    wrong = flipped(base[::12])
    assert len(wrong) == 20

    refused = retrain(make_lesson(base, [], wrong), old, jobs=1)

    assert len(refused.opposed) > 10
    assert any("contradict" in clause for clause in refused.objections)


def test_forgetting_is_seen(taught: Retrained, shipped: Trained) -> None:
    """Forgotten is what the old model gives back and the new one does not; what it never did is not."""
    never_held = Example("Zeppelin moodboard for night owls", "project")

    assert lost_since([*ZEPPELINS, never_held], taught.tagger, shipped.tagger) == ZEPPELINS
    assert lost_since(ZEPPELINS, shipped.tagger, taught.tagger) == []


def compared(accuracy: tuple[float, float], loss: tuple[float, float]) -> Compared:
    nothing = evaluate_nothing()
    return Compared("examples", 1000, nothing, nothing, Change(*accuracy), Change(*loss), old_loss=0.2)


def evaluate_nothing() -> Evaluation:
    return measure([], [], (), 0.5, {}, {})


SAME = ((0.0, 0.001), (0.0, 0.001))


@pytest.mark.parametrize(
    ("known", "alike", "opposed", "new", "forgotten", "clauses"),
    [
        (SAME, SAME, 0, 20, 0, []),
        (((-0.001, 0.0005), (0.0, 0.001)), SAME, 0, 20, 0, []),
        (((-0.01, 0.02), (0.0, 0.001)), SAME, 0, 20, 0, []),
        (((-0.01, 0.002), (0.0, 0.001)), SAME, 0, 20, 0, ["it gets 1.00% fewer of the known examples right"]),
        (
            ((0.0, 0.001), (0.02, 0.001)),
            SAME,
            0,
            20,
            0,
            ["its log loss on the known examples rises from 0.200 to 0.220"],
        ),
        (((0.0, 0.001), (0.02, 30.0)), SAME, 0, 20, 0, []),
        (
            SAME,
            ((0.0, 0.1), (0.1, 0.05)),
            0,
            20,
            0,
            ["its log loss on the known examples most like the new ones rises from 0.200 to 0.300"],
        ),
        (SAME, SAME, 10, 20, 0, []),
        (SAME, SAME, 11, 20, 0, ["11 of the 20 new examples contradict what is known"]),
        (SAME, SAME, 4, 4, 0, []),
        (SAME, SAME, 0, 20, 1, ["it forgets 1 earlier correction"]),
    ],
)
def test_objections(
    known: tuple[tuple[float, float], tuple[float, float]],
    alike: tuple[tuple[float, float], tuple[float, float]],
    opposed: int,
    new: int,
    forgotten: int,
    clauses: list[str],
) -> None:
    """Only what is surely worse, and by more than a trifle, speaks against a new model."""
    assert objections(compared(*known), compared(*alike), opposed, new, forgotten) == clauses


def test_later_words_count() -> None:
    """Of examples with the same words the new one counts, then the user's own."""
    one, other = Example("Build  the roadmap!", "product"), Example("build the ROADMAP", "project")
    rest = Example("x y", "product")

    assert make_lesson([one, rest], [], [other]) == ([rest], [], [other])
    assert make_lesson([one], [other], []) == ([], [other], [])
    assert make_lesson([], [one, rest], [other]) == ([], [rest], [other])


def test_folds_stay(base: list[Example]) -> None:
    """An example keeps its fold when others join, so that kept scores stay out of fold; sources stay together."""
    before = parts(make_lesson(base, ZEPPELINS[:4], []))
    after = parts(make_lesson(base, ZEPPELINS[:4], ZEPPELINS[4:]))

    assert list(after[: len(before)]) == list(before)
    assert all(
        len({fold for fold, each in zip(after, base, strict=False) if each.source == name}) == 1 for name in "abc"
    )


def test_own_roles() -> None:
    """Any roles will do; there is nothing to compare with a model of others."""
    own = [each._replace(label={"product": "design", "project": "ops"}[each.label]) for each in company()[::2]]
    trained = train(company(), strengths=[30.0], jobs=1)
    result = retrain(make_lesson([], [], own), Old(trained.tagger, None, None), jobs=1)

    assert result.tagger.roles == ("design", "ops")
    assert (result.known, result.new, result.objections) == (None, None, [])
    assert result.tagger.tag(["Interview nurses about their needs"])[0].best == "design"


class Pwned:
    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, int]]:
        return os.mkdir, (self.path, 0o777)


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY", None], ids=["empty", "cut", "other", "pickle"])
def test_damaged_scores_are_computed_again(tmp_path: Path, content: bytes | None) -> None:
    """A scores file that is none is not read, and nothing in it is run."""
    pwned = tmp_path / "pwned"
    path = tmp_path / "scores.npz"
    path.write_bytes(pickle.dumps(Pwned(str(pwned))) if content is None else content)

    assert Kept.read(path) is None
    assert not pwned.exists()


def test_scores_come_back(tmp_path: Path) -> None:
    """What is kept is what is read."""
    kept = Kept(("product", "project"), {number_of("a"): (0.5, -0.5), number_of("b"): (1.25, -1.25)})
    path = tmp_path / "scores.npz"
    path.write_bytes(kept.write())

    assert Kept.read(path) == kept
