"""What every reader hands out: a stream of tasks that remembers the shape it came in."""

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Literal

from classifier.backlog.source import Source
from classifier.errors import BacklogError
from classifier.tasks import Task

Kind = Literal["table", "document", "objects", "text"]


class Options:
    """What the user asked of a reader beside the file itself.

    `forced`: the user named the format, so a reader may not turn to another one.
    """

    def __init__(self, format: str, column: str | None, with_description: bool, *, forced: bool) -> None:  # noqa: A002
        self.format = format
        self.column = column
        self.with_description = with_description
        self.forced = forced


def no_fields(_task: Task) -> dict[str, Any]:
    """Answer for formats whose tasks are a title and nothing more."""
    return {}


class Backlog:
    """Stream the tasks of one file, once, in order.

    `format` is a name of `FORMATS`. `kind` says what can come back: "table" (rows and columns), "document" (the
    same text with remarks), "objects" (members) or "text" (lines). `columns` are a table's header cells, else None.
    `notices` are sentences for the user, complete once the tasks and the writer are through.
    """

    def __init__(
        self,
        source: Source,
        format: str,  # noqa: A002  the word of the command line
        kind: Kind,
        tasks: Iterator[Task],
        *,
        columns: Sequence[str] | None = None,
        fields: Callable[[Task], dict[str, Any]] = no_fields,
        origin: Any = None,
        notices: list[str] | None = None,
    ) -> None:
        self.source = source
        self.format = format
        self.kind: Kind = kind
        self.columns = None if columns is None else list(columns)
        self.notices: list[str] = [] if notices is None else notices
        self.origin = origin
        self._tasks: Iterator[Task] | None = tasks
        self._fields = fields

    @property
    def name(self) -> str:
        """Name the file as messages do."""
        return self.source.name

    def fields(self, task: Task) -> dict[str, Any]:
        """Give what the input said about a task, by column or member; doubled column names are numbered."""
        return self._fields(task)

    def __iter__(self) -> Iterator[Task]:
        """Yield the tasks; a second time is an error, since the stream is spent."""
        if self._tasks is None:
            raise BacklogError(f"{self.name} has been read already: open it again to read it twice.")
        tasks, self._tasks = self._tasks, None
        return self._guarded(tasks)

    def _guarded(self, tasks: Iterator[Task]) -> Iterator[Task]:
        try:
            yield from tasks
        except BacklogError:
            raise
        except (OSError, EOFError, UnicodeError, MemoryError, RecursionError) as error:
            raise self.source.failure(error) from error

    def close(self) -> None:
        """Close the file, if it was opened here."""
        self.source.close()

    def __enter__(self) -> "Backlog":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
