"""Which model a command works with."""

from classifier.store import SHIPPED, current_model
from classifier.tagger import Tagger


def current_tagger(model: str | None) -> Tagger:
    """Load the model of `--model`: a file, or `shipped`; else the user's current model; else the shipped one."""
    if model is None:
        return Tagger.load(current_model())
    return Tagger.load(None if model == SHIPPED else model)
