"""Many texts on all cores: batches go out to worker processes, or are tagged here; their tags come back in order."""

import os
import signal
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from types import ModuleType
from typing import Any, Literal, NamedTuple, TypeVar

from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Reason, Tag

AHEAD = 3
"""Batches that each worker has in hand, or on the way to it, so that none of them waits."""

LAID_BY = 5
"""Batches that are kept until it is their turn; the memory they take is all there is."""

REMEMBERED = 36_000
"""Pieces of text that each process remembers: fewer than one alone does, since the memory is that of all."""

_TURN = 0.0005
"""Seconds after which this process's threads take turns: those that serve the workers should not wait for a batch."""

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
    """Yield each batch with the tags of its texts, in order, worked out on all cores: this process is one of `workers`.

    Only texts and answers cross to and from the others, at most `AHEAD` batches for each at a time; what they have no
    room for is tagged here, and at most `LAID_BY` batches are kept until it is their turn. Where one of them dies,
    `report` is told, what it had in hand is tagged here, and so is all that follows: nothing is lost. The calling script
    is not run again in the other processes, and needs no `if __name__ == "__main__":` for them.
    """
    names = (*tagger.labels, UNSURE)
    waiting: deque[tuple[list[Item], list[str], Future[Answer] | list[Tag]]] = deque()
    with _Workers(tagger, (workers or cores()) - 1, threshold, why=why, report=report) as crew:

        def finished(most: int) -> Iterator[tuple[list[Item], list[Tag]]]:
            """Yield what is through, in order; wait where more than `most` batches are not."""
            while waiting and (len(waiting) > most or isinstance(waiting[0][2], list) or waiting[0][2].done()):
                batch, texts, found = waiting.popleft()
                yield batch, found if isinstance(found, list) else _tags(crew.answer(texts, found), names)

        source, failure = iter(batches), None
        while True:
            try:
                batch = next(source, None)
            except Exception as error:
                failure = error
                break
            if batch is None:
                break
            texts = texts_of(batch)
            future = crew.send(texts)
            waiting.append((batch, texts, crew.tag(texts) if future is None else future))
            yield from finished(most=LAID_BY)
        yield from finished(most=0)
        if failure is not None:
            raise failure


class _Workers:
    """Processes that tag, and this one beside them, or in their place once one of them has died."""

    def __init__(
        self, tagger: Tagger, workers: int, threshold: float | None, *, why: bool, report: Callable[[str], object]
    ) -> None:
        self.workers = workers
        self._tagger, self._threshold, self._why, self._report = tagger, threshold, why, report
        self._busy: list[Future[Answer]] = []
        self._broken = workers < 1
        self._turn, self._remembered = sys.getswitchinterval(), tagger.remembered
        # Started anew, not forked: a fork would copy whatever lock another thread holds.
        self._pool = ProcessPoolExecutor(
            max(workers, 1), get_context("spawn"), initializer=_begin, initargs=(tagger.model, threshold, why)
        )

    def __enter__(self) -> "_Workers":
        sys.setswitchinterval(_TURN)
        if not self._broken:
            self._tagger.remembered = REMEMBERED
        return self

    def __exit__(self, *_: object) -> None:
        sys.setswitchinterval(self._turn)
        self._tagger.remembered = self._remembered
        self._pool.shutdown(cancel_futures=True)

    def send(self, texts: list[str]) -> "Future[Answer] | None":
        """Hand texts to a worker; None where all have enough to do, or are no more."""
        self._busy = [future for future in self._busy if not future.done()]
        if self._broken or len(self._busy) >= AHEAD * self.workers:
            return None
        try:
            with _without_script():  # which starts a worker, while there are too few
                future = self._pool.submit(_answer_here, texts)
        except BrokenProcessPool:
            self._mourn()
            return None
        self._busy.append(future)
        return future

    def answer(self, texts: list[str], future: "Future[Answer]") -> Answer:
        """Wait for an answer; where its worker died, work it out here."""
        try:
            return future.result()
        except BrokenProcessPool:
            self._mourn()
            return _answer(self._tagger, texts, self._threshold, why=self._why)

    def tag(self, texts: list[str]) -> list[Tag]:
        """Tag texts here."""
        self._tagger.hasten()
        return self._tagger.tag(texts, threshold=self._threshold, why=self._why)

    def _mourn(self) -> None:
        if not self._broken:
            self._broken = True
            self._report("A worker process died, perhaps for want of memory: the rest is tagged in one process.")


@contextmanager
def _without_script() -> Iterator[None]:
    """Start processes that do not run the calling script again: they need nothing of it, and it may be heavy."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


class _Here(NamedTuple):
    """What a worker tags with."""

    tagger: Tagger
    threshold: float | None
    why: bool


_here: list[_Here] = []


def _begin(model: dict[str, Any], threshold: float | None, why: bool) -> None:
    """Make a worker ready; Ctrl-C is for the process that started it to deal with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tagger = Tagger(model)
    model.clear()  # who started this process holds it for as long as that runs, and nothing here needs it any more
    tagger.remembered = REMEMBERED
    tagger.hasten()
    _here[:] = [_Here(tagger, threshold, why)]


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
