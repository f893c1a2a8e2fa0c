"""Which model a command works with."""

from classifier.tagger import Tagger


def current_tagger(model: str | None) -> Tagger:
    """Load the model of `--model`: a file; else the user's current model; else the shipped one."""
    return Tagger.load(model)
