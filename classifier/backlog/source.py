"""The bytes of one input: opened, peeked at, named in messages, decoded explicitly."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, BinaryIO

from classifier.backlog.encoding import Encoding, find_encoding, named_encoding, text_of
from classifier.backlog.printing import printable
from classifier.errors import BacklogError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD = 1 << 16
"""Bytes looked at before a format is chosen."""
LONGEST_LINE = 1 << 24
"""Bytes a line may have; beyond, memory would no longer be bounded by anything."""


class Rejoined(io.RawIOBase):
    """A stream that cannot be rewound, put together again after its head was read.

    Refuses lines longer than `longest` bytes, if that is not 0.
    """

    def __init__(self, head: bytes, rest: BinaryIO, source: Source, longest: int = 0) -> None:
        self._head = memoryview(head)
        self._rest = rest
        self._source = source
        self._longest = longest
        self._unbroken = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill `buffer` from the head first, then from the stream."""
        view = memoryview(buffer)
        if self._head:
            count = min(len(view), len(self._head))
            view[:count] = self._head[:count]
            self._head = self._head[count:]
        else:
            chunk = self._rest.read(len(view)) or b""
            count = len(chunk)
            view[:count] = chunk
        if self._longest:
            self._measure(bytes(view[:count]))
        return count

    def _measure(self, chunk: bytes) -> None:
        newline = chunk.rfind(b"\n")
        if newline < 0:
            newline = chunk.rfind(b"\r")
        self._unbroken = len(chunk) - newline - 1 if newline >= 0 else self._unbroken + len(chunk)
        if self._unbroken > self._longest:
            raise BacklogError(
                f"{self._source.name} has a line of more than {self._longest >> 20} MB: "
                "it does not look like a list of tasks; check that it is the right file."
            )


class Source:
    """One input; `head` is its start, `name` what messages call it."""

    def __init__(self, stream: BinaryIO, name: str, encoding: str | None, *, owned: bool) -> None:
        self._stream = stream
        self._owned = owned
        self._encoding = encoding
        self._found: Encoding | None = None
        self._archive: BinaryIO | None = None
        self.name = printable(name)
        try:
            self._at = stream.tell() if stream.seekable() else None
            self.head = stream.read(HEAD)
            while len(self.head) < HEAD and (more := stream.read(HEAD - len(self.head))):
                self.head += more
        except OSError as error:
            raise self.failure(error) from error
        self.whole = len(self.head) < HEAD
        """Whether `head` is all there is."""

    @property
    def suffix(self) -> str:
        """The end of the file's name, with its dot, in small letters."""
        return suffix_of(self.name)

    @property
    def encoding(self) -> Encoding:
        """How the bytes spell text, found when first asked for."""
        if self._found is None:
            if self._encoding is not None:
                self._found = named_encoding(self._encoding, self.head)
            else:
                self._found = find_encoding(self.head, self._rest_of_file(), self.name, whole=self.whole)
        return self._found

    @property
    def sample(self) -> str:
        """The head as text; its last character may be lost where the head was cut."""
        return text_of(self.head, self.encoding, whole=self.whole, name=self.name)

    def _rest_of_file(self) -> BinaryIO | None:
        """Give the stream after the head where reading ahead costs nothing: in a file that can be rewound."""
        return None if self.whole or self._at is None else self._stream

    def octets(self, longest_line: int = 0) -> BinaryIO:
        """Open all bytes from the first one on; a line longer than `longest_line` is an error, if that is not 0."""
        if self._at is not None:
            self._stream.seek(self._at)
            raw = Rejoined(b"", self._stream, self, longest_line)
        else:
            raw = Rejoined(self.head, self._stream, self, longest_line)
        return io.BufferedReader(raw, HEAD)

    def text(self, longest_line: int = LONGEST_LINE) -> io.TextIOWrapper:
        """Open the text, line ends as they are, without the byte order mark."""
        stream = self.octets(longest_line)
        stream.read(len(self.encoding.mark))
        return io.TextIOWrapper(stream, self.encoding.codec, errors="strict", newline="")

    def content(self, limit: int, advice: str) -> bytes:
        """Read everything, at most `limit` bytes."""
        data = self.octets().read(limit + 1)
        if len(data) > limit:
            raise BacklogError(f"{self.name} is larger than {limit >> 20} MB, too large for its format: {advice}.")
        return data

    def document(self, limit: int, advice: str) -> str:
        """Read the whole text, at most `limit` bytes of it."""
        return text_of(self.content(limit, advice), self.encoding, whole=True, name=self.name)

    def archive(self) -> BinaryIO:
        """Open the bytes so that they can be read in any order, as archives need; at most 64 MB of a stream."""
        if self._archive is None:
            if self._at == 0:
                self._archive = self._stream
            else:
                self._archive = io.BytesIO(self.content(1 << 26, "save the sheet with the tasks as CSV"))
        self._archive.seek(0)
        return self._archive

    def at(self, line: int) -> str:
        """Name a line of the file, for the start or the middle of a sentence."""
        return f"{self.name}, line {line}" if line else self.name

    def failure(self, error: BaseException) -> BacklogError:
        """Turn what a library or the system said into a sentence about this file."""
        if isinstance(error, BacklogError):
            return error
        if isinstance(error, UnicodeError):
            return BacklogError(
                f"{self.name} is not all {self.encoding.label} text: "
                "name its encoding with --encoding, for example --encoding windows-1252."
            )
        if isinstance(error, OSError) and error.strerror:
            return BacklogError(f"{self.name} cannot be read: {error.strerror}.")
        if isinstance(error, RecursionError):
            return BacklogError(
                f"{self.name} is nested too deeply to be a list of tasks: check that it is the right file."
            )
        if isinstance(error, MemoryError):
            return BacklogError(f"{self.name} needs more memory than there is: split it into smaller files.")
        return BacklogError(f"{self.name} is damaged or cut off: export it again.")

    def close(self) -> None:
        """Close what was opened here, and nothing else."""
        if self._owned:
            self._stream.close()


def suffix_of(path: str) -> str:
    """Give the end of a file's name, with its dot, in small letters; "" if it has none."""
    stem, dot, end = path.replace(os.sep, "/").rpartition("/")[2].rpartition(".")
    return dot + end.lower() if stem else ""


def open_source(source: str | os.PathLike[str] | BinaryIO, name: str | None, encoding: str | None) -> Source:
    """Open a path, or take over a binary stream that stays the caller's to close."""
    if not isinstance(source, str | os.PathLike):
        return Source(source, name or _stream_name(source), encoding, owned=False)
    path = os.fspath(source)
    try:
        stream = open(path, "rb")  # noqa: SIM115  closed with the source
    except (OSError, ValueError) as error:
        raise BacklogError(_why_not_opened(printable(path) or "''", error)) from error
    try:
        return Source(stream, name or os.path.basename(path), encoding, owned=True)
    except BaseException:
        stream.close()
        raise


def _stream_name(stream: BinaryIO) -> str:
    name = getattr(stream, "name", None)
    if isinstance(name, str) and not name.startswith("<"):
        return name
    return "standard input" if stream is getattr(sys.stdin, "buffer", None) else "the input"


def _why_not_opened(name: str, error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return f"{name} does not exist: check its name and the folder."
        case IsADirectoryError():
            return f"{name} is a folder: name the file in it that holds the tasks."
        case PermissionError():
            return f"{name} may not be read by you: ask for permission or copy it."
        case OSError():
            return f"{name} cannot be opened: {error.strerror or error}."
        case _:
            return f"{name} is no name a file can have: check it."
