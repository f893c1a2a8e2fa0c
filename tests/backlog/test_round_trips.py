"""What is written is read back, and what came in comes back."""

import csv
import io
import json
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.backlog import BacklogError, read, write
from classifier.backlog.delimited import Dialect, write_rows
from classifier.tasks import Tag
from tests.backlog.cases import CASES, tagged, titles, written

TABLES = [
    "jira.csv", "linear.csv", "asana.csv", "trello.csv", "gitlab.csv", "azure.csv", "azure-tree.csv", "clickup.csv",
    "Aufgaben 0123456789abcdef0123456789abcdef_all.csv", "notion-fr.csv", "todoist.csv", "project.csv", "backlog.csv",
    "french.csv", "ticktick.csv", "sep.csv", "utf16.tsv", "quire.csv",
]  # fmt: skip


def rows_of(data, encoding, delimiter):
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


def without_ours(row, at, ours, width):
    return row[:at] + row[at + ours :] if len(row) > width else row


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_cell_for_cell(name):
    data = (CASES / name).read_bytes()
    with read(CASES / name) as backlog:
        target = io.BytesIO()
        write(target, tagged(backlog), backlog, format="tsv" if name.endswith("tsv") else "csv")
        encoding, delimiter = backlog.source.encoding.codec, backlog.origin.dialect.delimiter
        width = len(backlog.columns)

    old, new = rows_of(data, encoding, delimiter), rows_of(target.getvalue(), encoding, delimiter)

    at = next(number for number, row in enumerate(new) if row[-2:] == ["role", "confidence"])
    assert len(old) == len(new)
    assert old[:at] == new[:at]
    for before, after in zip(old[at:], new[at:], strict=True):
        padded = before + [""] * (width - len(before)) if before else before
        assert after[:width] + after[width + 2 :] == padded
        assert after[width : width + 2] in ([], ["role", "confidence"], ["product", "0.971"], ["", ""])


@pytest.mark.parametrize("name", TABLES)
def test_the_spelling_of_a_table_comes_back(name):
    data = (CASES / name).read_bytes()
    out = written(data, "tsv" if name.endswith("tsv") else "csv", name=name)

    for mark in (b"\xef\xbb\xbf", b"\xff\xfe"):
        assert out.startswith(mark) == data.startswith(mark)
    assert (b"\r" in out) == (b"\r" in data)
    assert out.startswith(data[:12])


def test_all_quoted_stays_all_quoted():
    out = written('"ID","Title"\n"1","a"\n', "csv")

    assert out == b'"ID","Title","role","confidence"\n"1","a","product","0.971"\n'


def test_surplus_cells_follow_ours_and_short_rows_are_padded():
    out = written("Title,a,b\nx\ny,1,2,3,4\n\n,1\n", "csv")

    assert out.decode() == ("Title,a,b,role,confidence\nx,,,product,0.971\ny,1,2,product,0.971,3,4\n\n,1,,,\n")


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("Title,x", "role,confidence,why"),
        ("Title,role", "taskrole_role,taskrole_confidence,taskrole_why"),
        ("Title,Confidence", "taskrole_role,taskrole_confidence,taskrole_why"),
        ("Title,role,taskrole_role", "taskrole2_role,taskrole2_confidence,taskrole2_why"),
    ],
)
def test_columns_that_are_there_already_keep_their_names(header, ours):
    with read(io.BytesIO(f"{header}\na,b\n".encode())) as backlog:
        target = io.BytesIO()
        write(target, tagged(backlog), backlog, format="csv", why=lambda tag: f"because {tag.role}")

    head, row = target.getvalue().decode().splitlines()
    assert head == f"{header},{ours}"
    assert row.endswith("product,0.971,because product")
    assert bool(backlog.notices) == ("taskrole" in ours)
    assert not backlog.notices or backlog.notices[0].endswith(f"ours are {ours.replace(',', ', ')}.")


@pytest.mark.parametrize("formula", ["=1+1", "+SUM(A1)", "-x", "@cmd", "=HYPERLINK(1)", "'=1", "\u200b=1", "＝1"])
def test_text_never_becomes_a_formula(formula):
    composed = written(json.dumps([{"title": formula, "x": formula}]), "csv").decode()
    cells = next(csv.reader([composed.splitlines()[1]]))
    book = openpyxl.load_workbook(io.BytesIO(written(json.dumps([{"title": formula}]), "excel")))

    assert all(not cell.startswith(("=", "+", "-", "@", "＝")) for cell in cells)
    assert titles(composed) == [formula]
    assert [(cell.value, cell.data_type) for cell in book.active["A"]][1] == (formula, "s")


def test_the_users_own_cells_keep_their_text():
    assert b"=1+1,-5,'=x," in written("Title,n,m\n=1+1,-5,'=x\n", "csv")


