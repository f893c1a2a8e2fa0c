"""Tag every task of a backlog as product or project work.

>>> from classifier import load
>>> load().tag(["build roadmap"])[0].role
'product'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from classifier.backlog import read as read_backlog
    from classifier.errors import TaskroleError
    from classifier.learning import train
    from classifier.tagger import Tagger
    from classifier.tasks import Example, Reason, Tag, Task

__all__ = [
    "Example",
    "Reason",
    "Tag",
    "Tagger",
    "Task",
    "TaskroleError",
    "__version__",
    "load",
    "read_backlog",
    "train",
]

_HOMES = {
    "Example": ("classifier.tasks", "Example"),
    "Reason": ("classifier.tasks", "Reason"),
    "Tag": ("classifier.tasks", "Tag"),
    "Tagger": ("classifier.tagger", "Tagger"),
    "Task": ("classifier.tasks", "Task"),
    "TaskroleError": ("classifier.errors", "TaskroleError"),
    "read_backlog": ("classifier.backlog", "read"),
    "train": ("classifier.learning", "train"),
}


def load(path: "str | Path | None" = None) -> "Tagger":
    """Load a model file, or the shipped model, and return its tagger; raise `TaskroleError` where that cannot be."""
    from classifier.tagger import Tagger

    return Tagger.load(path)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that importing the package costs nothing."""
    if name == "__version__":
        from importlib.metadata import version

        return version("taskrole")
    try:
        module, attribute = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    return getattr(import_module(module), attribute)
