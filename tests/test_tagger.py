"""The tagger adds up what the pipeline learned."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.errors import ModelError
from classifier.learning import Trained, train
from classifier.learning.pipeline import raw_scores, score_weights
from classifier.model_file import model_bytes
from classifier.tagger import Tagger
from classifier.tasks import Example
from classifier.text import stem

TEXTS = ["plan the release", "interview users", "", "roadmap roadmap roadmap", "völlig unbekannt", "a " * 500]


def test_scores_are_the_pipelines(trained: Trained, examples: list[Example]) -> None:
    """Table and pipeline give the same raw scores."""
    texts = [example.text for example in examples] + TEXTS

    assert np.allclose([trained.tagger.scores(text) for text in texts], raw_scores(trained.pipeline, texts), atol=1e-9)


@pytest.mark.parametrize(
    "labels",
    [("design", "ops"), ("design", "ops", "sales"), ("a", "b", "c", "d", "unsure"), tuple("abcdefghijkl")],
    ids=len,
)
def test_any_roles(labels: tuple[str, ...]) -> None:
    """Two roles or more, with or without `unsure`; their scores are the pipeline's as well."""
    examples = [Example(f"{label} {word} {number}", label) for label in labels for number, word in enumerate("pqrstu")]
    trained = train(examples, jobs=1)
    texts = [example.text for example in examples]

    assert trained.tagger.labels == tuple(sorted(labels))
    assert np.allclose([trained.tagger.scores(text) for text in texts], raw_scores(trained.pipeline, texts), atol=1e-9)
    assert trained.tagger.tag(texts, threshold=0)[0].best == labels[0]
    assert 1 <= trained.tagger.known_words(texts[0]) <= 3


@pytest.mark.parametrize("hasten", [False, True])
def test_known_words(trained: Trained, *, hasten: bool) -> None:
    """A word is known, once, if the model has met it or its stem."""
    tagger = Tagger(trained.model)
    if hasten:
        tagger.hasten()
    features = {feature for feature, _ in tagger.weights()}
    stems = [feature[:-1] for feature in sorted(features) if feature[-1:] == "*"]
    *_, one = (each for each in stems if each not in features and stem(each) == each)

    assert [tagger.known_words(text) for text in ("roadmap", one, f"{one} xqzzk {one}", "xqzzk", "")] == [1, 1, 2, 0, 0]


@settings(max_examples=50)
@given(text=st.text())
def test_reasons_add_up(tagger: Tagger, text: str) -> None:
    """The shares of all words and pairs, and the bias, are the score."""
    shares = np.array([tagger.bias, *(reason.scores for reason in tagger.reasons(text))]).sum(axis=0)

    assert np.allclose(shares, tagger.scores(text), atol=1e-9)


def test_tag(tagger: Tagger) -> None:
    """Tags come in order, with reasons only when asked for."""
    first, second = tagger.tag(["publish the product roadmap", "update the project schedule"], threshold=0)

    assert (first.role, second.role) == ("product", "project")
    assert first.reasons == ()
    assert "roadmap" in {reason.words for reason in tagger.tag(["publish the roadmap"], why=True)[0].reasons}


def test_a_string_is_not_several_texts(tagger: Tagger) -> None:
    """The commonest slip is an error, not a tag for each letter."""
    with pytest.raises(TypeError, match="several texts"):
        tagger.tag("build roadmap")


def test_promise(tagger: Tagger) -> None:
    """A promise picks its stored threshold; one that is not stored names those there are."""
    assert tagger.threshold_for(0.95) == tagger.rule.threshold
    with pytest.raises(ModelError, match=r"0\.97; it has 0\.8, 0\.9, 0\.95, 0\.98, 0\.99"):
        tagger.tag(["x"], promise=0.97)


