"""Labelled examples, from files to one list."""

from pathlib import Path

import pytest

from classifier.backlog import BacklogError
from classifier.examples import contradictions, merge, read_examples
from classifier.tasks import LONGEST_LABEL, Example

PLAN = "plan the release"


@pytest.fixture(name="file")
def _file(tmp_path: Path):
    def write(content: str, name: str = "mine.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, "utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("name", "content", "label", "column", "expected"),
    [
        ("mine.csv", f"text,label\n{PLAN},project\n", None, None, ("project", "mine")),
        ("mine.csv", f"text,role\n{PLAN},project\n", None, None, ("project", "mine")),
        ("mine.csv", f"Text;Role;Source\n{PLAN};project;meeting\n", None, None, ("project", "meeting")),
        ("mine.csv", f"text,label,source\n{PLAN},project,\n", None, None, ("project", "mine")),
        ("mine.tsv", f"title\tlabel\n{PLAN}\tproject\n", None, None, ("project", "mine")),
        ("mine.csv", f"title,text,role\nno,{PLAN},project\n", None, None, ("project", "mine")),
        ("mine.csv", f"title,text,role\n{PLAN},no,project\n", None, "title", ("project", "mine")),
        ("mine.csv", f"text,label,role\n{PLAN},bug,project\n", None, None, ("project", "mine")),
        ("mine.csv", f"text,label,role\n{PLAN},project,boss\n", "label", None, ("project", "mine")),
        ("mine.csv", f"text,My Team\n{PLAN},project\n", "my team", None, ("project", "mine")),
        ("mine.csv", f"title,owner,role,confidence\n{PLAN},Ann,project,0.98\n", None, None, ("project", "mine")),
        ("mine.jsonl", f'{{"title": "{PLAN}", "role": "project"}}\n', None, None, ("project", "mine")),
        ("mine.csv", f"text,role\n{PLAN}, Project \n,\n", None, None, ("Project", "mine")),
        ("mine.csv", f"text,role\n*** NEXT ***,Unsure\n{PLAN},project\n", None, None, ("unsure", "mine")),
    ],
)
def test_read(
    file,
    name: str,
    content: str,
    label: str | None,
    column: str | None,
    expected: tuple[str, str],
) -> None:
    """Text, label and source are found by their columns, or by the names given."""
    first = read_examples([file(content, name)], label=label, column=column)[0]

    assert first.text in {PLAN, "*** NEXT ***"}
    assert (first.label, first.source) == expected


@pytest.mark.parametrize(
    ("content", "label", "sentence"),
    [
        ("text,role\na,b\n,c\n", None, "mine.csv:3 has no text"),
        ('text,role\n"a\nb",c\nplan,\n', None, "mine.csv:4 has no label"),
        ("text,owner\na,b\n", None, "its columns: 'text', 'owner'"),
        ("text,owner\na,b\n", "team", "no column 'team': its columns are 'text', 'owner'"),
        ("colour,role\na,b\n", None, "name it with --column"),
        ("", None, "is empty"),
        ("text\nplan\n", None, "--label"),
        ("text,role,sample_weight\na,b,\nc,b,heavy\n", None, "mine.csv:3 has 'heavy' in sample_weight"),
        ("text,role,sample_weight\na,b,0\n", None, "above 0"),
        ("text,role,sample_weight\na,b,nan\n", None, "above 0"),
        ("text,role,sample_weight\na,b,1e9\n", None, "up to 1000"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(file, content: str, label: str | None, sentence: str) -> None:
    """One sentence: the file, the line, what to do."""
    with pytest.raises(BacklogError, match=r"mine\.csv") as caught:
        read_examples([file(content)], label=label)

    assert sentence in str(caught.value)


def test_weights(file) -> None:
    """How much an example counts stands in a column of its own; where it says nothing, that is 1."""
    found = read_examples([file("text,role,Sample_Weight,weight\na,b,0.5,7\nc,b,,7\n")])

    assert [example.weight for example in found] == [0.5, 1.0]


def test_objects_without_a_label(file) -> None:
    """Objects have no header: the first without a label is named."""
    with pytest.raises(BacklogError, match="'role' or 'label'"):
        read_examples([file('[{"title": "a", "role": "b"}, {"title": "c", "size": 3}]', "mine.json")])


def test_folder(file, tmp_path: Path) -> None:
    """A folder stands for its own CSV files, in order; not for what lies deeper or is something else."""
    names = [f"{letter}.csv" for letter in "hbkcdfaegijl"]
    for name in (*names, "heldout/c.csv"):
        file(f"text,role\n{name},x\n", name)
    file("read me", "README.md")

    found = read_examples([tmp_path])

    assert [example.text for example in found] == sorted(names)
    assert found[0].where == f"{tmp_path}/a.csv:2"


def test_folder_without_examples(tmp_path: Path) -> None:
    """A folder without any is told."""
    with pytest.raises(BacklogError, match=r"no \.csv file"):
        read_examples([tmp_path])


def test_labels_differ_by_more_than_case(file) -> None:
    """Across all files a label has one spelling: the first."""
    files = [file("text,role\na,Product\nb,UNSURE\n", "a.csv"), file("text,role\nc,product\nd,PROJECT\n", "b.csv")]

    assert [example.label for example in read_examples(files)] == ["Product", "unsure", "Product", "PROJECT"]


def test_labels_are_shown(file) -> None:
    """They stand in every row of an answer: one line, and nothing that a terminal obeys."""
    path = file('text,role\nplan the release,"a\x1b[2J\n b"\nbuild it,' + "x" * 900 + "\n", "mine.csv")

    assert [example.label for example in read_examples([path])] == ["a\\x1b[2J b", "x" * LONGEST_LABEL]


def test_merge() -> None:
    """The last example of the same words counts, at the place of the first; known spellings of labels stay."""
    known = [Example("Plan the release", "project"), Example("Ask users", "product"), Example("🎉", "unsure")]
    new = [Example("plan  the release!", "Product"), Example("Pay rent", "ops"), Example("🚀", "Unsure")]

    assert [(example.text, example.label) for example in merge(known, new)] == [
        ("plan  the release!", "product"),
        ("Ask users", "product"),
        ("🎉", "unsure"),
        ("Pay rent", "ops"),
        ("🚀", "unsure"),
    ]


def test_contradictions() -> None:
    """The same words with different labels, each with the one before."""
    labels = ["project", "project", "product", "project"]
    examples = [
        Example(text, label) for text, label in zip(["Plan it", "plan it", "PLAN IT", "plan it."], labels, strict=True)
    ]

    assert contradictions(examples) == [(examples[1], examples[2]), (examples[2], examples[3])]
    assert contradictions(examples[:2]) == []


def test_the_training_data_can_be_read() -> None:
    """Every file of the repository's own examples is one."""
    data = Path(__file__).parent.parent / "training_data"
    examples = read_examples([data])

    assert {example.label for example in examples} == {"product", "project", "unsure"}
    assert len(examples) > 20_000
