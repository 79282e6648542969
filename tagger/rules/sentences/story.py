"""What an explanation is made of: headed sections of sentences, which may have parts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence; one with parts ends with a colon."""

    text: str
    parts: "tuple[Point, ...]" = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`key` is the same in every language, for programs."""

    key: str
    heading: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One tag in one language. Texts hold what packs say as it stands: whoever shows them
    escapes them."""

    tag: str
    language: str
    title: str
    lead: str
    sections: tuple[Section, ...]
