"""What cannot be read or written is one sentence that names the file and says what to do."""

import io
import os

import pytest

from classifier.backlog import BacklogError, format_of_suffix, read, write
from classifier.errors import TaskroleError
from tests.backlog.cases import CASES, tagged

# name, bytes, options, what the sentence says
WRONG = [
    ("empty.csv", b"", {}, "empty.csv is empty"),
    ("blank.txt", b" \n\n", {}, "blank.txt is empty"),
    (
        "keys.csv",
        b"Key,Kind\nA,B\n",
        {},
        "keys.csv has no column that is named like a title (its columns: 'Key', 'Kind'): name it with --column.",
    ),
    (
        "keys.csv",
        b"Key,Kind\nA,B\n",
        {"column": "Name"},
        "keys.csv has no column 'Name': its columns are 'Key', 'Kind'.",
    ),
    (
        "none.csv",
        b"Title,Kind\n,B\n",
        {},
        "none.csv holds no task: looked for rows with a title in the column 'Title'.",
    ),
    ("quote.csv", b'Title,Kind\na,b\nc,"d\n', {}, "quote.csv, line 3, opens a quote that is never closed"),
    ("broken.json", b'[{"title": "a"},\n{"title" "b"}]', {}, "broken.json, line 2, is not valid JSON"),
    ("half.json", b'[{"title": "a"}', {}, "half.json, line 1, is not valid JSON: ',' or ']' is missing"),
    ("keys.json", b'[{"key": 1, "kind": 2}]', {}, "found members 'key', 'kind'; name the title's with --column."),
    ("two.json", b'{"a": ["x"], "b": ["y"]}', {}, "two.json holds several lists ('a', 'b')"),
    ("numbers.json", b"[1, 2]", {}, "numbers.json holds no task"),
    ("line.jsonl", b'{"title": "a"}\n{"title": \n', {}, "line.jsonl, line 3, is not valid JSON"),
    ("prose.md", b"# Title\n\nProse.\n", {}, "prose.md holds no task: looked for check boxes, bullets and tables"),
    ("table.md", b"| Key |\n|---|\n| a |\n", {}, "its first table has 'Key': name one with --column."),
    ("notes.org", b"#+TITLE: x\n* Heading\n", {}, "notes.org holds no task: looked for headlines with a TODO keyword"),
    ("empty.xml", b'<Project xmlns="http://schemas.microsoft.com/project"/>', {}, "empty.xml holds no task"),
    (
        "cut.xml",
        b'<Project xmlns="http://schemas.microsoft.com/project"><Tasks>',
        {},
        "cut.xml, line 1, is not valid XML",
    ),
    ("other.xml", b'<?xml version="1.0"?><rss/>', {}, "other.xml is a page of HTML or XML"),
    ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0", {}, "picture.csv is a PNG picture"),
    ("program", b"\x7fELF\x02\x01", {}, "program is a program"),
    ("binary.txt", bytes(range(256)) * 10, {}, "binary.txt is "),
    (
        "wrong.csv",
        "Title,x\né,b\n".encode("latin-1"),
        {"encoding": "utf-8"},
        "wrong.csv, line 2, holds bytes that are not UTF-8",
    ),
    ("x.csv", b"Title,x\na,b\n", {"encoding": "klingon"}, "There is no encoding named 'klingon'"),
    ("x.csv", b"Title,x\na,b\n", {"encoding": "rot13"}, "There is no encoding named 'rot13'"),
    ("x.csv", b"Title,x\na,b\n", {"format": "klingon"}, "There is no format named 'klingon' to read: choose one of "),
    ("x.csv", b"Title,x\na,b\n", {"format": "json"}, "x.csv, line 1, is not valid JSON"),
    ("x.csv", b"Title,x\na,b\n", {"format": "excel"}, "x.csv is a damaged workbook"),
    ("x.csv", b"Title,x\na,b\n", {"format": "ms-project"}, "x.csv, line 1, is not valid XML"),
]


@pytest.mark.parametrize(
    ("name", "data", "options", "said"), WRONG, ids=[f"{name} {said[:30]}" for name, _, _, said in WRONG]
)
def test_a_wrong_file_is_one_sentence(name, data, options, said, tmp_path):
    (tmp_path / name).write_bytes(data)

    with pytest.raises(BacklogError) as error, read(tmp_path / name, **options) as backlog:
        list(backlog)

    assert isinstance(error.value, TaskroleError)
    assert said in str(error.value)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BacklogError, match=r"nothing\.csv does not exist"):
        read(tmp_path / "nothing.csv")


