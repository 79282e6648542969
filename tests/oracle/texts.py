"""How texts are searched: for terms that people write, and for regular expressions.

Readings fixed here: of regular expressions only what Python and RE2 read alike is for these tests;
`\\d \\w \\s \\b` know ASCII alone, and so does `(?i)`.
"""

import re
import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text in the form in which `mentions` compares it."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", folded)


def is_word_character(character: str) -> bool:
    """A letter, digit or mark of a script that puts space between its words."""
    if unicodedata.category(character)[0] not in "LM" and not character.isdigit():
        return False
    name = unicodedata.name(character, "")
    return not any(s in name for s in ("CJK", "IDEOGRAPH", "HIRAGANA", "KATAKANA", "HANGUL"))


@lru_cache(maxsize=4096)
def mentions(text: str, term: str) -> bool:
    """Whether the text has the term, as whole words where its script has words."""
    haystack, words = plain(text), plain(term).split()
    if not words:
        return False
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    for start in range(len(haystack)):
        found = pattern.match(haystack, start)
        if found is None:
            continue
        before, after = haystack[:start][-1:], haystack[found.end() :][:1]
        glued_before = is_word_character(words[0][0]) and before and is_word_character(before)
        glued_after = is_word_character(words[-1][-1]) and after and is_word_character(after)
        if not glued_before and not glued_after:
            return True
    return False


def matches(text: str, pattern: str) -> bool:
    """Whether the expression is found anywhere in the text as it came."""
    return re.search(pattern, text, re.ASCII) is not None
