"""What chance alone would do: exact tests and intervals for shares, with the standard library alone."""

from collections.abc import Sequence
from math import exp, lgamma, sqrt

Z = 1.959964
"""Standard deviations that hold 95 % of a normal distribution."""


def wilson(part: int, whole: int, z: float = Z) -> tuple[float, float]:
    """Return Wilson's interval for the share `part` of `whole`."""
    if not whole:
        return 0.0, 1.0
    share = part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(part: int, whole: int, other_part: int, other_whole: int) -> tuple[float, float]:
    """Return Newcombe's interval for the difference of two shares, the first less the second."""
    if not whole or not other_whole:
        return -1.0, 1.0
    share, other = part / whole, other_part / other_whole
    low, high = wilson(part, whole)
    other_low, other_high = wilson(other_part, other_whole)
    difference = share - other
    below = sqrt((share - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - share) ** 2 + (other - other_low) ** 2)
    return max(-1.0, difference - below), min(1.0, difference + above)


def fisher(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Return the two-sided p-value of Fisher's exact test that two shares differ by chance alone."""
    having, total = part + other_part, whole + other_whole
    least, most = max(0, having - other_whole), min(having, whole)
    if least == most:
        return 1.0
    constant = _log_choose(total, having)

    def chance(count: int) -> float:
        return exp(_log_choose(whole, count) + _log_choose(other_whole, having - count) - constant)

    seen = chance(part) * (1 + 1e-7)
    return min(1.0, sum(each for count in range(least, most + 1) if (each := chance(count)) <= seen))


def holm(chances: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number, so that any false alarm among them is as rare as each says."""
    adjusted = [1.0] * len(chances)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=chances.__getitem__)):
        highest = max(highest, min(1.0, chances[place] * (len(chances) - rank)))
        adjusted[place] = highest
    return adjusted


def _log_choose(total: int, chosen: int) -> float:
    return lgamma(total + 1) - lgamma(chosen + 1) - lgamma(total - chosen + 1)
