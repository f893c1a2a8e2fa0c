"""Feed random and mutated files to every reader for as long as one likes.

    python tests/fuzz.py --minutes 5

Prints the seed of each file that ends in anything but a result or one sentence, and exits 1 if there was one.
"""

import argparse
import io
import random
import sys
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from classifier.backlog import FORMATS, BacklogError, read, write
from tests.backlog.cases import CASES, check_sentence, tagged

READERS = [form.name for form in FORMATS.values() if form.can_read]
WRITERS = [form.name for form in FORMATS.values() if form.can_write]
FILES = sorted(path for path in CASES.iterdir() if path.is_file())
PIECES = [
    b"", b"\0", b'"', b"'", b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"[", b"]", b"{", b"}", b":", b"- [ ] ", b"* TODO ",
    b"\xff", b"\xe9", b"\xef\xbb\xbf", b"\xff\xfe", b"\xed\xa0\x80", b"\\ud800", b"<", b">", b"&", b"<!--", b"-->", b"```",
    b"---", b"|---|", b"Title", b"=1+1", b"1e999", b"NaN", b"null", b"9" * 400, b"#+BEGIN_SRC\n", b"%% kanban:settings",
    "\u202e\u2028\x85é計🚀".encode(), b"<Task>", b"</Task>", b"<Name>", b"role,confidence", b"%", b"PK\x03\x04",
]  # fmt: skip


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Change a file in a few places: pieces put in, taken out, doubled, flipped, swapped with another file's."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(data))
        to = min(len(data), at + chance.choice([0, 1, 2, 5, 50, 500]))
        match chance.randint(0, 4):
            case 0:
                data[at:to] = chance.choice(PIECES)
            case 1:
                data[at:at] = data[at:to] * chance.choice([1, 2, 30])
            case 2:
                del data[at:to]
            case 3 if at < len(data):
                data[at] = chance.randrange(256)
            case _:
                other = chance.choice(FILES).read_bytes()
                start = chance.randint(0, len(other))
                data[at:to] = other[start : start + 200]
    return bytes(data)


def invented(chance: random.Random) -> bytes:
    """Make a file up, of noise or of pieces."""
    if chance.random() < 0.3:
        return chance.randbytes(chance.choice([1, 10, 100, 1000]))
    words = [*PIECES, b"plan", b" ", b" ", b"\n", b"\n"]
    return b"".join(chance.choice(words) for _ in range(chance.randint(1, 80)))


def attempt(seed: int) -> None:
    """Read one made file as one format, and write what comes of it; raises what no user should see."""
    chance = random.Random(seed)
    path = chance.choice(FILES)
    data = mutated(chance, path.read_bytes()) if chance.random() < 0.8 else invented(chance)
    name = path.name if chance.random() < 0.7 else chance.choice(["x", "x.csv", "x.json", "x.md", "x.xlsx", "todo.txt"])
    form = None if chance.random() < 0.6 else chance.choice(READERS)
    encoding = None if chance.random() < 0.9 else chance.choice(["utf-8", "utf-16", "cp1252", "ascii"])
    why = None if chance.random() < 0.5 else lambda _tag: "plan <!-- | =1"
    try:
        with read(io.BytesIO(data), name=name, format=form, encoding=encoding, with_description=True) as backlog:
            tasks = list(tagged(backlog))
            for task, _ in tasks:
                backlog.fields(task)
                assert task.title == task.title.strip()
                assert "\n" not in task.title
                assert "\0" not in task.title
                task.title.encode()
            write(io.BytesIO(), tasks, backlog, format=chance.choice(WRITERS), why=why)
    except BacklogError as error:
        check_sentence(error)


def main() -> int:
    """Try seeds until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0, help="the first seed; the next ones follow")
    options = parser.parse_args()
    warnings.simplefilter("error")
    end = time.monotonic() + options.minutes * 60
    seed, failed = options.seed, 0
    while time.monotonic() < end:
        start = time.process_time()
        try:
            attempt(seed)
        except Exception:
            failed += 1
            sys.stdout.write(f"seed {seed}:\n{traceback.format_exc()}\n")
        if time.process_time() - start > 5:
            failed += 1
            sys.stdout.write(f"seed {seed} took {time.process_time() - start:.0f} s\n")
        seed += 1
    sys.stdout.write(f"{seed - options.seed:,} files, {failed} failures\n")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
