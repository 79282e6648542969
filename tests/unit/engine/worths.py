"""Measures worked out by hand: every event is looked at anew, and nothing is shared with the
engine but the event types.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from tagger.domain.events import ChatMessage, Event, Purchase
from tagger.rules.plan import Field, Frame, MeasureKind

from .calendars import day_of, first_day, first_day_before
from .specs import CHANNEL, PROFIT, Spec

Worth = Fraction | str | bool | None


def worth(spec: Spec, events: Sequence[Event], at: int, *, held_since: int | None = None) -> Worth:
    """What a measure is worth at an instant, from the events in the order they were read."""
    if spec.kind is MeasureKind.RATIO:
        assert spec.of is not None
        assert spec.to is not None
        over = worth(spec.of, events, at, held_since=held_since)
        under = worth(spec.to, events, at, held_since=held_since)
        if not isinstance(over, Fraction) or not isinstance(under, Fraction) or not under:
            return None
        return over / under
    if spec.kind is MeasureKind.TAG_AGE:
        return None if held_since is None else Fraction(max(0, at - held_since))
    in_order = sorted(events, key=lambda event: event.occurred_at)
    inside = [e for e in in_order if _is_inside(spec.frame, e.occurred_at, at)]
    if spec.kind is MeasureKind.RESPONSE_TIME:
        return _response_time(inside, customer_answers=spec.customer_answers)
    purchases = [event for event in inside if _is_purchase(event)]
    if spec.field is None:
        return _of_times(spec.kind, [event.occurred_at for event in purchases], at)
    if spec.kind in (MeasureKind.EARLIEST, MeasureKind.LATEST):
        ends = purchases[:1] if spec.kind is MeasureKind.EARLIEST else purchases[-1:]
        return _said(spec.field, ends[0]) if ends else None
    if spec.kind is MeasureKind.DISTINCT:
        return Fraction(len({text for event in purchases for text in _texts(spec.field, event)}))
    return _of_money(spec, in_order, inside)


def _is_inside(frame: Frame, event_at: int, at: int) -> bool:
    if frame.period is not None:
        event_day, day = day_of(event_at, frame.zone), day_of(at, frame.zone)
        seen = first_day_before if frame.periods_ago else first_day
        return first_day(frame.period, event_day) == seen(frame.period, day)
    if frame.within_ms is None:
        return True
    return at - frame.ago_ms - frame.within_ms < event_at <= at - frame.ago_ms


def _is_purchase(event: Event) -> bool:
    return isinstance(event, Purchase) and event.kind != "refund"


def _of_times(kind: MeasureKind, times: list[int], at: int) -> Worth:
    if kind is MeasureKind.COUNT:
        return Fraction(len(times))
    if kind is MeasureKind.INTERVAL:
        gaps = [after - before for before, after in pairwise(times)]
        return Fraction(sum(gaps), len(gaps)) if gaps else None
    if not times:
        return None
    return Fraction(at - (times[-1] if kind is MeasureKind.SINCE else times[0]))


def _said(field: Field, event: Event) -> Worth:
    assert isinstance(event, Purchase)
    if field == CHANNEL:
        return event.channel or None
    return Fraction(event.amount_minor) if event.currency == "EUR" else None


def _texts(field: Field, event: Event) -> set[str]:
    assert isinstance(event, Purchase)
    texts = {event.channel} if field == CHANNEL else {line.category for line in event.lines}
    return texts - {""}


def _of_money(spec: Spec, in_order: list[Event], inside: list[Event]) -> Worth:
    taken_off = _taken_off(in_order) if spec.refunds == "by_order" else {}
    counted, numbers = 0, []
    for event in inside:
        if not isinstance(event, Purchase) or event.currency != "EUR":
            continue
        if event.kind == "refund":
            if spec.refunds == "by_date":
                numbers.append(Fraction(-event.amount_minor))
            continue
        number = Fraction(event.amount_minor - taken_off.get(id(event), 0))
        if spec.field == PROFIT:
            if event.cost_minor is None:
                continue
            number -= event.cost_minor
        counted += 1
        numbers.append(number)
    if spec.kind is MeasureKind.SUM:
        return sum(numbers, Fraction(0))
    if not counted:
        return None
    if spec.kind is MeasureKind.AVG:
        return sum(numbers, Fraction(0)) / counted
    return min(numbers) if spec.kind is MeasureKind.MIN else max(numbers)


def _taken_off(in_order: list[Event]) -> dict[int, int]:
    """How much refunds take off each purchase, by the purchase's identity."""
    left: dict[str, int] = {}
    for event in in_order:
        if not isinstance(event, Purchase) or event.currency != "EUR" or not event.order_id:
            continue
        if event.kind == "refund":
            left[event.order_id] = left.get(event.order_id, 0) + event.amount_minor
    found = {}
    for event in reversed(in_order):
        if isinstance(event, Purchase) and _is_purchase(event) and event.currency == "EUR":
            taken = min(left.get(event.order_id, 0), event.amount_minor)
            found[id(event)] = taken
            left[event.order_id] = left.get(event.order_id, 0) - taken
    return found


def _response_time(inside: list[Event], *, customer_answers: bool) -> Worth:
    messages = [event for event in inside if isinstance(event, ChatMessage)]
    asking = "outbound" if customer_answers else "inbound"
    waits = []
    for place, asked in enumerate(messages):
        if asked.direction != asking or not asked.conversation_id:
            continue
        answers = (
            later.occurred_at
            for later in messages[place + 1 :]
            if later.conversation_id == asked.conversation_id and later.direction != asking
        )
        answered_at = next(answers, None)
        if answered_at is not None:
            waits.append(answered_at - asked.occurred_at)
    return Fraction(sum(waits), len(waits)) if waits else None
