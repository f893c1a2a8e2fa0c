"""JSON values decoded one by one from a file that need not fit into memory.

The standard decoder does the work, on a window of text that grows until a value fits. (ijson keeps the path to every
value as a string: 100,000 nested brackets cost it all memory, and it knows no line numbers.)
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from classifier.backlog.source import Source
from classifier.errors import BacklogError

LONGEST_VALUE = 1 << 24
"""Characters one task may have."""
_CHUNK = 1 << 16
_SPACE = re.compile(r"[ \t\n\r\ufeff\x1e]*")
_SEPARATOR = re.compile(r"[ \t\n\r]*([,\]])")


class TooLongError(Exception):
    """A value does not fit into the window it was given."""


def _finite(literal: str) -> float | str:
    number = float(literal)
    return number if math.isfinite(number) else literal


_decode = json.JSONDecoder(parse_constant=str, parse_float=_finite).raw_decode


class Cursor:
    """A place in JSON text, moving forward value by value."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stream = source.text(longest_line=0)
        self._window = ""
        self._at = 0
        self._counted = 0
        self._line = 1
        self._ended = False

    @property
    def line(self) -> int:
        """The line of the file that the cursor stands in, from 1."""
        self._line += self._window.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _grow(self) -> bool:
        """Read on, dropping what lies behind; at least doubles what lies ahead."""
        if self._ended:
            return False
        ahead = len(self._window) - self._at
        more = self._stream.read(max(_CHUNK, ahead))
        if not more:
            self._ended = True
            return False
        _ = self.line
        self._window = self._window[self._at :] + more
        self._at = self._counted = 0
        return True

    def peek(self) -> str:
        """Give the next character that is no space, "" at the end."""
        while True:
            match = _SPACE.match(self._window, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._grow():
                return ""

    def take(self, character: str) -> bool:
        """Step over the next character if it is this one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def expect(self, *characters: str) -> str:
        """Step over one of these characters, or say that it is missing."""
        for character in characters:
            if self.take(character):
                return character
        raise self.error(f"{' or '.join(repr(one) for one in characters)} is missing")

    def value(self) -> Any:
        """Decode the next value and step over it."""
        try:
            return self.short_value(LONGEST_VALUE)
        except TooLongError as error:
            raise self.error("a value is longer than anything in a list of tasks") from error

    def short_value(self, longest: int) -> Any:
        """Decode the next value and step over it; `TooLongError`, at the same place, if it is longer than `longest`."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._window, self._at)
            except ValueError as error:
                if self._is_final(error):
                    raise self.error(
                        getattr(error, "msg", "a number is too long"), getattr(error, "pos", None)
                    ) from error
            else:
                # A number at the window's end may go on in the next.
                if end < len(self._window) or not self._grow():
                    self._at = end if end <= len(self._window) else self._at
                    return value
                continue
            if len(self._window) - self._at > longest:
                raise TooLongError
            if not self._grow():
                continue

    def _is_final(self, error: ValueError) -> bool:
        """Tell a mistake from a value that goes on behind the window."""
        if self._ended or not isinstance(error, json.JSONDecodeError):
            return True
        near_end = error.pos > len(self._window) - 16
        return not near_end and not error.msg.startswith("Unterminated string")

    def error(self, what: str, at: int | None = None) -> BacklogError:
        """Make the error that says what is wrong at this place."""
        line = self.line + (self._window.count("\n", self._at, at) if at is not None else 0)
        what = what[:1].lower() + what[1:]
        return BacklogError(f"{self._source.at(line)}, is not valid JSON: {what}; mend it there or export it again.")

    def elements(self) -> Iterator[tuple[Any, int]]:
        """Step through an array: yields each element and its line."""
        self.expect("[")
        if self.take("]"):
            return
        self.peek()
        while True:
            line = self.line
            value, separator = self._swift_element() or (self.value(), "")
            yield value, line
            if (separator or self.expect(",", "]")) == "]":
                return
            self.peek()

    def _swift_element(self) -> tuple[Any, str] | None:
        """Decode an element that the window holds whole, what follows it too; None if it does not."""
        try:
            value, end = _decode(self._window, self._at)
        except ValueError:
            return None
        separator = _SEPARATOR.match(self._window, end)
        if separator is None:
            return None
        self._at = separator.end()
        return value, separator[1]

    def members(self) -> Iterator[str]:
        """Step into an object: yields each key, its value to be read before the next is asked for."""
        self.expect("{")
        if self.take("}"):
            return
        while True:
            if self.peek() != '"':
                raise self.error("the name of a member is missing")
            key = self.value()
            self.expect(":")
            yield key
            if self.expect(",", "}") == "}":
                return

    def skip(self) -> None:
        """Step over a value of any length."""
        try:
            self.short_value(LONGEST_VALUE)
        except TooLongError:
            self._skip_parts()

    def _skip_parts(self) -> None:
        opened = self.peek()
        if opened == "[":
            self.expect("[")
            while not self.take("]"):
                self.skip()
                if self.expect(",", "]") == "]":
                    return
        elif opened == "{":
            for _ in self.members():
                self.skip()
        else:
            raise self.error("a value is longer than anything in a list of tasks")
