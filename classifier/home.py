"""Where the store is, and whether there is one: most users have none, and to learn that needs no database."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from classifier.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = "shipped"
"""What the model that comes with taskrole is called where a version is named."""


def home() -> Path:
    """Return the folder of the store: `TASKROLE_HOME`, else the user's data folder."""
    from pathlib import Path  # takes its time, and a user without a store does without

    return Path(_home())


def _home() -> str:
    chosen = os.environ.get("TASKROLE_HOME")
    if chosen:
        return chosen
    if sys.platform == "linux":
        data, user = os.environ.get("XDG_DATA_HOME", ""), os.environ.get("HOME", "")
        if os.path.isabs(data):
            return os.path.join(data, "taskrole")
        if os.path.isabs(user) and not data:
            return os.path.join(user, ".local", "share", "taskrole")
    from platformdirs import user_data_dir  # says the same, but takes as long to import as a hundred titles to tag

    return user_data_dir("taskrole", appauthor=False)


def store_file() -> Path | None:
    """Return the store's database, None where nothing has been stored yet; raise `StoreError` where it is shut."""
    place = os.path.join(_home(), "store.db")
    try:
        os.stat(place)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(unreadable(place, error)) from None
    from pathlib import Path

    return Path(place)


def unreadable(place: Path | str, error: OSError) -> str:
    """Say what is the matter with a file of the store that cannot be read."""
    return f"{place} cannot be read ({error.strerror or error}): see to its permissions."
