"""A YAML document as plain values that know their place.

Aliases have been followed: a node may be met more than once, always with the place where it was
written.
"""

from dataclasses import dataclass

from tagger.rules.syntax import Position, Scalar


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text, number or truth value; `value` None is an empty value or `null`.

    `text` is the value as its author spelled it.
    """

    at: Position
    value: Scalar | None
    text: str


@dataclass(frozen=True, slots=True)
class ListNode:
    at: Position
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Entry:
    """A key of a mapping with its place and its value."""

    key: str
    at: Position
    value: "Node"


@dataclass(frozen=True, slots=True)
class MapNode:
    """Entries in the order of the file; no key twice."""

    at: Position
    entries: tuple[Entry, ...]

    def get(self, key: str) -> "Node | None":
        return next((entry.value for entry in self.entries if entry.key == key), None)


Node = ScalarNode | ListNode | MapNode


def describe(node: Node) -> str:
    """What a node is, in the words of an error sentence."""
    if isinstance(node, MapNode):
        return "a mapping"
    if isinstance(node, ListNode):
        return "a list"
    if node.value is None:
        return "nothing"
    shown = node.text if len(node.text) <= 40 else node.text[:37] + "..."
    if isinstance(node.value, bool):
        return f"the truth value {shown}"
    if isinstance(node.value, str):
        return f'the text "{shown}"'
    return f"the number {shown}"
