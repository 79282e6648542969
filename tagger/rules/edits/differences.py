"""What an edit of rule packs adds, drops, keeps and changes, and what it costs in history.

A series or pattern that both sides have by fingerprint keeps what it remembers. A new one begins
with nothing: it is complete when the time that it looks back on has passed, and never where that
is all of history.
"""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal, TypeVar

import msgspec

from tagger.domain.times import format_duration, parse_duration
from tagger.rules.edits.snapshot import EVER, SeriesEntry, Snapshot, TagEntry

Kind = Literal["added", "changed", "dropped", "described"]
StateKind = Literal["new", "widened", "narrowed", "dropped"]
_ORDER: tuple[Kind, ...] = ("added", "changed", "dropped", "described")
_STATE_ORDER: tuple[StateKind, ...] = ("new", "widened", "narrowed", "dropped")
_Entry = TypeVar("_Entry")


class Edit(msgspec.Struct, frozen=True):
    """A text that changed: `word` says which where there are several, `before` null where it is
    new, `after` null where it is gone."""

    word: str
    before: str | None
    after: str | None


class TagDifference(msgspec.Struct, frozen=True):
    """A tag that is not as it was. `rule` are the lines of its rule that changed, `about` the
    texts around it; a `described` tag has the same rule as before. `renamed_from` is a dropped
    tag with the same rule."""

    name: str
    kind: Kind
    pack: str
    rule: tuple[Edit, ...] = ()
    about: tuple[Edit, ...] = ()
    renamed_from: str | None = None


class WorkflowDifference(msgspec.Struct, frozen=True):
    name: str
    kind: Kind
    edits: tuple[Edit, ...]


class StateDifference(msgspec.Struct, frozen=True):
    """What is remembered otherwise than before. `before` and `after` are how far it reaches back;
    `complete_after` (a duration) is how long after the edit it is complete, null where it never
    is or always was. `tags` go by it."""

    what: str
    kind: StateKind
    before: str | None
    after: str | None
    complete_after: str | None
    tags: tuple[str, ...]


class Differences(msgspec.Struct, frozen=True):
    """Everything that is not as it was, and how many things are. `complete_after` is when all
    that can be complete is, null when nothing has to wait."""

    tags: tuple[TagDifference, ...]
    tags_kept: int
    workflows: tuple[WorkflowDifference, ...]
    state: tuple[StateDifference, ...]
    state_kept: int
    complete_after: str | None

    def __bool__(self) -> bool:
        return bool(self.tags or self.workflows or self.state)


def compare(old: Snapshot, new: Snapshot) -> Differences:
    """From `old` to `new`; each by kind, then name."""
    tags = sorted(_tags(old.tags, new.tags), key=_by_kind)
    moved = (*_series(old, new), *_patterns(old, new), *_attributes(old, new))
    state = tuple(sorted(moved, key=lambda each: (_STATE_ORDER.index(each.kind), each.what)))
    waits = [each.complete_after for each in state if each.complete_after is not None]
    changed = sum(each.kind in ("added", "changed") for each in tags)
    begun = sum(each.kind != "dropped" for each in state)
    return Differences(
        tags=tuple(tags),
        tags_kept=len(new.tags) - changed,
        workflows=tuple(sorted(_workflows(old.workflows, new.workflows), key=_by_kind)),
        state=state,
        state_kept=len(new.series) + len(new.patterns) + len(new.attributes) - begun,
        complete_after=max(waits, key=parse_duration, default=None),
    )


def _by_kind(difference: TagDifference | WorkflowDifference) -> tuple[int, str]:
    return _ORDER.index(difference.kind), difference.name


def _tags(old: Mapping[str, TagEntry], new: Mapping[str, TagEntry]) -> Iterator[TagDifference]:
    gone = {name: entry for name, entry in old.items() if name not in new}
    come = {name: entry for name, entry in new.items() if name not in old}
    for name, entry in come.items():
        rule = tuple(Edit("", None, line) for line in entry.rule)
        former = _only_twin(entry, come, gone)
        yield TagDifference(name, "added", entry.pack, rule, renamed_from=former)
    for name, entry in gone.items():
        yield TagDifference(name, "dropped", entry.pack)
    for name, before, after in _on_both_sides(old, new):
        about = tuple(_edits(before.about, after.about)) if before.about and after.about else ()
        if before.version != after.version:
            rule = tuple(edited_lines(before.rule, after.rule))
            yield TagDifference(name, "changed", after.pack, rule, about)
        elif about:
            yield TagDifference(name, "described", after.pack, about=about)


