"""What is remembered of a source: what happens is put in where it belongs.

Times are ascending; an event of the same instant as others comes after them. Nothing that a
window of the plan can still see is dropped, but for the bounds of `Limits`: see `cutting`.
"""

from bisect import bisect_right
from collections.abc import Mapping

from tagger.domain.events import Event, Purchase
from tagger.engine.columns import exact
from tagger.engine.cutting import cut, put_into_slices
from tagger.engine.feeds import Feed
from tagger.engine.happening import Happening
from tagger.engine.profile import Limits, Profile, SeriesState, StoredValue
from tagger.engine.sayings import is_refund

_MOST_REFUNDED = 2**63 - 1
"""More than this was never paid: an order's amount is a 64-bit number."""


def take(
    feed: Feed,
    state: SeriesState,
    happening: Happening,
    clock_at: int,
    limits: Limits,
    refunded: Mapping[str, int],
) -> bool:
    """Put what happens where it belongs. False when no measure can see it: nobody asks about all
    events ever, and it is older than every window at `clock_at`, or than what such a series
    remembers. `refunded` is what was given back, by order."""
    saying, at = feed.saying, happening.at
    value: StoredValue = None
    if saying is not None:
        value = saying.of(happening)
        if value is None and not feed.keeps_unset:
            return False
    _move_ends(feed, state, at, value)
    retention_ms = feed.retention_ms
    if retention_ms is not None and at <= clock_at - retention_ms:
        return feed.asks_ends
    cut_at = state.cut_at
    is_cut = cut_at is not None and at <= cut_at
    if is_cut and isinstance(value, list) and not feed.keeps_unset:
        return feed.asks_ends
    index = _place(state.times, at)
    if saying is not None:
        _insert_value(feed, state, happening.event, index, value)
    if is_cut:
        put_into_slices(state, index + 1, feed.grains, clock_at, refunded)
    cut(feed, state, clock_at, limits, refunded)
    return True


def _move_ends(feed: Feed, state: SeriesState, at: int, value: StoredValue) -> None:
    """Count the event, which may be the first or the last ever."""
    state.total += 1
    first_at, last_at = state.first_at, state.last_at
    is_first = first_at is None or at < first_at
    is_last = last_at is None or at >= last_at
    if is_first:
        state.first_at = at
    if is_last:
        state.last_at = at
    if feed.keeps_unset:
        state.first_value = value if is_first else state.first_value
        state.last_value = value if is_last else state.last_value


def _place(times: list[int], at: int) -> int:
    """Put the instant in; gives the place at which it stands."""
    index = len(times)
    if index and times[-1] > at:
        index = bisect_right(times, at)
    times.insert(index, at)
    return index


def _insert_value(
    feed: Feed, state: SeriesState, event: Event, index: int, value: StoredValue
) -> None:
    state.values.insert(index, value)
    number = exact(value)
    if number is not None and number < 0:
        state.has_negative = True
    if feed.has_orders:
        state.orders.insert(index, _order_key(event))
        if feed.has_costs:
            cost = event.cost_minor if type(event) is Purchase else None
            state.costs.insert(index, cost)
            state.has_negative = True
    elif feed.has_refunds:
        state.refunds.insert(index, is_refund(event))


def _order_key(event: Event) -> str:
    """The key under which refunds find the purchase; "" for what none can find."""
    if type(event) is not Purchase or event.kind == "refund":
        return ""
    order_id = event.order_id
    return f"{event.currency} {order_id}" if order_id else ""


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
