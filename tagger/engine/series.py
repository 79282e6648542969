"""What is remembered of a source: what happens is put in where it belongs.

Times are ascending; an event of the same instant as others comes after them. Nothing that a
window of the plan can still see is dropped, but for the bounds of `Limits`: see `cutting`.
"""

from bisect import bisect_right
from collections.abc import Mapping

from tagger.domain.events import Event, Line, Purchase
from tagger.engine.columns import exact, stored
from tagger.engine.cutting import cut, put_into_slices
from tagger.engine.feeds import Feed
from tagger.engine.field_values import field_value, quantity_of, texts_of
from tagger.engine.filters import line_passes, lines_of, passes_tests
from tagger.engine.happening import Happening
from tagger.engine.profile import Limits, Profile, SeriesState, StoredValue
from tagger.rules.plan import Field, FieldKind

_MOST_REFUNDED = 2**63 - 1
"""More than this was never paid: an order's amount is a 64-bit number."""


def take(
    series: Feed,
    state: SeriesState,
    happening: Happening,
    clock_at: int,
    limits: Limits,
    refunded: Mapping[str, int],
) -> bool:
    """Put what happens where it belongs. False when no measure can see it: nobody asks about all
    events ever, and it is older than every window at `clock_at`, or than what such a series
    remembers. `refunded` is what was given back, by order."""
    field, value = series.field, None
    if field is not None:
        value = _said(series, field, happening)
        if value is None and not series.keeps_unset:
            return False
    at = happening.at
    _move_ends(series, state, at, value)
    retention_ms = series.retention_ms
    if retention_ms is not None and at <= clock_at - retention_ms:
        return series.asks_ends
    cut_at = state.cut_at
    is_cut = cut_at is not None and at <= cut_at
    if is_cut and isinstance(value, list) and not series.keeps_unset:
        return series.asks_ends
    index = _insert(series, state, happening.event, at, value)
    if is_cut:
        put_into_slices(state, index + 1, series.grains, clock_at, refunded)
    cut(series, state, clock_at, limits, refunded)
    return True


def _move_ends(series: Feed, state: SeriesState, at: int, value: StoredValue) -> None:
    """Count the event, which may be the first or the last ever."""
    state.total += 1
    first_at, last_at = state.first_at, state.last_at
    is_first = first_at is None or at < first_at
    is_last = last_at is None or at >= last_at
    if is_first:
        state.first_at = at
    if is_last:
        state.last_at = at
    if series.keeps_unset:
        state.first_value = value if is_first else state.first_value
        state.last_value = value if is_last else state.last_value


def _insert(series: Feed, state: SeriesState, event: Event, at: int, value: StoredValue) -> int:
    """Gives the place at which the event stands."""
    times, field = state.times, series.field
    index = len(times)
    if index and times[-1] > at:
        index = bisect_right(times, at)
    times.insert(index, at)
    if field is None:
        return index
    state.values.insert(index, value)
    number = exact(value)
    state.has_negative = state.has_negative or (number is not None and number < 0)
    if series.refunds == "by_order":
        state.orders.insert(index, _order_key(event))
        if field.kind is FieldKind.PROFIT:
            cost = event.cost_minor if isinstance(event, Purchase) else None
            state.costs.insert(index, cost)
            state.has_negative = True
    elif series.refunds == "by_date":
        state.refunds.insert(index, is_refund(event))
    return index


def is_refund(event: Event) -> bool:
    """Whether the event gives money back."""
    return isinstance(event, Purchase) and event.kind == "refund"


def _order_key(event: Event) -> str:
    """The key under which refunds find the purchase; "" for what none can find."""
    if not isinstance(event, Purchase) or event.kind == "refund" or not event.order_id:
        return ""
    return f"{event.currency} {event.order_id}"


def _said(series: Feed, field: Field, happening: Happening) -> StoredValue:
    """What the series remembers of what happens, None when that is unset."""
    event = happening.event
    if field.kind is FieldKind.LINES:
        return texts_of(field, event, _counted_lines(series, happening)) or None
    if field.kind is FieldKind.QUANTITY and isinstance(event, Purchase) and series.line_filters:
        return stored(quantity_of(_counted_lines(series, happening)))
    currency = getattr(event, "currency", "")
    if series.refunds != "ignore" and field.kind is FieldKind.PROFIT:
        amount_is_asked = series.refunds == "by_order" or is_refund(event)
        if amount_is_asked:
            field = Field(FieldKind.MONEY, "amount_minor", field.currency)
    value = field_value(field, event, happening.at, currency)
    if value is None or isinstance(value, str):
        return None if value is None else [value]
    return stored(-value if series.refunds == "by_date" and is_refund(event) else value)


def _counted_lines(series: Feed, happening: Happening) -> tuple[Line, ...]:
    """The lines that pass the line tests on one of the ways on which this comes."""
    event, at = happening.event, happening.at
    lines = lines_of(event)
    if not series.line_filters:
        return lines
    ways = [
        filters
        for key, filters in series.line_filters
        if key == happening.key and all(passes_tests(each, event, at) for each in filters)
    ]
    return tuple(
        line
        for line in lines
        if any(all(line_passes(each, line, event, at) for each in way) for way in ways)
    )


def add_refund(profile: Profile, refund: Purchase, limits: Limits) -> str:
    """Remember what was given back of an order; the key under which orders know it."""
    key = f"{refund.currency} {refund.order_id}"
    before = profile.refunds.pop(key, 0)
    profile.refunds[key] = min(before + max(refund.amount_minor, 0), _MOST_REFUNDED)
    if limits.refunded_orders is not None:
        while len(profile.refunds) > limits.refunded_orders:
            del profile.refunds[next(iter(profile.refunds))]
            profile.forgot_refunds = True
    return key
