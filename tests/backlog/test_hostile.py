"""Harmful files end in a result or one sentence, soon and in little memory."""

import json
import os
import subprocess
import sys
import time

import pytest

from classifier.backlog import printable
from tests.backlog.hostile import HOSTILE

SECONDS, MEGABYTES = 10, 300


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_gives_a_result_or_one_sentence(kind, tmp_path):
    name, make = HOSTILE[kind]
    data = make()
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    forms = ("jsonl", "excel") if name.endswith("xlsx") else ("jsonl", "csv")
    command = [sys.executable, "-m", "tests.backlog.reading", str(path), *forms]

    start = sum(os.times()[2:4])
    run = subprocess.run(command, capture_output=True, timeout=100, check=False)
    spent = sum(os.times()[2:4]) - start

    assert (run.returncode, run.stderr) == (0, b"")
    outcome = json.loads(run.stdout)
    assert outcome.pop("MB") <= MEGABYTES
    assert spent <= SECONDS * len(forms)
    for result in outcome.values():
        assert isinstance(result, int) or (result.endswith(".") and "\n" not in result and name in result)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("Über 計画 🚀 café", "Über 計画 🚀 café"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202efdp.exe", "abc\\u202efdp.exe"),
        ("a\u2066b\u2069\u200f\u061c", "a\\u2066b\\u2069\\u200f\\u061c"),
        ("two\nlines\tand\rmore", "two\\nlines\\tand\\rmore"),
        ("\x00\x7f\u2028", "\\x00\\x7f\\u2028"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(text, shown):
    assert printable(text) == shown


def test_reading_is_linear():
    """Twice the lines take about twice the time, for the formats that stream."""
    from tests.backlog.cases import titles

    def seconds(count):
        start = time.process_time()
        assert len(titles("Title,Notes\n" + "Plan the launch,x\n" * count)) == count
        return time.process_time() - start

    assert seconds(80_000) < 10 * seconds(20_000) + 0.5
