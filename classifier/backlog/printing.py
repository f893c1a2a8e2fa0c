"""Titles come from anywhere; what a terminal would obey must never reach it raw."""

import re

# C0 and C1 controls (so every escape sequence loses its start), the marks that turn the direction
# of writing round, invisible line and paragraph separators, and halves of surrogate pairs.
OBEYED = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
"""A pattern, compiled when it is first used: no other here takes as long, and plain text does without."""
_SPELLED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _spell(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    return _SPELLED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


def printable(text: str) -> str:
    r"""Spell out every character that a terminal would obey instead of showing, as in `\x1b` and `\u202e`."""
    return text if text.isascii() and text.isprintable() else re.sub(OBEYED, _spell, text)
