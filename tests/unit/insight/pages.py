"""A small pack with everything that a handbook shows, and its pages taken apart."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from tagger.insight.handbook import Handbook, handbook_of
from tagger.rules.loader import load_texts
from tagger.rules.sentences import LANGUAGES, Library

HOSTILE = "<script>alert(1)</script> \" ' & [a](javascript:x) `b` | *c* #d"
PACK = """\
pack: shop
category: behaviour/intent
currency: EUR
defaults: {owner: growth}
tags:
  active:
    title: {en: Active customer, zh: 活跃客户}
    description: Bought three times.
    purpose: Leave out of win-back mail.
    colour: "#2e7d32"
    priority: 50
    assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}
  hostile:
    title: {en: HOSTILE, zh: HOSTILE}
    description: HOSTILE
    purpose: HOSTILE
    owner: HOSTILE
    assign: {when: {attribute: city, eq: HOSTILE}}
  mood:
    title: {en: mood, zh: 心情}
    form: text
    status: deprecated
    replaced_by: active
    values:
      high: {when: {tag: active}}
      low: {otherwise: true}
  spend:
    form: number
    manual: forbidden
    status: experimental
    value: {sum: {event: purchase, of: amount, within: 90d}}
  vip:
    title: {en: VIP, zh: 贵宾}
    layer: temporary
    expires_after: 7d
    renew: true
    manual_roles: [agent, manager]
    assign: {upon: purchase}
""".replace("HOSTILE", "'" + HOSTILE.replace("'", "''") + "'")
OTHER = "pack: other\ntags: {late: {manual: only, priority: 99}}\n"
DEEP = "pack: deep\ncategory: behaviour\ntags: {first: {manual: only}}\n"

_VOID = {"meta", "input", "br"}


def handbook(*codes: str) -> Handbook:
    """The handbook of the packs, in both languages when none is named."""
    loaded = load_texts({"shop.yaml": PACK, "other.yaml": OTHER, "deep.yaml": DEEP})
    assert [str(fault) for fault in loaded.faults if fault.is_error] == []
    return handbook_of(Library(loaded.packs), codes or tuple(LANGUAGES))


@dataclass
class Page:
    """What a test asks about an HTML page."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def headings(self) -> list[int]:
        """The levels of the headings, in order."""
        return [int(name[1]) for name, _ in self.elements if re.fullmatch(r"h\d", name)]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.page.elements.append((tag, attributes))
        if "id" in attributes:
            self.page.ids.append(attributes["id"])
        if tag == "a":
            self.page.links.append(attributes["href"])
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.page.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        self.page.text += data


def taken_apart(html: str) -> Page:
    """The page as a browser reads it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
