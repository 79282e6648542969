"""A tag's version follows everything that its rule means, and nothing else.

A pack that uses every word is changed in one place at a time, field by field of everything that
its author can say.
"""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

import pytest

from tagger.rules import syntax
from tagger.rules.compiling.compile import compile_packs

from .plans import packs_of

EVERYTHING = """
pack: p
currency: EUR
time_zone: Europe/Berlin
defaults: {owner: growth}
lists: {cities: [Ulm, Beijing]}
attributes: {vip: {type: boolean}, joined: {type: text}}
events:
  web: {event: chat, where: {channel: web}}
  big: {event: purchase, where: {amount: {gte: 5}, hour: {lt: 6}, any_line: {brand: red}}}
  broken: {first: {event: cart_add}, unless: {event: [purchase, chat]}, by: cart_id, within: 1h}
  bought: {steps: [cart_add, share, purchase], by: cart_id, within: 7d}
conditions:
  named: {attribute: city, in: cities}
  other: {attribute: referrals, gt: 1}
tags:
  aa:
    assign: {when: {count: {event: bought, within: 7d}, gte: 1}}
    remove: {when: {condition: other}}
    status: deprecated
    replaced_by: ab
  ab: {assign: {when: {count: {event: refund, within: 7d}, gte: 1}}}
  state:
    title: {en: A, zh: 甲}
    colour: "#2e7d32"
    ends_on: 2026-12-31
    assign:
      when:
        all:
          - {count: {event: big, within: 30d, ago: 3d}, between: [2, 9]}
          - {sum: {event: purchase, of: amount, this: month, refunds: by_date}, gt: 3}
          - {latest: {event: web, of: channel, previous: week}, mentions: [a, b]}
          - {not: {condition: named}}
          - {any: [{tag: aa, eq: true}, {tag_age: aa, gt: 3d}]}
          - at_least: {of: [{attribute: age, gte: 18}, {attribute: vip, eq: true}], gte: 1}
          - {absent: {event: refund, within: 10d}}
          - {since: {event: chat}, gte: {measure: {since_first: {event: chat}}, times: 0.5}}
          - {attribute: joined, anniversary_within: 7d}
          - {response_time: {within: 7d}, lt: 1h}
          - ratio: {of: {sum: {event: purchase, of: profit, ever: true}},
                    to: {count: {event: chat, within: 9d}}}
            lt: 4
    remove: {when: {count: {event: refund, within: 9d}, gte: 1}}
    hold_for: 10m
    keep_at_least: 2d
    cool_down: 3d
    expires_after: 5d
    renew: true
    manual_roles: [agent]
  struck:
    assign: {upon: broken, when: {condition: named}}
    remove: {upon: purchase}
  band:
    form: text
    values:
      high: {when: {avg: {event: cart_add, of: value, within: 9d}, gte: 4}}
      low: {otherwise: true}
  number: {form: number, value: {since: {event: purchase}}, step: 1d}
"""
(PACK,) = packs_of(EVERYTHING)
TEXTS = {
    syntax.Pack: {"name", "file", "category"},
    syntax.TagRule: {
        *("title", "description", "purpose", "colour", "owner", "priority", "layer", "status"),
        "replaced_by",
    },
    syntax.Operand: {"is_duration", "list_name"},
}
"""What says nothing of who holds a tag; beside these the places."""
SKIPPED = {
    syntax.Pack: {"workflows", "lists", "attributes_at"},
    syntax.TagRule: {"name", "form"},
    syntax.NamedEvent: {"name"},
    syntax.NamedCondition: {"name"},
}
"""Names that others use, and what stands elsewhere too."""
WHOLE = {"tags", "events", "conditions"}
"""None of these can be left out."""
PAIRS = """
    gte=gt gt=gte lt=lte eq=ne in=eq mentions=matches between=in sum=max count=interval
    latest=earliest avg=min month=year week=day by_date=ignore by_order=ignore agent=customer
    allowed=forbidden stable=deprecated core=extended purchase=refund refund=purchase
    chat=purchase cart_add=click share=click big=purchase bought=chat broken=chat web=chat
    aa=ab city=region amount=discount profit=cost channel=source hour=day brand=category
    cart_id=source vip=consent_sms age=referrals joined=birth_date Europe/Berlin=Asia/Beirut
    EUR=JPY value=quantity named=other referrals=age anniversary_within=eq other=named
"""
OTHERS = dict(pair.split("=") for pair in PAIRS.split())
"""For a word, another that can stand in its place."""
NETTED = ("sum", "avg", "min", "max")


