"""The oracle on events, their order and identity, against results worked out by hand."""

import pytest

from .build import (
    DAY,
    HOUR,
    T0,
    browse,
    chat,
    command,
    flag,
    held,
    number,
    pack,
    profile,
    purchase,
    told,
)
from .model import simulate
from .values import UnsupportedError

BOUGHT = {"count": {"event": "purchase", "within": "1d"}, "gte": 1}
SPENT_TODAY = {"sum": {"event": "purchase", "of": "amount", "within": "1d"}}


def test_the_profile_of_an_instant_is_read_before_its_purchase_whatever_the_files_say() -> None:
    tags = {"local": flag({"attribute": "city", "eq": "Ulm"})}
    events = [purchase(T0), profile(T0, city="Ulm"), browse(T0)]
    assert told(tags, events) == [("local", "added", True, 0, "event")]
    assert simulate([pack(tags)], events, None).changes[0]["sequence"] == 1


def test_the_same_event_counts_once() -> None:
    once = purchase(T0, event_id="p", source="till")
    again = purchase(T0 + HOUR, 9900, event_id="p", source="till")
    elsewhere = purchase(T0 + 1, event_id="p", source="web")
    tags = {"spent": {"form": "number", "value": SPENT_TODAY}}
    assert held(tags, [again, once]) == {"spent": 10}
    assert held(tags, [again, once, elsewhere]) == {"spent": 20}


def test_a_repeat_is_recognised_however_late() -> None:
    tags = {"n": number({"count": {"event": "purchase", "ever": True}})}
    once = purchase(T0, event_id="p")
    assert held(tags, [once, purchase(T0 + 99 * DAY, 1, event_id="p")]) == {"n": 1}
    others = [browse(T0, event_id="p"), purchase(T0, event_id="p", source="till")]
    assert held(tags, [once, *others]) == {"n": 2}


def test_without_until_the_last_line_is_the_end_and_later_customers_have_no_line() -> None:
    events = [purchase(T0), purchase(T0 + DAY, customer_id="late")]
    tags = {"busy": flag({"count": {"event": "purchase", "within": "1d"}, "gte": 1})}
    assert simulate([pack(tags)], events, T0).tags == {"c": {"busy": True}}
    assert simulate([pack(tags)], events, None).tags == {"c": {}, "late": {"busy": True}}


def test_finer_digits_than_milliseconds_are_cut() -> None:
    tags = {"n": number({"count": {"event": "browse", "within": "1s"}})}
    events = [browse(0, occurred_at="2026-03-01T00:00:00.000999Z")]
    events.append(browse(0, occurred_at="2026-03-01T01:00:00.5+01:00", page="x"))
    assert told(tags, events, T0 + HOUR) == [
        ("n", "added", 1, 0, "event"),
        ("n", "updated", 2, 500, "event"),
        ("n", "updated", 1, 1000, "time"),
        ("n", "updated", 0, 1500, "time"),
    ]


def test_any_number_of_events_is_added_exactly() -> None:
    events = [purchase(T0 + n, n) for n in range(1, 701)]
    assert held({"n": number(SPENT_TODAY)}, events, T0 + DAY + 100) == {"n": 2403}


def test_a_customer_is_known_from_the_first_event_or_command() -> None:
    tags = {"cold": flag({"absent": {"event": "purchase", "within": "1d"}}), "hand": flag(BOUGHT)}
    changes = told(tags, [command(T0, "remove", "hand"), browse(T0 + HOUR)], T0 + 2 * DAY)
    assert changes == [("cold", "added", True, DAY, "time")]


def test_absence_waits_until_the_customer_has_been_known_that_long() -> None:
    absent = {"event": "purchase", "within": "1d"}
    tags = {
        "cold": flag({"absent": absent}),
        "new": flag({"absent": absent | {"include_new": True}}),
    }
    assert told(tags, [browse(T0)], T0 + 2 * DAY) == [
        ("new", "added", True, 0, "event"),
        ("cold", "added", True, DAY, "time"),
    ]


@pytest.mark.parametrize(
    ("name", "count"),
    [("purchase", 3), ("refund", 1), ("browse", 2), ("cart_add", 1), ("chat", 1), ("profile", 1)],
)
def test_what_the_names_of_events_stand_for(name: str, count: int) -> None:
    bought = [purchase(T0, kind=kind) for kind in ("sale", "rental", "subscription", "refund")]
    seen = [browse(T0), browse(T0, "cart_add"), chat(T0, "x"), profile(T0)]
    tags = {"n": number({"count": {"event": name, "within": "1d"}})}
    assert held(tags, [*bought, *seen]) == {"n": count}


def test_only_time_since_an_event_may_look_back_for_ever_without_saying_so() -> None:
    tags = {"n": number({"since": {"event": "purchase"}}, step="1d")}
    assert held(tags, [purchase(T0)], T0 + 999 * DAY) == {"n": 999 * DAY}
    with pytest.raises(UnsupportedError, match="no window"):
        held({"n": number({"count": {"event": "purchase"}})}, [purchase(T0)])
