"""Many texts on all cores."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from classifier import parallel
from classifier.parallel import LAID_BY, tag_in_order
from classifier.tagger import Tagger

BATCHES = [[f"plan release {batch} {number}" for number in range(20)] for batch in range(30)]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Return the processes that are started, as they come."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*command: Any, **more: Any) -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen(*command, **more))
        return processes[-1]

    monkeypatch.setattr(parallel, "Popen", start)
    return processes


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the texts that are handed to workers, as they are."""
    texts: list[list[str]] = []
    send = parallel._Worker.send
    monkeypatch.setattr(parallel._Worker, "send", lambda worker, given: texts.append(given) or send(worker, given))
    return texts


def plenty(batches: list[list[str]], asked: list[list[str]], least: int = 20) -> Iterator[list[str]]:
    """Yield batches again and again, until workers, which take a while to be ready, have been handed some of them."""
    while len(asked) < least:
        yield from batches


def in_rounds(tagger: Tagger, found: list[Any], batches: list[list[str]], *, why: bool = False) -> bool:
    """Say whether these are the batches, again and again, each with the tags that one process gives, none left out."""
    return found == [(batch, tagger.tag(batch, why=why)) for batch in batches] * (len(found) // len(batches))


@pytest.mark.parametrize("why", [False, True])
def test_like_one_process(tagger: Tagger, asked: list[list[str]], why: bool) -> None:
    """Two workers give what one process gives, in order, reasons included."""
    found = list(tag_in_order(tagger, plenty(BATCHES, asked), list, workers=2, why=why))

    assert len(asked) >= 20
    assert in_rounds(tagger, found, BATCHES, why=why)


SCRIPT = """
from classifier import load
from classifier.parallel import tag_in_order

print("begun")
batches = [["plan the release"] * 20] * 10
print(sum(len(tags) for _, tags in tag_in_order(load(), batches, list, workers=2)))
"""


def test_a_script_runs_once(tmp_path: Path) -> None:
    """The other processes need nothing of the script that starts them, and do not run it again."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")

    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.split() == ["begun", "200"]
    assert done.stderr == ""


def test_reads_only_so_far_ahead(tagger: Tagger) -> None:
    """Memory is bounded: a slow reader of the answers keeps the batches from being read."""
    read: list[int] = []

    def batches() -> Iterator[list[str]]:
        for number, batch in enumerate(BATCHES):
            read.append(number)
            yield batch

    stream = tag_in_order(tagger, batches(), list, workers=2)
    next(stream)
    assert len(read) <= LAID_BY + 1
    stream.close()


@pytest.mark.parametrize("at", [0, 1, 7])
def test_a_worker_dies(tagger: Tagger, started: list[subprocess.Popen[bytes]], asked: list[list[str]], at: int) -> None:
    """What it had in hand is tagged again, and the rest as well; it is said once."""
    told: list[str] = []

    def batches() -> Iterator[list[str]]:
        yield from BATCHES
        yield from plenty(BATCHES, asked, at)
        for worker in started:
            worker.kill()
        while not told:
            yield from BATCHES
        yield from BATCHES

    found = list(tag_in_order(tagger, batches(), list, workers=3, report=told.append))

    assert in_rounds(tagger, found, BATCHES)
    assert len(asked) >= at
    assert len(told) == 1
    assert "worker process died" in told[0]


def test_workers_end(tagger: Tagger, started: list[subprocess.Popen[bytes]], asked: list[list[str]]) -> None:
    """None is left behind, not even where the answers are not read to the end, and none is started without need."""
    stream = tag_in_order(tagger, plenty(BATCHES, asked), list, workers=3)
    for _ in range(5):
        next(stream)
    stream.close()
    list(tag_in_order(tagger, BATCHES[:1], list, workers=9))

    assert len(started) == 3
    assert all(process.returncode is not None for process in started)


@pytest.mark.parametrize(("executable", "said"), [("", 0), ("/nowhere/python", 1)])
def test_no_worker_can_be_started(tagger: Tagger, monkeypatch: pytest.MonkeyPatch, executable: str, said: int) -> None:
    """This process does it all, and says so where it tried in vain."""
    told: list[str] = []
    monkeypatch.setattr(sys, "executable", executable)

    found = list(tag_in_order(tagger, BATCHES, list, workers=2, report=told.append))

    assert [tags for _, tags in found] == [tagger.tag(batch) for batch in BATCHES]
    assert len(told) == said


def test_a_worker_is_no_worker(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What answers something else, as where a site prints a greeting, is done without, and so is an order untellable."""
    told: list[str] = []
    nested: list[Any] = []
    for _ in range(900):
        nested = [nested]

    def batches() -> Iterator[list[str]]:
        while not told:
            yield from BATCHES

    deep = Tagger({**tagger.model, "extra": nested})
    assert in_rounds(tagger, list(tag_in_order(deep, batches(), list, workers=2, report=told.append)), BATCHES)
    assert len(told) == 1

    told.clear()
    monkeypatch.setattr(parallel, "_WORK", "print('Info: loaded')")
    assert in_rounds(tagger, list(tag_in_order(tagger, batches(), list, workers=2, report=told.append)), BATCHES)
    assert len(told) == 1


def test_long_texts(tagger: Tagger, asked: list[list[str]]) -> None:
    """Batches and answers that are longer than what a pipe holds do not wait for each other."""
    batches = [[f"plan release{number} {'with all teams ' * 100}"] * 15 for number in range(6)]

    found = list(tag_in_order(tagger, plenty(batches, asked, 12), list, workers=2, why=True))

    assert in_rounds(tagger, found, batches, why=True)


@pytest.mark.parametrize("workers", [1, 3])
def test_the_reader_fails(tagger: Tagger, workers: int) -> None:
    """What was read before comes first."""

    def batches() -> Iterator[list[str]]:
        yield from BATCHES
        raise OSError("the disk is gone")

    found = []
    with pytest.raises(OSError, match="disk is gone"):
        found.extend(tag_in_order(tagger, batches(), list, workers=workers))
    assert [batch for batch, _ in found] == BATCHES


def test_own_threshold(tagger: Tagger) -> None:
    """The threshold crosses to the workers."""
    ((_, tags),) = tag_in_order(tagger, [["plan release"]], list, threshold=1.0, workers=1)

    assert tags == tagger.tag(["plan release"], threshold=1.0)
    assert parallel.cores() >= 1
