"""A plot as an SVG file: time and memory against the number of titles, both axes logarithmic."""

from collections.abc import Iterator, Sequence
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT, EDGE = 380, 280, 56
COLOURS = ("#0b62a8", "#2f9e44", "#b3541e", "#7048a8", "#5f6b76")


class Series(NamedTuple):
    """One contestant, from small files to large ones."""

    name: str
    rows: list[int]
    seconds: list[float]
    mebibytes: list[float]


def growth_plot(series: Sequence[Series]) -> str:
    """Return the SVG of two panels side by side."""
    total = HEIGHT + 2 * EDGE + 18 * len(series)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * (WIDTH + 2 * EDGE)} {total}" role="img">',
        "<style>text { font: 12px sans-serif }</style>",
        "<title>Time and peak memory against the number of titles</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        *_panel("seconds", [(each.rows, each.seconds) for each in series], EDGE),
        *_panel("peak MiB", [(each.rows, each.mebibytes) for each in series], 3 * EDGE + WIDTH),
    ]
    for place, each in enumerate(series):
        y = HEIGHT + 2 * EDGE + 18 * place
        lines.append(f'<rect x="{EDGE}" y="{y - 9}" width="16" height="4" fill="{COLOURS[place]}"/>')
        lines.append(f'<text x="{EDGE + 24}" y="{y - 2}">{each.name}</text>')
    return "\n".join([*lines, "</svg>\n"])


def _panel(unit: str, curves: Sequence[tuple[list[int], list[float]]], left: int) -> Iterator[str]:
    """Yield the elements of one panel whose plot begins at `left`."""
    across = _scale([row for rows, _ in curves for row in rows], left, left + WIDTH)
    down = _scale([value for _, values in curves for value in values], EDGE + HEIGHT, EDGE)
    for power in range(across.low, across.high + 1):
        x = across.place(10.0**power)
        yield f'<line x1="{x}" x2="{x}" y1="{EDGE}" y2="{EDGE + HEIGHT}" stroke="#e3e6ea"/>'
        yield f'<text x="{x}" y="{EDGE + HEIGHT + 18}" text-anchor="middle">{10**power:,}</text>'
    for power in range(down.low, down.high + 1):
        y = down.place(10.0**power)
        yield f'<line x1="{left}" x2="{left + WIDTH}" y1="{y}" y2="{y}" stroke="#e3e6ea"/>'
        yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>'
    yield f'<text x="{left}" y="{EDGE - 14}" font-weight="bold">{unit}, by titles</text>'
    for place, (rows, values) in enumerate(curves):
        points = [(across.place(row), down.place(value)) for row, value in zip(rows, values, strict=True)]
        drawn = " ".join(f"{x},{y}" for x, y in points)
        yield f'<polyline points="{drawn}" fill="none" stroke="{COLOURS[place]}" stroke-width="2"/>'
        for x, y in points:
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="{COLOURS[place]}"/>'


class _Scale(NamedTuple):
    low: int
    high: int
    start: float
    end: float

    def place(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def _scale(values: Sequence[float], start: float, end: float) -> _Scale:
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return _Scale(low, max(high, low + 1), start, end)
