"""Rule packs as documents: reading them, what they name, and the order of their tags.

A pack is the parsed YAML itself. A word that the language does not have raises `UnsupportedError`,
so that nothing is ever read as if it were not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import ScalarNode

from .dates import begin_of
from .values import Doc, UnsupportedError

PACK_WORDS = {"pack", "category", "currency", "time_zone", "defaults"} | (
    {"lists", "attributes", "events", "conditions", "tags", "workflows"}
)
TAG_WORDS = (
    {"title", "description", "purpose", "colour", "owner", "priority", "layer", "status", "form"}
    | {"replaced_by", "values", "value", "step", "assign", "remove", "expires_after", "renew"}
    | {"sticky", "manual", "manual_roles", "hold_for", "keep_at_least", "cool_down", "ends_on"}
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
    zone: str
    lists: dict[str, list[Any]]
    attributes: dict[str, str]
    events: Doc
    conditions: Doc


@dataclass(frozen=True, eq=False)
class Tag:
    """One tag's document, and the pack whose names it may use. From `ends_at` on (milliseconds)
    nobody holds the tag."""

    name: str
    pack: Pack
    doc: Doc
    form: str
    ends_at: int | None

    @property
    def is_published(self) -> bool:
        return bool(self.doc.get("status") != "experimental")

    @property
    def rule(self) -> list[Any]:
        """The parts of the document that say when and what."""
        return [self.doc.get(word) for word in ("assign", "remove", "values", "value")]


def pack_of(document: Doc) -> Pack:
    _refuse_unknown(document, PACK_WORDS)
    declared = {name: of["type"] for name, of in document.get("attributes", {}).items()}
    return Pack(
        name=document["pack"],
        currency=document.get("currency"),
        zone=document.get("time_zone", "UTC"),
        lists=document.get("lists", {}),
        attributes=KNOWN_ATTRIBUTES | declared,
        events=document.get("events", {}),
        conditions=document.get("conditions", {}),
    )


def tag_of(name: str, pack: Pack, doc: Doc) -> Tag:
    _refuse_unknown(doc, TAG_WORDS)
    return Tag(name, pack, doc, str(doc.get("form", "flag")), _end_of(doc.get("ends_on"), pack))


def _end_of(last_day: date | str | None, pack: Pack) -> int | None:
    if last_day is None:
        return None
    day = date.fromisoformat(last_day) if isinstance(last_day, str) else last_day
    return begin_of(day + timedelta(days=1), pack.zone)


def tags_in_order(documents: list[Doc]) -> list[Tag]:
    """All tags of a folder: each after those it looks at, otherwise by name.

    Of the tags whose dependencies are all placed, the one with the smallest name comes next.
    """
    tags: dict[str, Tag] = {}
    for document in documents:
        pack = pack_of(document)
        for name, doc in document.get("tags", {}).items():
            tags[name] = tag_of(name, pack, document.get("defaults", {}) | doc)
    needed = {name: looks_at(tag) for name, tag in tags.items()}
    ordered: list[Tag] = []
    placed: set[str] = set()
    while len(ordered) < len(tags):
        ready = [name for name in tags if name not in placed and needed[name] <= placed]
        if not ready:
            raise ValueError("tags look at each other in a circle")
        ordered.append(tags[min(ready)])
        placed.add(min(ready))
    return ordered


def looks_at(tag: Tag) -> set[str]:
    """Names of the tags that this tag's rule measures, also through named conditions."""
    nodes = list(nodes_of(tag.pack, tag.rule))
    return {node[word] for node in nodes for word in ("tag", "tag_age") if word in node}


def selectors_in(pack: Pack, condition: Doc) -> list[Doc]:
    """Every filter of events in a condition, also in the conditions it names."""
    return [node for node in nodes_of(pack, condition) if "event" in node]


def nodes_of(pack: Pack, node: Any) -> Iterator[Doc]:
    """The node and every mapping below it but the tests of events; named conditions are
    followed."""
    if isinstance(node, list):
        for one in node:
            yield from nodes_of(pack, one)
    elif isinstance(node, dict):
        yield node
        if "condition" in node:
            yield from nodes_of(pack, pack.conditions[node["condition"]])
        for word, below in node.items():
            if word != "where":
                yield from nodes_of(pack, below)


def _refuse_unknown(document: Doc, words: set[str]) -> None:
    unknown = set(document) - words
    if unknown:
        raise UnsupportedError(f"no such word: {', '.join(sorted(unknown))}")
