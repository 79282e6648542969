"""Which words stand where in a pack: a walk through its document that knows the places of words."""

from collections.abc import Iterator, Mapping
from typing import Any

from .material import texts_in
from .values import Doc

_PARTS = ("all", "any", "not")
_COMPARED = ("eq", "ne", "gt", "gte", "lt", "lte")
_OVER_EVENTS = (
    *("count", "sum", "avg", "min", "max", "distinct", "earliest", "latest"),
    *("since", "since_first", "interval", "absent"),
)
_BELOW: Mapping[str, Mapping[str, str]] = {
    "pack": {
        "defaults": "defaults",
        "attributes": "* attribute",
        "events": "* named event",
        "conditions": "* condition",
        "tags": "* tag",
    },
    "named event": {
        **dict.fromkeys(("first", "unless", "then", "steps"), "filter"),
        "where": "where",
    },
    "tag": {"assign": "clause", "remove": "clause", "values": "* band", "value": "condition"},
    "clause": {"when": "condition", "upon": "filter"},
    "band": {"when": "condition"},
    "condition": {
        **dict.fromkeys(_PARTS, "condition"),
        **dict.fromkeys(_COMPARED, "operand"),
        **{word: word for word in (*_OVER_EVENTS, "ratio", "at_least", "response_time")},
    },
    "operand": {"measure": "condition"},
    "ratio": {"of": "condition", "to": "condition"},
    "at_least": {"of": "condition"},
    "filter": {"where": "where"},
    **{word: {"where": "where"} for word in _OVER_EVENTS},
    "where": {"any_line": "line"},
}
"""By place and word: the place of what stands below; `*` is below names."""


def occurrences(pack: Doc) -> Iterator[tuple[str, str, str]]:
    """(place, word, text) for each text at or below each word of the pack; without a text the
    last is empty."""
    yield from _walk("pack", pack)


def _walk(place: str, node: Any) -> Iterator[tuple[str, str, str]]:
    if isinstance(node, list):
        for member in node:
            yield from _walk(place, member)
    elif isinstance(node, dict):
        if place.startswith("* "):
            for below in node.values():
                yield from _walk(place[2:], below)
            return
        for word, below in node.items():
            yield place, word, ""
            yield from ((place, word, text) for text in texts_in(below))
            if word in _BELOW.get(place, {}):
                yield from _walk(_BELOW[place][word], below)