@pytest.mark.parametrize("number", ["-5", "+4.5", "-1,000", "-12%"])
def test_numbers_are_no_formulas(number):
    out = written(json.dumps([{"title": "x", "n": number}]), "csv").decode()

    assert list(csv.reader(out.splitlines()))[1][3] == number


class TestMarkdown:
    DOCUMENTS = (
        "checklist.md",
        "bullets.md",
        "table.md",
        "kanban.md",
        "Pick a name 0123456789abcdef0123456789abcdef.md",
    )

    @pytest.mark.parametrize("name", DOCUMENTS)
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_the_same_document_comes_back_with_remarks(self, name, end):
        data = (CASES / name).read_text().replace("\n", end)
        tasks = titles(data, name=name)

        once = written(data, "markdown", name=name).decode()
        twice = written(once, "markdown", name=name, why=lambda _: "launch -- <b>|`x`").decode()
        thrice = written(twice, "markdown", name=name).decode()

        assert re.sub(" <!-- role: product 0.97 -->", "", once) == data
        assert once.count("<!-- role: product 0.97 -->") == len(tasks)
        assert titles(once, name=name) == titles(twice, name=name) == tasks
        assert thrice == once

    def test_remarks_stand_where_the_tasks_end(self):
        assert written("- [ ] a  \n  b\n- c\n\n| Task | x |\n|--|--|\n| d | e |\nf | g\n", "markdown").decode() == (
            "- [ ] a  \n  b <!-- role: product 0.97 -->\n- c\n\n| Task | x |\n|--|--|\n"
            "| d <!-- role: product 0.97 --> | e |\nf <!-- role: product 0.97 --> | g\n"
        )

    def test_a_task_that_is_no_longer_tagged_loses_its_remark(self):
        with read(io.BytesIO(written("- [ ] a\n", "markdown"))) as backlog:
            target = io.BytesIO()
            write(target, tagged(backlog, None), backlog, format="markdown")

        assert target.getvalue() == b"- [ ] a\n"


class TestExcel:
    @pytest.fixture(name="book")
    def _book(self):
        data = (CASES / "plan.xlsx").read_bytes()
        return openpyxl.load_workbook(io.BytesIO(written(data, "excel", why=lambda _: "=because")))

    def test_formulas_stay_formulas_and_text_stays_text(self, book):
        cells = {cell.coordinate: (cell.value, cell.data_type) for row in book["Plan"] for cell in row}

        assert cells["D4"] == ("=C4*100", "f")
        assert cells["B5"] == ("=not a formula", "s")
        assert cells["F4"] == ("007", "s")
        assert cells["I4"] == ("=because", "s")

    def test_ours_stand_behind_the_header_and_surplus_cells_behind_ours(self, book):
        rows = [[cell.value for cell in row] for row in book["Plan"]]

        assert rows[2][:10] == ["No", "Task", "Effort", "Cost", "Due", "Code", "role", "confidence", "why", None]
        assert rows[3][6:9] == ["product", 0.971, "=because"]
        assert rows[5][6:10] == [None, None, None, "a note"]
        assert rows[6][6:10] == ["product", 0.971, "=because", "beyond"]
        assert rows[7][6:9] == [None, None, None]

    def test_looks_and_other_sheets_stay(self, book):
        assert book.sheetnames == ["Plan", "Notes"]
        assert book["Plan"]["B4"].font.bold
        assert book["Plan"].column_dimensions["B"].width == 40

    def test_two_workbooks_are_not_mixed(self):
        with read(CASES / "plan.xlsx") as one, read(CASES / "plan.xlsx") as two:
            both = [*tagged(one), *tagged(two)]
            with pytest.raises(BacklogError, match="Several workbooks"):
                write(io.BytesIO(), both, one, format="excel")

    def test_csv_becomes_a_workbook_of_text(self):
        book = openpyxl.load_workbook(io.BytesIO(written("Title,n\nx,007\ny,1E5\n", "excel")))

        assert [[cell.value for cell in row] for row in book.active] == [
            ["Title", "n", "role", "confidence"],
            ["x", "007", "product", 0.971],
            ["y", "1E5", "product", 0.971],
        ]

    def test_a_workbook_becomes_csv(self):
        lines = written((CASES / "plan.xlsx").read_bytes(), "csv").decode().splitlines()

        assert lines[2:5] == [
            "No,Task,Effort,Cost,Due,Code,role,confidence",
            "1,Describe the target group,2.5,,2026-03-01,007,product,0.971",
            "2,'=not a formula,1,,2026-03-01 09:30:00,1E5,product,0.971",
        ]


