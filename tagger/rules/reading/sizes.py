"""How much work a file asks for by what it repeats, looked at before anything of it is read: a
list costs its members at each use."""

from collections.abc import Iterable, Iterator

from tagger.rules.findings import Findings
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode
from tagger.rules.reading.scope import Document, entries_of

MOST_MEMBERS_USED = 100_000
"""Members of the named lists of a file, each as often as its list is used."""
_USES_OF_LISTS = ("in", "mentions")


def within_bounds(documents: Iterable[Document], findings: Findings) -> list[Document]:
    """The documents that may be read; the others are reported."""
    return [each for each in documents if _is_within_bounds(each, findings)]


def _is_within_bounds(document: Document, findings: Findings) -> bool:
    sizes = {
        entry.key: len(entry.value.items)
        for entry in entries_of(document.root, "lists")
        if isinstance(entry.value, ListNode)
    }
    members = 0
    for entry in _entries(document.root):
        if entry.key in _USES_OF_LISTS and isinstance(entry.value, ScalarNode):
            members += sizes.get(entry.value.text, 0)
        if members > MOST_MEMBERS_USED:
            sentence = f"up to here lists with more than {MOST_MEMBERS_USED} members are used"
            hint = "name the condition once and use its name"
            findings.add(entry.value.at, "E-LIMIT", sentence, hint)
            return False
    return True


def _entries(root: MapNode) -> Iterator[Entry]:
    """Every entry of every mapping."""
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, MapNode):
            yield from node.entries
            waiting += [entry.value for entry in reversed(node.entries)]
        elif isinstance(node, ListNode):
            waiting += reversed(node.items)
