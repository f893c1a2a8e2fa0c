"""What all tests share: a really trained little model."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifier.examples import read_examples
from classifier.learning import Trained, train
from classifier.learning.export import write_model
from classifier.tagger import Tagger
from classifier.tasks import Example

CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="session", autouse=True)
def _no_store_of_the_users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests apart from what whoever runs them has taught."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASKROLE_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _interrupts_are_heard() -> None:
    """Let processes that tests start hear Ctrl-C, which a shell has its background jobs ignore."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Some fifty labelled texts."""
    return read_examples([CASES / "examples.csv"])


@pytest.fixture(scope="session")
def trained(examples: list[Example]) -> Trained:
    """What training on them gives."""
    return train(examples, jobs=1)


@pytest.fixture(scope="session")
def tagger(trained: Trained) -> Tagger:
    """The tagger of the little model."""
    return trained.tagger


@pytest.fixture(scope="session")
def model_path(trained: Trained, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the little model."""
    path = tmp_path_factory.mktemp("model") / "little.taskrole"
    write_model(trained.model, path)
    return path
