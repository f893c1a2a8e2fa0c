"""What makes a title clean, whatever format it came in."""

from __future__ import annotations

import re

# Compiled when it is first used: most formats have no list marks.
_LIST_MARKS = r"""(?x) [\s\ufeff]*
    (?: [-*+•‣◦▪▫●○–—·∙]\s+ | \(?\d{1,4}[.)](?:\s+|(?=[^\s\d.,])) | \(?[a-zA-Z]\)\s+ | [☐☑☒✓✔✅❌⬜]\ufe0f?\s* | \[[ xX]?\]\s+ )*"""


def one_line(text: str) -> str:
    """Put text on one line with single spaces, without zeros and halves of surrogate pairs."""
    text = " ".join(text.replace("\0", "").split())
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def unmarked(line: str) -> str:
    """Strip list marks, numbers and check boxes from the front of a line, and spaces from both ends."""
    match = re.match(_LIST_MARKS, line)
    return line[match.end() :].strip() if match else line.strip()
