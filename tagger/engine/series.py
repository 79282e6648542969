"""What is remembered of a source: events put in, old ones dropped, refunds taken off.

Times are ascending; an event of the same instant as others comes after them. Nothing that a
window of the plan can still see is dropped, but for the bounds of `Limits`.
"""

from bisect import bisect_right
from fractions import Fraction
from functools import lru_cache

from tagger.domain.events import Event, Purchase
from tagger.engine.filters import exact_number, field_value
from tagger.engine.profile import Limits, Profile, SeriesState, StoredNumber
from tagger.rules.plan import Exact, Field, Series

_MOST_REFUNDED = 2**63 - 1
"""More than this was never paid: an order's amount is a 64-bit number."""


def take(
    series: Series, state: SeriesState, event: Event, at: int, clock_at: int, limits: Limits
) -> bool:
    """Put the event of instant `at` where it belongs. False when no measure can see it: it is
    older than every window at `clock_at`."""
    value: StoredNumber = 0
    if series.field is not None:
        measured = _measured(series, series.field, event)
        if measured is None:
            return False
        value = _stored(measured)
    state.total += 1
    moved = False
    if state.first_at is None or at < state.first_at:
        state.first_at = at
        moved = True
    if state.last_at is None or at >= state.last_at:
        state.last_at = at
        moved = True
    if series.retention_ms == 0:
        return True
    if series.retention_ms is not None and at <= clock_at - series.retention_ms:
        return moved
    if state.cut_at is not None and at <= state.cut_at:
        return moved
    index = bisect_right(state.times, at)
    state.times.insert(index, at)
    if series.field is not None:
        state.values.insert(index, value)
        state.has_negative = state.has_negative or exact(value) < 0
    if series.refunds == "by_order":
        refund = isinstance(event, Purchase) and event.kind == "refund"
        order = event.order_id if isinstance(event, Purchase) and not refund else ""
        state.orders.insert(index, f"{event.currency} {order}" if order else "")  # type: ignore[union-attr]
    _drop_old(series, state, clock_at, limits)
    return True


def _stored(number: Exact) -> StoredNumber:
    """A number as profiles keep it: text where it is no 64-bit integer."""
    return number if isinstance(number, int) and abs(number) < 2**63 else str(number)


def _measured(series: Series, field: Field, event: Event) -> Exact | None:
    value = field_value(field, event, getattr(event, "currency", ""))
    if value is None or isinstance(value, str):
        return None
    if series.refunds == "by_date" and isinstance(event, Purchase) and event.kind == "refund":
        return -value
    return exact_number(value) if isinstance(value, float) else value


def _drop_old(series: Series, state: SeriesState, clock_at: int, limits: Limits) -> None:
    drop = 0
    if series.retention_ms is not None:
        drop = bisect_right(state.times, clock_at - series.retention_ms)
    most = limits.series_events
    if series.keep is not None and limits.exact_events is not None:
        most = max(series.keep, limits.exact_events)
    if most is not None and len(state.times) - drop > most + most // 8:
        drop = len(state.times) - most
        state.cut_at = state.times[drop - 1]
    if drop:
        del state.times[:drop]
        del state.values[:drop]
        del state.orders[:drop]


def net_values(state: SeriesState, profile: Profile) -> list[StoredNumber]:
    """The values with refunds taken off: from an order's newest purchase first, none below 0."""
    if not profile.refunds or not any(order in profile.refunds for order in state.orders):
        return state.values
    values = list(state.values)
    left: dict[str, int] = {}
    for index in range(len(values) - 1, -1, -1):
        order = state.orders[index]
        value = values[index]
        refunded = left.get(order, profile.refunds.get(order, 0)) if order else 0
        if refunded and isinstance(value, int) and value > 0:
            taken = min(refunded, value)
            values[index] = value - taken
            left[order] = refunded - taken
    return values


def exact(value: StoredNumber) -> Exact:
    """A stored number as a number."""
    return value if isinstance(value, int) else _parsed(value)


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> Fraction:
    return Fraction(text)


def add_up(values: list[StoredNumber]) -> Exact:
    """The exact sum."""
    try:
        return sum(values)  # type: ignore[arg-type]
    except TypeError:
        total = sum(map(exact, values), Fraction(0))
        return total.numerator if total.denominator == 1 else total


def add_refund(profile: Profile, refund: Purchase, limits: Limits) -> str:
    """Remember what was given back of an order; the key under which orders know it."""
    key = f"{refund.currency} {refund.order_id}"
    before = profile.refunds.pop(key, 0)
    profile.refunds[key] = min(before + max(refund.amount_minor, 0), _MOST_REFUNDED)
    if limits.refunded_orders is not None:
        while len(profile.refunds) > limits.refunded_orders:
            del profile.refunds[next(iter(profile.refunds))]
    return key
