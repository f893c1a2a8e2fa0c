"""A part of a page that is made by a program."""

from collections.abc import Sequence
from pathlib import Path


def write_between(path: Path, lines: Sequence[str], start: str, end: str) -> None:
    """Put lines between two markers of a file, which are added at its end where they are missing."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if start not in text:
        text = f"{text.rstrip()}\n\n{start}\n{end}\n".lstrip()
    before, rest = text.split(start, 1)
    _, after = rest.split(end, 1)
    path.write_text(f"{before}{start}\n{chr(10).join(lines).strip()}\n{end}{after}", encoding="utf-8")
