"""The cells of an OpenDocument sheet, streamed from its XML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
DEEPEST = 100


class TooManyCellsError(Exception):
    """A sheet is larger than anything that is a list of tasks."""


def read_sheets(content: IO[bytes], most_cells: int) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each sheet's name and its rows of text; `TooManyCellsError` where cells and their repeats are too many, `ValueError` (defusedxml's) where entities are defined."""
    from defusedxml.ElementTree import iterparse

    rows: list[list[str]] = []
    left = most_cells
    depth = 0
    for event, element in iterparse(content, events=("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise RecursionError
        if event == "start":
            continue
        if element.tag == _TABLE + "table-row":
            added = _rows(element, left)
            left -= sum(1 + len(row) for row in added)
            rows.extend(added)
            element.clear()
        elif element.tag == _TABLE + "table":
            yield element.get(_TABLE + "name", ""), rows
            rows = []
            element.clear()


def _rows(element: Element, left: int) -> list[list[str]]:
    cells: list[str] = []
    blank = 0  # a row often ends in thousands of repeated empty cells
    for cell in element:
        if cell.tag not in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            continue
        text = _text(cell)
        repeats = _repeats(cell, "number-columns-repeated")
        if not text:
            blank += repeats
            continue
        if len(cells) + blank + repeats > left:
            raise TooManyCellsError
        cells += [""] * blank + [text] * repeats
        blank = 0
    repeats = _repeats(element, "number-rows-repeated")
    if not cells:  # so does a sheet in empty rows; more than a few separate nothing
        repeats = min(repeats, 1000)
        if repeats > left:
            raise TooManyCellsError
        return [[] for _ in range(repeats)]
    if repeats * (1 + len(cells)) > left:
        raise TooManyCellsError
    return [cells] + [cells[:] for _ in range(repeats - 1)]


def _repeats(element: Element, name: str) -> int:
    return max(1, int(element.get(_TABLE + name, "1")))


def _text(cell: Element) -> str:
    kind = cell.get(_OFFICE + "value-type")
    exact = {
        "float": "value",
        "percentage": "value",
        "currency": "value",
        "date": "date-value",
        "boolean": "boolean-value",
    }
    if kind in exact:
        value = cell.get(_OFFICE + exact[kind], "")
        return value.upper() if kind == "boolean" else value
    return "\n".join(_paragraph(part) for part in cell if part.tag == _TEXT + "p")


def _paragraph(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            parts.append(" " * min(_spaces(child), 1000))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif not child.tag.startswith(_OFFICE):  # a remark on the cell is not its text
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _spaces(element: Element) -> int:
    return int(element.get(_TEXT + "c", "1"))
