"""Where the little exports are, and what tests of the room share."""

import io
from pathlib import Path

from classifier.backlog import read, write
from classifier.tasks import Tag

CASES = Path(__file__).parent.parent / "cases"
TAG = Tag("product", 0.9712, "product")


def tagged(backlog, tag=TAG):
    """Tag every task alike."""
    return ((task, tag if task.title else None) for task in backlog)


def written(data, form, *, why=None, **options):
    """Read `data`, tag it and give the bytes written as `form`."""
    source = io.BytesIO(data if isinstance(data, bytes) else data.encode())
    target = io.BytesIO()
    with read(source, **options) as backlog:
        write(target, tagged(backlog), backlog, format=form, why=why)
    return target.getvalue()


def check_sentence(error):
    """Assert that an error is one sentence."""
    assert str(error).endswith(".")
    assert "\n" not in str(error)


def titles(data, **options):
    """Give the titles of the tasks in `data`."""
    source = io.BytesIO(data if isinstance(data, bytes) else data.encode())
    with read(source, **options) as backlog:
        return [task.title for task in backlog if task.title]
