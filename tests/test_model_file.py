"""The model file: what is written comes back, and what is no model is refused in one sentence."""

import json
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from classifier.errors import ModelError
from classifier.learning import Trained
from classifier.model_file import FORMAT, KIND, LARGEST_FILE, model_bytes, read_model
from classifier.tagger import Tagger

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
CONTENT = st.recursive(PLAIN | st.binary(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
HEAD = b'{"kind": "taskrole model", "format": 1'
SOUND: dict[str, Any] = {"kind": KIND, "format": FORMAT}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.dictionaries(st.text().filter(lambda name: name != "columns"), CONTENT))
def test_comes_back(tmp_path: Path, content: dict[str, Any]) -> None:
    """Whatever can stand in a model is the same once written and read."""
    path = tmp_path / "model.taskrole"
    path.write_bytes(model_bytes({**content, **SOUND}))

    assert read_model(path) == {**content, **SOUND}


def test_of_a_model(trained: Trained, model_path: Path) -> None:
    """So is a real one; its first line is JSON for everybody to read."""
    assert read_model(model_path) == trained.model
    assert json.loads(model_path.read_bytes().splitlines()[0])["kind"] == KIND


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=CONTENT, columns=st.lists(st.lists(st.text() | st.integers(), max_size=4)) | CONTENT, rest=st.binary())
def test_any_content(tmp_path: Path, head: Any, columns: Any, rest: bytes) -> None:
    """Whatever stands in a file, it is read, or refused in one sentence that names it."""
    path = tmp_path / "model.taskrole"
    columns = json.loads(json.dumps(columns, default=repr))
    path.write_bytes(json.dumps({"rest": head, **SOUND, "columns": columns}, default=repr).encode() + b"\n" + rest)
    try:
        said = f"{path}: read {read_model(path)}"
    except ModelError as error:
        said = str(error)

    assert said.startswith(str(path))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pickle.dumps({"a": 1}), "pickle"),
        (zlib.compress(pickle.dumps({"a": 1})), "pickle or joblib"),
        (b"", "no taskrole model"),
        (b"{", "no taskrole model"),
        (b"[" * 100_000, "no taskrole model"),
        (b"[1, 2]", "no taskrole model"),
        (b"\xff\xfe\x00", "no taskrole model"),
        (b'{"kind": "recipe"}\n', "no taskrole model"),
        (HEAD + b"}\n", "damaged"),
        (HEAD + b', "columns": [["bias", 4]]}\nabc', "cut short"),
        (HEAD + b', "columns": [["bias", -1], ["bias", 4]]}\nabc', "cut short"),
        (HEAD + b', "columns": [["bias", 2]]}\nabc', "more in it"),
        (HEAD + b', "columns": [["bias", null]]}\nabc', "damaged"),
        (HEAD + b', "columns": [["bias", 1e999]]}\nabc', "cut short"),
        (HEAD + b', "columns": [["words", "sums", 3]]}\nabc', "damaged"),
        (HEAD + b', "columns": [3]}\nabc', "damaged"),
        (b'{"kind": "taskrole model", "format": 99}', "format 99"),
        (b'{"kind": "taskrole model", "format": "' + b"9" * 10_000 + b'"}', "format '999"),
        (b'{"kind": "taskrole model", "x": [' + b"[]," * 2_000_000 + b"[]]}", "no taskrole model"),
    ],
)
def test_foreign_files(tmp_path: Path, content: bytes, sentence: str) -> None:
    """A file that is no model is refused in one sentence, unopened where it is binary."""
    path = tmp_path / "model.taskrole"
    path.write_bytes(content)

    with pytest.raises(ModelError, match=sentence):
        Tagger.load(path)


def test_a_large_file(tmp_path: Path) -> None:
    """No more is read than a model may have."""
    path = tmp_path / "model.taskrole"
    path.write_bytes(model_bytes(SOUND))
    with path.open("ab") as file:
        file.truncate(LARGEST_FILE + 1)

    with pytest.raises(ModelError, match="too large"):
        Tagger.load(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_file_without_end() -> None:
    """Nor is it where the end cannot be seen."""
    with pytest.raises(ModelError, match="no taskrole model"):
        Tagger.load("/dev/zero")


def test_missing_file(tmp_path: Path) -> None:
    """So is one that is not there."""
    with pytest.raises(ModelError, match="cannot be read"):
        Tagger.load(tmp_path / "none.taskrole")
