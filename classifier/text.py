"""The one way a text becomes words and features, in training and in use alike.

A text is cut at white space, and each chunk becomes words on its own: nothing depends on its neighbours, so that
whoever tags many texts computes each chunk once and remembers it. Every feature belongs to one word or to one pair of
words; that is what makes the score of a text a plain sum, and the reasons exact.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

LONGEST_TEXT = 2_000
"""Words of a text that count; what is longer is no task any more."""

LONGEST_CHUNK = 2_000
"""Characters that count of a piece of text without white space."""

LONGEST_WORD = 40
"""Characters of a word that count; noise and pasted data are longer."""

REACH = 2
"""How many places apart two words may stand to be a pair: 'build the roadmap' pairs build with roadmap."""

COARSE = 4
"""Letters of a stem by which a pair is also known: what was learned of 'announce releases' helps 'announcing release'
and, more loosely, 'announced relocation'."""

WHOLE, CUT = " ", "~"
"""Stands between the two of a pair, in the name of the feature: two stems, or their first letters."""

BORDER = "_"
"""Stands for the start and the end of a word in its pieces; no word has it."""

PIECES = (4, 5)
"""Shortest and longest run of characters that counts as a piece of a word."""

EDGE = "^"
"""Stands before the first and after the last word when pairs are formed: where a word stands tells something too."""

_LINK = re.compile(r"(?:https?|ftp|file)://\S+|\bwww\.\S+|\bmailto:\S+|\S+@\S+\.\w+", re.IGNORECASE)
_ISSUE_KEY = re.compile(r"\b(?!(?:ISO|IEC|COVID|UTF|SHA)-)[A-Z][A-Z0-9]{1,9}-\d+\b")
_MARKUP = re.compile(r"<[^<>\s]*>|&(?:amp|lt|gt|quot|nbsp|#\d+);|['’`´]")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER = re.compile(r"\d+(?:[.,:/\-]?\d+)*")
_MONEY = re.compile(r"[$€£¥]")
_ENDINGS = (
    *(("ation", 4), ("ating", 4), ("ated", 4), ("ator", 4), ("ate", 4), ("ment", 4)),
    *(("ing", 3), ("ion", 4), ("ed", 3), ("er", 4), ("al", 4), ("ly", 4)),
)
"""Endings of words, longer ones first, and how many letters must be left without them."""
_ENDINGS_BY_LAST = {
    last: [each for each in _ENDINGS if each[0][-1] == last] for last in {ending[-1] for ending, _ in _ENDINGS}
}
"""The same by their last letter, as few words end in most of them."""
_BESIDE = ",.;:!)"
"""Marks that stand right behind a word and say nothing."""
_WORD = re.compile(r"[^\W_]+|\?")


def words_of(text: str) -> list[str]:
    """Return the words of any text, lower case."""
    return " ".join(map(normalise_chunk, chunks_of(text))).split()[:LONGEST_TEXT]


def chunks_of(text: str) -> list[str]:
    """Return the pieces of a text between white space."""
    return text.split(None, LONGEST_TEXT)[:LONGEST_TEXT]


def normalise(text: str) -> str:
    """Return the words of any text, joined by single spaces; applying it twice changes nothing."""
    return " ".join(words_of(text))


@lru_cache(maxsize=100_000)
def normalise_chunk(chunk: str) -> str:
    """Return the words of a piece of text without white space, joined by spaces; perhaps none, perhaps several.

    Links, mail addresses and issue keys go, every number becomes `0`, a currency sign becomes `money`, camelCase and
    snake_case come apart.
    """
    if chunk.isascii():  # most are plain words, a capital or a comma at most, and need none of what follows
        plain = chunk[:-1] if chunk[-1:] in _BESIDE else chunk
        if plain.isalpha() and (plain[1:].islower() or plain.isupper()):
            return plain[:LONGEST_WORD].lower()
    chunk = unicodedata.normalize("NFKC", chunk[:LONGEST_CHUNK])
    chunk = _MARKUP.sub("", _LINK.sub(" ", chunk.replace("](", " ")))
    chunk = _ISSUE_KEY.sub(" ", chunk)
    humps = _HUMPS.split(chunk)
    if len(humps) > 2 or humps[0][:1].islower():
        chunk = " ".join(humps)
    chunk = _NUMBER.sub("0", _MONEY.sub(" money ", chunk))
    chunk = unicodedata.normalize("NFKC", chunk.lower())
    return " ".join(word[:LONGEST_WORD] for word in _WORD.findall(chunk))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return a word without the endings that grammar gives it, so that 'prioritising' and 'prioritise' meet."""
    if len(word) < 4 or not word.isascii():
        return word
    if word.endswith("ies"):
        word = word[:-3] + "y"
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if "is" in word:
        word = word.replace("isation", "ization").replace("ising", "izing").replace("ise", "ize")
    for ending, least in _ENDINGS_BY_LAST.get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= least:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e")


@lru_cache(maxsize=20_000)
def pieces(word: str) -> list[str]:
    """Return the runs of characters of one word, its borders marked."""
    bordered = f"{BORDER}{word}{BORDER}"
    return list(map(bordered.__getitem__, _runs(len(bordered))))


@lru_cache(maxsize=LONGEST_WORD + 2)
def _runs(length: int) -> list[slice]:
    """Return where the pieces of a word of so many characters stand."""
    return [
        slice(start, start + size)
        for size in range(PIECES[0], min(PIECES[1], length) + 1)
        for start in range(length - size + 1)
    ]


def pairs(stems: list[str]) -> Iterator[tuple[str, str]]:
    """Return the pairs of stems that stand at most `REACH` places apart, and the first and last with their edge."""
    if not stems:
        return iter(())
    inner = (zip(stems, stems[apart:], strict=False) for apart in range(1, REACH + 1))
    return chain(((EDGE, stems[0]), (stems[-1], EDGE)), *inner)


def word_features(text: str) -> list[str]:
    """Return what counts in a text as words: each word, and its stem as `stem*`."""
    words = words_of(text)
    return [*words, *(f"{stem(word)}*" for word in words)]


def pair_features(text: str) -> list[str]:
    """Return what counts in a text as pairs of stems: the two as they are, `one two`, and by their first letters, `o~t`."""
    found = list(pairs(list(map(stem, words_of(text)))))
    cut = [f"{one[:COARSE]}{CUT}{other[:COARSE]}" for one, other in found]
    return [*(f"{one}{WHOLE}{other}" for one, other in found), *cut]


def piece_features(text: str) -> list[str]:
    """Return what counts in a text as pieces of words."""
    return list(chain.from_iterable(map(pieces, words_of(text))))
