"""What names mean while one pack is read: looked up before anything is read in full.

Tags are known over the folder; events, conditions, lists and attributes over their pack.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tagger.rules.attributes import KNOWN_ATTRIBUTES, AttributeKind
from tagger.rules.fields import EVENT_KEYS, type_of_name
from tagger.rules.findings import Findings
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from tagger.rules.syntax import Position
from tagger.rules.vocabulary import FORMS, PATTERN_HEADS, TIME_MEASURES


@dataclass(frozen=True, slots=True)
class Document:
    """One rule file as YAML."""

    file: str
    root: MapNode


@dataclass(frozen=True, slots=True)
class TagSketch:
    """What other rules need to know of a tag. `is_time` tells that a number tag follows a time."""

    form: str
    values: tuple[str, ...]
    is_time: bool
    at: Position


@dataclass(frozen=True, slots=True)
class Scope:
    """`lists` and `attributes` are filled before conditions are read. `expressions` are the regular
    expressions of the whole folder that have been looked at, with what is wrong with each."""

    findings: Findings
    tags: Mapping[str, TagSketch]
    events: Mapping[str, Node]
    conditions: Mapping[str, Node]
    types: Mapping[str, frozenset[str]]
    currency: str | None = None
    expressions: dict[str, str | None] = field(default_factory=dict)
    lists: dict[str, tuple[ScalarNode, ...]] = field(default_factory=dict)
    attributes: dict[str, AttributeKind] = field(default_factory=lambda: {**KNOWN_ATTRIBUTES})

    def knows_event(self, name: str) -> bool:
        return name in EVENT_KEYS or name in self.events

    def event_types(self, names: Iterable[str]) -> frozenset[str]:
        """The types whose fields such events have; empty when no name is known."""
        found: set[str] = set()
        for name in names:
            found |= {type_of_name(name)} if name in EVENT_KEYS else self.types.get(name, set())
        return frozenset(found)

    def base_events(self, names: Iterable[str]) -> frozenset[str]:
        """The events that every pack knows whose fields such events have."""
        return frozenset(self._with_bases(names) & EVENT_KEYS.keys())

    def made_by_patterns(self, names: Iterable[str]) -> tuple[str, ...]:
        """The patterns among such events and those that they are filters of."""
        found = sorted(name for name in self._with_bases(names) if name in self.events)
        return tuple(name for name in found if _is_pattern(self.events[name]))

    def _with_bases(self, names: Iterable[str]) -> set[str]:
        """The events and all whose fields they have."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += _bases(self.events[name]) if name in self.events else ()
        return found


def types_of_events(events: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """The types of every named event; none for one that needs itself."""
    types: dict[str, frozenset[str]] = {}
    bases = {name: _bases(definition) for name, definition in events.items()}
    for name in _needed_first(bases):
        known = (
            {type_of_name(each)} if each in EVENT_KEYS else types.get(each, frozenset())
            for each in bases[name]
        )
        types[name] = frozenset().union(*known)
    return types


def _bases(definition: Node) -> tuple[str, ...]:
    """The events whose fields a named event has, as far as they can be read: of a chain those of
    its last step, of another pattern those of its first."""
    if not isinstance(definition, MapNode):
        return ()
    node = definition.get("event") or definition.get("then") or definition.get("first")
    steps = definition.get("steps")
    if node is None and isinstance(steps, ListNode) and steps.items:
        node = steps.items[-1]
    if isinstance(node, MapNode):
        node = node.get("event")
    members = node.items if isinstance(node, ListNode) else (node,)
    return tuple(member.text for member in members if isinstance(member, ScalarNode))


def _is_pattern(definition: Node) -> bool:
    entries = definition.entries if isinstance(definition, MapNode) else ()
    return any(entry.key in PATTERN_HEADS for entry in entries)


def _needed_first(needs: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Every name after those that it needs; of names that need themselves, in any order."""
    begun: set[str] = set()
    done: set[str] = set()
    for start in needs:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            missing = [each for each in needs[name] if each in needs and each not in begun]
            begun.add(name)
            if missing:
                waiting += missing
                continue
            waiting.pop()
            if name not in done:
                done.add(name)
                yield name


def entries_of(root: MapNode, section: str) -> tuple[Entry, ...]:
    """The entries of a section; none when it is missing or no mapping."""
    node = root.get(section)
    return node.entries if isinstance(node, MapNode) else ()


def sketch_tags(documents: Iterable[Document], findings: Findings) -> dict[str, TagSketch]:
    """All tags of the folder; a name that stands twice is reported."""
    places: dict[str, Position] = {}
    bodies: dict[str, MapNode] = {}
    for document in documents:
        for entry in entries_of(document.root, "tags"):
            first = places.get(entry.key)
            if first is not None:
                report_taken(findings, entry.at, f"the tag `{entry.key}`", first)
                continue
            places[entry.key] = entry.at
            bodies[entry.key] = _body(entry)
    times = _times({name: body.get("value") for name, body in bodies.items()})
    return {
        name: TagSketch(
            _form(body),
            tuple(each.key for each in entries_of(body, "values")),
            name in times,
            places[name],
        )
        for name, body in bodies.items()
    }


def _body(entry: Entry) -> MapNode:
    return entry.value if isinstance(entry.value, MapNode) else MapNode(entry.at, ())


def _form(body: MapNode) -> str:
    form = body.get("form")
    return form.text if isinstance(form, ScalarNode) and form.value in FORMS else "flag"


def _times(values: Mapping[str, Node | None]) -> frozenset[str]:
    """The number tags that follow a time, by the measures that they follow."""
    needs = {name: tuple(_tags_in(value)) for name, value in values.items()}
    times: set[str] = set()
    for name in _needed_first(needs):
        if _is_time(values[name], times):
            times.add(name)
    return frozenset(times)


def _tags_in(measure: Node | None) -> Iterator[str]:
    if isinstance(measure, MapNode):
        tag, ratio = measure.get("tag"), measure.get("ratio")
        if isinstance(tag, ScalarNode):
            yield tag.text
        if isinstance(ratio, MapNode):
            yield from _tags_in(ratio.get("of"))
            yield from _tags_in(ratio.get("to"))


def _is_time(measure: Node | None, times: Collection[str]) -> bool:
    if not isinstance(measure, MapNode):
        return False
    tag, ratio = measure.get("tag"), measure.get("ratio")
    if isinstance(tag, ScalarNode):
        return tag.text in times
    if isinstance(ratio, MapNode):
        return _is_time(ratio.get("of"), times) and not _is_time(ratio.get("to"), times)
    return any(entry.key in TIME_MEASURES for entry in measure.entries)


def report_taken(findings: Findings, at: Position, what: str, first: Position) -> None:
    where = f"line {first.line}" if first.file == at.file else f"{first.file}:{first.line}"
    findings.add(at, "E-DUPLICATE-NAME", f"{what} is already defined on {where}")
