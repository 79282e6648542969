"""Sums, averages and extremes of a field, and what refunds take off a purchase's money.

Readings fixed here:

- `amount` and `profit` are netted, nothing else; a refund in another currency than the pack's nets
  nothing;
- where purchases share an order id, refunds are taken from the newest of those that the measure's
  filter lets through, then from the next, never below 0 and whether or not it lies in the window;
- a derived event with the fields of a purchase is netted like one, and one with the fields of a
  refund is not;
- a refund's amount comes off a profit too; what the goods had cost stays spent;
- by date, a refund is taken off that the filter would let through if it had no tests of `kind`.
"""

from collections import defaultdict
from fractions import Fraction

from .happenings import Event, counted_lines, field_of, pieces
from .history import History
from .packs import Pack
from .values import Doc, Value

NETTED = ("amount", "profit")


def aggregate(
    word: str, pack: Pack, spec: Doc, history: History, window: tuple[int | None, int]
) -> Fraction | None:
    """`sum`, `avg`, `min` or `max` of a field in the window (after, until]."""
    field = spec["of"]
    refunds = spec.get("refunds", "by_order") if field in NETTED else "ignore"
    worth = history.once(pack, spec, "worth", lambda: _worths(pack, spec, history, refunds))
    taken = [worth[event] for event in history.select(pack, spec, *window)]
    values = [value for value in taken if isinstance(value, Fraction)]
    given_back = Fraction(0)
    if refunds == "by_date":
        for refund in history.refunds_like(pack, spec, *window):
            given_back += _amount(pack, refund) or 0
    if word == "sum":
        return sum(values, -given_back)
    if not values:
        return None
    match word:
        case "avg":
            return (sum(values, -given_back)) / len(values)
        case "min":
            return min(values)
    return max(values)


def measured(pack: Pack, spec: Doc, event: Event) -> Value | None:
    """The value of `of`, before refunds: a purchase's quantity is that of the lines that count."""
    if spec["of"] == "quantity" and event.type == "purchase":
        return pieces(event, counted_lines(pack, spec, event) or frozenset())
    return field_of(pack, spec["of"], event)


def _worths(pack: Pack, spec: Doc, history: History, refunds: str) -> dict[Event, Value | None]:
    """Every event that the filter lets through, with what the measure takes it for."""
    events = history.select(pack, spec, None, history.events[-1].at) if history.events else []
    worths = {event: measured(pack, spec, event) for event in events}
    if refunds == "by_order":
        for event, taken_off in _taken_off(pack, events, history).items():
            value = worths[event]
            if isinstance(value, Fraction):
                worths[event] = value - taken_off
    return worths


def _taken_off(pack: Pack, events: list[Event], history: History) -> dict[Event, Fraction]:
    """What refunds take from each of these purchases, the newest of an order first."""
    given_back: dict[str, Fraction] = defaultdict(Fraction)
    for event in history.events:
        if event.is_refund and event.data.get("order_id"):
            given_back[event.data["order_id"]] += _amount(pack, event) or 0
    taken_off: dict[Event, Fraction] = {}
    for event in reversed(events):
        if event.type != "purchase" or event.data["kind"] == "refund":
            continue
        paid, order_id = _amount(pack, event), event.data.get("order_id")
        if paid is not None and order_id in given_back:
            taken_off[event] = min(paid, given_back[order_id])
            given_back[order_id] -= taken_off[event]
    return taken_off


def _amount(pack: Pack, event: Event) -> Fraction | None:
    value = field_of(pack, "amount", event)
    return value if isinstance(value, Fraction) else None
