"""What names mean while one pack is read: looked up before anything is read in full.

Tags are known over the folder; events, conditions, lists and attributes over their pack.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tagger.rules.attributes import KNOWN_ATTRIBUTES, AttributeKind
from tagger.rules.fields import EVENT_KEYS, type_of_name
from tagger.rules.findings import Findings
from tagger.rules.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from tagger.rules.syntax import Position, Scalar
from tagger.rules.vocabulary import FORMS


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
    """`lists` and `attributes` are filled before conditions are read."""

    findings: Findings
    tags: Mapping[str, TagSketch]
    events: Mapping[str, Node]
    conditions: Mapping[str, Node]
    types: Mapping[str, frozenset[str]]
    currency: str | None = None
    lists: dict[str, tuple[Scalar, ...]] = field(default_factory=dict)
    attributes: dict[str, AttributeKind] = field(default_factory=lambda: {**KNOWN_ATTRIBUTES})

    def knows_event(self, name: str) -> bool:
        return name in EVENT_KEYS or name in self.events

    def event_types(self, names: Iterable[str]) -> frozenset[str]:
        """The types whose fields such events have; empty when no name is known."""
        found: set[str] = set()
        for name in names:
            found |= {type_of_name(name)} if name in EVENT_KEYS else self.types.get(name, set())
        return frozenset(found)


def types_of_events(events: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """The types of every named event; none for one that needs itself."""
    types: dict[str, frozenset[str]] = {}
    begun: set[str] = set()
    for start in events:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            bases = _bases(events[name])
            missing = [each for each in bases if each in events and each not in begun]
            begun.add(name)
            if missing:
                waiting += missing
                continue
            waiting.pop()
            known = (
                {type_of_name(each)} if each in EVENT_KEYS else types.get(each, frozenset())
                for each in bases
            )
            types[name] = frozenset().union(*known)
    return types


def _bases(definition: Node) -> tuple[str, ...]:
    """The events that a named event is made of, as far as they can be read."""
    if not isinstance(definition, MapNode):
        return ()
    node = definition.get("event") or definition.get("first")
    if isinstance(node, MapNode):
        node = node.get("event")
    members = node.items if isinstance(node, ListNode) else (node,)
    return tuple(member.text for member in members if isinstance(member, ScalarNode))


def entries_of(root: MapNode, section: str) -> tuple[Entry, ...]:
    """The entries of a section; none when it is missing or no mapping."""
    node = root.get(section)
    return node.entries if isinstance(node, MapNode) else ()


def sketch_tags(documents: Iterable[Document], findings: Findings) -> dict[str, TagSketch]:
    """All tags of the folder; a name that stands twice is reported."""
    tags: dict[str, TagSketch] = {}
    for document in documents:
        for entry in entries_of(document.root, "tags"):
            first = tags.get(entry.key)
            if first is not None:
                report_taken(findings, entry.at, f"the tag `{entry.key}`", first.at)
                continue
            tags[entry.key] = _sketch(entry)
    return tags


def _sketch(entry: Entry) -> TagSketch:
    body = entry.value if isinstance(entry.value, MapNode) else MapNode(entry.at, ())
    form = body.get("form")
    known = isinstance(form, ScalarNode) and form.value in FORMS
    value = body.get("value")
    is_time = isinstance(value, MapNode) and any(
        each.key in ("since", "since_first") for each in value.entries
    )
    return TagSketch(
        form.text if known and isinstance(form, ScalarNode) else "flag",
        tuple(each.key for each in entries_of(body, "values")),
        is_time,
        entry.at,
    )


def report_taken(findings: Findings, at: Position, what: str, first: Position) -> None:
    where = f"line {first.line}" if first.file == at.file else f"{first.file}:{first.line}"
    findings.add(at, "E-DUPLICATE-NAME", f"{what} is already defined on {where}")
