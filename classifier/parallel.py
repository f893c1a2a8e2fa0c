"""Many texts on all cores: batches go out to worker processes, or are tagged here; their tags come back in order.

There are no threads: this process looks, between two batches of its own, for answers and for room. Where it may, it
starts workers as copies of itself, which have the model and are ready at once; else they start anew and are told it.
"""

import gc
import os
import select
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Protocol, TypeVar

from classifier.cores import cores, may_fork
from classifier.messages import message, read_exactly, receive
from classifier.request import Request
from classifier.tasks import Tag
from classifier.worker import READY, Answer, serve, tags_of

CAN_POLL = hasattr(select, "poll")
"""Whether one can see that a pipe holds something without waiting for it; not so on Windows."""

AHEAD = 3 if CAN_POLL else 1
"""Batches that each worker has in hand, or on the way to it, so that none of them waits."""

LAID_BY = 6 if CAN_POLL else 1
"""Batches for each worker that are kept until it is their turn; the memory they take is all there is."""

MOST = 8
"""Processes that are of use: more would wait for this one, which reads and writes for all of them."""

SMALLEST_PIPE, LARGEST_PIPE = 1 << 16, 1 << 19
"""Bytes that a pipe holds, and that it can be made to hold: some batches of titles, so that who sends them need not wait."""

_WORK = "import sys; sys.path[:] = sys.argv[1:]; from classifier.worker import work; work()"

_DEAD = (EOFError, OSError, ValueError, TypeError)
"""What is raised where a worker has died, or what answers is something else."""

Item = TypeVar("Item")


def tag_in_order(
    request: Request,
    batches: Iterable[list[Item]],
    texts_of: Callable[[list[Item]], list[str]],
    *,
    workers: int | None = None,
    report: Callable[[str], object] = lambda _: None,
) -> Iterator[tuple[list[Item], list[Tag]]]:
    """Yield each batch with the tags of its texts, in order, worked out on all cores: this process is one of `workers`.

    Only texts and answers cross to and from the others, at most `AHEAD` batches for each at a time; what they have no
    room for is tagged here, and at most `LAID_BY` batches for each are kept until it is their turn. Where one of them
    dies, `report` is told, what it had in hand is tagged here, and so is all that follows: nothing is lost. The calling
    script is not run again in the other processes, and needs no `if __name__ == "__main__":` for them.
    """
    waiting: deque[tuple[list[Item], list[str], _Worker | list[Tag]]] = deque()
    others = (workers or min(cores(), MOST)) - 1
    with _Pool(request, others, report) as pool:

        def finished(most: int) -> Iterator[tuple[list[Item], list[Tag]]]:
            """Yield what is through, in order; wait where more than `most` batches are not."""
            while waiting and (len(waiting) > most or isinstance(waiting[0][2], list) or waiting[0][2].has_answer()):
                batch, texts, found = waiting.popleft()
                yield batch, found if isinstance(found, list) else pool.tags(texts, found)

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
            worker = pool.send(texts)
            waiting.append((batch, texts, request.tag(texts) if worker is None else worker))
            yield from finished(most=LAID_BY * others)
        pool.send_no_more()
        for place, (batch, texts, found) in reversed(list(enumerate(waiting))):
            if isinstance(found, _Worker) and found.takes_back():
                waiting[place] = batch, texts, request.tag(texts)
        yield from finished(most=0)
        if failure is not None:
            raise failure


