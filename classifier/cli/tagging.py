"""The stream from tasks to tagged tasks, in batches, and what it came to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain, islice, repeat
from typing import TypeVar

import click

from classifier.cores import cores, may_fork
from classifier.request import Request
from classifier.tasks import UNSURE, Tag, Task

BATCH = 1000
"""Tasks tagged at a time."""
FIRST = (125,) * 8
"""Sizes of the first batches: while this process reads the next, another is at work already."""
ALONE = 19
"""Batches that one process tags before others would have started, and been worth it."""

Tagged = tuple[Task, Tag | None]
Item = TypeVar("Item")


def batches(items: Iterable[Item], first: Iterable[int] = ()) -> Iterator[list[Item]]:
    """Cut a stream into lists of as many items as `first` says, and then of `BATCH`, the last one shorter."""
    rest, sizes = iter(items), chain(first, repeat(BATCH))
    while batch := list(islice(rest, next(sizes))):
        yield batch


def text_of(task: Task) -> str:
    """Return what of a task is tagged: its title and, where it was read, its description."""
    return f"{task.title}\n{task.description}" if task.description else task.title


def tag_tasks(
    tasks: Iterable[Task], request: Request, done: Callable[[list[Tag]], object] | None = None
) -> Iterator[Tagged]:
    """Tag a stream of tasks in order, those without a title with None; `done` is told the tags that are through."""
    for batch, found in _tagged(batches(tasks, FIRST), request):
        tags = iter(found)
        for task in batch:
            yield task, next(tags) if task.title else None
        if done is not None:
            done(found)


def _tagged(cut: Iterator[list[Task]], request: Request) -> Iterator[tuple[list[Task], list[Tag]]]:
    """Tag batches in order: here, and on all cores where others are ready at once or there is enough to wait for them."""
    alone = None
    if not request.alone and cores() > 1:
        first = list(islice(cut, 2))
        cut = chain(first, cut)
        alone = 0 if len(first) > 1 and may_fork() else ALONE
    for batch in islice(cut, alone):
        yield batch, request.tag(_texts(batch))
    rest = list(islice(cut, 1))
    if rest:
        from classifier.parallel import tag_in_order  # short inputs do without

        yield from tag_in_order(request, chain(rest, cut), _texts, report=partial(click.echo, err=True))


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
