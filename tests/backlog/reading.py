"""Read a file, tag it and write it in every format, in a process of its own; one line of JSON tells how it went."""

import io
import json
import sys
import warnings
from pathlib import Path

from classifier.backlog import BacklogError, printable, read, write
from tests.backlog.cases import tagged


def main(path: str) -> None:
    """Print what each format came to: the number of bytes, or the sentence."""
    warnings.simplefilter("error")
    outcome: dict[str, object] = {}
    for form in ("jsonl", "csv", "markdown", "excel") if len(sys.argv) < 3 else sys.argv[2:]:
        target = io.BytesIO()
        try:
            with read(path) as backlog:
                write(target, tagged(backlog), backlog, format=form)
            outcome[form] = len(target.getvalue())
        except BacklogError as error:
            outcome[form] = printable(str(error))
    outcome["MB"] = _peak()
    sys.stdout.write(json.dumps(outcome))


def _peak() -> int:
    """Give the most memory this process has held, not counting what its parent held when it was forked."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) // 1024


if __name__ == "__main__":
    main(sys.argv[1])
