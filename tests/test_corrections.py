"""What users give to learn from: corrected files of any kind that we write, and labelled ones."""

import json
from pathlib import Path

import pytest

from classifier.backlog import read, write
from classifier.corrections import read_given
from classifier.tagger import Tagger

TITLES = ("Interview six landlords", "Fix the crash on the login page", "Publish the product roadmap")


@pytest.mark.parametrize(
    ("source", "form"),
    [
        ("Title\n{}\n", "csv"),
        ("role,Title,confidence\nx,{},y\n", "csv"),
        ("Title\tDue\n{}\t\n", "tsv"),
        ("Title\n{}\n", "jsonl"),
        ("Title\n{}\n", "json"),
        ("Title\n{}\n", "excel"),
        ("- [ ] {}\n", "markdown"),
    ],
    ids=["csv", "csv with a role of its own", "tsv", "jsonl", "json", "excel", "markdown"],
)
def test_what_predict_writes_is_read(tagger: Tagger, tmp_path: Path, source: str, form: str) -> None:
    """Of a tagged file only the corrected row counts, whatever the format; `--all` takes every row."""
    head, line = source.split("\n", 1) if source.count("\n") > 1 else ("", source)
    suffix = {"excel": ".xlsx", "markdown": ".md", "tsv": ".tsv"}.get(form, ".csv" if form == "csv" else f".{form}")
    backlog = tmp_path / ("in.md" if form == "markdown" else "in.tsv" if form == "tsv" else "in.csv")
    backlog.write_text((f"{head}\n" if head else "") + "".join(line.format(title) for title in TITLES), "utf-8")
    out = tmp_path / f"tagged{suffix}"
    wrong, (truth, *_) = "project", tagger.tag([TITLES[0]])
    assert truth.best == "product"
    with read(backlog) as tasks:
        tags = [tag._replace(role=wrong) if at == 0 else tag for at, tag in enumerate(tagger.tag(TITLES))]
        write(out, zip(tasks, tags, strict=True), tasks, format=form)

    given = read_given([out], tagger=tagger, labels=tagger.labels)

    assert [(each.text, each.label) for each in given.examples] == [(TITLES[0], wrong)]
    assert (given.rows, given.guesses, given.complaints) == (3, 2, [])
    assert len(read_given([out], labels=tagger.labels).examples) == 3


def test_a_labelled_file_counts_whole(tagger: Tagger, tmp_path: Path) -> None:
    """Without our confidence every row is the user's own word; labels may be spelled in any case."""
    file = tmp_path / "mine.csv"
    file.write_text(f"Task,Team\n{TITLES[0]},PRODUCT\n{TITLES[1]},Unsure\n", "utf-8")

    given = read_given([file], tagger=tagger, labels=tagger.labels, label="Team")

    assert [each.label for each in given.examples] == ["product", "unsure"]
    assert given.examples[0].where.endswith("mine.csv:2")


def test_unknown_roles_are_named(tagger: Tagger, tmp_path: Path) -> None:
    """With what was probably meant; without known labels any role will do."""
    file = tmp_path / "mine.jsonl"
    lines = [{"title": "Bake bread", "role": "projekt"}, {"title": "Draw icons", "role": "design"}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    complaints = read_given([file], labels=tagger.labels).complaints

    assert "did you mean 'project'?" in complaints[0]
    assert "there is product, project, unsure" in complaints[1]
    assert [each.label for each in read_given([file]).examples] == ["projekt", "design"]