def _only_twin(
    entry: TagEntry, come: Mapping[str, TagEntry], gone: Mapping[str, TagEntry]
) -> str | None:
    """The dropped tag that has the rule of an added one, if there is no doubt which."""
    alike = [name for name, each in gone.items() if each.version == entry.version]
    rivals = [each for each in come.values() if each.version == entry.version]
    return alike[0] if len(alike) == len(rivals) == 1 else None


def _workflows(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[WorkflowDifference]:
    for name in new.keys() - old.keys():
        yield WorkflowDifference(name, "added", tuple(_edits({}, new[name])))
    for name in old.keys() - new.keys():
        yield WorkflowDifference(name, "dropped", ())
    for name, before, after in _on_both_sides(old, new):
        if before != after:
            yield WorkflowDifference(name, "changed", tuple(_edits(before, after)))


def _edits(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Edit]:
    for word in dict.fromkeys((*before, *after)):
        if before.get(word) != after.get(word):
            yield Edit(word, before.get(word), after.get(word))


def edited_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Edit]:
    """The lines that are not the same, those that took another's place beside it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for operation, low, high, new_low, new_high in matcher.get_opcodes():
        if operation != "equal":
            for old_line, new_line in zip_longest(before[low:high], after[new_low:new_high]):
                yield Edit("", old_line, new_line)


def _series(old: Snapshot, new: Snapshot) -> Iterator[StateDifference]:
    for key, entry in new.series.items():
        if key not in old.series:
            wait = _wait(0, entry.reach_ms)
            yield StateDifference(entry.what, "new", None, _extent(entry), wait, entry.tags)
    for _, before, after in _on_both_sides(old.series, new.series):
        if before.reach != after.reach:
            yield _moved(before, after)
    for key, entry in old.series.items():
        if key not in new.series:
            yield StateDifference(entry.what, "dropped", _extent(entry), None, None, entry.tags)


def _moved(before: SeriesEntry, after: SeriesEntry) -> StateDifference:
    """A series that both sides have and that reaches back otherwise."""
    was_ms, is_ms = before.reach_ms, after.reach_ms
    widened = was_ms is not None and (is_ms is None or is_ms > was_ms)
    return StateDifference(
        after.what,
        "widened" if widened else "narrowed",
        _extent(before),
        _extent(after),
        _wait(was_ms or 0, is_ms) if widened else None,
        after.tags,
    )


def _extent(entry: SeriesEntry) -> str:
    """How far back what is remembered reaches, in words."""
    return "first, last and number" if entry.reach == "0s" else entry.reach


def _wait(known_ms: int, wanted_ms: int | None) -> str | None:
    """How long until a history of `known_ms` is one of `wanted_ms` (None: all)."""
    if wanted_ms is None or wanted_ms <= known_ms:
        return None
    return format_duration(wanted_ms - known_ms)


def _patterns(old: Snapshot, new: Snapshot) -> Iterator[StateDifference]:
    for key, entry in new.patterns.items():
        if key not in old.patterns:
            yield StateDifference(entry.what, "new", None, entry.within, entry.within, ())
    for key, entry in old.patterns.items():
        if key not in new.patterns:
            yield StateDifference(entry.what, "dropped", entry.within, None, None, ())


def _attributes(old: Snapshot, new: Snapshot) -> Iterator[StateDifference]:
    for name in new.attributes.keys() - old.attributes.keys():
        yield StateDifference(f"attribute {name}", "new", None, EVER, None, ())
    for name in old.attributes.keys() - new.attributes.keys():
        yield StateDifference(f"attribute {name}", "dropped", EVER, None, None, ())


def _on_both_sides(
    old: Mapping[str, _Entry], new: Mapping[str, _Entry]
) -> Iterator[tuple[str, _Entry, _Entry]]:
    for name, before in old.items():
        if name in new:
            yield name, before, new[name]
