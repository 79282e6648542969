"""A customer's past: events, the filters that let them through, and the waits of patterns.

Readings fixed here:

- an event that is both `unless` and `first` of a pattern ends the wait and starts it anew;
- derived events of one instant come in the order of pack, pattern, then of their waits' starts;
- `refunds: by_date` takes off a refund that the measure's filter would let through as a sale.
"""

from bisect import bisect_right
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .packs import Pack
from .values import Doc, UnsupportedError, Value, as_value, compare, duration, exact, minor_units

EVENT_TYPES = ("browse", "chat", "profile")
ACTIONS = (
    *("page_view", "product_view", "category_view", "search", "click", "favourite", "unfavourite"),
    *("cart_add", "cart_remove", "checkout_start", "share", "review", "campaign_click", "other"),
)
LINE_FIELDS = ("product_id", "category", "brand", "quantity")


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happened. `derived` names the pack and pattern of a derived event, whose
    `data` is that of the event it was made from."""

    at: int
    data: Doc
    derived: tuple[str, str] | None = None

    @property
    def type(self) -> str:
        return str(self.data["type"])

    @property
    def is_refund(self) -> bool:
        return self.derived is None and self.data.get("kind") == "refund"


def is_named(pack: Pack, name: str, event: Event) -> bool:
    """Whether the event is one of those that this name stands for."""
    definition = pack.events.get(name)
    if definition is not None:
        if "first" in definition:
            return event.derived == (pack.name, name)
        return lets_through(pack, definition, event)
    if event.derived is not None:
        return False
    if name in ("purchase", "refund"):
        return event.type == "purchase" and event.is_refund == (name == "refund")
    if name in EVENT_TYPES:
        return event.type == name
    if name in ACTIONS:
        return event.type == "browse" and event.data["action"] == name
    raise UnsupportedError(f"event {name}")


def lets_through(pack: Pack, selector: Any, event: Event) -> bool:
    """Whether a name, a list of names, or an `event` with its `where`, takes this event."""
    if isinstance(selector, str):
        return is_named(pack, selector, event)
    if isinstance(selector, list):
        return any(is_named(pack, name, event) for name in selector)
    if not lets_through(pack, selector["event"], event):
        return False
    return passes(pack, selector.get("where", {}), event)


def passes(pack: Pack, where: Doc, event: Event) -> bool:
    """Whether every test of a `where` holds for the event's own fields."""
    for field, test in where.items():
        if field == "any_line":
            lines = event.data.get("lines", [])
            if not any(_line_passes(pack, test, event, line) for line in lines):
                return False
        elif not _test_holds(pack, test, field_of(pack, field, event)):
            return False
    return True


def _line_passes(pack: Pack, tests: Doc, event: Event, line: Doc) -> bool:
    for field, test in tests.items():
        value = as_value(line.get(field))
        if field == "amount":
            value = _money(pack, line.get("amount_minor", 0), event.data["currency"])
        if not _test_holds(pack, test, value):
            return False
    return True


def _test_holds(pack: Pack, test: Any, value: Value | None) -> bool:
    """A bare value means `eq`."""
    if not isinstance(test, dict):
        return compare("eq", value, test)
    return all(compare(word, value, literals(pack, word, right)) for word, right in test.items())


def literals(pack: Pack, comparator: str, right: Any) -> Any:
    """The right side, with the name of a list replaced by its members."""
    if comparator in ("in", "mentions") and isinstance(right, str):
        return pack.lists.get(right, [right])
    return right


def field_of(pack: Pack, field: str, event: Event) -> Value | None:
    """A field's value; money in major units, unset in another currency than the pack's."""
    data = event.data
    if data["type"] == "purchase":
        if field in ("amount", "discount", "cost"):
            default = 0 if field == "discount" else None
            return _money(pack, data.get(f"{field}_minor", default), data["currency"])
        if field in LINE_FIELDS:
            raise UnsupportedError(f"{field} of the lines outside any_line")
    if data["type"] == "browse":
        if field == "value":
            return _money(pack, data.get("value_minor"), pack.currency)
        if field == "quantity":
            return Fraction(data.get("quantity", 1))
    return as_value(data.get(field))


def measured(pack: Pack, field: str, event: Event) -> Value | None:
    """What `of: field` adds: a purchase's quantity is that of its lines together."""
    if field == "quantity" and event.type == "purchase":
        return sum((exact(line["quantity"]) for line in event.data.get("lines", [])), Fraction(0))
    return field_of(pack, field, event)


def _money(pack: Pack, minor: int | None, currency: str | None) -> Fraction | None:
    if minor is None or currency != pack.currency:
        return None
    return Fraction(minor, minor_units(currency))


class History:
    """What has happened to one customer so far, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.refunds: list[Event] = []
        self._chosen: dict[tuple[int, Event], bool] = {}

    def add(self, event: Event) -> None:
        self.events.append(event)
        if event.is_refund:
            self.refunds.append(event)

    def select(self, pack: Pack, spec: Doc, after: int | None, until: int) -> list[Event]:
        """Events in (after, until] that the measure's `event` and `where` let through."""
        low = 0 if after is None else bisect_right(self.events, after, key=_at)
        high = bisect_right(self.events, until, key=_at)
        return [event for event in self.events[low:high] if self._is_chosen(pack, spec, event)]

    def refunds_like(self, pack: Pack, spec: Doc, after: int | None, until: int) -> list[Event]:
        """Refunds in (after, until] that the measure's filter would let through as sales."""
        found = [e for e in self.refunds if e.at <= until]
        as_sale = {e: replace(e, data={**e.data, "kind": "sale"}) for e in found}
        return [
            e
            for e in found
            if (after is None or e.at > after) and lets_through(pack, spec, as_sale[e])
        ]

    def _is_chosen(self, pack: Pack, spec: Doc, event: Event) -> bool:
        key = (id(spec), event)
        if key not in self._chosen:
            self._chosen[key] = lets_through(pack, spec, event)
        return self._chosen[key]


def _at(event: Event) -> int:
    return event.at


@dataclass
class Wait:
    first: Event
    ends_at: int


class Waits:
    """The open waits of one `first`/`unless` pattern, one for each key; None is no key."""

    def __init__(self, pack: Pack, name: str) -> None:
        self.pack = pack
        self.name = name
        self.doc = pack.events[name]
        if set(self.doc) - {"first", "unless", "by", "within"} or "unless" not in self.doc:
            raise UnsupportedError(f"pattern {name}")
        self.open: dict[Value | None, Wait] = {}

    def hear(self, event: Event) -> None:
        """Let an event end and start waits."""
        has_key = "by" in self.doc
        key = field_of(self.pack, self.doc["by"], event) if has_key else None
        if lets_through(self.pack, self.doc["unless"], event):
            if has_key and key is None:
                self.open.clear()
            else:
                self.open.pop(key, None)
                self.open.pop(None, None)
        if lets_through(self.pack, self.doc["first"], event):
            self.open.pop(key, None)
            self.open[key] = Wait(event, event.at + duration(self.doc["within"]))

    def end(self, at: int) -> list[Event]:
        """The derived events of the waits that end at or before `at`."""
        over = {key: wait for key, wait in self.open.items() if wait.ends_at <= at}
        for key in over:
            del self.open[key]
        return [
            Event(wait.ends_at, wait.first.data, (self.pack.name, self.name))
            for wait in over.values()
        ]
