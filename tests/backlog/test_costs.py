"""What reading and writing cost: memory that does not grow with the file, and imports only where needed."""

import io
import json
import subprocess
import sys

import pytest

from classifier.backlog import delimited, read
from tests.backlog.cases import CASES

HEAVY = ("openpyxl", "defusedxml", "markdown_it", "charset_normalizer", "numpy", "sklearn", "asyncio", "rich", "click")


def loaded(code):
    """Run code in a fresh interpreter and name the heavy modules that it loaded."""
    code += f"\nimport sys; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.parametrize(
    ("name", "modules"),
    [
        (None, []),
        ("jira.csv", []),
        ("tasks.jsonl", []),
        ("list.txt", []),
        ("todo.txt", []),
        ("work.org", []),
        ("checklist.md", ["markdown_it"]),
        ("french.csv", ["charset_normalizer"]),
        ("project.xml", ["defusedxml"]),
        ("plan.ods", ["defusedxml"]),
        ("plan.xlsx", ["openpyxl"]),
    ],
)
def test_a_reader_imports_what_it_needs_alone(name, modules):
    code = "import classifier.backlog as room"
    if name:
        code += f"\nwith room.read({str(CASES / name)!r}) as backlog: list(backlog)"

    found = loaded(code)

    # openpyxl takes what it finds installed.
    ignored = {"defusedxml", "numpy"} if "openpyxl" in modules else set()
    assert set(eval(found)) - ignored == set(modules)


MAKE = {
    "csv": ("Title,Status,Notes\n", 'Plan the launch for quarter {},open,"a, b"\n', ""),
    "tsv": ("Title\tStatus\n", "Plan the launch for quarter {}\topen\n", ""),
    "jsonl": ("", '{{"title": "Plan the launch for quarter {}", "status": "open"}}\n', ""),
    "json": ("[", '{{"title": "Plan the launch for quarter {}", "status": "open"}},\n', '"end"]'),
    "text": ("", "- Plan the launch for quarter {}\n", ""),
    "wrapped": (
        '{{"total": 1, "issues": ['.replace("{{", "{"),
        '{{"title": "Plan the launch for quarter {}"}},\n',
        '"end"]}',
    ),
}
MEASURE = """
import io, json, sys
from classifier.backlog import read, write
from classifier.tasks import Tag
from tests.backlog.reading import _peak
tag = Tag("product", 0.9712, "product")
class Nowhere(io.RawIOBase):
    def writable(self): return True
    def write(self, data): return len(data)
count = 0
def counted(backlog):
    global count
    for task in backlog:
        count += 1
        yield task, tag
with read(sys.argv[1]) as backlog:
    write(Nowhere(), counted(backlog), backlog, format="csv")
print(json.dumps([count, _peak()]))
"""


@pytest.mark.parametrize("kind", MAKE)
def test_memory_does_not_grow_with_the_file(kind, tmp_path):
    start, line, end = MAKE[kind]
    path = tmp_path / "many"
    path.write_text(start + "".join(line.format(number) for number in range(100_000)) + end)

    run = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True)

    count, megabytes = json.loads(run.stdout)
    assert count >= 100_000
    assert megabytes < 60


def test_the_layout_of_a_table_is_found_once():
    """Who detects the format and who reads it share what they find."""
    delimited._find_layout.cache_clear()
    with read(io.BytesIO(b"title,owner\nPlan the move,Ann\n")) as backlog:
        assert [task.title for task in backlog] == ["Plan the move"]

    assert (delimited._find_layout.cache_info().misses, delimited._find_layout.cache_info().hits) == (1, 1)
