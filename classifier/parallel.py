"""Many texts on all cores: batches go out to worker processes, or are tagged here; their tags come back in order."""

import os
import pickle
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock
from typing import Any, TypeVar

from classifier.tagger import Tagger
from classifier.tasks import Tag
from classifier.worker import READY, Answer, Order, tags_of

AHEAD = 4
"""Batches that each worker has in hand, or on the way to it, so that none of them waits."""

LAID_BY = 7
"""Batches for each worker that are kept until it is their turn; the memory they take is all there is."""

_WORK = "import sys; sys.path[:] = sys.argv[1:]; from classifier.worker import work; work()"

_DEAD = (EOFError, OSError, pickle.UnpicklingError)
"""What is raised where a worker has died."""

Item = TypeVar("Item")


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
    room for is tagged here, and at most `LAID_BY` batches for each are kept until it is their turn. Where one of them
    dies, `report` is told, what it had in hand is tagged here, and so is all that follows: nothing is lost. The calling
    script is not run again in the other processes, and needs no `if __name__ == "__main__":` for them.
    """
    waiting: deque[tuple[list[Item], list[str], Future[Answer] | list[Tag]]] = deque()
    others = (workers or cores()) - 1
    with _Crew(tagger, others, threshold, why=why, report=report) as crew:

        def finished(most: int) -> Iterator[tuple[list[Item], list[Tag]]]:
            """Yield what is through, in order; wait where more than `most` batches are not."""
            while waiting and (len(waiting) > most or isinstance(waiting[0][2], list) or waiting[0][2].done()):
                batch, texts, found = waiting.popleft()
                yield batch, found if isinstance(found, list) else crew.tags(texts, found)

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
            yield from finished(most=LAID_BY * others)
        yield from finished(most=0)
        if failure is not None:
            raise failure


class _Crew:
    """Processes that tag, and this one beside them, or in their place once one of them has died."""

    def __init__(
        self, tagger: Tagger, most: int, threshold: float | None, *, why: bool, report: Callable[[str], object]
    ) -> None:
        self._tagger, self._most, self._report = tagger, most if sys.executable else 0, report
        self._order = Order(tagger.model, threshold, why)
        self._workers: list[_Worker] = []
        self._offered = 0

    def __enter__(self) -> "_Crew":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def send(self, texts: list[str]) -> "Future[Answer] | None":
        """Hand texts to a worker; None where all have enough to do, are not ready yet, or are no more."""
        if not self._most:
            return None
        try:
            worker = next((each for each in self._workers if each.has_room()), None)
            if worker is None and len(self._workers) < min(self._most, 1 + self._offered // AHEAD):
                self._workers.append(_Worker(self._order))
        except _DEAD:
            self._mourn()
            return None
        self._offered += 1
        return None if worker is None else worker.send(texts)

    def tags(self, texts: list[str], future: "Future[Answer]") -> list[Tag]:
        """Wait for an answer; where its worker died, work it out here."""
        try:
            return tags_of(future.result(), self._tagger.labels)
        except _DEAD:
            self._mourn()
            return self.tag(texts)

    def tag(self, texts: list[str]) -> list[Tag]:
        """Tag texts here."""
        self._tagger.hasten()
        return self._tagger.tag(texts, threshold=self._order.threshold, why=self._order.why)

    def _mourn(self) -> None:
        if self._most:
            self._most = 0
            self._report("A worker process died, perhaps for want of memory: the rest is tagged in one process.")


class _Worker:
    """A process that tags, and two threads that wait for it: it has the next batch at hand while it works on one.

    It is started anew, not forked: a fork would copy whatever lock another thread holds.
    """

    def __init__(self, order: Order) -> None:
        """Start it; raise `OSError` where that cannot be."""
        command = [sys.executable, "-c", _WORK, *map(str, sys.path)]
        self._process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603
        self._writing, self._reading = Lock(), Lock()
        self._threads = ThreadPoolExecutor(2)
        self._busy: list[Future[Answer]] = []
        self._ready = self._threads.submit(self._tell, order)

    def has_room(self) -> bool:
        """Say whether it is ready and has less than enough to do; raise one of `_DEAD` where it died before."""
        if not self._ready.done():
            return False
        self._ready.result()
        self._busy = [future for future in self._busy if not future.done()]
        return len(self._busy) < AHEAD

    def send(self, texts: list[str]) -> "Future[Answer]":
        """Hand texts to it, and return what will be its answer."""
        future = self._threads.submit(self._ask, texts)
        self._busy.append(future)
        return future

    def stop(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._threads.shutdown(cancel_futures=True)
        with suppress(OSError):  # what it was to be told it will not hear
            self._process.communicate()

    def _tell(self, order: Order) -> None:
        """Give it the order, and wait until it is ready; raise `EOFError` where it will never be."""
        try:
            self._write(order)
            ready = self._read() == READY
        except Exception as error:  # the order cannot be told, or what answers is something else
            raise EOFError from error
        if not ready:
            raise EOFError

    def _ask(self, texts: list[str]) -> Answer:
        # Who has asked waits for its turn to listen before another may ask: so answers go to those who asked for them.
        self._writing.acquire()
        try:
            self._write(texts)
            self._reading.acquire()
        finally:
            self._writing.release()
        try:
            answer: Answer = self._read()
            return answer
        finally:
            self._reading.release()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return pickle.load(self._process.stdout)  # noqa: S301  from our own process

    def _write(self, what: Any) -> None:
        assert self._process.stdin is not None
        # In one piece: a thread that writes on waits for this process's other threads, and the worker for it.
        self._process.stdin.write(pickle.dumps(what, pickle.HIGHEST_PROTOCOL))
        self._process.stdin.flush()
