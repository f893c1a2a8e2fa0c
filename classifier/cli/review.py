"""`taskrole review`: questions in the terminal, one key an answer, each answer stored before the next question."""

import sys
from typing import NamedTuple

import click

from classifier.backlog import printable, read
from classifier.cli.model import current_tagger
from classifier.cli.options import examples
from classifier.errors import TaskroleError
from classifier.examples import key_of
from classifier.reasons import why
from classifier.store import Store
from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Example, Tag, Task

SKIP, UNDO, QUIT = "s", "u", "q"


@click.command(epilog=examples("taskrole review backlog.csv", "printf '1\\n2\\nq\\n' | taskrole review backlog.csv"))
@click.argument("backlog")
@click.option("--column", metavar="NAME", help="Column of the titles, where it is not found.")
@click.option("-n", "--number", type=click.IntRange(min=1), metavar="N", help="End after so many answers.")
def review(backlog: str, column: str | None, number: int | None) -> None:
    """Answer the questions that would teach the model most.

    Of the tasks of BACKLOG those come first that the model is torn about, spread over different wordings. Every answer
    is stored at once, and `retrain` learns from all of them. Tasks that were answered or skipped are not asked about
    again. Where standard input is no terminal, an answer is a line: a number, a role, or s, u or q.
    """
    tagger = current_tagger(None)
    with Store() as store:
        tasks = _open_tasks(backlog, column, store)
        answered = _Review(store, tagger, tasks, backlog).ask(number) if tasks else 0
        waiting = sum(held.state == "waiting" for held in store.held())
    if not tasks:
        _tell("Every task of this backlog has been answered or skipped.")
    _tell(
        f"{answered:,} answered. {f'{waiting:,} wait to be learned from: taskrole retrain' if waiting else ''}".strip()
    )


def _open_tasks(backlog: str, column: str | None, store: Store) -> list[Task]:
    """Read the tasks that were neither answered nor skipped, each wording once."""
    closed = store.skipped() | {key_of(held.example.text) for held in store.held() if held.state != "removed"}
    tasks: dict[str, Task] = {}
    with read(backlog, column=column) as found:
        for task in found:
            if task.title:
                tasks.setdefault(key_of(task.title), task)
    if not tasks:
        raise TaskroleError(f"{printable(backlog)} holds no task to ask about.")
    return [task for words, task in tasks.items() if words not in closed]


class _Step(NamedTuple):
    """What can be undone."""

    place: int
    number: int | None
    """Of the example; None where the task was skipped."""


class _Review:
    def __init__(self, store: Store, tagger: Tagger, tasks: list[Task], backlog: str) -> None:
        from classifier.learning.questions import Questions

        self._store = store
        self._tagger = tagger
        self._tasks = tasks
        self._backlog = backlog
        self._questions = Questions([task.title for task in tasks], tagger)
        self._keys = {str(number): role for number, role in enumerate(tagger.roles, start=1)} | {"0": UNSURE}
        self._steps: list[_Step] = []

    def ask(self, number: int | None) -> int:
        """Ask until there is enough, no input left or the user quits; return how many answers there are."""
        told = False
        while (place := self._questions.next()) is not None and (number is None or self._answered < number):
            why_enough = self._questions.enough()
            if why_enough is not None and not told:
                _tell(f"More answers would hardly help: {why_enough}. Quit with q, or go on.")
                told = True
            answer = self._answer(place)
            if answer == QUIT:
                break
            if answer == UNDO:
                self._undo()
            else:
                self._store_answer(place, answer)
        return self._answered

    @property
    def _answered(self) -> int:
        return sum(step.number is not None for step in self._steps)

    def _answer(self, place: int) -> str:
        """Show one task until there is an answer to it: a role, `s`, `u` or `q`."""
        title = self._tasks[place].title
        (tag,) = self._tagger.tag([title], why=True)
        _tell(f"\n{self._answered + 1}. {title}")
        _tell(f"   {_guess(tag)}{why(tag, self._tagger.labels)}")
        keys = ", ".join(f"{key} {role}" for key, role in self._keys.items())
        click.echo(printable(f"   {keys}; s skip, u undo, q quit: "), err=True, nl=False)
        while True:
            typed = _read_key()
            answer = self._meaning(typed)
            if answer is not None:
                click.echo(answer, err=True)
                return answer
            if sys.stdin.isatty():
                continue
            raise TaskroleError(f"{typed!r} is no answer: give {keys}, or s, u or q, one a line.")

    def _meaning(self, typed: str) -> str | None:
        if typed in self._keys:
            return self._keys[typed]
        return typed if typed in {*self._keys.values(), SKIP, UNDO, QUIT} else None

    def _store_answer(self, place: int, answer: str) -> None:
        task = self._tasks[place]
        if answer == SKIP:
            self._store.skip(key_of(task.title))
            self._steps.append(_Step(place, None))
        else:
            where = f"{printable(self._backlog)}:{task.line}" if task.line else printable(self._backlog)
            (number,) = self._store.add([Example(task.title, answer, "review", where)])
            self._steps.append(_Step(place, number))
            self._questions.answered(as_guessed=self._tagger.tag([task.title])[0].best == answer)
        self._questions.close(place)

    def _undo(self) -> None:
        if not self._steps:
            _tell("There is nothing to undo.")
            return
        step = self._steps.pop()
        if step.number is None:
            self._store.unskip(key_of(self._tasks[step.place].title))
        else:
            self._store.take_back(step.number)
        self._questions.reopen(step.place)


def _guess(tag: Tag) -> str:
    because = f", {tag.unsure_because}" if tag.unsure_because else ""
    return f"{tag.best}? ({tag.shown(2):.2f}{because}) "


def _read_key() -> str:
    """Read one key from a terminal, else one line; the end of the input quits."""
    if sys.stdin.isatty():
        return click.getchar().strip().lower()
    line = sys.stdin.readline()
    return line.strip() if line else QUIT


def _tell(sentence: str) -> None:
    click.echo(printable(sentence) if not sentence.startswith("\n") else "\n" + printable(sentence[1:]), err=True)
