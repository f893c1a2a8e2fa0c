"""Many texts on all cores: batches go out to worker processes, their tags come back in order."""

import os
import signal
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Literal, NamedTuple, TypeVar

from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Reason, Tag

AHEAD = 2
"""Batches that wait for each worker, so that none of them waits; the memory they take is all there is."""

_BECAUSE: tuple[Literal["torn", "unknown"] | None, ...] = (None, "torn", "unknown")

Item = TypeVar("Item")


class Answer(NamedTuple):
    """The tags of a batch as columns, which cross from process to process at a tenth of the cost of tags."""

    roles: "array[int]"
    bests: "array[int]"
    because: bytes
    confidence: "array[float]"
    reasons: list[tuple[Reason, ...]] | None


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def tag_in_order(
    tagger: Tagger,
    batches: Iterable[list[Item]],
    texts_of: Callable[[list[Item]], list[str]],
    *,
    threshold: float | None = None,
    why: bool = False,
    workers: int | None = None,
    report: Callable[[str], object] = lambda _: None,
) -> Iterator[tuple[list[Item], list[Tag]]]:
    """Yield each batch with the tags of its texts, in order, worked out on all cores.

    Only texts and answers cross to and from the workers, at most `AHEAD` batches a worker at a time. Where a worker
    dies, `report` is told, what it had in hand is tagged here, and so is all that follows: nothing is lost.
    As with all processes that are started anew, the calling script needs its `if __name__ == "__main__":`.
    """
    workers = workers or cores()
    names = (*tagger.labels, UNSURE)
    waiting: deque[tuple[list[Item], list[str], Future[Answer]]] = deque()
    with _Workers(tagger, workers, threshold, why=why, report=report) as crew:
        for batch in batches:
            texts = texts_of(batch)
            waiting.append((batch, texts, crew.send(texts)))
            if len(waiting) > AHEAD * workers:
                batch, texts, future = waiting.popleft()
                yield batch, _tags(crew.answer(texts, future), names)
        while waiting:
            batch, texts, future = waiting.popleft()
            yield batch, _tags(crew.answer(texts, future), names)


class _Workers:
    """Processes that tag, and this one in their place once one of them has died."""

    def __init__(
        self, tagger: Tagger, workers: int, threshold: float | None, *, why: bool, report: Callable[[str], object]
    ) -> None:
        self._tagger, self._threshold, self._why, self._report = tagger, threshold, why, report
        self._broken = False
        # Started anew, not forked: a fork would copy whatever lock another thread holds.
        self._pool = ProcessPoolExecutor(
            workers, get_context("spawn"), initializer=_begin, initargs=(tagger.model, threshold, why)
        )

    def __enter__(self) -> "_Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def send(self, texts: list[str]) -> "Future[Answer]":
        """Hand texts to a worker, or answer at once where there is none any more."""
        if not self._broken:
            try:
                return self._pool.submit(_answer_here, texts)
            except BrokenProcessPool:
                self._mourn()
        done: Future[Answer] = Future()
        done.set_result(self._own_answer(texts))
        return done

    def answer(self, texts: list[str], future: "Future[Answer]") -> Answer:
        """Wait for an answer; where its worker died, work it out here."""
        try:
            return future.result()
        except BrokenProcessPool:
            self._mourn()
            return self._own_answer(texts)

    def _own_answer(self, texts: list[str]) -> Answer:
        return _answer(self._tagger, texts, self._threshold, why=self._why)

    def _mourn(self) -> None:
        if not self._broken:
            self._broken = True
            self._report("A worker process died, perhaps for want of memory: the rest is tagged in one process.")


class _Here(NamedTuple):
    """What a worker tags with."""

    tagger: Tagger
    threshold: float | None
    why: bool


_here: list[_Here] = []


def _begin(model: dict[str, Any], threshold: float | None, why: bool) -> None:
    """Make a worker ready; Ctrl-C is for the process that started it to deal with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _here[:] = [_Here(Tagger(model), threshold, why)]


def _answer_here(texts: list[str]) -> Answer:
    here = _here[0]
    return _answer(here.tagger, texts, here.threshold, why=here.why)


def _answer(tagger: Tagger, texts: list[str], threshold: float | None, *, why: bool) -> Answer:
    tags = tagger.tag(texts, threshold=threshold, why=why)
    places = {name: place for place, name in reversed(list(enumerate((*tagger.labels, UNSURE))))}
    return Answer(
        array("H", [places[tag.role] for tag in tags]),
        array("H", [places[tag.best] for tag in tags]),
        bytes([_BECAUSE.index(tag.unsure_because) for tag in tags]),
        array("d", [tag.confidence for tag in tags]),
        [tag.reasons for tag in tags] if why else None,
    )


def _tags(answer: Answer, names: tuple[str, ...]) -> list[Tag]:
    columns = zip(answer.roles, answer.confidence, answer.bests, answer.because, strict=True)
    tags = [Tag(names[role], confidence, names[best], _BECAUSE[because]) for role, confidence, best, because in columns]
    if answer.reasons is None:
        return tags
    return [tag._replace(reasons=reasons) for tag, reasons in zip(tags, answer.reasons, strict=True)]