def test_a_folder(tmp_path):
    with pytest.raises(BacklogError, match="is a folder: name the file in it"):
        read(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="who may do all cannot be refused")
def test_a_file_that_may_not_be_read(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("Title\nx\n")
    path.chmod(0)

    with pytest.raises(BacklogError, match="may not be read"):
        read(path)


def test_a_backlog_is_read_once():
    with read(CASES / "jira.csv") as backlog:
        list(backlog)

        with pytest.raises(BacklogError, match="has been read already"):
            list(backlog)


def test_an_unknown_format_to_write():
    with read(CASES / "jira.csv") as backlog, pytest.raises(BacklogError, match="to write: choose one of excel, json"):
        write(io.BytesIO(), tagged(backlog), backlog, format="org")


def test_bytes_that_fit_no_encoding_late_in_a_stream():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    data = b"Title,x\n" + b"a,b\n" * 50_000 + b"\xe9,b\n"
    backlog = read(Pipe(data))

    with pytest.raises(BacklogError, match="not all UTF-8 text: name its encoding with --encoding"):
        list(backlog)


def test_the_same_bytes_in_a_file_are_read(tmp_path):
    path = tmp_path / "late.csv"
    path.write_bytes(b"Title,x\n" + b"a,b\n" * 50_000 + "élan café\n".encode("cp1252"))

    with read(path) as backlog:
        assert [task.title for task in backlog][-1] == "élan café"


@pytest.mark.parametrize("name", ["-dash.csv", "Übung 計画.csv", "a b.csv", "new\nline.csv"])
def test_strange_names_of_files(name, tmp_path):
    (tmp_path / name).write_text("Title,x\na,b\n")

    with read(tmp_path / name) as backlog:
        assert [task.title for task in backlog] == ["a"]
        assert "\n" not in backlog.name


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.csv", "csv"),
        ("a.TSV", "tsv"),
        ("a.b.jsonl", "jsonl"),
        ("x/a.md", "markdown"),
        ("a.xlsx", "excel"),
        ("a", None),
        ("a.pdf", None),
    ],
)
def test_suffixes_name_formats(path, form):
    assert format_of_suffix(path) == form


class TestWriting:
    def test_a_failure_leaves_the_old_file(self, tmp_path):
        out = tmp_path / "out.csv"
        out.write_text("old")

        def breaks(backlog):
            yield from tagged(backlog)
            raise KeyboardInterrupt

        with read(CASES / "jira.csv") as backlog, pytest.raises(KeyboardInterrupt):
            write(out, breaks(backlog), backlog, format="csv")

        assert out.read_text() == "old"
        assert list(tmp_path.iterdir()) == [out]

    def test_a_file_has_the_rights_of_any_new_file(self, tmp_path):
        with read(CASES / "jira.csv") as backlog:
            write(tmp_path / "out.csv", tagged(backlog), backlog, format="csv")
        (tmp_path / "other").touch()

        assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "other").stat().st_mode

    def test_the_input_may_be_the_output(self, tmp_path):
        path = tmp_path / "same.csv"
        path.write_text("Title,x\na,b\n")

        with read(path) as backlog:
            write(path, tagged(backlog), backlog, format="csv")

        assert path.read_text() == "Title,x,role,confidence\na,b,product,0.971\n"

    def test_a_link_stays_a_link(self, tmp_path):
        (tmp_path / "real.csv").touch()
        (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")

        with read(CASES / "jira.csv") as backlog:
            write(tmp_path / "link.csv", tagged(backlog), backlog, format="csv")

        assert (tmp_path / "link.csv").is_symlink()
        assert (tmp_path / "real.csv").stat().st_size

    @pytest.mark.parametrize("where", ["", "no/such/folder.csv"])
    def test_a_place_that_cannot_be_written(self, where, tmp_path):
        with (
            read(CASES / "jira.csv") as backlog,
            pytest.raises(BacklogError, match=r"is a folder|cannot be written: No such"),
        ):
            write(tmp_path / where, tagged(backlog), backlog, format="csv")
