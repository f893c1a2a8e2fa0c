"""Time one program and find the most memory it held: `python -S measure.py CORES OUT COMMAND…` prints JSON.

A process of its own, as small as Python goes: a program's peak is never less than that of what started it.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

PAUSE = 0.05
"""Seconds between two looks at the memory of a program that has children."""


def run(cores: int, out: str, command: list[str]) -> dict[str, float]:
    """Run a program on so many cores (0: all), its output into a file, and return seconds and MiB."""
    if cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    target = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    began = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, target, 1)])
    watch = Watch(process)
    watch.start()
    _, status, used = os.wait4(process, 0)
    seconds = time.perf_counter() - began
    code = os.waitstatus_to_exitcode(status)
    if code:
        raise SystemExit(f"exit code {code}: {' '.join(command)}")
    own = used.ru_maxrss / 1024
    return {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak": max(own, watch.peak)}


class Watch(threading.Thread):
    """Adds up the memory of a program and its children, pages that they share counted once, while it runs."""

    def __init__(self, process: int) -> None:
        """Watch a process by its number."""
        super().__init__(daemon=True)
        self.process = process
        self.peak = 0.0

    def run(self) -> None:
        """Look again and again; a program without children is left alone, since the system keeps its peak."""
        while True:
            time.sleep(PAUSE)
            family = _family(self.process)
            if len(family) > 1:
                self.peak = max(self.peak, sum(map(_held, family)))


def _family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return []
    return [process, *(each for child in children for each in _family(int(child)))]


def _held(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]), sys.argv[2], sys.argv[3:])))
