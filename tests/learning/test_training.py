"""Training says what it lacks and gives the same model twice."""

import pytest

from classifier.errors import TrainingError
from classifier.learning import Trained, train
from classifier.learning.training import digest
from classifier.tagger import Tagger
from classifier.tasks import Example

DESIGN = [Example(f"draw the {word}", "design") for word in "abcde"]
OPS = [Example(f"restart the {word}", "ops") for word in "abcde"]


@pytest.mark.parametrize(
    ("examples", "sentence"),
    [
        ([], "at least two roles, and there is none"),
        (DESIGN, "only 'design'"),
        ([*DESIGN, Example("x", "unsure")], "only 'design'"),
        (DESIGN + OPS[:2], "3 more of 'ops'"),
    ],
)
def test_too_few_examples(examples: list[Example], sentence: str) -> None:
    """One sentence says which role lacks how many."""
    with pytest.raises(TrainingError, match=sentence):
        train(examples, jobs=1)


def test_training_twice_gives_the_same_model(trained: Trained, examples: list[Example]) -> None:
    """Nothing in it is left to chance."""
    assert train(examples, jobs=1).model == trained.model


def test_progress_and_provenance(examples: list[Example]) -> None:
    """Progress grows to the whole; the model says what it was made of."""
    shares: list[float] = []
    model = train(examples, jobs=1, done=shares.append).model

    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert model["provenance"]["labels"] == {"product": 22, "project": 22, "unsure": 12}
    assert model["provenance"]["digest"] == digest(list(reversed(examples)))


def test_weights(trained: Trained, examples: list[Example]) -> None:
    """An example that counts for more pulls the model its way; the model says which sources count differently."""
    text = "what on earth is it about"
    rivals = [Example(text, "product", "x", "", 3.0), Example(text + " then", "project", "y", "", 0.1)]
    model = train([*examples, *rivals], jobs=1).model
    other = train([*examples, rivals[0]._replace(weight=0.1), rivals[1]._replace(weight=3.0)], jobs=1).model

    assert Tagger(model).tag([text])[0].best == "product"
    assert Tagger(other).tag([text])[0].best == "project"
    assert model["provenance"]["weights"] == {"x": 3.0, "y": 0.1}
    assert trained.model["provenance"]["weights"] == {}
    assert len({each["provenance"]["digest"] for each in (model, other)}) == 2


def test_digest_tells_a_weight_from_a_number_in_the_text() -> None:
    """Data that differ have different digests, whatever stands at a text's end."""
    assert digest([Example("level 2", "product", "x", "")]) != digest([Example("level ", "product", "x", "", 2)])


def test_texts_that_share_nothing() -> None:
    """There is nothing to learn from, and one sentence says so."""
    texts = "abcdefghij"
    with pytest.raises(TrainingError, match="no two of these have one"):
        train([Example(text, label) for text, label in zip(texts, ["x", "y"] * 5, strict=True)], jobs=1)


def test_texts_that_share_no_pairs() -> None:
    """What is left out of one kind of features is learned by the others."""
    words = [("alpha", "x"), ("omega", "y")]
    examples = [Example(f"{number}th-{word}-{letter}", label) for word, label in words
                for number, letter in enumerate("bcdfgh")]  # fmt: skip

    assert train(examples, jobs=1).tagger.tag(["alpha"], threshold=0)[0].best == "x"
