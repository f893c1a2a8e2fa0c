"""Where the store is, and whether there is one: most users have none, and to learn that needs no database."""

import os
from pathlib import Path

from classifier.errors import StoreError

SHIPPED = "shipped"
"""What the model that comes with taskrole is called where a version is named."""


def home() -> Path:
    """Return the folder of the store: `TASKROLE_HOME`, else the user's data folder."""
    chosen = os.environ.get("TASKROLE_HOME")
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path  # takes its time, and whoever names a folder does without

    return user_data_path("taskrole", appauthor=False)


def store_file() -> Path | None:
    """Return the store's database, None where nothing has been stored yet; raise `StoreError` where it is shut."""
    place = home() / "store.db"
    try:
        place.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(unreadable(place, error)) from None
    return place


def unreadable(place: Path, error: OSError) -> str:
    """Say what is the matter with a file of the store that cannot be read."""
    return f"{place} cannot be read ({error.strerror or error}): see to its permissions."
