"""What happens to a customer: events, their fields, and the filters that let them through.

Readings fixed here:

- `hour`, `weekday` and dates are those of the instant at which the event itself happens: of a
  derived event its own;
- an order has no `category`, `product_id`, `brand` or `quantity` of its own to test or to be a key;
- in measures a purchase's `quantity` is that of its lines together, 0 without lines; a line
  without a quantity is one piece.
"""

from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from .dates import local_clock
from .packs import Pack
from .values import Doc, UnsupportedError, Value, as_value, compare, exact, minor_units

EVENT_TYPES = ("browse", "chat", "profile")
ACTIONS = (
    *("page_view", "product_view", "category_view", "search", "click", "favourite", "unfavourite"),
    *("cart_add", "cart_remove", "checkout_start", "share", "review", "campaign_click", "other"),
)
LINE_FIELDS = ("product_id", "category", "brand", "quantity")
CLOCK_FIELDS = ("hour", "weekday", "day", "week", "month")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, eq=False)
class Event:
    """Something that happened. `derived` names the pack and pattern of a derived event, whose
    `data` is that of the event it was made from. `as_sale` marks a refund that is looked at as if
    it were a purchase of any kind."""

    at: int
    data: Doc
    derived: tuple[str, str] | None = None
    as_sale: bool = False

    @property
    def type(self) -> str:
        return str(self.data["type"])

    @property
    def is_refund(self) -> bool:
        return self.derived is None and self.data.get("kind") == "refund" and not self.as_sale


def lets_through(pack: Pack, selector: Any, event: Event) -> bool:
    """Whether a name, a list of names, or an `event` with its `where`, takes this event."""
    return counted_lines(pack, selector, event) is not None


def counted_lines(pack: Pack, selector: Any, event: Event) -> frozenset[int] | None:
    """Which lines of its order count, by number; None where the selector does not take the event.

    Every `any_line` on the way narrows them. Of several names that take the event, each adds its
    own.
    """
    if isinstance(selector, str):
        return _lines_by_name(pack, selector, event)
    if isinstance(selector, list):
        found = [_lines_by_name(pack, name, event) for name in selector]
        taken = [lines for lines in found if lines is not None]
        return frozenset().union(*taken) if taken else None
    lines = counted_lines(pack, selector["event"], event)
    for field, test in selector.get("where", {}).items():
        if lines is None:
            return None
        if field == "any_line":
            passing = _passing_lines(pack, test, event)
            lines = lines & passing if passing else None
        elif field == "kind" and event.as_sale:
            continue
        elif not _test_holds(pack, test, field_of(pack, field, event)):
            return None
    return lines


def _lines_by_name(pack: Pack, name: str, event: Event) -> frozenset[int] | None:
    definition = pack.events.get(name)
    if definition is not None and "event" in definition:
        return counted_lines(pack, definition, event)
    if definition is not None:
        is_meant = event.derived == (pack.name, name)
    else:
        is_meant = event.derived is None and _is_built_in(name, event)
    return frozenset(range(len(event.data.get("lines", [])))) if is_meant else None


def _is_built_in(name: str, event: Event) -> bool:
    if name in ("purchase", "refund"):
        return event.type == "purchase" and event.is_refund == (name == "refund")
    if name in EVENT_TYPES:
        return event.type == name
    if name in ACTIONS:
        return event.type == "browse" and event.data["action"] == name
    raise UnsupportedError(f"event {name}")


def _passing_lines(pack: Pack, tests: Doc, event: Event) -> frozenset[int]:
    """The lines for which all of the tests hold."""
    lines = event.data.get("lines", [])
    return frozenset(
        number for number, line in enumerate(lines) if _line_passes(pack, tests, event, line)
    )


def _line_passes(pack: Pack, tests: Doc, event: Event, line: Doc) -> bool:
    for field, test in tests.items():
        if field == "amount":
            value: Value | None = money(pack, line.get("amount_minor", 0), event.data["currency"])
        elif field == "quantity":
            value = exact(line.get("quantity", 1))
        else:
            value = as_value(line.get(field))
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
    if field in CLOCK_FIELDS:
        return _clock_field(field, event.at, pack.zone)
    data = event.data
    if data["type"] == "purchase":
        currency = data["currency"]
        if field in ("amount", "discount", "cost"):
            default = 0 if field == "discount" else None
            return money(pack, data.get(f"{field}_minor", default), currency)
        if field == "profit":
            cost = data.get("cost_minor")
            return None if cost is None else money(pack, data["amount_minor"] - cost, currency)
        if field in LINE_FIELDS:
            return None
    if data["type"] == "browse":
        if field == "value":
            return money(pack, data.get("value_minor"), pack.currency)
        if field == "quantity":
            return Fraction(data.get("quantity", 1))
    return as_value(data.get(field))


def _clock_field(field: str, at: int, zone: str) -> Value:
    shown = local_clock(at, zone)
    match field:
        case "hour":
            return Fraction(shown.hour)
        case "weekday":
            return WEEKDAYS[shown.weekday()]
        case "week":
            return (shown.date() - timedelta(days=shown.weekday())).isoformat()
        case "month":
            return shown.date().replace(day=1).isoformat()
    return shown.date().isoformat()


def money(pack: Pack, minor: int | None, currency: str | None) -> Fraction | None:
    """Minor units as the pack's money; unset in another currency."""
    if minor is None or currency != pack.currency:
        return None
    return Fraction(minor, minor_units(currency))


def pieces(event: Event, lines: frozenset[int]) -> Fraction:
    """How many pieces these lines of an order are together."""
    ordered = event.data.get("lines", [])
    return sum((exact(ordered[number].get("quantity", 1)) for number in lines), Fraction(0))
