"""Many texts on all cores."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from classifier import parallel
from classifier.parallel import LAID_BY, tag_in_order
from classifier.tagger import Tagger

BATCHES = [[f"plan release {batch} {number}" for number in range(20)] for batch in range(30)]


@pytest.mark.parametrize("why", [False, True])
def test_like_one_process(tagger: Tagger, why: bool) -> None:
    """Two workers give what one process gives, in order, reasons included."""
    found = list(tag_in_order(tagger, BATCHES, list, workers=2, why=why))

    assert [batch for batch, _ in found] == BATCHES
    assert [tags for _, tags in found] == [tagger.tag(batch, why=why) for batch in BATCHES]


@pytest.mark.parametrize(("workers", "remembered"), [(1, 43_000), (2, 36_000)])
def test_remembers_less_in_company(tagger: Tagger, workers: int, remembered: int) -> None:
    """Several processes share the memory; afterwards the tagger is as it was."""
    stream = tag_in_order(tagger, BATCHES, list, workers=workers)
    next(stream)
    assert tagger.remembered == remembered
    stream.close()
    assert tagger.remembered == 43_000


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


def test_a_worker_dies(tagger: Tagger) -> None:
    """What it had in hand is tagged again, and the rest as well; it is said once."""
    told: list[str] = []

    def batches() -> Iterator[list[str]]:
        for number, batch in enumerate(BATCHES):
            if number == 10:
                for worker in children():
                    os.kill(worker, signal.SIGKILL)
            yield batch

    found = list(tag_in_order(tagger, batches(), list, workers=2, report=told.append))

    assert [tags for _, tags in found] == [tagger.tag(batch) for batch in BATCHES]
    assert len(told) == 1
    assert "worker process died" in told[0]


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


def children() -> list[int]:
    """Return the processes of the pool that this test started."""
    import multiprocessing

    return [child.pid for child in multiprocessing.active_children() if child.pid]


def test_own_threshold(tagger: Tagger) -> None:
    """The threshold crosses to the workers."""
    ((_, tags),) = tag_in_order(tagger, [["plan release"]], list, threshold=1.0, workers=1)

    assert tags == tagger.tag(["plan release"], threshold=1.0)
    assert parallel.cores() >= 1
