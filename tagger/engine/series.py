"""What is remembered of a source: events put in, old ones dropped.

Times are ascending; an event of the same instant as others comes after them. Nothing that a
window of the plan can still see is dropped, but for the bounds of `Limits`; what is dropped all
the same is folded together for the measures without an end.
"""

from bisect import bisect_right
from collections.abc import Mapping

from tagger.domain.events import Event, Line, Purchase
from tagger.engine.columns import add_up, exact, numbers, stored
from tagger.engine.field_values import field_value, quantity_of, texts_of
from tagger.engine.filters import line_passes, lines_of, passes_tests
from tagger.engine.profile import Folded, Limits, Profile, SeriesState, StoredValue
from tagger.rules.plan import Field, FieldKind, Series

_MOST_REFUNDED = 2**63 - 1
"""More than this was never paid: an order's amount is a 64-bit number."""


def take(
    series: Series,
    state: SeriesState,
    event: Event,
    at: int,
    clock_at: int,
    limits: Limits,
    refunded: Mapping[str, int],
) -> bool:
    """Put the event of instant `at` where it belongs. False when no measure can see it: it is
    older than every window at `clock_at`. `refunded` is what was given back, by order."""
    value = _said(series, series.field, event, at) if series.field is not None else None
    if value is None and series.field is not None and not series.keeps_unset:
        return False
    moved = _move_ends(series, state, at, value)
    if series.retention_ms == 0:
        return True
    if series.retention_ms is not None:
        is_cut = state.cut_at is not None and at <= state.cut_at
        if is_cut or at <= clock_at - series.retention_ms:
            return moved
    _insert(series, state, event, at, value)
    _drop_old(series, state, clock_at, limits, refunded)
    return True


def _move_ends(series: Series, state: SeriesState, at: int, value: StoredValue) -> bool:
    """Count the event, and whether it is the first or the last ever."""
    state.total += 1
    is_first = state.first_at is None or at < state.first_at
    is_last = state.last_at is None or at >= state.last_at
    if is_first:
        state.first_at = at
    if is_last:
        state.last_at = at
    if series.keeps_unset:
        state.first_value = value if is_first else state.first_value
        state.last_value = value if is_last else state.last_value
    return is_first or is_last


def _insert(series: Series, state: SeriesState, event: Event, at: int, value: StoredValue) -> None:
    index = bisect_right(state.times, at)
    state.times.insert(index, at)
    if series.field is None:
        return
    state.values.insert(index, value)
    number = exact(value)
    state.has_negative = state.has_negative or (number is not None and number < 0)
    if series.refunds == "by_order":
        state.orders.insert(index, _order_key(event))
        if series.field.kind is FieldKind.PROFIT:
            cost = event.cost_minor if isinstance(event, Purchase) else None
            state.costs.insert(index, cost)
            state.has_negative = True
    elif series.refunds == "by_date":
        state.refunds.insert(index, is_refund(event))


def is_refund(event: Event) -> bool:
    """Whether the event gives money back."""
    return isinstance(event, Purchase) and event.kind == "refund"


def _order_key(event: Event) -> str:
    """The key under which refunds find the purchase; "" for what none can find."""
    if not isinstance(event, Purchase) or event.kind == "refund" or not event.order_id:
        return ""
    return f"{event.currency} {event.order_id}"


def _said(series: Series, field: Field, event: Event, at: int) -> StoredValue:
    """What the series remembers of the event, None when that is unset."""
    if field.kind is FieldKind.LINES:
        return texts_of(field, event, _counted_lines(series, event, at)) or None
    if field.kind is FieldKind.QUANTITY and isinstance(event, Purchase) and series.line_filters:
        return stored(quantity_of(_counted_lines(series, event, at)))
    currency = getattr(event, "currency", "")
    if series.refunds != "ignore" and field.kind is FieldKind.PROFIT:
        amount_is_asked = series.refunds == "by_order" or is_refund(event)
        if amount_is_asked:
            field = Field(FieldKind.MONEY, "amount_minor", field.currency)
    value = field_value(field, event, at, currency)
    if value is None or isinstance(value, str):
        return None if value is None else [value]
    return stored(-value if series.refunds == "by_date" and is_refund(event) else value)


def _counted_lines(series: Series, event: Event, at: int) -> tuple[Line, ...]:
    """The lines that pass the line tests on one of the ways through which the event comes."""
    lines = lines_of(event)
    if not series.line_filters:
        return lines
    ways = [
        filters
        for filters in series.line_filters
        if all(passes_tests(each, event, at) for each in filters)
    ]
    return tuple(
        line
        for line in lines
        if any(all(line_passes(each, line, event, at) for each in way) for way in ways)
    )


def _drop_old(
    series: Series,
    state: SeriesState,
    clock_at: int,
    limits: Limits,
    refunded: Mapping[str, int],
) -> None:
    drop = 0
    if series.retention_ms is not None:
        drop = bisect_right(state.times, clock_at - series.retention_ms)
    most = limits.series_events
    if series.keep is not None and limits.exact_events is not None:
        most = max(series.keep, limits.exact_events)
    if most is not None and len(state.times) - drop > most + most // 8:
        drop = len(state.times) - most
        state.cut_at = max(state.times[drop - 1], state.cut_at or state.times[drop - 1])
        if series.retention_ms is None and series.field is not None and not series.keeps_unset:
            state.folded = _folded(series, state, drop, refunded)
    if drop:
        for column in (state.times, state.values, state.orders, state.costs, state.refunds):
            del column[:drop]


def _folded(series: Series, state: SeriesState, drop: int, refunded: Mapping[str, int]) -> Folded:
    """What was folded before, with the `drop` oldest events."""
    before = state.folded or Folded()
    found = [each for each in numbers(series, state, refunded)[:drop] if each is not None]
    known = [exact(each) for each in (before.least, before.most) if each is not None]
    all_numbers = [*found, *(each for each in known if each is not None)]
    return Folded(
        before.events + len(found) - sum(state.refunds[:drop]),
        stored(add_up([*found, exact(before.total)])),
        stored(min(all_numbers)) if all_numbers else None,
        stored(max(all_numbers)) if all_numbers else None,
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