def test_words_are_computed_once(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word that comes again is remembered, however it is dressed; after very many words all are forgotten."""
    tagger = trained.tagger
    computed: list[str] = []
    compute = tagger._meet_words
    monkeypatch.setattr(tagger, "_meet_words", lambda words: computed.extend(words) or compute(words))

    tagger.tag(["plan the plan", "Plan: the release-plan"] * 10)
    assert computed == ["plan", "the", "release"]

    monkeypatch.setattr("classifier.tagger.REMEMBERED", 2)
    before = tagger.tag(["plan the release"])
    assert computed == ["plan", "the", "release"] * 2
    assert tagger.tag(["plan the release"]) == before


def test_words_that_came_first_are_kept(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that came later are forgotten again and again; all are, where those that came first do not come again."""
    tagger, expected = Tagger(trained.model), Tagger(trained.model)
    computed: list[str] = []
    compute = tagger._meet_words
    monkeypatch.setattr(tagger, "_meet_words", lambda words: computed.extend(words) or compute(words))
    monkeypatch.setattr("classifier.tagger.REMEMBERED", 44)
    usual = " ".join(f"release{letter}" for letter in "abcdefghijklmnopqrstuvwxyzäöüåéèôñçøßæ")
    titles = [f"{usual} and new{letter}, again" for letter in "abcdefgh" * 2]

    for title in titles:
        assert tagger.tag([title], why=True) == expected.tag([title], why=True)
    assert computed.count("releasea") == 1
    assert computed.count("newd") == 2

    strange = [f"{usual.replace('release', other)} plan" for other in "xyz"]
    for title in (*strange, *titles[:2]):
        assert tagger.tag([title]) == expected.tag([title])
    assert computed.count("releasea") == 2


TITLES = st.lists(st.text() | st.sampled_from(["plan the release", "ask users, then re-plan", "", "—", "roadmap"]))


@settings(max_examples=50)
@given(texts=TITLES)
def test_hastened(trained: Trained, texts: list[str]) -> None:
    """Very many texts are added up by other means, with the same results to the last digit."""
    tagger, hastened = Tagger(trained.model), Tagger(trained.model)
    hastened.hasten()

    assert hastened.tag(texts) == tagger.tag(texts)
    assert [hastened.scores(text) for text in texts] == [tagger.scores(text) for text in texts]


def test_many_texts_hasten(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    """It happens by itself where there are many; with more labels than fit, all stays as it is."""
    monkeypatch.setattr("classifier.tagger.MANY", 3)
    labels = ("design", "law", "money", "people")
    examples = [Example(f"{label} {word} {number}", label) for label in labels for number, word in enumerate("pqrstu")]
    tagger, wide = Tagger(trained.model), train(examples, jobs=1).tagger
    for each in (tagger, wide):
        each.tag(["plan the release"] * 3)

    assert tagger._bulk is not None
    assert wide._bulk is None


def test_threads_may_share_a_tagger(trained: Trained) -> None:
    """Words that several threads meet at the same time do not mix."""
    texts = [f"plan release {number} with team{number}x and word{number % 97}" for number in range(800)]
    expected = Tagger(trained.model).tag(texts)
    for hasten in (False, True):
        tagger = Tagger(trained.model)
        if hasten:
            tagger.hasten()
        with ThreadPoolExecutor(8) as pool:
            assert all(found == expected for found in pool.map(tagger.tag, [texts] * 16))


def damage(model: dict[str, Any], **members: Any) -> bytes:
    """Return a model file with some members replaced, or taken out where None."""
    changed = {**model, **members}
    return model_bytes({name: value for name, value in changed.items() if value is not None})


NO_WORDS = {"features": b"", "sums": b"", "whole": b"", "cut": b""}
TWO_WORDS = {"features": b"a b", "sums": bytes(8), "whole": bytes(8), "cut": bytes(8)}
TWO_NAMES = b"a  \nb  "
"""Lines of one name each, of which nothing is left behind its first letters."""
ONE_PAIR = {
    "stems": TWO_NAMES,
    "step": 1,
    "shifts": bytes(20),
    "bytes": 2,
    "rows": b"\x01\x00\x01\x00\x03\x00",
    "weights": [b"\x80\x80\x80\x80\x00\xff"],
}
"""The second stem behind the first, whose row is 1 + 1 * 2: five rows, none of them shifted; three slots, two of them
free, with two bytes of weights each."""


def test_words_hold_all_that_they_say(trained: Trained) -> None:
    """A word that the model knows is not cut up any more, and says what its own weight, stem and pieces say together."""
    tagger = trained.tagger
    cut_up = Tagger({**trained.model, "words": NO_WORDS})
    weights, _ = score_weights(trained.pipeline)
    place = list(trained.pipeline["features"].get_feature_names_out()).index("words__roadmap")
    (with_it,), (without_it,) = tagger.reasons("roadmap")[:1], cut_up.reasons("roadmap")[:1]

    own = [one - other for one, other in zip(with_it.scores, without_it.scores, strict=True)]
    assert own == pytest.approx(weights[:, place])
    assert any(own)


def test_one_pair(trained: Trained) -> None:
    """The pair that the damaged models below are made from is sound, and found."""
    tagger = Tagger({**trained.model, "words": NO_WORDS, "pairs": ONE_PAIR})

    assert [feature for feature, _ in tagger.weights() if " " in feature] == ["a b"]
    assert "a b" in [reason.words for reason in tagger.reasons("a b")]
    assert "b a" not in [reason.words for reason in tagger.reasons("b a")]


@pytest.mark.parametrize("rows", [b"\x01\x00\x01\x00\x02\x00", b"\x01\x00\x01\x00\t\x00", b"\x03\x00\x01\x00\x01\x00"])
def test_pairs_of_unknown_stems(trained: Trained, rows: bytes) -> None:
    """Pairs of stems that there are not are found when pairs are named; until then texts are tagged."""
    tagger = Tagger({**trained.model, "words": NO_WORDS, "pairs": {**ONE_PAIR, "rows": rows}})

    assert len(tagger.tag(["a b", "b a", "a", ""])) == 4
    with pytest.raises(ModelError, match="damaged"):
        list(tagger.weights())


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"kind": "recipe"}, "no taskrole model"),
        ({"format": 99}, "format 99"),
        ({"labels": None}, "damaged"),
        ({"labels": ["product"]}, "damaged"),
        ({"labels": 7}, "damaged"),
        ({"labels": ["product", "project", "a\nb"]}, "damaged"),
        ({"labels": ["product", "project", "a" * 300]}, "damaged"),
        ({"rule": {"x" * 10_000: 1}}, "damaged"),
        ({"bias": [1]}, "damaged"),
        ({"bias": [1 << 40, 0]}, "damaged"),
        ({"words": {**TWO_WORDS, "sums": bytes(4)}}, "damaged"),
        ({"words": {**TWO_WORDS, "features": b"a a"}}, "damaged"),
        ({"words": {**TWO_WORDS, "features": b"a b c"}}, "damaged"),
        ({"words": {**TWO_WORDS, "sums": bytes(10)}}, "damaged"),
        ({"words": {**TWO_WORDS, "features": ["a", "b"]}}, "damaged"),
        ({"words": {**TWO_WORDS, "whole": bytes(4)}}, "damaged"),
        ({"words": {**TWO_WORDS, "cut": bytes(12)}}, "damaged"),
        ({"words": {"features": b"a b", "sums": bytes(8)}}, "damaged"),
        ({"stems": {"features": TWO_NAMES, "weights": [bytes(2)]}}, "damaged"),
        ({"stems": {"features": b"a  \n\nb  ", "weights": [bytes(4)]}}, "damaged"),
        ({"stems": {"features": b"a b", "weights": [bytes(4)]}}, "damaged"),
        ({"stems": None}, "damaged"),
        ({"pieces": {"features": b"a  ", "weights": [b"?"]}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "stems": b"a  \na  "}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "stems": b"a  \nb  \nc  "}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "step": 0}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "step": 2}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "stems": b"", "step": 10**30, "shifts": bytes(4)}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "bytes": 3}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "shifts": bytes(4) + b"\x03" + bytes(15)}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "shifts": bytes(12) + b"\xff" * 8}}, "damaged"),
        ({"words": {**TWO_WORDS, "whole": b"\xff" * 8}}, "damaged"),
        ({"words": {**TWO_WORDS, "cut": b"\xff" * 8}}, "damaged"),
        ({"words": {**TWO_WORDS, "whole": bytes(4) + b"\x03" + bytes(3)}, "pairs": ONE_PAIR}, "damaged"),
        ({"pairs": {**ONE_PAIR, "shifts": bytes(16)}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "shifts": bytes(24)}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "rows": b"\x01\x00\x01\x00"}}, "damaged"),
        ({"pairs": {**ONE_PAIR, "weights": [bytes(4)]}}, "damaged"),
        ({"rule": {"damping": -1000}}, "damaged"),
        ({"rule": {"slope": 40}}, "damaged"),
        ({"rule": {"intercept": -1000}}, "damaged"),
        ({"rule": {"temperature": 1, "fancy": 2}}, "damaged"),
        ({"rule": {"temperature": "hot"}}, "damaged"),
        ({"rule": {"temperature": 0}}, "damaged"),
        ({"rule": {"slope": float("nan")}}, "damaged"),
        ({"labels": ["product", "product", "project"]}, "damaged"),
        ({"stems": {"features": b"", "weights": []}}, "damaged"),
        ({"steps": 0}, "damaged"),
        ({"thresholds": {"high": 0.9}}, "damaged"),
    ],
)
def test_damaged_models(trained: Trained, tmp_path: Path, members: dict[str, Any], sentence: str) -> None:
    """Whatever is wrong with a model file, one sentence names the file and says so."""
    path = tmp_path / "model.taskrole"
    path.write_bytes(damage({**trained.model, "words": NO_WORDS}, **members))

    with pytest.raises(ModelError, match=sentence) as caught:
        Tagger.load(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < len(str(path)) + 400