class _Pool:
    """Processes that tag beside this one, until one of them dies."""

    def __init__(self, request: Request, most: int, report: Callable[[str], object]) -> None:
        self._request, self._most, self._report = request, most, report
        self._workers: list[_Worker] = []
        self._offered = 0

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def send(self, texts: list[str]) -> "_Worker | None":
        """Hand texts to a worker and return it; None where all have enough to do, are not ready yet, or are no more."""
        if not self._most:
            return None
        try:
            worker = next((each for each in self._workers if each.has_room()), None)
            if worker is None and len(self._workers) < min(self._most, 1 + self._offered // AHEAD):
                worker = self._start_worker()
            self._offered += 1
            if worker is not None:
                worker.send(texts)
        except _DEAD:
            self._give_up("A worker process died")
            return None
        return worker

    def send_no_more(self) -> None:
        """Let the workers end once they have answered."""
        for worker in self._workers:
            worker.close()

    def tags(self, texts: list[str], worker: "_Worker") -> list[Tag]:
        """Wait for the next answer of a worker; where it died, work it out here."""
        try:
            return tags_of(worker.answer(), self._request.tagger.labels)
        except _DEAD:
            self._give_up("A worker process died")
            return self._request.tag(texts)

    def _start_worker(self) -> "_Worker | None":
        """Start a worker, and return it if it is ready; where none can be started, do without from now on."""
        copied = may_fork()
        if not (copied or sys.executable):
            self._most = 0
            return None
        pipes: list[int] = []
        try:
            pipes += os.pipe()
            pipes += os.pipe()
            their_source, target, source, their_target = pipes
            if copied:
                # In the copy, what the others are told by must not stay open: they would never see that it has ended.
                others = [pipe for worker in self._workers for pipe in worker.pipes]
                process: _Process = _Copy(self._request, their_source, their_target, [target, source, *others])
            else:
                process = _start(their_source, their_target)
        except OSError:
            for pipe in pipes:
                os.close(pipe)
            self._give_up("A worker process could not be started")
            return None
        os.close(their_source)
        os.close(their_target)
        worker = _Worker(process, target, source, None if copied else self._request)
        self._workers.append(worker)
        return worker if copied else None

    def _give_up(self, why: str) -> None:
        if self._most:
            self._most = 0
            self._report(f"{why}, perhaps for want of memory: the rest is tagged in one process.")


class _Process(Protocol):
    """What of a process is needed here."""

    def kill(self) -> None: ...

    def wait(self) -> object: ...


class _Copy:
    """A copy of this process, to be dealt with like `Popen`."""

    def __init__(self, request: Request, source: int, target: int, closed: list[int]) -> None:
        """Fork this process; the copy closes some pipes and serves by two others."""
        from signal import SIG_BLOCK, SIG_SETMASK, SIGINT, pthread_sigmask

        # Whoever looks through all objects for garbage writes on their pages, which then are shared no more.
        gc.freeze()
        # Ctrl-C is for this process. A copy that gave up what it is at would undo, as its own, what this one has begun.
        before = pthread_sigmask(SIG_BLOCK, {SIGINT})
        try:
            self._number = os.fork()
            if not self._number:
                try:
                    for pipe in closed:
                        os.close(pipe)
                    serve(request, source, target)
                finally:
                    os._exit(0)
        finally:
            pthread_sigmask(SIG_SETMASK, before)

    def kill(self) -> None:
        import signal

        # Where the end of children is ignored, there is none to wait for, and the number may be another's by now.
        with suppress(ChildProcessError):
            if os.waitpid(self._number, os.WNOHANG)[0] == 0:
                os.kill(self._number, signal.SIGKILL)

    def wait(self) -> object:
        with suppress(ChildProcessError):
            os.waitpid(self._number, 0)
        return None


def _start(source: int, target: int) -> _Process:
    from subprocess import DEVNULL, Popen  # takes its time

    command = [sys.executable, "-c", _WORK, *map(str, sys.path)]
    return Popen(command, stdin=source, stdout=target, stderr=DEVNULL)  # noqa: S603


class _Worker:
    """A process that tags, and the pipes to and from it: it has the next batches at hand while it works on one."""

    def __init__(self, process: _Process, target: int, source: int, request: Request | None = None) -> None:
        """Take in a process; one that is to be told what is asked for says first that it is ready."""
        self._process, self._request = process, request
        self.pipes = (target, source)
        self._in_hand, self._is_short, self._is_dead = 0, True, False
        self._size = SMALLEST_PIPE
        self._answers: deque[Answer] = deque()
        if CAN_POLL:
            os.set_blocking(target, False)
            self._incoming, self._both = select.poll(), select.poll()
            self._incoming.register(source, select.POLLIN)
            self._both.register(source, select.POLLIN)
            self._both.register(target, select.POLLOUT)

    def has_room(self) -> bool:
        """Say whether it is ready and has less than enough to do; raise one of `_DEAD` where it died before."""
        if self._request is not None:
            if CAN_POLL and not self._incoming.poll(0):
                return False
            if read_exactly(self.pipes[1], len(READY)) != READY:
                raise EOFError
            self._write(message((self._request.tagger.model, self._request.threshold, self._request.why)))
            self._request = None
        self._look()
        if self._is_dead:
            raise EOFError
        return self._in_hand < (AHEAD if self._is_short else 1)

    def send(self, texts: list[str]) -> None:
        """Hand texts to it."""
        content = message(list(map(str, texts)))  # of a class of its own they cannot be sent
        self._is_short = self._holds(AHEAD * len(content))
        self._write(content)
        self._in_hand += 1

    def has_answer(self) -> bool:
        """Say whether its next answer is there, or will never be."""
        self._look()
        return self._is_dead or bool(self._answers)

    def answer(self) -> Answer:
        """Wait for its next answer; they come in the order of what was sent."""
        if not self._answers:
            self._receive()
        return self._answers.popleft()

    def takes_back(self) -> bool:
        """Say whether it has yet to begin with what it was sent last; that answer is not waited for any more."""
        self._look()
        if self._is_dead or self._in_hand < 2:
            return False
        self._in_hand -= 1
        return True

    def close(self) -> None:
        """Tell it that nothing more will be sent."""
        if self.pipes[0] >= 0:
            os.close(self.pipes[0])
            self.pipes = -1, self.pipes[1]

    def stop(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self.close()
        os.close(self.pipes[1])
        self._process.wait()

    def _holds(self, size: int) -> bool:
        """Say whether the pipe holds so much at a time; it is made larger where that can be."""
        if size > self._size:
            with suppress(ImportError, AttributeError, OSError):
                import fcntl

                self._size = fcntl.fcntl(self.pipes[0], fcntl.F_SETPIPE_SZ, LARGEST_PIPE)
        return size <= self._size

    def _look(self) -> None:
        """Take in the answers that are there, or learn that it has died."""
        with suppress(*_DEAD):
            while self._in_hand and CAN_POLL and self._incoming.poll(0):
                self._receive()

    def _receive(self) -> None:
        try:
            if self._is_dead:
                raise EOFError
            self._answers.append(receive(self.pipes[1]))
        except _DEAD:
            self._is_dead = True  # what may still come would be taken for an answer to something else
            raise
        self._in_hand -= 1

    def _write(self, content: bytes) -> None:
        """Write all of it, and listen meanwhile, so that two who have much to say do not wait for each other."""
        rest = memoryview(content)
        while rest:
            try:
                rest = rest[os.write(self.pipes[0], rest) :]
            except BlockingIOError:
                if any(pipe == self.pipes[1] for pipe, _ in self._both.poll()):
                    self._receive()
