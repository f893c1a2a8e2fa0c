"""The stream from tasks to tagged tasks, in batches, and what it came to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice
from typing import TypeVar

import click

from classifier.tagger import Tagger
from classifier.tasks import UNSURE, Tag, Task

BATCH = 1000
"""Tasks tagged at a time."""

FEW = 5
"""Batches that are tagged before it pays to get ready for very many."""
ALONE = 12
"""Batches that one process tags before others would have started, and been worth it."""

Tagged = tuple[Task, Tag | None]
Item = TypeVar("Item")


class Request:
    """What is asked of the tagger for every task."""

    def __init__(
        self, tagger: Tagger, threshold: float | None = None, *, why: bool = False, alone: bool = False
    ) -> None:
        self.tagger = tagger
        self.threshold = threshold
        self.why = why
        self.alone = alone
        """In this process only, since others like it are at work already."""


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    """Cut a stream into lists of `size` items, the last one shorter."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def text_of(task: Task) -> str:
    """Return what of a task is tagged: its title and, where it was read, its description."""
    return f"{task.title}\n{task.description}" if task.description else task.title


def tag_tasks(
    tasks: Iterable[Task], request: Request, done: Callable[[list[Tag]], object] | None = None
) -> Iterator[Tagged]:
    """Tag a stream of tasks in order, those without a title with None; `done` is told the tags that are through."""
    for batch, found in _tagged(batches(tasks), request):
        tags = iter(found)
        for task in batch:
            yield task, next(tags) if task.title else None
        if done is not None:
            done(found)


def _tagged(cut: Iterator[list[Task]], request: Request) -> Iterator[tuple[list[Task], list[Tag]]]:
    """Tag batches: the first ones here; if there are more than pays for starting others, on all cores."""
    tagger, threshold, why = request.tagger, request.threshold, request.why
    for number, batch in enumerate(cut, start=1):
        if number > ALONE and not request.alone:
            break
        if number > FEW:
            tagger.hasten()
        yield batch, tagger.tag(_texts(batch), threshold=threshold, why=why)
    else:
        return
    from classifier.parallel import tag_in_order  # only large inputs pay for it

    cut = chain([batch], cut)
    yield from tag_in_order(tagger, cut, _texts, threshold=threshold, why=why, report=partial(click.echo, err=True))


def _texts(batch: list[Task]) -> list[str]:
    return [text_of(task) for task in batch if task.title]


class Summary:
    """Counts tags for the sentence that closes a run."""

    def __init__(self, roles: tuple[str, ...]) -> None:
        self.roles = tuple(dict.fromkeys((*roles, UNSURE)))
        self.counts: Counter[str] = Counter()
        self.because: Counter[str] = Counter()

    def add(self, tags: Sequence[Tag]) -> None:
        """Count tags."""
        self.counts.update([tag.role for tag in tags])
        self.because.update([tag.unsure_because for tag in tags if tag.unsure_because is not None])

    def sentence(self) -> str:
        """Say what it came to: `3 tasks: 2 product, 0 project, 1 unsure (1 torn)` and the like."""
        total = self.counts.total()
        parts = ", ".join(f"{self.counts[role]:,} {role}" for role in self.roles)
        because = ", ".join(f"{self.because[reason]:,} {reason}" for reason in sorted(self.because))
        return f"{'1 task' if total == 1 else f'{total:,} tasks'}: {parts}{f' ({because})' if because else ''}."
