"""`taskrole explain`: each word's share of the answer."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from classifier.backlog import printable
from classifier.cli.model import current_tagger
from classifier.cli.options import examples, model_option
from classifier.reasons import is_pair, why
from classifier.tagger import Tagger
from classifier.tasks import Reason, Tag
from classifier.text import EDGE, stem, words_of

Row = tuple[str, Sequence[float]]


@click.command(epilog=examples('taskrole explain "communicate vision to stakeholders"'))
@click.argument("text", nargs=-1, required=True)
@click.option("--to", type=click.Choice(["table", "jsonl"]), default="table", metavar="FORMAT", help="table or jsonl.")
@model_option
def explain(text: tuple[str, ...], to: str, model: str | None) -> None:
    """Show each word's share of the answer for a text.

    The score of a role is a sum: where it starts (its bias), a number for each word, one for each pair of words that
    stand close together. The role with the highest score is the answer, if it is sure enough. Words without quotes are one text.
    """
    tagger = current_tagger(model)
    for one in _texts(text):
        tag = tagger.tag([one], why=True)[0]
        if to == "jsonl":
            click.echo(json.dumps(_as_data(one, tag, tagger), ensure_ascii=True))
        else:
            _show(one, tag, tagger)


def _texts(words: Sequence[str]) -> list[str]:
    """Take arguments for texts if one of them was quoted, else for the words of one text."""
    return list(words) if any(" " in word for word in words) else [" ".join(words)]


def _show(text: str, tag: Tag, tagger: Tagger) -> None:
    because = f", {tag.unsure_because}" if tag.unsure_because else ""
    words = why(tag, tagger.labels)
    click.echo(printable(text))
    click.echo(f"{tag.role}{because} (confidence of {tag.best}: {tag.shown():.3f}){f'; {words}' if words else ''}")
    header = ["share of", *tagger.labels]
    rows = [[name, *(f"{score:+.3f}" for score in scores)] for name, scores in _rows(text, tag, tagger)]
    if sys.stdout.isatty():
        from classifier.cli.tables import show_rows

        show_rows(header, rows)
    else:
        for line in _aligned([header, *rows]):
            click.echo(line)


def _rows(text: str, tag: Tag, tagger: Tagger) -> Iterable[Row]:
    """Yield the bias, the words, the pairs and their sum."""
    yield "(bias)", tagger.bias
    spelled = {stem(word): word for word in reversed(words_of(text))}
    for reason in tag.reasons:
        yield printable(_readable(reason, spelled)), reason.scores
    yield "(sum)", tagger.scores(text)


def _readable(reason: Reason, spelled: dict[str, str]) -> str:
    """Give a pair of stems in the words of the text; the edges of the text are marked."""
    if not is_pair(reason):
        return reason.words
    first, second = reason.words.split(" ")
    left = "(start)" if first == EDGE else spelled.get(first, first)
    right = "(end)" if second == EDGE else spelled.get(second, second)
    return f"{left} … {right}"


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, *numbers in rows:
        cells = (number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True))
        yield "  ".join([name.ljust(widths[0]), *cells])


def _as_data(text: str, tag: Tag, tagger: Tagger) -> dict[str, Any]:
    def named(scores: Sequence[float]) -> dict[str, float]:
        return dict(zip(tagger.labels, scores, strict=True))

    (_, bias), *shares, (_, scores) = _rows(text, tag, tagger)
    pairs = list(map(is_pair, tag.reasons))
    told = [{"words": name, "shares": named(numbers)} for name, numbers in shares]
    return {
        "text": text,
        "role": tag.role,
        "confidence": tag.shown(),
        **({"unsure_because": tag.unsure_because} if tag.unsure_because else {}),
        "why": why(tag, tagger.labels),
        "scores": named(scores),
        "bias": named(bias),
        "words": [share for share, pair in zip(told, pairs, strict=True) if not pair],
        "pairs": [share for share, pair in zip(told, pairs, strict=True) if pair],
    }
