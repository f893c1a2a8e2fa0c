"""Packing pairs into slots: every pair has a slot of its own, and hardly any slot is empty."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.learning.export import _pairs, _stems
from classifier.learning.packing import shifts_of, step_for
from classifier.text import CUT
from classifier.weights import Pairs, Spread

STEMS = [f"stem{number}" for number in range(12)]
WEIGHTS = st.tuples(st.integers(-127, 127), st.integers(-127, 127))


@settings(max_examples=200)
@given(weights=st.dictionaries(st.tuples(st.sampled_from(STEMS), st.sampled_from(STEMS)), WEIGHTS, max_size=60))
def test_what_is_packed_is_found(weights: dict[tuple[str, str], tuple[int, int]]) -> None:
    """Each pair is found with its own weights, all others, and stems that no pair has, with none."""
    features = {CUT.join(pair): np.array(row) for pair, row in weights.items()}
    spread = Spread(2)
    pairs = Pairs(_pairs(features, _stems(features, CUT), CUT, 2), spread, CUT)

    for first in (*STEMS, "other"):
        for second in (*STEMS, "other"):
            one, other = weights.get((first, second), (0, 0))
            assert pairs.number(first, second) == spread[(one + 128) + ((other + 128) << 8)]
    assert dict(pairs.named()) == {
        name: spread[int(row[0] + 128 + ((row[1] + 128) << 8))] for name, row in features.items()
    }


def test_slots_are_filled() -> None:
    """Pairs as uneven as those of a language, some stems in very many, lie so close that few slots are left empty."""
    chance = np.random.default_rng(0)
    drawn = np.unique((1_500 * chance.random((2, 60_000)) ** 3).astype(int) + 1, axis=1)
    firsts, seconds = drawn
    step = step_for(len(firsts), 1_500)
    rows = firsts + step * seconds

    slots = shifts_of(rows, seconds, (step + 1) * 1_500 + 1)[rows] + seconds

    assert len(np.unique(slots)) == len(slots)
    assert slots.min() > 0
    assert slots.max() < 1.05 * len(slots)