def changed(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case str():
            return OTHERS.get(value, value + "x")
        case date():
            return value + timedelta(days=1)
        case tuple() if len(value) > 1:
            return value[:-1]
        case tuple() if value and isinstance(value[0], str):
            return (changed(value[0]),)
        case dict():
            return {**value, "vip": "number"} if "vip" in value else {**value, "de": "A"}
    return None


def edits(tree: Any) -> Iterator[tuple[type, str, Any]]:
    """Every dataclass below, with each of its fields and the tree with that field changed."""
    if isinstance(tree, tuple):
        for index, item in enumerate(tree):
            for kind, name, new in edits(item):
                yield kind, name, (*tree[:index], new, *tree[index + 1 :])
    if not dataclasses.is_dataclass(tree) or isinstance(tree, type | syntax.Position):
        return
    for field in dataclasses.fields(tree):
        value = getattr(tree, field.name)
        if field.name in SKIPPED.get(type(tree), set()):
            continue
        if isinstance(value, syntax.Position):
            moved = dataclasses.replace(value, line=value.line + 1)
            yield type(tree), "at", dataclasses.replace(tree, **{field.name: moved})
            continue
        for kind, name, new in edits(value):
            yield kind, name, dataclasses.replace(tree, **{field.name: new})
        new = changed(value)
        if new is not None and _has_meaning(tree, field.name):
            yield type(tree), field.name, dataclasses.replace(tree, **{field.name: new})


def _has_meaning(tree: Any, name: str) -> bool:
    """Whether the field says something where it stands."""
    match tree:
        case syntax.Aggregate(kind=kind, of=of) if name == "refunds":
            return kind in NETTED and of in ("amount", "profit")
        case syntax.Operand(measure=measure) if name == "times":
            return measure is not None
    return name not in WHOLE


ALL = list(edits(PACK))
MEANING = [each for each in ALL if each[1] != "at" and each[1] not in TEXTS.get(each[0], set())]
WORDS = [each for each in ALL if each not in MEANING]


def versions(pack: syntax.Pack) -> dict[str, str]:
    return {tag.name: tag.version for tag in compile_packs([pack]).tags}


BEFORE = versions(PACK)


@pytest.mark.parametrize(
    ("kind", "name"), sorted({(kind.__name__, name) for kind, name, _ in MEANING})
)
def test_every_change_of_meaning_is_another_version(kind: str, name: str) -> None:
    for edited, field, pack in MEANING:
        if (edited.__name__, field) == (kind, name):
            assert versions(pack) != BEFORE


def test_texts_and_places_are_no_part_of_a_version() -> None:
    assert len({(kind, name) for kind, name, _ in WORDS}) > 20
    for kind, name, pack in WORDS:
        assert versions(pack) == BEFORE, (kind.__name__, name)


def test_the_pack_uses_every_word() -> None:
    kinds = {kind for kind, _, _ in ALL}
    unused = {
        (kind.__name__, field.name)
        for kind in kinds
        for field in dataclasses.fields(kind)
        if field.name not in SKIPPED.get(kind, set())
        and not any(_says_something(each, field.name) for each in everything(PACK, kind))
    }
    assert unused == set()
    conditions = set(get_args(syntax.Condition)) | set(get_args(syntax.Measure))
    assert conditions - kinds == set()


def everything(tree: Any, kind: type) -> Iterator[Any]:
    """Every part of the tree that is of this class."""
    if isinstance(tree, tuple):
        for item in tree:
            yield from everything(item, kind)
    elif dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        if isinstance(tree, kind):
            yield tree
        for field in dataclasses.fields(tree):
            yield from everything(getattr(tree, field.name), kind)


def _says_something(tree: Any, name: str) -> bool:
    return getattr(tree, name) is not None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("assign: {when: {count: {event: chat, within: 9d}, gte: 1}}", set()),
        ("assign: {when: {attribute: birth_date, eq: 2000-01-01}}", set()),
        ("assign: {when: {count: {event: chat, where: {hour: 3}, within: 9d}, gte: 1}}", {"zone"}),
        (
            "assign: {when: {count: {event: chat, where: {weekday: sat}, within: 9d}, gte: 1}}",
            {"zone"},
        ),
        ("assign: {when: {distinct: {event: chat, of: day, within: 9d}, gte: 1}}", {"zone"}),
        ("assign: {when: {count: {event: chat, this: day}, gte: 1}}", {"zone"}),
        ("assign: {when: {attribute: age, gte: 18}}", {"zone"}),
        ("assign: {when: {attribute: birth_date, anniversary_within: 7d}}", {"zone"}),
        (
            "assign: {when: {count: {event: purchase, where: {profit: 3}, within: 9d}, gte: 1}}",
            {"currency"},
        ),
        ("assign: {when: {sum: {event: purchase, of: amount, within: 9d}, gte: 1}}", {"currency"}),
        ("form: number, value: {max: {event: browse, of: value, within: 9d}}", {"currency"}),
    ],
)
def test_zone_and_currency_are_meant_where_they_decide(body: str, words: set[str]) -> None:
    def version(zone: str = "UTC", currency: str = "EUR") -> str:
        (tag,) = compile_packs(
            packs_of(
                f"pack: p\ntime_zone: {zone}\ncurrency: {currency}\ndefaults: {{owner: growth}}\n"
                f"tags: {{t: {{{body}}}}}"
            )
        ).tags
        return tag.version

    assert (version(zone="Asia/Beirut") != version()) is ("zone" in words)
    assert (version(currency="JPY") != version()) is ("currency" in words)
