"""What the handbook of tags has in it, in the order in which it is read.

The same packs give the same handbook: nothing in it depends on when or where it is made.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tagger.rules.sentences import LANGUAGES, Library, Story, explain
from tagger.rules.syntax import TagRule

LEVELS_ABOVE_TAGS = 2
_NO_PART_OF_AN_ANCHOR = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag. `titles` and `stories` are by language, `related` are names of other tags."""

    tag: TagRule
    pack: str
    category: tuple[str, ...]
    titles: dict[str, str]
    stories: dict[str, Story]
    related: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """The name of its place in the handbook."""
        return f"tag-{self.tag.name}"


@dataclass(slots=True)
class Branch:
    """A category or a sub-category; `name` is "" for tags that name none."""

    name: str
    anchor: str
    branches: dict[str, "Branch"] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Handbook:
    """`entries` are in the order of the tree, `by_priority` begins with the highest."""

    codes: tuple[str, ...]
    packs: int
    tree: tuple[Branch, ...]
    entries: tuple[Entry, ...]
    by_priority: tuple[Entry, ...]
    by_name: Mapping[str, Entry]

    def index(self, code: str) -> tuple[Entry, ...]:
        """By title in a language: in English by letters, in Chinese by the sound of the common
        characters, whose order the standard GB 18030 keeps."""
        if code == "zh":
            return tuple(sorted(self.entries, key=lambda each: each.titles[code].encode("gb18030")))
        return tuple(sorted(self.entries, key=lambda each: each.titles[code].casefold()))


def handbook_of(library: Library, codes: Sequence[str] = tuple(LANGUAGES)) -> Handbook:
    """The handbook of all tags of the packs in these languages."""
    found = [_entry(library, name, codes) for name in library.tag_names]
    tree: dict[str, Branch] = {}
    for entry in sorted(found, key=lambda each: (each.category == (), each.category)):
        _grow(tree, entry)
    entries = tuple(entry for branch in tree.values() for entry in _entries_of(branch))
    by_priority = tuple(sorted(entries, key=lambda each: (-each.tag.priority, each.tag.name)))
    by_name = {entry.tag.name: entry for entry in entries}
    tops = tuple(tree.values())
    return Handbook(tuple(codes), len(library.packs), tops, entries, by_priority, by_name)


def _entry(library: Library, name: str, codes: Sequence[str]) -> Entry:
    tag, pack = library.tag(name), library.shelf_of(name).pack
    related = dict.fromkeys((*library.asks(name), *library.asked_by(name)))
    if tag.replaced_by is not None:
        related[tag.replaced_by] = None
    return Entry(
        tag,
        pack.name,
        tuple(level for level in pack.category.split("/")[:LEVELS_ABOVE_TAGS] if level),
        {code: _title(tag, code) for code in codes},
        {code: explain(library, name, LANGUAGES[code]) for code in codes},
        tuple(related),
    )


def _title(tag: TagRule, code: str) -> str:
    for language in (code, "en", *tag.title):
        if language in tag.title:
            return tag.title[language]
    return tag.name.replace("_", " ")


def _grow(tree: dict[str, Branch], entry: Entry) -> None:
    """Put the entry where it belongs, as a leaf of its sub-category, or of its category."""
    branches, anchor, branch = tree, "category", None
    for level in entry.category or ("",):
        anchor = f"{anchor}.{_NO_PART_OF_AN_ANCHOR.sub('-', level)}"
        branch = branches.setdefault(level, Branch(level, anchor))
        branches = branch.branches
    if branch is not None:
        branch.entries.append(entry)


def _entries_of(branch: Branch) -> list[Entry]:
    inner = [entry for each in branch.branches.values() for entry in _entries_of(each)]
    return [*branch.entries, *inner]
