"""Histories for Hypothesis: few customers, many ties, instants that meet the edges of windows.

An instant is a sum of spans (those that packs use for their windows), sometimes a millisecond
off, so that an event often falls exactly where another one leaves a window. Everything shrinks
towards fewer, earlier and plainer events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from .build import DAY, HOUR, MINUTE, T0
from .values import Doc

TEXTS = (
    "hello",
    "Any vitamins in stock?",
    "vitamin",
    "有维生素吗",
    "multivitamins",
    "I want a refund, it is BROKEN",
    "东西太差，要退款",
    "维生素vitamin都要",
    "",
)
CUSTOMERS = ("c1", "c1", "c1", "c2")
SHORT_SPANS_MS = (0, HOUR, 2 * HOUR, 30 * MINUTE, DAY, 2 * DAY)
LONG_SPANS_MS = (0, *(n * DAY for n in (30, 7, 90, 60, 10, 14, 180)), 2 * MINUTE, 30 * MINUTE)
CARTS = st.sampled_from([None, "k1", "k2", ""])
_Entry = tuple[Doc, str, int, int]
PRODUCTS = st.sampled_from(["p1", "p2"])


@dataclass(frozen=True)
class Setting:
    """What a history is drawn for: the spans of its instants, the currency of its money, sums of
    money around the thresholds in cents, and the tags that commands may name."""

    spans_ms: Sequence[int]
    currency: str
    amounts: Sequence[int]
    tags: Mapping[str, Doc]


def instants(setting: Setting) -> st.SearchStrategy[int]:
    """Instants that meet each other's edges, exactly or a millisecond off."""
    spans = st.lists(st.sampled_from(setting.spans_ms), max_size=2)
    off = st.sampled_from([0, 0, 0, 0, 1, -1])
    return st.builds(lambda parts, ms: T0 + sum(parts) + ms, spans, off)


def histories(setting: Setting, max_size: int = 18) -> st.SearchStrategy[list[Doc]]:
    """Event files in no order, with repeats of events and of commands; of all types or of a few
    that bear on each other."""
    purchases, browses, refunds = _purchases(setting), _browses(setting), _refunds(setting)
    commands = _commands(setting)
    every = st.one_of(purchases, browses, refunds, _chats(), _profiles(), commands)
    themes = [every, purchases | browses, purchases | refunds, purchases | commands]
    customer = st.sampled_from(CUSTOMERS)
    repeat = st.tuples(st.integers(0, max_size - 1), instants(setting))

    def entries(of: tuple[st.SearchStrategy[Doc], int]) -> st.SearchStrategy[list[_Entry]]:
        body, least = of
        entry = st.tuples(body, customer, instants(setting), st.integers(0, 2))
        return st.lists(entry, min_size=least, max_size=max_size)

    sizes = st.sampled_from([1, max_size // 3, max_size // 2])
    drawn = st.tuples(st.sampled_from(themes), sizes).flatmap(entries)
    return st.builds(_written, drawn, st.lists(repeat, max_size=2))


def untils(setting: Setting) -> st.SearchStrategy[int | None]:
    return st.none() | st.builds(lambda at, more: at + more, instants(setting), _span(setting))


def _span(setting: Setting) -> st.SearchStrategy[int]:
    return st.sampled_from(setting.spans_ms)


def _written(entries: list[_Entry], repeats: list[tuple[int, int]]) -> list[Doc]:
    written = [_line(index, *entry) for index, entry in enumerate(entries)]
    for index, at in repeats:
        if index < len(entries):
            body, customer_id, _, spelling = entries[index]
            written.append(_line(index, body, customer_id, at, spelling))
    return written


def _line(index: int, body: Doc, customer_id: str, at: int, spelling: int) -> Doc:
    if body["type"] != "command":
        head = {"event_id": f"e{index}", "occurred_at": spelled(at, spelling)}
        return head | {"customer_id": customer_id} | body
    said = {word: value for word, value in body.items() if word != "lasts_ms"}
    if body["lasts_ms"] is not None:
        said["until"] = spelled(at + body["lasts_ms"], spelling)
    head = {"command_id": f"m{index}", "issued_at": spelled(at, spelling)}
    return head | {"customer_id": customer_id} | said


def spelled(at: int, spelling: int) -> int | str:
    """An instant as one of the ways in which producers write it."""
    if spelling == 0:
        return at
    if spelling == 1:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
    zone = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(1970, 1, 1, tzinfo=zone) + timedelta(hours=5.5, milliseconds=at)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}9+05:30"


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Doc]:
    """Any of these optional fields."""
    return st.fixed_dictionaries({}, optional=dict(fields))


