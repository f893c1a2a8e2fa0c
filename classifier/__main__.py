"""Run the command line: `taskrole`, or `python -m classifier`."""

import atexit
import os
import sys
import threading

from classifier.cli import main


def run() -> None:
    """Run the command line as `taskrole`, and end the process without tidying up where that is of no use."""
    try:
        main(prog_name="taskrole")
    except SystemExit as end:
        if isinstance(end.code, int) and _is_free_to_go():
            os._exit(end.code)
        raise


def _is_free_to_go() -> bool:
    """Say whether nothing is left to do but to free one object after the other, which the system does in one go."""
    if threading.active_count() > 1 or getattr(atexit, "_ncallbacks", lambda: 1)():
        return False
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):  # what is left in them is for the usual end to complain about
        return False
    return True


if __name__ == "__main__":
    main(prog_name="taskrole")
