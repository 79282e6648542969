"""The part of rule packs that remembers nothing: its tags follow from the whole history alone, so
they come out the same whatever order events were processed in.

What remembers: the lives of flags, what happens `upon` an event, patterns, the age of a tag, and
every rule that looks at one of those.
"""

from .final import LASTING_WORDS
from .material import texts_in
from .packs import Pack, Tag, looks_at, nodes_of, tags_in_order
from .values import Doc


def forgetful(documents: list[Doc]) -> list[Doc]:
    """The packs with the tags that remember nothing; packs that have none of them are left out."""
    lasting: set[str] = set()
    for tag in tags_in_order(documents):
        if _remembers(tag) or looks_at(tag) & lasting:
            lasting.add(tag.name)
    kept = []
    for document in documents:
        tags = {
            name: _without(tag, "replaced_by")
            for name, tag in document["tags"].items()
            if name not in lasting
        }
        if tags:
            conditions = _sound(document.get("conditions", {}), lasting)
            kept.append(document | {"conditions": conditions, "tags": tags})
    return kept


def _sound(conditions: Doc, lasting: set[str]) -> Doc:
    """The named conditions that do not come down to any of these tags."""
    gone = set(lasting)
    while unsound := {n for n, each in conditions.items() if gone & set(texts_in(each))} - gone:
        gone |= unsound
    return {name: each for name, each in conditions.items() if name not in gone}


def _without(tag: Doc, word: str) -> Doc:
    return {name: value for name, value in tag.items() if name != word}


def _remembers(tag: Tag) -> bool:
    if LASTING_WORDS & tag.doc.keys() or "upon" in tag.doc.get("assign", {}):
        return True
    nodes = list(nodes_of(tag.pack, tag.rule))
    return any("tag_age" in node for node in nodes) or _asks_for_pattern(tag.pack, nodes)


def _asks_for_pattern(pack: Pack, nodes: list[Doc]) -> bool:
    """Whether any of the events that are named there, or that those come down to, is a pattern."""
    seen: set[str] = set()
    pending = list(texts_in(nodes))
    while pending:
        name = pending.pop()
        definition = pack.events.get(name)
        if definition is None or name in seen:
            continue
        if "event" not in definition:
            return True
        seen.add(name)
        pending += texts_in(definition)
    return False
