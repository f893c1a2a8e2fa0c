"""Files appear whole or not at all."""

import os
from pathlib import Path

import pytest

from classifier.files import beside, sweep, write_whole


def test_a_file_is_replaced_with_the_rights_of_any_new_file(tmp_path: Path) -> None:
    """No trace is left of the file beside it."""
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "out", b"old")
        write_whole(tmp_path / "out", b"new")
    finally:
        os.umask(before)

    assert (tmp_path / "out").read_bytes() == b"new"
    assert os.name != "posix" or (tmp_path / "out").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["😀" * 60, "x" * 250, "ä" * 120])
def test_long_names(tmp_path: Path, name: str) -> None:
    """As long as a name may be, the name of the file beside it is shorter; what is left of that is found."""
    with beside(tmp_path / name) as stream:
        stream.write(b"new")
        (left,) = tmp_path.iterdir()
        left.with_name(left.name.replace(str(os.getpid()), "7")).touch()
    sweep(tmp_path, [name])

    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("end", [KeyboardInterrupt, ValueError, OSError])
def test_what_fails_leaves_the_old_file_alone(end: type[BaseException], tmp_path: Path) -> None:
    """Ctrl-C too."""
    (tmp_path / "out").write_bytes(b"old")

    def fail() -> None:
        with beside(tmp_path / "out") as stream:
            stream.write(b"half")
            raise end

    with pytest.raises(end):
        fail()

    assert (tmp_path / "out").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("place", ["folder", "none/out", "file/out"])
def test_an_error_names_the_file_asked_for(place: str, tmp_path: Path) -> None:
    """Nobody knows the file beside it."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r".") as caught:
        write_whole(tmp_path / place, b"new")

    assert caught.value.filename == str(tmp_path / place)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]


def test_an_error_of_the_input_keeps_its_name(tmp_path: Path) -> None:
    """What is read while a file is written may fail as well."""
    with pytest.raises(FileNotFoundError) as caught, beside(tmp_path / "out"):
        (tmp_path / "input").open().close()

    assert Path(caught.value.filename) == tmp_path / "input"


def test_what_killed_writers_left_is_swept(tmp_path: Path) -> None:
    """Only what was left beside the files that are named."""
    for name in ("out.csv", ".out.csv.123.part", ".other.csv.5.part", ".out.csv"):
        (tmp_path / name).write_text("x")

    sweep(tmp_path, {"out.csv"})

    assert {path.name for path in tmp_path.iterdir()} == {"out.csv", ".other.csv.5.part", ".out.csv"}
