"""Whatever dies, and however many work at once: the store loads, no example is lost, the current model is whole."""

import multiprocessing
import os
import random
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from classifier.cli import main
from classifier.store import Store, current_model
from classifier.tagger import Tagger
from tests.lessons import company, write_examples

KILLS = 50

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are forked")


def work(folder: str, args: tuple[str, ...], stdin: str) -> None:
    """Run a command in this process, silent, with a store of its own."""
    os.environ["TASKROLE_HOME"] = folder
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    if stdin:
        read, write = os.pipe()
        os.write(write, stdin.encode())
        os.close(write)
        sys.stdin = os.fdopen(read)
    sys.exit(main(args, prog_name="taskrole", standalone_mode=True))


@pytest.fixture(scope="module")
def processes() -> multiprocessing.context.ForkServerContext:
    """Processes that start in a moment, since a server has imported what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["classifier.teaching", "classifier.cli.retrain", "classifier.cli.review", __name__])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")  # several processes with several threads each are in each other's way
        patch.setenv("OMP_NUM_THREADS", "1")
        context.Process(target=id, args=(0,)).start()  # with the first process the server starts, and imports
    return context


def started(
    context: multiprocessing.context.ForkServerContext, folder: Path, *args: object, stdin: str = ""
) -> BaseProcess:
    process = context.Process(target=work, args=(str(folder), tuple(map(str, args)), stdin))
    process.start()
    return process


def known_texts(folder: Path) -> tuple[set[str], set[str]]:
    """Check that the store is whole; return all its texts, and those that its current model was made of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TASKROLE_HOME", str(folder))
        path = current_model()
        assert path is None or Tagger.load(path).tag(["Interview drivers"])[0].best == "product"
        with Store() as store:
            current = store.current()
            members = store.members(current) if current is not None else []
            assert current is None or len(members) == current.examples
            return {held.example.text for held in store.held()}, {held.example.text for held in members}


def test_killed_at_any_moment(processes: multiprocessing.context.ForkServerContext, tmp_path: Path) -> None:
    """Fifty times a retrain or a review is killed; what was there before is still there, and the next one works."""
    folder, chance = tmp_path / "home", random.Random(0)
    examples = company()
    first = write_examples(tmp_path / "first.csv", examples[::4])
    started(processes, folder, "--version").join(60)
    begun = time.monotonic()
    whole = started(processes, folder, "retrain", first, "--from-scratch")
    whole.join(60)
    assert whole.exitcode == 0
    duration = time.monotonic() - begun
    stored, made_of = known_texts(folder)
    promotions, patience = 0, duration * 1.1

    for round_ in range(KILLS):
        if round_ % 5 == 4:
            backlog = write_examples(tmp_path / "backlog.csv", examples[1 + 2 * round_ :: 2])
            process = started(processes, folder, "review", backlog, "--column", "text", stdin="1\n2\ns\nu\n" * 5)
            limit = duration / 4
        else:
            mark = chr(ord("a") + round_ // 26) + chr(ord("a") + round_ % 26)  # not a number: those are all one word
            lines = [each._replace(text=f"{each.text} {mark}") for each in examples[round_ : round_ + 3]]
            process = started(processes, folder, "retrain", write_examples(tmp_path / "new.csv", lines))
            limit = patience
        time.sleep(chance.uniform(0, limit))
        process.kill()
        process.join(60)

        before, before_made_of = stored, made_of
        stored, made_of = known_texts(folder)
        undone = {each.text for each in examples} if round_ % 5 == 4 else set()  # what `u` takes back
        assert before - stored <= undone
        assert before_made_of <= made_of
        promoted = made_of != before_made_of
        promotions += promoted
        if round_ % 5 != 4:  # the kill is to come about when the new model does, however fast the machine
            patience *= 0.8 if promoted else 1.2

    assert 0 < promotions < KILLS
    last = write_examples(tmp_path / "last.csv", examples)
    process = started(processes, folder, "retrain", last, "--force")
    process.join(60)
    assert process.exitcode == 0
    assert {each.text for each in examples} <= known_texts(folder)[1]


def test_eight_at_once(processes: multiprocessing.context.ForkServerContext, tmp_path: Path) -> None:
    """Eight retrains at once queue: one model is current in the end, and it was made of everything."""
    folder, examples = tmp_path / "home", company()
    files = [write_examples(tmp_path / f"{number}.csv", examples[number::8]) for number in range(8)]
    running = [started(processes, folder, "retrain", file, "--from-scratch", "--force") for file in files]
    for process in running:
        process.join(120)

    assert [process.exitcode for process in running] == [0] * 8
    assert known_texts(folder) == ({each.text for each in examples},) * 2
