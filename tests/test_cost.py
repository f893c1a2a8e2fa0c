"""What tagging costs, in counts that no other load on the machine changes."""

import sys
from collections import Counter
from types import FrameType
from typing import Any

from classifier.tagger import Tagger

TITLES = [f"plan the release of part {number} with the customers and the team" for number in range(50)]
CALLS_A_TITLE = 14
"""Calls of Python functions that one title may take once its words are known, whatever its length."""


def calls(run: Any) -> Counter[str]:
    """Count the calls of Python functions while something runs."""
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            counted[frame.f_code.co_qualname] += 1

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return counted


def test_words_known_are_not_computed(tagger: Tagger) -> None:
    """A title whose words have all been met costs a few calls, none of them for a single word or pair."""
    tagger.tag(TITLES)

    counted = calls(lambda: tagger.tag(TITLES))

    assert counted["decide"] == len(TITLES)
    assert not {name for name in counted if name.startswith(("Tagger._meet", "stem", "normalise"))}
    assert counted.total() // len(TITLES) <= CALLS_A_TITLE


def test_length_costs_no_lines(tagger: Tagger) -> None:
    """Ten times as many words take no more lines of Python."""
    short, long = "plan the release " * 2, "plan the release " * 20
    tagger.tag([short, long])

    assert calls(lambda: tagger.tag([long])) == calls(lambda: tagger.tag([short]))
