"""What can be told of a tag without running it: the words and events that its rule is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tagger.rules.reading.nodes import ListNode, MapNode, Node, ScalarNode
from tagger.rules.syntax import Pack, TagRule
from tagger.rules.vocabulary import EVENTS

_NAMED = {
    "condition": "conditions",
    **dict.fromkeys(("event", "upon", "first", "then", "unless", "steps"), "events"),
}
"""The words that may name something of the pack, and the section where it stands."""


@dataclass(frozen=True, slots=True)
class TagFacts:
    """A tag with its pack, the words of its rule, and the built-in events that it hears; named
    conditions and events are followed."""

    pack: Pack
    tag: TagRule
    words: frozenset[str]
    events: frozenset[str]

    @property
    def name(self) -> str:
        return self.tag.name


def facts_of(pack: Pack, root: MapNode) -> list[TagFacts]:
    """The tags of a pack as its author wrote them; `root` is the file that it was read from."""
    return [_facts(pack, tag, root) for tag in pack.tags]


def _facts(pack: Pack, tag: TagRule, root: MapNode) -> TagFacts:
    words: set[str] = set()
    events: set[str] = set()
    waiting: list[Node] = [_entry(root, "tags", tag.name)]
    followed: set[tuple[str, str]] = set()
    while waiting:
        for word, value in _entries(waiting.pop()):
            words.add(word)
            if word == "response_time":
                events.add("chat")
            section = _NAMED.get(word)
            for name in _names(value) if section is not None else ():
                if section == "events" and name in EVENTS:
                    events.add(name)
                elif section is not None and (section, name) not in followed:
                    followed.add((section, name))
                    waiting.append(_entry(root, section, name))
    return TagFacts(pack, tag, frozenset(words), frozenset(events))


def _entry(root: MapNode, section: str, name: str) -> Node:
    body = root.get(section)
    found = body.get(name) if isinstance(body, MapNode) else None
    return MapNode(root.at, ()) if found is None else found


def _entries(node: Node) -> Iterator[tuple[str, Node]]:
    """Every word below a node, with what stands behind it."""
    if isinstance(node, MapNode):
        for entry in node.entries:
            yield entry.key, entry.value
            yield from _entries(entry.value)
    elif isinstance(node, ListNode):
        for item in node.items:
            yield from _entries(item)


def _names(node: Node) -> Iterable[str]:
    members = node.items if isinstance(node, ListNode) else (node,)
    return [each.text for each in members if isinstance(each, ScalarNode)]
