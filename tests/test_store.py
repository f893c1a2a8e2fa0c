"""The store: never half changed, never lost, explained where it is damaged."""

import os
import pickle
import sqlite3
import stat
from pathlib import Path

import pytest
from platformdirs import user_data_path

from classifier.errors import ModelError, StoreError
from classifier.home import SHIPPED, home
from classifier.store import Made, Store, current_model
from classifier.tagger import Tagger
from classifier.tasks import Example

ONE, TWO, THREE = (Example(text, "product", "test", f"file.csv:{line}") for line, text in enumerate(("a", "b", "c"), 2))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a store of this test's own."""
    monkeypatch.setenv("TASKROLE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def made(content: bytes, *numbers: int) -> Made:
    return Made(content, SHIPPED, numbers, {})


def states(store: Store) -> dict[str, str]:
    return {held.example.text: held.state for held in store.held()}


@pytest.mark.parametrize("data", [None, "", "/some/place", "/some/place/"])
def test_the_usual_folder(monkeypatch: pytest.MonkeyPatch, data: str | None) -> None:
    """Where none is named, it is where the library for such folders has it, asked or not."""
    monkeypatch.delenv("TASKROLE_HOME", raising=False)
    if data is None:
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    else:
        monkeypatch.setenv("XDG_DATA_HOME", data)

    assert home() == user_data_path("taskrole", appauthor=False)


def test_no_store_is_needed(folder: Path) -> None:
    """Without a store the shipped model is current, and looking does not make one."""
    assert home() == folder
    assert current_model() is None
    assert not folder.exists()


def test_a_new_store_says_the_same(folder: Path) -> None:
    """An empty store has the shipped model."""
    with Store() as store:
        assert (store.current(), store.versions(), store.held()) == (None, [], [])
    assert current_model() is None


def test_promote_use_and_roll_back(folder: Path) -> None:
    """Each step changes the current model and the state of the examples that only one of the two knows."""
    with Store() as store:
        (one, two) = store.add([ONE, TWO])
        assert states(store) == {"a": "waiting", "b": "waiting"}
        first = store.promote(made(b"1", one), None)
        assert first is not None
        assert states(store) == {"a": "known", "b": "waiting"}
        second = store.promote(made(b"2", one, two), first.number)
        assert second is not None
        assert (store.current(), states(store)) == (second, {"a": "known", "b": "known"})

        store.rollback()
        path = current_model()
        assert path is not None
        assert (path.read_bytes(), states(store)) == (b"1", {"a": "known", "b": "aside"})
        store.rollback()
        assert (current_model(), states(store)) == (None, {"a": "aside", "b": "aside"})
        with pytest.raises(StoreError, match="nothing to roll back"):
            store.rollback()

        store.use(store.find(second.digest[:8]))
        assert states(store) == {"a": "known", "b": "known"}
        store.remove(first)
        assert [version.number for version in store.versions()] == [second.number]
        with pytest.raises(StoreError, match="is current"):
            store.remove(second)
        store.use(store.find(SHIPPED))
        assert current_model() is None


def test_promotion_compares_and_swaps(folder: Path) -> None:
    """A model made on top of what is no longer current is not promoted, and nothing changes."""
    with Store() as store, Store() as other:
        numbers = store.add([ONE])
        first = other.promote(made(b"1"), None)
        assert store.promote(made(b"2", *numbers), None) is None
        assert (store.current(), states(store)) == (first, {"a": "waiting"})


def test_refused_examples_are_set_aside(folder: Path) -> None:
    """A refused model is kept, its new examples wait no longer, and come back when they are given again."""
    with Store() as store:
        numbers = store.add([ONE, TWO])
        version = store.refuse(made(b"1", *numbers), "it is worse", numbers[:1])
        assert (version.refused, store.current()) == ("it is worse", None)
        assert states(store) == {"a": "aside", "b": "waiting"}
        assert [held.why for held in store.held()] == ["version 1: it is worse", ""]
        assert store.add([ONE]) == numbers[:1]
        assert states(store) == {"a": "waiting", "b": "waiting"}
        forced = store.promote(made(b"1", *numbers), None)
        assert forced is not None
        assert (forced.number, forced.refused) == (version.number, None)


def test_taking_back_and_removing(folder: Path) -> None:
    """An answer that nothing learned from vanishes; what a model knows stays until the next one."""
    with Store() as store:
        one, two = store.add([ONE, TWO])
        store.take_back(two)
        version = store.promote(made(b"1", one), None)
        store.take_back(one)
        assert states(store) == {"a": "known"}
        assert store.remove_examples([one, 99]) == 1
        assert states(store) == {"a": "removed"}
        assert version is not None
        assert [held.example for held in store.members(version)] == [ONE]


def test_skipped_texts_are_remembered(folder: Path) -> None:
    """Also by the next process."""
    with Store() as store:
        store.skip("x")
        store.skip("x")
        store.skip("y")
        store.unskip("y")
    with Store() as store:
        assert store.skipped() == {"x"}


@pytest.mark.parametrize("content", [b"", b"{", b"\x80\x04."], ids=["empty", "text", "pickle"])
def test_a_changed_model_file_is_not_used(folder: Path, content: bytes) -> None:
    """A model file that is not the one stored is named, with what to do; rolling back helps."""
    with Store() as store:
        version = store.promote(made(b"good"), None)
        assert version is not None
        store.path(version).write_bytes(content)
        with pytest.raises(StoreError, match=r"not the model that was stored there.*rollback"):
            current_model()
        store.rollback()
    assert current_model() is None


def test_a_missing_model_file_is_named(folder: Path) -> None:
    """As is one that is gone."""
    with Store() as store:
        version = store.promote(made(b"good"), None)
        assert version is not None
        store.path(version).unlink()
    with pytest.raises(StoreError, match=r"is missing.*rollback"):
        current_model()


class Pwned:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_nothing_is_unpickled(folder: Path, tmp_path: Path) -> None:
    """A pickle in place of a model, of the database or of a pipeline is refused."""
    pwned = tmp_path / "pwned"
    content = pickle.dumps(Pwned(pwned))
    with Store() as store:
        version = store.promote(made(content), None)
        assert version is not None
        with pytest.raises(ModelError, match="pickle"):
            Tagger.load(current_model())
        assert not store.wrote_pipeline(content)
        store.record_pipeline(b"ours")
        assert store.wrote_pipeline(b"ours")
    (folder / "store.db").write_bytes(content * 50)
    with pytest.raises(StoreError, match="is damaged"):
        current_model()
    with pytest.raises(StoreError, match="is damaged"):
        Store()
    assert not pwned.exists()


def test_a_newer_layout_is_not_touched(folder: Path) -> None:
    """A store of a later taskrole is left alone."""
    Store().close()
    connection = sqlite3.connect(folder / "store.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    for look in (current_model, Store):
        with pytest.raises(StoreError, match="newer taskrole"):
            look()


def test_a_layout_cut_short_is_made_again(folder: Path) -> None:
    """A process that died before the first tables were there leaves an empty file, and that is no store."""
    folder.mkdir()
    (folder / "store.db").touch()

    assert current_model() is None
    with Store() as store:
        assert store.versions() == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind the superuser")
def test_a_store_without_permission(folder: Path) -> None:
    """Reading needs no right to write; where even reading is forbidden, that is said."""
    with Store() as store:
        store.promote(made(b"good"), None)
    writable = stat.S_IMODE(folder.stat().st_mode)
    try:
        for path in (folder, folder / "models", folder / "store.db"):
            path.chmod(path.stat().st_mode & ~0o222)
        assert current_model() is not None
        (folder / "store.db").chmod(0)
        with pytest.raises(StoreError):
            current_model()
    finally:
        folder.chmod(writable)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    """A file in the folder's place is one sentence, for who reads and for who writes."""
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match="TASKROLE_HOME"):
        Store(tmp_path / "file" / "home")


def test_turns_are_taken(folder: Path) -> None:
    """While one has the turn another one waits; when it ends, the turn is free."""
    waited: list[str] = []
    with Store() as store:
        with store.turn(lambda: waited.append("first")):
            assert (folder / "turn.db").exists()
        with store.turn(lambda: waited.append("second")):
            pass
    assert waited == []


def test_leftovers_are_swept(folder: Path) -> None:
    """Files that an interrupted run left go; those of versions stay."""
    with Store() as store:
        version = store.promote(made(b"good"), None)
        assert version is not None
        for name in (".abc.json", "f00.json", "f00.joblib"):
            (folder / "models" / name).touch()
        store.sweep()
        assert [path.name for path in (folder / "models").iterdir()] == [store.path(version).name]