class TestJson:
    def test_one_object_a_task(self):
        lines = written("Title,n,n\na,007,1\n,x\n", "jsonl").decode().splitlines()

        assert [json.loads(line) for line in lines] == [
            {"title": "a", "role": "product", "confidence": 0.971, "fields": {"Title": "a", "n": "007", "n (2)": "1"}}
        ]

    def test_why_and_unsure_because(self):
        tag = Tag("unsure", 0.5, "product", unsure_because="torn")
        with read(io.BytesIO(b"a\n")) as backlog:
            target = io.BytesIO()
            write(target, tagged(backlog, tag), backlog, format="json", why=lambda _: "words")

        assert json.loads(target.getvalue()) == [
            {"title": "a", "role": "unsure", "confidence": 0.5, "unsure_because": "torn", "why": "words"}
        ]

    def test_what_a_terminal_would_obey_is_escaped(self):
        out = written("a\x1b[31m \x9b31m \u202eb\n", "jsonl")
        plain = written("plan\x7fit\n", "jsonl")

        assert out.isascii()
        assert b"\x7f" not in plain
        assert json.loads(plain)["title"] == "plan\x7fit"
        assert json.loads(out)["title"] == "a\x1b[31m \x9b31m \u202eb"

    def test_as_a_table_it_has_the_fields(self):
        out = written('[{"title": "a", "n": 1.50, "l": ["x"], "z": null}, {"title": "b", "m": true}]', "csv")

        assert out.decode() == (
            'title,role,confidence,n,l,z,m\na,product,0.971,1.5,"[""x""]",,\nb,product,0.971,,,,true\n'
        )

    def test_fields_that_come_late_are_kept(self):
        data = json.dumps([{"title": "a", "n": 1}] * 1000 + [{"title": "b", "late": "x"}])

        lines = written(data, "csv").decode().splitlines()

        assert lines[0] == "title,role,confidence,n,more fields"
        assert lines[-1] == 'b,product,0.971,,"{""late"": ""x""}"'


def test_text_as_tsv_and_markdown_as_csv():
    assert written("- a\n", "tsv") == b"title\trole\tconfidence\na\tproduct\t0.971\n"
    assert written("- [ ] **a**\n", "csv") == b"title,role,confidence\na,product,0.971\n"


# What is read is text: any, but for halves of surrogate pairs, which no encoding of files holds.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TITLE = TEXT.map(lambda text: " ".join(text.replace("\0", "").split())).filter(bool)


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "jsonl", "markdown", "excel"])
@settings(deadline=None, max_examples=60)
@given(names=st.lists(TITLE, min_size=1, max_size=5))
def test_every_writer_writes_what_its_reader_reads(form, names):
    out = written(json.dumps(names), form, format="json")

    expected = (
        [re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", name) for name in names]
        if form == "excel"
        else names
    )
    assert titles(out, format=form) == [" ".join(name.split()) for name in expected]


@settings(deadline=None, max_examples=150)
@given(
    rows=st.lists(st.lists(TEXT, max_size=5), min_size=1, max_size=5),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n"]),
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_comes_back(rows, delimiter, newline, codec):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["Title", "Notes", "Title"], ["one", "two", "three"], *rows])
    data = text.getvalue().encode(codec)

    with read(io.BytesIO(data), format="csv") as backlog:
        target = io.BytesIO()
        write(target, tagged(backlog), backlog, format="tsv" if delimiter == "\t" else "csv")
    back = list(csv.reader(io.StringIO(target.getvalue().decode(codec), newline=""), delimiter=delimiter))

    for before, after in zip(rows, back[2:], strict=True):
        padded = before + [""] * (3 - len(before)) if before else before
        assert after[:3] + after[5:] == padded


@settings(max_examples=300)
@given(
    rows=st.lists(st.lists(st.text("ab,;\t\"'\r\n =", max_size=4), min_size=1, max_size=4), max_size=5),
    delimiter=st.sampled_from(",;\t"),
    newline=st.sampled_from(["\n", "\r\n"]),
    all_quoted=st.booleans(),
)
def test_rows_are_written_as_the_csv_module_does(rows, delimiter, newline, all_quoted):
    ours, theirs = io.BytesIO(), io.StringIO(newline="")
    stream = io.TextIOWrapper(ours, "utf-8", newline="")
    write_rows(stream, Dialect(delimiter, newline, all_quoted=all_quoted), rows)
    stream.flush()
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    for row in rows:
        line = io.StringIO(newline="")
        csv.writer(line, delimiter=delimiter, lineterminator="\r\n", quoting=quoting).writerow(row)
        theirs.write(line.getvalue()[:-2] + newline)

    assert ours.getvalue().decode() == theirs.getvalue()


@settings(deadline=None, max_examples=60)
@given(
    fields=st.dictionaries(
        TEXT.filter(lambda key: key not in ("title", "role")),
        st.none() | st.booleans() | st.integers() | TEXT,
        max_size=4,
    )
)
def test_fields_of_objects_come_back(fields):
    out = written(json.dumps([{"title": "x", **fields}]), "jsonl", format="json")

    assert json.loads(out)["fields"] == {"title": "x", **fields}


def test_a_long_list_of_titles_has_no_column_for_fields():
    assert written("plan\n" * 1500, "csv").startswith(b"title,role,confidence\nplan,")
