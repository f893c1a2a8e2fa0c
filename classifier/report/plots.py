"""Where the lines of a plot run: from figures to places on a drawing of fixed size."""

from collections.abc import Iterable, Sequence
from math import floor
from typing import NamedTuple

WIDTH, HEIGHT = 480, 320
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 14, 46
"""Margins, for the axes and their names."""

Point = tuple[float, float]


class Tick(NamedTuple):
    """A mark on an axis."""

    at: float
    """Its place on the drawing."""
    label: str


class Plot(NamedTuple):
    """A drawing of figures with two axes, each from its lowest to its highest figure."""

    across: tuple[float, float]
    up: tuple[float, float]
    ticks_across: tuple[Tick, ...] = ()
    ticks_up: tuple[Tick, ...] = ()

    @classmethod
    def of_shares(cls, across: tuple[float, float], up: tuple[float, float]) -> "Plot":
        """Return a plot whose axes show shares, with ticks at round ones."""
        plot = cls(across, up)
        return plot._replace(
            ticks_across=tuple(Tick(plot.x(share), _percent(share)) for share in _round_shares(*across)),
            ticks_up=tuple(Tick(plot.y(share), _percent(share)) for share in _round_shares(*up)),
        )

    @classmethod
    def of_counts(cls, counts: Sequence[int], up: tuple[float, float]) -> "Plot":
        """Return a plot of shares over counts, with a tick at each count that finds room."""
        plot = cls((0, max(counts)), up)
        ticks: list[Tick] = []
        for count in sorted(counts, reverse=True):
            tick = Tick(plot.x(count), f"{count:,}")
            if not ticks or ticks[-1].at - tick.at > 52:
                ticks.append(tick)
        return plot._replace(
            ticks_across=tuple(ticks),
            ticks_up=tuple(Tick(plot.y(share), _percent(share)) for share in _round_shares(*up)),
        )

    def x(self, figure: float) -> float:
        """Return the place of a figure from left to right."""
        low, high = self.across
        return round(LEFT + (figure - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, figure: float) -> float:
        """Return the place of a figure from the top; what is off the axis lands on its end."""
        low, high = self.up
        inside = min(max(figure, low), high)
        return round(HEIGHT - BOTTOM - (inside - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    def line(self, points: Iterable[Point]) -> str:
        """Return points as an SVG polyline has them."""
        return " ".join(f"{self.x(across)},{self.y(up)}" for across, up in points)

    def band(self, lows: Sequence[Point], highs: Sequence[Point]) -> str:
        """Return the area between two lines as an SVG polygon has it."""
        return self.line([*lows, *reversed(highs)])


def floor_below(shares: Iterable[float], step: float = 0.1, highest: float = 0.9) -> float:
    """Return the round share from which an axis starts, so that all shares are on it."""
    return min(highest, max(0.0, floor(min(shares, default=highest) / step + 1e-9) * step))


def _round_shares(low: float, high: float) -> list[float]:
    step = next(step for step in (0.02, 0.05, 0.1, 0.2, 0.5) if (high - low) / step <= 6)
    first, last = round(low / step + 0.499999), floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
