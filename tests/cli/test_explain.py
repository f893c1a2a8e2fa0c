"""`taskrole explain`: shares that add up."""

import json
from collections.abc import Callable

import pytest

from classifier.tagger import Tagger
from tests.cli.conftest import Run

TEXT = "communicate vision to stakeholders"


def test_the_shares_add_up(run: Run, model: str, tagger: Tagger) -> None:
    """Bias, words and pairs are exactly the score of each label."""
    told = json.loads(run("explain", TEXT, "--to", "jsonl", "--model", model).stdout)
    parts = [told["bias"], *(part["shares"] for part in told["words"] + told["pairs"])]

    assert [part["words"] for part in told["words"]] == TEXT.split()
    assert told["scores"] == dict(zip(tagger.labels, tagger.scores(TEXT), strict=True))
    assert {label: sum(part[label] for part in parts) for label in tagger.labels} == told["scores"]
    assert told["role"] == tagger.tag([TEXT])[0].role


def test_plain_text_is_aligned(run: Run, model: str, tagger: Tagger) -> None:
    """Into a pipe goes a table of one width, from the bias to the sum, each word and pair in between."""
    text = "Update the projects now"
    first, answer, header, *rows = run("explain", text, "--model", model).stdout.splitlines()

    assert first == text
    assert answer.startswith(tagger.tag([text])[0].role)
    assert header.split() == ["share", "of", *tagger.labels]
    assert len({len(line) for line in (header, *rows)}) == 1
    assert [row.split()[0] for row in rows[:5]] == ["(bias)", "update", "the", "projects", "now"]
    assert rows[-1].split() == ["(sum)", *(f"{score:+.3f}" for score in tagger.scores(text))]
    ends = {end for row in rows[5:-1] for end in row.split("  ")[0].split(" … ")}
    assert {"the", "projects"} <= ends <= {*text.lower().split(), "(start)", "(end)"}  # words as written, not stems


@pytest.mark.parametrize(
    ("args", "texts"),
    [
        (["build", "the", "roadmap"], ["build the roadmap"]),
        (["build the roadmap", "allocate people"], ["build the roadmap", "allocate people"]),
        (["--", "-", "plan"], ["- plan"]),
    ],
)
def test_quotes_part_texts(run: Run, model: str, args: list[str], texts: list[str]) -> None:
    """Words without quotes are one text, quoted ones are several."""
    told = run("explain", "--to", "jsonl", "--model", model, *args).stdout.splitlines()

    assert [json.loads(line)["text"] for line in told] == texts


def test_on_a_terminal(on_terminal: Callable[..., str], model: str) -> None:
    """A terminal gets the same table, drawn."""
    shown = on_terminal("explain", "build \x1b[31mroadmap", "--model", model)

    assert "(bias)" in shown
    assert "(sum)" in shown
    assert "\x1b[31m" not in shown


@pytest.mark.parametrize("text", ["", "???", "🎉", "a " * 300])
def test_odd_texts(run: Run, model: str, text: str) -> None:
    """Any text has an explanation."""
    told = json.loads(run("explain", text, "--to", "jsonl", "--model", model).stdout)

    assert len(told["scores"]) == len(told["bias"])
    assert told["role"] == "unsure" or len(told["words"]) > 1
