"""What `mentions` means: terms found in text, whole words where a script has words.

Text and term are NFKC, case-folded and NFKC again; white space matches any run of it. An end of
a term needs a word boundary when its character there is a letter, digit or mark outside Han, kana
and Hangul; a neighbour of those scripts, an underscore, punctuation or the end is a boundary.
"""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_WITHOUT_SPACES_BETWEEN_WORDS = (
    (0x1100, 0x11FF),
    (0x2E80, 0x2FDF),
    (0x3005, 0x3007),
    (0x3021, 0x3029),
    (0x3038, 0x303B),
    (0x3040, 0x30FF),
    (0x3130, 0x318F),
    (0x31C0, 0x31EF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),
    (0xF900, 0xFAFF),
    (0x16FF0, 0x16FF1),
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)


def normalise(text: str) -> str:
    """NFKC, case-folded, NFKC, with each run of white space as one space."""
    if text.isascii():
        folded = text.casefold()
    else:
        folded = unicodedata.normalize("NFKC", text).casefold()
        folded = unicodedata.normalize("NFKC", folded)
    return _SPACES.sub(" ", folded)


def normalise_term(term: str) -> str:
    """A term as it is looked for: normalised, without outer white space."""
    return normalise(term).strip()


def _joins(character: str) -> bool:
    """Whether the character is part of a word that must not be cut."""
    if character.isascii():
        return character.isalnum()
    code = ord(character)
    if any(low <= code <= high for low, high in _WITHOUT_SPACES_BETWEEN_WORDS):
        return False
    return unicodedata.category(character)[0] in "LNM"


def mentions(text: str, terms: tuple[str, ...]) -> bool:
    """Whether `text`, as `normalise` gives it, mentions one of `terms` of `normalise_term`."""
    return any(_mentions_term(text, term) for term in terms)


def _mentions_term(text: str, term: str) -> bool:
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        cut_before = start > 0 and _joins(term[0]) and _joins(text[start - 1])
        cut_after = end < len(text) and _joins(term[-1]) and _joins(text[end])
        if not cut_before and not cut_after:
            return True
        start = text.find(term, start + 1)
    return False
