"""A process that tags beside another: texts come in by one pipe, answers go out by another."""

import os
import sys
from array import array
from typing import Any, Literal, TypeAlias

from classifier.messages import receive, send
from classifier.request import Request
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Reason, Tag

READY = b"ready\n"
"""What a worker that was started anew says before it is given its order; nothing else comes in its place."""

Order: TypeAlias = tuple[dict[str, Any], float | None, bool]
"""What such a worker is told before any text: the model, the threshold, whether reasons are wanted."""

Answer: TypeAlias = tuple[bytes, bytes, bytes, bytes, list[list[tuple[str, tuple[float, ...]]]] | None]
"""The tags of a batch as columns, which cross from process to process at a tenth of the cost of tags: numbers of the
roles and of the best roles, why unsure, confidence, reasons."""

_BECAUSE: tuple[Literal["torn", "unknown"] | None, ...] = (None, "torn", "unknown")


def work() -> None:
    """Say that this process is ready, take in an order, and tag what comes in by standard input.

    Ctrl-C is for the process that started this one to deal with.
    """
    import signal  # takes its time, and whoever starts this process does without

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.fileno(), sys.stdout.fileno()
    os.write(target, READY)
    order: Order = receive(source)
    request = Request(Tagger(order[0]), order[1], why=order[2])
    order[0].clear()  # nothing here needs it any more
    request.tagger.hasten()
    serve(request, source, target)


def serve(request: Request, source: int, target: int) -> None:
    """Tag what comes in until nothing more does."""
    while True:
        try:
            texts = receive(source)
        except EOFError:
            return
        send(_answer(request, texts), target)


def _answer(request: Request, texts: list[str]) -> Answer:
    tags = request.tag(texts)
    labels = request.tagger.labels
    places = {name: place for place, name in reversed(list(enumerate((*labels, UNSURE))))}
    return (
        array("H", [places[tag.role] for tag in tags]).tobytes(),
        array("H", [places[tag.best] for tag in tags]).tobytes(),
        bytes([_BECAUSE.index(tag.unsure_because) for tag in tags]),
        array("d", [tag.confidence for tag in tags]).tobytes(),
        [[(reason.words, reason.scores) for reason in tag.reasons] for tag in tags] if request.why else None,
    )


def tags_of(answer: Answer, labels: tuple[str, ...]) -> list[Tag]:
    """Return the tags of an answer; `labels` are those of the tagger."""
    names = (*labels, UNSURE)
    roles, bests, because, confidence, reasons = answer
    columns = zip(array("H", roles), array("d", confidence), array("H", bests), because, strict=True)
    tags = [Tag(names[role], sure, names[best], _BECAUSE[reason]) for role, sure, best, reason in columns]
    if reasons is None:
        return tags
    return [tag._replace(reasons=tuple(Reason(*one) for one in each)) for tag, each in zip(tags, reasons, strict=True)]
