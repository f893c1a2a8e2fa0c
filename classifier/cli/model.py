"""Which model a command works with."""

import os

from classifier.home import SHIPPED, store_file
from classifier.tagger import Tagger


def current_tagger(model: str | None) -> Tagger:
    """Load the model of `--model`: a file, or `shipped`; else the user's current model; else the shipped one."""
    if model is None:
        return Tagger.load(_current_model())
    return Tagger.load(None if model == SHIPPED else model)


def _current_model() -> os.PathLike[str] | None:
    if store_file() is None:
        return None
    from classifier.store import current_model  # SQLite takes its time, and most users have no store

    return current_model()
