"""Rule packs as documents: reading them, what they name, and the order of their tags.

A pack is the parsed YAML itself. Words outside the part of the language that is covered raise
`UnsupportedError`, so that nothing is ever read as if it were not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode

from .values import Doc, UnsupportedError, duration, is_duration

PACK_WORDS = {"pack", "category", "currency", "time_zone", "defaults"} | (
    {"lists", "attributes", "events", "conditions", "tags", "workflows"}
)
TAG_WORDS = (
    {"title", "description", "purpose", "colour", "owner", "priority", "layer", "status", "form"}
    | {"replaced_by", "values", "value", "step", "assign", "remove", "expires_after", "renew"}
    | {"sticky", "manual", "manual_roles"}
)
KNOWN_ATTRIBUTES = {
    **dict.fromkeys(("age", "referrals"), "number"),
    **dict.fromkeys(("consent_email", "consent_sms", "consent_push"), "boolean"),
    **dict.fromkeys(("birth_date", "sex", "region", "city", "industry", "occupation"), "text"),
    **dict.fromkeys(("company", "company_role", "segment", "channel"), "text"),
    **dict.fromkeys(("time_zone", "language"), "text"),
    **dict.fromkeys(("city_tier", "registered_at"), "any"),
}


class _Reader(SafeConstructor):
    """YAML 1.2 in which a number with a point is a decimal."""


def _decimal(_: SafeConstructor, node: ScalarNode) -> Decimal:
    return Decimal(node.value)


_Reader.add_constructor("tag:yaml.org,2002:float", _decimal)


def load(path: Path) -> Doc:
    """The document of one rule file."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Reader
    document: Doc = yaml.load(path.read_text(encoding="utf-8"))
    return document


@dataclass(frozen=True, eq=False)
class Pack:
    """The names that are in scope inside one pack."""

    name: str
    currency: str | None
    lists: dict[str, list[Any]]
    attributes: dict[str, str]
    events: Doc
    conditions: Doc


@dataclass(frozen=True, eq=False)
class Tag:
    """One tag's document, and the pack whose names it may use."""

    name: str
    pack: Pack
    doc: Doc

    @property
    def form(self) -> str:
        return str(self.doc.get("form", "flag"))

    @property
    def is_published(self) -> bool:
        return bool(self.doc.get("status") != "experimental")


def pack_of(document: Doc) -> Pack:
    _refuse_unknown(document, PACK_WORDS)
    declared = {name: of["type"] for name, of in document.get("attributes", {}).items()}
    return Pack(
        name=document["pack"],
        currency=document.get("currency"),
        lists=document.get("lists", {}),
        attributes=KNOWN_ATTRIBUTES | declared,
        events=document.get("events", {}),
        conditions=document.get("conditions", {}),
    )


def tags_in_order(documents: list[Doc]) -> list[Tag]:
    """All tags of a folder: each after those it looks at, otherwise by name.

    Of the tags whose dependencies are all placed, the one with the smallest name comes next.
    """
    tags: dict[str, Tag] = {}
    for document in documents:
        pack = pack_of(document)
        for name, doc in document.get("tags", {}).items():
            _refuse_unknown(doc, TAG_WORDS)
            tags[name] = Tag(name, pack, doc)
    ordered: list[Tag] = []
    placed: set[str] = set()
    while len(ordered) < len(tags):
        ready = [n for n, tag in tags.items() if n not in placed and looks_at(tag) <= placed]
        if not ready:
            raise ValueError("tags look at each other in a circle")
        ordered.append(tags[min(ready)])
        placed.add(min(ready))
    return ordered


def looks_at(tag: Tag) -> set[str]:
    """Names of the tags that this tag's rule compares, also through named conditions."""
    parts = [tag.doc.get(word) for word in ("assign", "remove", "values", "value")]
    return {node["tag"] for node in _conditions(tag.pack, parts) if "tag" in node}


def selectors_in(pack: Pack, condition: Doc) -> list[Doc]:
    """Every filter of events in a condition, also in the conditions it names."""
    return [node for node in _conditions(pack, condition) if "event" in node]


def _conditions(pack: Pack, node: Any) -> Iterator[Doc]:
    """The node and every mapping below it; named conditions are followed."""
    if isinstance(node, list):
        for one in node:
            yield from _conditions(pack, one)
    elif isinstance(node, dict):
        yield node
        if "condition" in node:
            yield from _conditions(pack, pack.conditions[node["condition"]])
        for word, below in node.items():
            if word != "where":
                yield from _conditions(pack, below)


def durations_in(node: Any) -> set[int]:
    """Every duration written anywhere in a document, and `ago + within` where both are."""
    if is_duration(node):
        return {duration(node)}
    if isinstance(node, list):
        return {found for one in node for found in durations_in(one)}
    if not isinstance(node, dict):
        return set()
    below = {found for one in node.values() for found in durations_in(one)}
    if "ago" in node and "within" in node:
        below.add(duration(node["ago"]) + duration(node["within"]))
    return below


def _refuse_unknown(document: Doc, words: set[str]) -> None:
    unknown = set(document) - words
    if unknown:
        raise UnsupportedError(f"not covered: {', '.join(sorted(unknown))}")
