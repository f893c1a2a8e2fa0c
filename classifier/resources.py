"""Where the shipped model and training data are: inside the installed package, else beside it in the checkout."""

from pathlib import Path

from classifier.errors import TaskroleError


def shipped(name: str) -> Path:
    """Return the path of a shipped folder (`models`, `training_data`)."""
    package = Path(__file__).parent
    for home in (package, package.parent):
        if (home / name).is_dir():
            return home / name
    raise TaskroleError(f"The folder {name!r} is missing from this installation; install taskrole anew.")


def shipped_model() -> Path:
    """Return the path of the shipped model."""
    return shipped("models") / "default.json"


def shipped_examples() -> Path:
    """Return the path of the folder with the shipped training data."""
    return shipped("training_data")
