"""Many texts on all cores."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from classifier import parallel
from classifier.parallel import tag_in_order
from classifier.request import Request
from classifier.tagger import Tagger

only_linux = pytest.mark.skipif(sys.platform != "linux", reason="what it shows is of Linux alone")

BATCHES = [[f"plan release {batch} {number}" for number in range(20)] for batch in range(30)]


@pytest.fixture(params=["copies", "new processes", "new processes that cannot be looked at"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Workers of each kind: what Linux has, what other systems have, what Windows has."""
    kind: str = request.param
    if kind == "copies" and sys.platform != "linux":
        pytest.skip("no copies here")
    # These tests have threads, which a copy would lose; but none that holds anything a worker needs.
    monkeypatch.setattr(parallel, "may_fork", lambda: kind == "copies")
    if kind == "new processes that cannot be looked at":
        for name, value in {"CAN_POLL": False, "AHEAD": 1, "LAID_BY": 1}.items():
            monkeypatch.setattr(parallel, name, value)
    return kind


@pytest.fixture
def started(kind: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return the processes that are started, as they come."""
    processes: list[Any] = []
    start = parallel._Worker.__init__

    def note(worker: Any, process: Any, *more: Any) -> None:
        processes.append(process)
        start(worker, process, *more)

    monkeypatch.setattr(parallel._Worker, "__init__", note)
    return processes


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the texts that are handed to workers, as they are."""
    texts: list[list[str]] = []
    send = parallel._Worker.send
    monkeypatch.setattr(parallel._Worker, "send", lambda worker, given: texts.append(given) or send(worker, given))
    return texts


def until(happened: Callable[[], bool], batches: list[list[str]]) -> Iterator[list[str]]:
    """Yield batches again and again, until something has happened."""
    patience = monotonic() + 60
    while not happened():
        assert monotonic() < patience, "it never happened"
        yield from batches


def plenty(batches: list[list[str]], asked: list[list[str]], least: int = 20) -> Iterator[list[str]]:
    """Yield batches again and again, until workers, which take a while to be ready, have been handed some of them."""
    return until(lambda: len(asked) >= least, batches)


def in_rounds(tagger: Tagger, found: list[Any], batches: list[list[str]], **asked: Any) -> bool:
    """Say whether these are the batches, again and again, each with the tags that one process gives, none left out."""
    return found == [(batch, tagger.tag(batch, **asked)) for batch in batches] * (len(found) // len(batches))


@pytest.mark.parametrize("why", [False, True])
def test_like_one_process(tagger: Tagger, kind: str, asked: list[list[str]], why: bool) -> None:
    """Two processes give what one gives, in order, reasons included."""
    found = list(tag_in_order(Request(tagger, why=why), plenty(BATCHES, asked), list, workers=2))

    assert len(asked) >= 20
    assert in_rounds(tagger, found, BATCHES, why=why)


@only_linux
def test_a_copy_is_ready_at_once(tagger: Tagger, asked: list[list[str]]) -> None:
    """It is given the very first texts; what it has not begun with at the end is not waited for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "may_fork", lambda: True)
        found = list(tag_in_order(Request(tagger), BATCHES[:3], list, workers=2))

    assert asked[0] == BATCHES[0]
    assert in_rounds(tagger, found, BATCHES[:3])


SCRIPT = """
import signal, sys, threading
from classifier import load
from classifier.cores import may_fork
from classifier.parallel import tag_in_order
from classifier.request import Request

print("begun")
end = threading.Event()
if "threads" in sys.argv:
    threading.Thread(target=end.wait).start()
if "ignores the end of children" in sys.argv:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
print("copies" if may_fork() else "new")
batches = [["plan the release"] * 20] * 10
print(sum(len(tags) for _, tags in tag_in_order(Request(load()), batches, list, workers=2)))
end.set()
"""


@pytest.mark.parametrize("way", ["alone", "threads", pytest.param("ignores the end of children", marks=only_linux)])
def test_a_script_runs_once(tmp_path: Path, way: str) -> None:
    """Whatever the other processes are, they do nothing of what the script that starts them does."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    linux = sys.platform == "linux"

    done = subprocess.run([sys.executable, script, way], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == ["begun", "copies" if linux and way != "threads" else "new", "200"]
    assert done.stderr == ""


def test_reads_only_so_far_ahead(tagger: Tagger, kind: str) -> None:
    """Memory is bounded: a slow reader of the answers keeps the batches from being read."""
    read: list[int] = []

    def batches() -> Iterator[list[str]]:
        for number, batch in enumerate(BATCHES):
            read.append(number)
            yield batch

    stream = tag_in_order(Request(tagger), batches(), list, workers=2)
    next(stream)
    assert len(read) <= parallel.LAID_BY + 1
    stream.close()


@pytest.mark.parametrize("at", [0, 1, 7])
def test_a_worker_dies(tagger: Tagger, started: list[Any], asked: list[list[str]], at: int) -> None:
    """What it had in hand is tagged again, and the rest as well; it is said once."""
    told: list[str] = []

    def batches() -> Iterator[list[str]]:
        yield from BATCHES
        yield from plenty(BATCHES, asked, at)
        for worker in started:
            worker.kill()
        yield from until(lambda: bool(told), BATCHES)
        yield from BATCHES

    found = list(tag_in_order(Request(tagger), batches(), list, workers=3, report=told.append))

    assert in_rounds(tagger, found, BATCHES)
    assert len(asked) >= at
    assert len(told) == 1
    assert "worker process died" in told[0]


def test_workers_end(tagger: Tagger, started: list[Any], asked: list[list[str]]) -> None:
    """None is left behind, not even where the answers are not read to the end, and none is started without need."""
    before = children() if sys.platform == "linux" else set()
    stream = tag_in_order(Request(tagger), plenty(BATCHES, asked), list, workers=3)
    for _ in range(5):
        next(stream)
    stream.close()
    list(tag_in_order(Request(tagger), BATCHES[:1], list, workers=9))

    assert len(started) == 3
    if sys.platform == "linux":
        assert children() <= before


def children() -> set[str]:
    """Return the processes that this one has started and that have not ended, or that no one has waited for."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


@pytest.mark.parametrize(("executable", "said"), [("", 0), ("/nowhere/python", 1)])
def test_no_worker_can_be_started(tagger: Tagger, monkeypatch: pytest.MonkeyPatch, executable: str, said: int) -> None:
    """This process does it all, and says so where it tried in vain."""
    told: list[str] = []
    monkeypatch.setattr(sys, "executable", executable)
    monkeypatch.setattr(parallel, "may_fork", lambda: False)

    found = list(tag_in_order(Request(tagger), BATCHES, list, workers=2, report=told.append))

    assert [tags for _, tags in found] == [tagger.tag(batch) for batch in BATCHES]
    assert len(told) == said
    assert all("could not be started" in each for each in told)


def test_a_worker_is_no_worker(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers something else, as where a site prints a greeting, is done without, and so is an order untellable."""
    told: list[str] = []
    nested: list[Any] = []
    for _ in range(3_000):
        nested = [nested]

    def batches() -> Iterator[list[str]]:
        return until(lambda: bool(told), BATCHES)

    monkeypatch.setattr(parallel, "may_fork", lambda: False)
    deep = Request(Tagger({**tagger.model, "extra": nested}))
    assert in_rounds(tagger, list(tag_in_order(deep, batches(), list, workers=2, report=told.append)), BATCHES)
    assert len(told) == 1

    told.clear()
    monkeypatch.setattr(parallel, "_WORK", "print('Info: loaded')")
    found = list(tag_in_order(Request(tagger), batches(), list, workers=2, report=told.append))
    assert in_rounds(tagger, found, BATCHES)
    assert len(told) == 1


def test_long_texts(tagger: Tagger, kind: str, asked: list[list[str]]) -> None:
    """Batches and answers that are longer than what a pipe holds do not wait for each other."""
    batches = [[f"plan release{number} {'with all teams ' * 15_000}"] * 2 for number in range(6)]

    found = list(tag_in_order(Request(tagger, why=True), plenty(batches, asked, 12), list, workers=2))

    assert in_rounds(tagger, found, batches, why=True)


def test_pipes_that_stay_small(
    tagger: Tagger, kind: str, asked: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a pipe cannot be made larger, a worker is given one batch at a time, and all the same gives all of them."""
    monkeypatch.setattr(parallel, "LARGEST_PIPE", 1 << 40)
    batches = [[f"plan release{number} {'with all teams ' * 3_000}"] * 2 for number in range(6)]

    found = list(tag_in_order(Request(tagger), plenty(batches, asked, 12), list, workers=2))

    assert in_rounds(tagger, found, batches)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_reader_fails(tagger: Tagger, kind: str, workers: int) -> None:
    """What was read before comes first."""

    def batches() -> Iterator[list[str]]:
        yield from BATCHES
        raise OSError("the disk is gone")

    found = []
    with pytest.raises(OSError, match="disk is gone"):
        found.extend(tag_in_order(Request(tagger), batches(), list, workers=workers))
    assert [batch for batch, _ in found] == BATCHES


def test_own_threshold(tagger: Tagger, kind: str, asked: list[list[str]]) -> None:
    """The threshold crosses to the workers."""
    found = list(tag_in_order(Request(tagger, 1.0), plenty(BATCHES, asked), list, workers=2))

    assert in_rounds(tagger, found, BATCHES, threshold=1.0)
    assert {tag.role for _, tags in found for tag in tags} == {"unsure"}
