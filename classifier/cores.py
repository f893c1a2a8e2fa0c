"""How many cores there are, and how they can be used."""

import os


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def may_fork() -> bool:
    """Say whether workers can be copies of this process: on Linux, and where it has no threads, which copies lose.

    A copy is ready at once, and knows the words met so far. Elsewhere a worker starts anew, which takes as long as
    tagging some thousands of titles.
    """
    try:
        return len(os.listdir("/proc/self/task")) == 1  # those of C libraries included
    except OSError:
        return False
