"""Which encoding a file is in: marks first, then UTF-8, then the best guess among those in use."""

import codecs
from typing import BinaryIO

from classifier.errors import BacklogError


class Encoding:
    """A codec of Python, and the byte order mark that stood before the text."""

    def __init__(self, codec: str, mark: bytes = b"") -> None:
        self.codec = codec
        self.mark = mark

    @property
    def label(self) -> str:
        """The encoding's name as people write it."""
        return {"utf-8": "UTF-8", "cp1252": "Windows-1252"}.get(self.codec, self.codec)


UTF_8 = Encoding("utf-8")

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITH_MARK = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}

# What spreadsheets and trackers really write, most likely first.
_CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "iso8859_2", "koi8_r",
    "cp932", "gb18030", "big5", "cp949", "euc_jp", "mac_roman", "cp437", "cp850",
)  # fmt: skip
_CHUNK = 1 << 20


def find_encoding(head: bytes, rest: BinaryIO | None, name: str, *, whole: bool) -> Encoding:
    """Find the encoding of a file from its head and, where it can be rewound, from all the `rest` of it."""
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return Encoding(codec, mark)
    if (wide := _wide_without_mark(head)) is not None:
        return Encoding(wide)
    strange = _strange_bytes(head, rest, whole=whole)
    return Encoding(_best_guess(strange, name)) if strange else UTF_8


def named_encoding(name: str, head: bytes) -> Encoding:
    """Look up an encoding the user named."""
    try:
        codec = codecs.lookup(name).name
        codec = _WITH_MARK.get(codec, codec)
        "".encode(codec)  # refuses those that make text of text, such as rot13
    except (LookupError, ValueError) as error:
        raise BacklogError(
            f"There is no encoding named {name!r}: try utf-8, windows-1252, utf-16 or another name that Python knows."
        ) from error
    for mark, marked in _MARKS:
        if head.startswith(mark) and marked[:6] == codec[:6]:
            return Encoding(marked, mark)
    return Encoding(codec)


def text_of(data: bytes, encoding: Encoding, *, whole: bool, name: str) -> str:
    """Decode `data`; a character cut off at its end is dropped unless it is the `whole`."""
    data = data[len(encoding.mark) :]
    try:
        return codecs.getincrementaldecoder(encoding.codec)("strict").decode(data, whole)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        line = data[:at].count(b"\n") + 1
        raise BacklogError(
            f"{name}, line {line}, holds bytes that are not {encoding.label} text: "
            "name its encoding with --encoding, for example --encoding windows-1252."
        ) from error


def _wide_without_mark(head: bytes) -> str | None:
    """Tell UTF-16 without a mark by its zeros: every other byte of Western text."""
    sample = head[:4096]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    pairs = len(sample) // 2
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


def _strange_bytes(head: bytes, rest: BinaryIO | None, *, whole: bool) -> bytes:
    """Give the first lines around what is no UTF-8, or nothing where all is."""
    decode = codecs.getincrementaldecoder("utf-8")("strict").decode
    chunk = head
    try:
        while chunk:
            decode(chunk)
            chunk = rest.read(_CHUNK) if rest is not None else b""
        decode(b"", whole or rest is not None)
    except UnicodeDecodeError as error:
        at = max(0, error.start - 2000)
        return chunk[at : at + 16_000] or head[-1:]
    return b""


def _best_guess(sample: bytes, name: str) -> str:
    from charset_normalizer import from_bytes  # only files that are not UTF-8 pay for it

    lines = b"\n".join(line for line in sample.splitlines() if not line.isascii()) or sample
    matches = from_bytes(lines, cp_isolation=list(_CANDIDATES), threshold=0.3)
    codecs_found = {codec: match for match in matches for codec in (match.encoding, *match.could_be_from_charset)}
    if not codecs_found:
        raise BacklogError(
            f"{name} is in an encoding that could not be found: "
            "name it with --encoding, for example --encoding windows-1252."
        )
    best = matches.best()
    western = codecs_found.get("cp1252")
    if western is not None and best is not None and western.chaos <= best.chaos + 0.02:
        return "cp1252"
    return best.encoding if best is not None else "cp1252"
