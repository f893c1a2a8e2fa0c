"""A progress bar on the terminal, for work that takes longer than a second."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

PATIENCE = 1.0
"""Seconds of work before a bar appears."""


@contextmanager
def progress(label: str, *, total: float | None = None, wanted: bool = True) -> Iterator[Callable[[float], None]]:
    """Give a function that takes how much more of `total` is done; it draws on standard error if that is a terminal.

    Without a `total` the bar counts.
    """
    if not (wanted and sys.stderr.isatty()):
        yield _ignore
        return
    bar = _Bar(label, total)
    try:
        yield bar.advance
    finally:
        bar.close()


def _ignore(more: float) -> None:
    """Stand in for a bar."""


class _Bar:
    def __init__(self, label: str, total: float | None) -> None:
        self._label = label
        self._total = total
        self._since = monotonic()
        self._done = 0.0
        self._drawn: Any = None

    def advance(self, more: float) -> None:
        self._done += more
        if self._drawn is None:
            if monotonic() - self._since < PATIENCE:
                return
            self._drawn = _draw(counting=self._total is None)
            self._drawn.add_task(self._label, total=self._total)
        self._drawn.update(0, completed=self._done)

    def close(self) -> None:
        if self._drawn is not None:
            self._drawn.stop()


def _draw(*, counting: bool) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    shown = TextColumn("{task.completed:,.0f}") if counting else TaskProgressColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), shown, TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.start()
    return bar


def shares(advance: Callable[[float], None]) -> Callable[[float], None]:
    """Turn a function that takes how much more is done into one that takes how much is done so far."""
    reached = 0.0

    def done(share: float) -> None:
        nonlocal reached
        advance(share - reached)
        reached = share

    return done
