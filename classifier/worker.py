"""A process that tags beside another: texts come in by its standard input, answers go out, all of them pickled."""

import pickle
import signal
import sys
from array import array
from typing import Any, BinaryIO, Literal, NamedTuple

from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Reason, Tag

READY = "ready"
"""What a worker says once it has understood its order."""

_BECAUSE: tuple[Literal["torn", "unknown"] | None, ...] = (None, "torn", "unknown")


class Order(NamedTuple):
    """What a worker is told before any text."""

    model: dict[str, Any]
    threshold: float | None
    why: bool


class Answer(NamedTuple):
    """The tags of a batch as columns, which cross from process to process at a tenth of the cost of tags."""

    roles: "array[int]"
    bests: "array[int]"
    because: bytes
    confidence: "array[float]"
    reasons: list[tuple[Reason, ...]] | None


def work() -> None:
    """Take in an order, say that it is understood, and then tag what comes in until nothing more does.

    Ctrl-C is for the process that started this one to deal with.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    order: Order = pickle.load(source)  # noqa: S301  from the process that started this one
    tagger = Tagger(order.model)
    order.model.clear()  # nothing here needs it any more
    tagger.hasten()
    _say(READY, target)
    while True:
        try:
            texts = pickle.load(source)  # noqa: S301
        except EOFError:
            return
        _say(_answer(tagger, texts, order), target)


def _say(what: Any, target: BinaryIO) -> None:
    pickle.dump(what, target, pickle.HIGHEST_PROTOCOL)
    target.flush()


def _answer(tagger: Tagger, texts: list[str], order: Order) -> Answer:
    tags = tagger.tag(texts, threshold=order.threshold, why=order.why)
    places = {name: place for place, name in reversed(list(enumerate((*tagger.labels, UNSURE))))}
    return Answer(
        array("H", [places[tag.role] for tag in tags]),
        array("H", [places[tag.best] for tag in tags]),
        bytes([_BECAUSE.index(tag.unsure_because) for tag in tags]),
        array("d", [tag.confidence for tag in tags]),
        [tag.reasons for tag in tags] if order.why else None,
    )


def tags_of(answer: Answer, labels: tuple[str, ...]) -> list[Tag]:
    """Return the tags of an answer; `labels` are those of the tagger."""
    names = (*labels, UNSURE)
    columns = zip(answer.roles, answer.confidence, answer.bests, answer.because, strict=True)
    tags = [Tag(names[role], confidence, names[best], _BECAUSE[because]) for role, confidence, best, because in columns]
    if answer.reasons is None:
        return tags
    return [tag._replace(reasons=reasons) for tag, reasons in zip(tags, answer.reasons, strict=True)]
