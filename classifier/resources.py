"""Where the shipped model and training data are: inside the installed package, else beside it in the checkout."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from classifier.errors import TaskroleError
from classifier.model_file import SUFFIX

if TYPE_CHECKING:
    from pathlib import Path


def _shipped(name: str) -> str:
    """Return the path of a shipped folder (`models`, `training_data`)."""
    package = os.path.dirname(os.path.abspath(__file__))
    for home in (package, os.path.dirname(package)):
        if os.path.isdir(place := os.path.join(home, name)):
            return place
    raise TaskroleError(f"The folder {name!r} is missing from this installation; install taskrole anew.")


def shipped_model() -> str:
    """Return the path of the shipped model."""
    return os.path.join(_shipped("models"), f"default{SUFFIX}")


def shipped_examples() -> Path:
    """Return the path of the folder with the shipped training data."""
    from pathlib import Path  # takes its time, and tagging does without

    return Path(_shipped("training_data"))
