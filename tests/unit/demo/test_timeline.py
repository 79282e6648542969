"""Moving the recorded events so that they end now, live."""

from collections.abc import Iterable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.demo.event_file import file_order
from tagger.demo.timeline import (
    CART_WAIT_MS,
    CARTS,
    QUIET_MS,
    VISIT_WAIT_MS,
    VISITS,
    LivePart,
    Timeline,
    moved,
    plan_live,
    split_timeline,
)
from tagger.domain.events import Browse, BrowseAction, ChatMessage, Event, ProfileUpdate, Purchase

NOW_MS = 1_800_000_000_123
LIVE_MS = 45_000
LIVES_MS = st.sampled_from((LIVE_MS, 20 * 60_000))
RATE = 0.2
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS
ACTIONS: tuple[BrowseAction, ...] = ("page_view", "product_view", "cart_add", "checkout_start")


def browse(customer: str, at: int, action: BrowseAction, session: str) -> Browse:
    cart = session if action in ("cart_add", "checkout_start") else None
    return Browse(
        f"{session}-{at}-{action}", customer, at, action, session_id=session, cart_id=cart
    )


def sale(name: str, customer: str, at: int, cart: str | None = None) -> Purchase:
    return Purchase(name, customer, at, name, "sale", 100, "USD", cart_id=cart)


@st.composite
def recordings(draw: st.DrawFn) -> list[Event]:
    """Some days of some customers who click in sessions, buy and write."""
    events: list[Event] = []
    for customer in (f"h-{n}" for n in range(draw(st.integers(1, 6)))):
        for number in range(draw(st.integers(0, 4))):
            session = f"{customer}-{number}"
            at = draw(st.integers(0, 20)) * DAY_MS + draw(st.integers(0, DAY_MS))
            for action in draw(st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=5)):
                events.append(browse(customer, at, action, session))
                at += draw(st.integers(1, 40 * MINUTE_MS))
            if draw(st.booleans()):
                events.append(sale(f"order-{session}", customer, at, session))
            if draw(st.booleans()):
                talk = draw(st.sampled_from((session, "talk")))
                events.append(ChatMessage(f"c-{session}", customer, at, talk, "inbound", "hm"))
        for number in range(draw(st.integers(0, 5))):
            at = draw(st.integers(0, 21 * DAY_MS))
            events.append(sale(f"basket-{customer}-{number}", customer, at))
    return draw(st.permutations(events))


def planned(
    events: Iterable[Event], waited_ms: int = 0, live_ms: int = LIVE_MS
) -> tuple[Timeline, LivePart, list[Event]]:
    timeline = split_timeline(events, NOW_MS, live_ms, 9_000 / live_ms)
    part = plan_live(timeline, NOW_MS + waited_ms)
    return timeline, part, [*timeline.history, *part.recent, *(each.event for each in part.live)]


@settings(max_examples=150)
@given(recordings(), st.integers(0, 600_000))
def test_nothing_is_lost_doubled_or_changed_but_its_instant(
    events: list[Event], waited_ms: int
) -> None:
    _, _, moved_events = planned(events, waited_ms)
    assert sorted(map(timeless, moved_events)) == sorted(map(timeless, events))


def timeless(event: Event) -> str:
    return str(moved(event, -event.occurred_at))


@settings(max_examples=150)
@given(recordings(), st.integers(0, 600_000), LIVES_MS)
def test_parts_follow_each_other_in_order(
    events: list[Event], waited_ms: int, live_ms: int
) -> None:
    timeline, part, moved_events = planned(events, waited_ms, live_ms)
    start_ms = NOW_MS + waited_ms
    assert all(file_order(a) <= file_order(b) for a, b in pairwise(moved_events))
    if timeline.history:
        assert timeline.history[-1].occurred_at == NOW_MS - QUIET_MS
    for each in part.recent:
        assert NOW_MS - QUIET_MS < each.occurred_at < start_ms
    for send_after_ms, event in part.live:
        assert 0 <= send_after_ms < live_ms
        assert event.occurred_at == start_ms + send_after_ms


@settings(max_examples=150)
@given(recordings())
def test_customers_keep_their_order(events: list[Event]) -> None:
    timeline, _, moved_events = planned(events)
    resent = {(each.customer_id, each.session_id) for s in sessions(timeline) for each in s}
    before = [each for each in sorted(events, key=file_order) if not is_of(each, resent)]
    after = [each for each in moved_events if not is_of(each, resent)]
    assert by_customer(after) == by_customer(before)
    clicks_before = [each for each in sorted(events, key=file_order) if isinstance(each, Browse)]
    clicks_after = [each for each in moved_events if isinstance(each, Browse)]
    assert by_customer(clicks_after) == by_customer(clicks_before)


def sessions(timeline: Timeline) -> list[tuple[Browse, ...]]:
    return [*timeline.carts, *timeline.visits]


def is_of(event: Event, resent: set[tuple[str, str]]) -> bool:
    return isinstance(event, Browse) and (event.customer_id, event.session_id) in resent


