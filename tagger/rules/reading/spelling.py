"""Nodes spelt out again on one line, for hints that show how to write what was meant."""

from tagger.rules.hints import spelt_duration
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node

MOST_SPELT = 120
"""Characters that a value may have; of a longer one only the outermost brackets are shown."""
_DURATIONS = ("within", "ago")


def spelt_entry(entry: Entry) -> str:
    """A word with its value."""
    return f"{entry.key}: {shortened(entry.value)}"


def shortened(node: Node) -> str:
    """A value as its author spelt it, durations as the language does; without its middle where
    that is long."""
    text = _spelt(node)
    if len(text) <= MOST_SPELT:
        return text
    if isinstance(node, MapNode):
        return f"{{{node.entries[0].key}: ...}}"
    return "[...]" if isinstance(node, ListNode) else "..."


def _spelt(node: Node) -> str:
    if isinstance(node, MapNode):
        return f"{{{', '.join(map(_spelt_entry, node.entries))}}}"
    if isinstance(node, ListNode):
        return f"[{', '.join(map(_spelt, node.items))}]"
    return node.text


def _spelt_entry(entry: Entry) -> str:
    value = _spelt(entry.value)
    meant = spelt_duration(value) if entry.key in _DURATIONS else None
    return f"{entry.key}: {meant or value}"
