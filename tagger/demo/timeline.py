"""Moves recorded events so that they end now, and makes their end happen live. Pure.

`split_timeline` moves all events by one whole number of milliseconds and takes out of them

- the **tail**: the last `rate_per_s` x `live_ms` of the events, to be sent live;
- up to `CARTS` **cart sessions**: a customer's last session with a `cart_add` and neither checkout
  nor purchase, so that its 30-minute wait can end live;
- up to `VISITS` **visits**: a customer's last session without a cart, so that the two minutes of
  "on the site now" can end live.

What is left is the history. Its last event lies `QUIET_MS` before now: into that gap the sessions
are put, so that they are behind nothing that was read before them.

`plan_live` is called when the history is through and live traffic is about to start:

- the tail's events are spread evenly over the live part, in their order, each with its instant of
  sending as `occurred_at`;
- cart session i of n has its last `cart_add` 30 minutes before (i + 1) / (n + 2) of the live part,
  visit i of n its last step 2 minutes before (i + 1) / (n + 2) of it; the other steps of a session
  keep their distances. Steps before the start come in `recent`, the others are live.

The sessions are the latest that fit: of customers who are not in the tail, without a chat in the
session, and without another cart in the 8 days before the end (an abandoned one's tag would still
be held). The customer's clicks keep their order, and so does everything in history and tail; what
the customer bought in a shop after the session stays where it is, before it.

No event is lost, none is doubled, none changes its id, and the same arguments give the same plan.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from tagger.demo.event_file import file_order
from tagger.domain.events import Browse, ChatMessage, Event, Purchase

CARTS = 12
VISITS = 8
CART_WAIT_MS = 30 * 60_000
VISIT_WAIT_MS = 2 * 60_000
QUIET_MS = 2 * 3_600_000
_LONGEST_SESSION_MS = QUIET_MS - CART_WAIT_MS - 60_000
_TAG_HELD_MS = 8 * 86_400_000

Session = tuple[Browse, ...]


class Timeline(NamedTuple):
    """`history` is in the order of event files and ends `QUIET_MS` before now; the other parts
    still have the instants of the data."""

    history: list[Event]
    tail: list[Event]
    carts: list[Session]
    visits: list[Session]
    live_ms: int


class Planned(NamedTuple):
    """An event to be sent `send_after_ms` after the start of the live part."""

    send_after_ms: int
    event: Event


class LivePart(NamedTuple):
    """`recent` is read after the history and before any of `live`; both are in order."""

    recent: list[Event]
    live: list[Planned]


def split_timeline(
    events: Iterable[Event], now_ms: int, live_ms: int, rate_per_s: float
) -> Timeline:
    """Takes `events`, in any order, apart; see the module. Raises ValueError for a rate above
    1,000, at which live events of one customer could share an instant."""
    if not 0 <= rate_per_s <= 1_000:
        raise ValueError(f"a rate of {rate_per_s} per second is not between 0 and 1,000")
    ordered = sorted(events, key=file_order)
    body_size = max(0, len(ordered) - int(rate_per_s * live_ms / 1_000))
    tail = ordered[body_size:]
    sessions = _movable_sessions(ordered, {each.customer_id for each in tail})
    carts = [each for each in sessions if _waits(each)][:CARTS]
    visits = [each for each in sessions if not _cart_adds(each)][:VISITS]
    taken = {id(step) for session in (*carts, *visits) for step in session}
    history = [each for each in ordered[:body_size] if id(each) not in taken]
    by_ms = now_ms - QUIET_MS - history[-1].occurred_at if history else 0
    return Timeline([moved(each, by_ms) for each in history], tail, carts, visits, live_ms)


def plan_live(timeline: Timeline, start_ms: int) -> LivePart:
    """What comes after the history when the live part starts at `start_ms`, which is not before
    the `now_ms` of the split. A live event's `occurred_at` is `start_ms + send_after_ms`."""
    live_ms, size = timeline.live_ms, len(timeline.tail)
    placed = [
        moved(each, start_ms + index * live_ms // size - each.occurred_at)
        for index, each in enumerate(timeline.tail)
    ]
    placed += _ending(
        timeline.carts,
        [_cart_adds(each)[-1] for each in timeline.carts],
        CART_WAIT_MS,
        start_ms,
        live_ms,
    )
    placed += _ending(
        timeline.visits, [each[-1] for each in timeline.visits], VISIT_WAIT_MS, start_ms, live_ms
    )
    placed.sort(key=file_order)
    recent = [each for each in placed if each.occurred_at < start_ms]
    live = [Planned(each.occurred_at - start_ms, each) for each in placed[len(recent) :]]
    return LivePart(recent, live)


def moved(event: Event, by_ms: int) -> Event:
    """`event` with all its instants moved by `by_ms`."""
    if isinstance(event, Purchase):
        return msgspec.structs.replace(
            event,
            occurred_at=event.occurred_at + by_ms,
            period_start=None if event.period_start is None else event.period_start + by_ms,
            period_end=None if event.period_end is None else event.period_end + by_ms,
        )
    return msgspec.structs.replace(event, occurred_at=event.occurred_at + by_ms)


def _ending(
    sessions: Sequence[Session],
    anchors: Sequence[Browse],
    wait_ms: int,
    start_ms: int,
    live_ms: int,
) -> Iterator[Event]:
    """The sessions moved so that each anchor's wait ends at its share of the live part."""
    for index, (session, anchor) in enumerate(zip(sessions, anchors, strict=True)):
        ends_at = start_ms + (index + 1) * live_ms // (len(sessions) + 2)
        by_ms = ends_at - wait_ms - anchor.occurred_at
        yield from (moved(step, by_ms) for step in session)


def _movable_sessions(ordered: Sequence[Event], in_tail: Collection[str]) -> list[Session]:
    """Last sessions of customers, the latest first, that fit into the gap."""
    steps: dict[str, list[Browse]] = defaultdict(list)
    closed: set[str] = set()
    for event in ordered:
        if isinstance(event, Browse):
            steps[event.customer_id].append(event)
        elif isinstance(event, ChatMessage):
            closed.add(event.conversation_id)
        elif isinstance(event, Purchase) and event.cart_id is not None:
            closed.add(event.cart_id)
    found = []
    for customer, taken in steps.items():
        session = _last_session(taken)
        if customer not in in_tail and session and not _names(session) & closed:
            earlier_cart = [each for each in taken[: -len(session)] if each.action == "cart_add"]
            spared = ordered[-1].occurred_at - _TAG_HELD_MS
            if not earlier_cart or earlier_cart[-1].occurred_at <= spared:
                found.append(session)
    return sorted(found, key=lambda each: each[-1].occurred_at, reverse=True)


def _last_session(steps: Sequence[Browse]) -> Session:
    """The steps of the customer's last session; empty when another session lies between them or
    when they do not fit into the gap."""
    name = steps[-1].session_id
    session = tuple(each for each in steps if each.session_id == name)
    whole = name != "" and session == tuple(steps[-len(session) :])
    fits = session[-1].occurred_at - session[0].occurred_at <= _LONGEST_SESSION_MS
    return session if whole and fits else ()


def _names(session: Session) -> set[str]:
    return {session[0].session_id} | {each.cart_id for each in session if each.cart_id is not None}


def _cart_adds(session: Session) -> list[Browse]:
    return [each for each in session if each.action == "cart_add"]


def _waits(session: Session) -> bool:
    """Whether the session leaves a cart behind and its steps end before the cart's wait does."""
    added = _cart_adds(session)
    return (
        bool(added)
        and all(each.action != "checkout_start" for each in session)
        and session[-1].occurred_at - added[-1].occurred_at < CART_WAIT_MS
    )