def _with(kind: str, *parts: st.SearchStrategy[Doc]) -> st.SearchStrategy[Doc]:
    def together(docs: tuple[Doc, ...]) -> Doc:
        merged: Doc = {"type": kind}
        for doc in docs:
            merged |= doc
        return merged

    return st.tuples(*parts).map(together)


def _money(setting: Setting) -> st.SearchStrategy[Doc]:
    return st.fixed_dictionaries(
        {
            "order_id": st.sampled_from(["o1", "o2", ""]),
            "amount_minor": st.sampled_from(setting.amounts),
            "currency": st.sampled_from([setting.currency] * 5 + ["GBP"]),
        }
    )


def _purchases(setting: Setting) -> st.SearchStrategy[Doc]:
    line = st.fixed_dictionaries(
        {
            "product_id": PRODUCTS,
            "category": st.sampled_from(["shoes", "hats"]),
            "quantity": st.sampled_from([1.0, 2.0, 0.5]),
            "amount_minor": st.sampled_from(setting.amounts),
        }
    )
    optional = _some(
        cart_id=CARTS,
        channel=st.sampled_from(["web", "shop"]),
        discount_minor=st.sampled_from([0, 100, 500]),
        lines=st.lists(line, max_size=2),
        source=st.just("till"),
    )
    kind = st.sampled_from(["sale", "sale", "sale", "rental", "subscription"])
    return _with("purchase", _money(setting), optional, st.builds(dict, kind=kind))


def _refunds(setting: Setting) -> st.SearchStrategy[Doc]:
    channel = _some(channel=st.sampled_from(["web", "shop"]))
    return _with("purchase", _money(setting), channel, st.just({"kind": "refund"}))


def _browses(setting: Setting) -> st.SearchStrategy[Doc]:
    actions = [
        "cart_add",
        "cart_add",
        "cart_add",
        "page_view",
        "product_view",
        "checkout_start",
        "cart_remove",
    ]
    optional = _some(
        cart_id=CARTS,
        product_id=PRODUCTS,
        quantity=st.integers(1, 3),
        value_minor=st.sampled_from([None, *setting.amounts]),
    )
    return _with("browse", st.builds(dict, action=st.sampled_from(actions)), optional)


def _chats() -> st.SearchStrategy[Doc]:
    required = st.fixed_dictionaries(
        {
            "conversation_id": st.just("v"),
            "direction": st.sampled_from(["inbound", "inbound", "outbound"]),
            "text": st.sampled_from(TEXTS),
        }
    )
    optional = _some(rating=st.integers(1, 5), language=st.sampled_from(["en", "zh", None]))
    return _with("chat", required, optional)


def _profiles() -> st.SearchStrategy[Doc]:
    attributes = _some(
        city=st.sampled_from(["Beijing", "Ulm", None, ""]),
        referrals=st.sampled_from([0, 2, 2.5, None]),
        loyalty=st.sampled_from(["gold", "tin", 3]),
        consent_sms=st.booleans(),
        undeclared=st.just("x"),
    )
    return _with("profile", st.builds(dict, attributes=attributes))


def _commands(setting: Setting) -> st.SearchStrategy[Doc]:
    return st.sampled_from([*sorted(setting.tags), "nothing"]).flatmap(
        lambda name: _with(
            "command",
            st.fixed_dictionaries(
                {
                    "actor": st.just("ann"),
                    "role": st.sampled_from(["manager", "agent"]),
                    "op": st.sampled_from(["assign", "remove", "release", "remove", "erase"]),
                    "tag": st.just(name),
                    "value": st.sampled_from(_values(setting.tags.get(name, {}))),
                    "lasts_ms": st.none() | _span(setting),
                }
            ),
        )
    )


def _values(tag: Doc) -> list[object]:
    """Values for a command: good ones first, bad ones too."""
    match tag.get("form", "flag"):
        case "text":
            return [*tag["values"], *tag["values"], "nothing"]
        case "number":
            return [0, 7, 2.5, "7"]
    return [True, None, True, "high"]
