"""Words that stand beside a measure instead of in it, and how to write what was meant.

`{count: purchase, within: 30d, gte: 3}` is told once, with the whole rewriting, and read on as if
it had been written so: what is wrong besides is found too.
"""

from tagger.rules.findings import Findings
from tagger.rules.hints import SYNONYMS
from tagger.rules.reading.nodes import Entry, ListNode, MapNode, Node, ScalarNode, describe
from tagger.rules.reading.spelling import shortened, spelt_entry
from tagger.rules.vocabulary import COMPARATORS, LOGIC, MEASURES, PATTERN_HEADS

_OF_CONDITIONS = {**MEASURES, **LOGIC, **COMPARATORS}
_OVER_EVENTS = {
    word: meant.words for word, meant in {**MEASURES, **LOGIC}.items() if "event" in meant.words
}


def put_in_place(node: MapNode, findings: Findings) -> MapNode:
    """The mapping of a condition, or of a lone measure, with everything inside its measure that
    belongs there."""
    head = next((entry for entry in node.entries if entry.key in _OVER_EVENTS), None)
    inner = None if head is None else _inner(head)
    if head is None or inner is None:
        return node
    beside = _beside(node, head, inner)
    if not beside and isinstance(head.value, MapNode):
        return node
    moved = (Entry(word, entry.at, entry.value) for word, entry in beside.items())
    whole = Entry(head.key, head.at, MapNode(head.value.at, (*inner, *moved)))
    _report(head, tuple(beside.values()), f"write `{spelt_entry(whole)}`", findings)
    gone = {entry.key for entry in beside.values()}
    entries = (whole if each is head else each for each in node.entries if each.key not in gone)
    return MapNode(node.at, tuple(entries))


def _report(head: Entry, beside: tuple[Entry, ...], hint: str, findings: Findings) -> None:
    if not beside:
        sentence = f"`{head.key}` takes a mapping, not {describe(head.value)}"
        findings.add(head.value.at, "E-TYPE", sentence, hint)
        return
    words = " and ".join(f"`{entry.key[:80]}`" for entry in beside)
    stands, belongs = ("stands", "belongs") if len(beside) == 1 else ("stand", "belong")
    sentence = f"{words} {stands} beside `{head.key}` and {belongs} into it"
    findings.add(beside[0].at, "E-UNKNOWN-WORD", sentence, hint)


def _beside(node: MapNode, head: Entry, inner: tuple[Entry, ...]) -> dict[str, Entry]:
    """By the word of the measure that is meant: what stands beside it and could be in it."""
    said = {entry.key for entry in inner}
    found: dict[str, Entry] = {}
    for entry in node.entries:
        word = _meant(entry.key, head)
        if word and word not in said:
            found.setdefault(word, entry)
    return found


def _inner(head: Entry) -> tuple[Entry, ...] | None:
    """What stands in the measure already, a bare event as `event`; None where nobody can tell."""
    value = head.value
    if isinstance(value, MapNode):
        return value.entries
    if isinstance(value, ScalarNode) and value.value is None:
        return () if not value.text else None
    members = value.items if isinstance(value, ListNode) else (value,)
    is_named = members and all(
        isinstance(each, ScalarNode) and isinstance(each.value, str) for each in members
    )
    return (Entry("event", value.at, value),) if is_named else None


def _meant(word: str, head: Entry) -> str:
    """The word of the measure that is meant by a word beside it; empty for those that belong
    there, or nowhere."""
    if word in _OF_CONDITIONS:
        return ""
    known = _OVER_EVENTS[head.key]
    meant = word if word in known else SYNONYMS.get(word.casefold(), "")
    return meant if meant in known else ""


def is_pattern(node: Node) -> bool:
    """Whether a pattern is written where an event is named."""
    if not isinstance(node, MapNode):
        return False
    return node.get("event") is None and any(entry.key in PATTERN_HEADS for entry in node.entries)


def report_pattern(node: Node, findings: Findings) -> None:
    """Say where a pattern gets the name by which it can be used."""
    findings.add(
        node.at,
        "E-TYPE",
        "a pattern gets a name under `events` first",
        f"write `events: {{a_name: {shortened(node)}}}`, and here `a_name`",
    )


def with_measure(entry: Entry) -> Entry | None:
    """A comparator with the word `measure` around the measure on its right side; None where that
    is not all that is missing."""
    node = entry.value
    if not isinstance(node, MapNode) or node.get("measure") is not None:
        return None
    bare = tuple(each for each in node.entries if each.key in MEASURES)
    if not bare:
        return None
    measure = Entry("measure", bare[0].at, MapNode(node.at, bare))
    rest = tuple(each for each in node.entries if each not in bare)
    return Entry(entry.key, entry.at, MapNode(node.at, (measure, *rest)))