def by_customer(events: Iterable[Event]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in events:
        found.setdefault(each.customer_id, []).append(each.event_id)
    return found


@settings(max_examples=150)
@given(recordings(), st.integers(0, 600_000), LIVES_MS)
def test_waits_end_while_live_and_nothing_ends_them_before(
    events: list[Event], waited_ms: int, live_ms: int
) -> None:
    timeline, _, moved_events = planned(events, waited_ms, live_ms)
    start_ms = NOW_MS + waited_ms
    for session in timeline.carts:
        mine = of_customer(session, moved_events)
        added = [each for each in mine if isinstance(each, Browse) and each.action == "cart_add"]
        ends_at = added[-1].occurred_at + CART_WAIT_MS
        assert start_ms < ends_at < start_ms + live_ms
        waiting = [each for each in mine if added[-1].occurred_at < each.occurred_at]
        assert not [each for each in waiting if isinstance(each, Purchase)]
        assert not [
            each for each in waiting if isinstance(each, Browse) and each.action == "checkout_start"
        ]
    for session in timeline.visits:
        last = [each for each in of_customer(session, moved_events) if isinstance(each, Browse)][-1]
        assert start_ms < last.occurred_at + VISIT_WAIT_MS < start_ms + live_ms


def of_customer(session: tuple[Browse, ...], events: list[Event]) -> list[Event]:
    return [each for each in events if each.customer_id == session[0].customer_id]


@settings(max_examples=100)
@given(recordings(), st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_of_reading(
    events: list[Event], chance: Random
) -> None:
    one_an_instant = list({file_order(each): each for each in events}.values())
    mixed = chance.sample(one_an_instant, len(one_an_instant))
    assert planned(mixed) == planned(one_an_instant)


def left_cart(customer: str, at: int) -> list[Event]:
    return [
        browse(customer, at, "product_view", f"s-{customer}"),
        browse(customer, at + MINUTE_MS, "cart_add", f"s-{customer}"),
        browse(customer, at + 2 * MINUTE_MS, "page_view", f"s-{customer}"),
    ]


def test_a_dozen_carts_and_some_visits_end_live_and_the_rest_stays_history() -> None:
    carts = [each for n in range(20) for each in left_cart(f"c-{n}", n * DAY_MS)]
    visits = [browse(f"v-{n}", n * DAY_MS, "page_view", f"s-{n}") for n in range(20)]
    tail = [sale(f"o-{n}", "h", 30 * DAY_MS + n) for n in range(9)]
    timeline, part, _ = planned([*carts, *visits, *tail])
    assert {s[0].customer_id for s in timeline.carts} == {f"c-{n}" for n in range(8, 20)}
    assert {s[0].customer_id for s in timeline.visits} == {f"v-{n}" for n in range(12, 20)}
    assert (len(timeline.carts), len(timeline.visits)) == (CARTS, VISITS)
    assert [each.send_after_ms for each in part.live] == list(range(0, LIVE_MS, 5_000))
    assert [each.event.event_id for each in part.live] == [each.event_id for each in tail]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param([sale("o", "c", 2 * MINUTE_MS, "s-c")], id="it was bought"),
        pytest.param([browse("c", 3 * MINUTE_MS, "checkout_start", "s-c")], id="checkout"),
        pytest.param([browse("c", 3 * MINUTE_MS, "page_view", "later")], id="not the last"),
        pytest.param([browse("c", 40 * MINUTE_MS, "page_view", "s-c")], id="ends after the wait"),
        pytest.param([browse("c", -3 * 60 * MINUTE_MS, "page_view", "s-c")], id="too long"),
        pytest.param([browse("c", -6 * DAY_MS, "cart_add", "early")], id="another cart before"),
        pytest.param(
            [ChatMessage("m", "c", MINUTE_MS, "s-c", "inbound", "help")], id="it has a chat"
        ),
        pytest.param([sale("o", "c", DAY_MS + 1)], id="customer in the tail"),
    ],
)
def test_a_cart_that_does_not_fit_is_left_alone(more: list[Event]) -> None:
    tail: list[Event] = [sale(f"o-{n}", "h", DAY_MS + n) for n in range(9)]
    assert split_timeline([*left_cart("c", 0), *tail], NOW_MS, LIVE_MS, RATE).carts != []
    assert split_timeline([*left_cart("c", 0), *more, *tail], NOW_MS, LIVE_MS, RATE).carts == []


def test_a_visit_is_split_at_the_start_of_the_live_part() -> None:
    at = 30 * DAY_MS
    visit = [browse("v", at + n * MINUTE_MS, "page_view", "s") for n in range(5)]
    timeline = split_timeline(visit, NOW_MS, 15 * MINUTE_MS, 0.0)
    part = plan_live(timeline, NOW_MS)
    assert [each.occurred_at - NOW_MS for each in part.recent] == [-MINUTE_MS]
    assert [each.send_after_ms for each in part.live] == [n * MINUTE_MS for n in range(4)]


def test_a_tail_as_large_as_the_data_leaves_no_history() -> None:
    events = [ProfileUpdate(f"p-{n}", "h", n, {}) for n in range(3)]
    timeline = split_timeline(events, NOW_MS, LIVE_MS, 1.0)
    assert timeline.history == []
    live = plan_live(timeline, NOW_MS).live
    assert [each.send_after_ms for each in live] == [0, 15_000, 30_000]


@pytest.mark.parametrize("rate", [-1.0, 1_001.0])
def test_a_rate_that_cannot_keep_order_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="not between 0 and 1,000"):
        split_timeline([], NOW_MS, LIVE_MS, rate)


def test_periods_move_with_their_purchase() -> None:
    rental = Purchase("o", "h", 10, "o", "rental", 1, "USD", period_start=20, period_end=30)
    found = moved(rental, 5)
    assert isinstance(found, Purchase)
    assert (found.occurred_at, found.period_start, found.period_end) == (15, 25, 35)
