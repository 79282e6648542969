"""The oracle on the times that a tag is held back, kept and over, against results by hand."""

import pytest

from .build import (
    DAY,
    HOUR,
    T0,
    browse,
    command,
    flag,
    number,
    ops,
    pack,
    profile,
    purchase,
    refund,
    told,
)
from .model import simulate

BOUGHT = {"count": {"event": "purchase", "within": "1d"}, "gte": 1}


def test_a_condition_must_have_held_for_a_while_first() -> None:
    tags = {"a": flag(BOUGHT, hold_for="2h")}
    events = [purchase(T0), browse(T0 + HOUR)]
    assert ops(told(tags, events, T0 + 3 * DAY)) == [
        ("added", 2 * HOUR, "time"),
        ("removed", DAY, "time"),
    ]


def test_a_break_starts_the_hold_anew_and_one_at_its_end_comes_first() -> None:
    tags = {"a": flag({"count": {"event": "purchase", "within": "2h"}, "gte": 1}, hold_for="2h")}
    assert told(tags, [purchase(T0), purchase(T0 + 2 * HOUR)], T0 + DAY) == []
    longer = [purchase(T0), purchase(T0 + 2 * HOUR - 1)]
    assert ops(told(tags, longer, T0 + DAY)) == [
        ("added", 2 * HOUR, "time"),
        ("removed", 4 * HOUR - 1, "time"),
    ]


def test_a_hold_runs_while_the_tag_cools_down_and_while_remove_holds() -> None:
    latch = flag(BOUGHT, hold_for="2h", remove={"when": {"attribute": "city", "eq": "Ulm"}})
    events = [purchase(T0), profile(T0 + HOUR, city="Ulm"), profile(T0 + 5 * HOUR, city="Bonn")]
    assert ops(told({"a": latch}, events)) == [("added", 5 * HOUR, "event")]


def test_a_kept_tag_is_looked_at_again_when_its_minimum_is_over() -> None:
    short = {"count": {"event": "purchase", "within": "1h"}, "gte": 1}
    tags = {"a": flag(short, keep_at_least="1d")}
    assert ops(told(tags, [purchase(T0)], T0 + 3 * DAY)) == [
        ("added", 0, "event"),
        ("removed", DAY, "time"),
    ]
    held_on = [purchase(T0), purchase(T0 + DAY - 1)]
    assert ops(told(tags, held_on, T0 + 3 * DAY)) == [
        ("added", 0, "event"),
        ("removed", DAY + HOUR - 1, "time"),
    ]


def test_an_event_that_would_remove_a_kept_tag_is_lost_and_spends_nothing() -> None:
    tags = {"a": flag(BOUGHT, remove={"upon": "refund"}, keep_at_least="2h")}
    events = [purchase(T0), refund(T0 + 2 * HOUR - 1, 1, "x"), refund(T0 + 2 * HOUR, 1, "y")]
    assert ops(told(tags, events[:2], T0 + 2 * DAY)) == [
        ("added", 0, "event"),
        ("removed", DAY, "time"),
    ]
    assert ops(told(tags, events, T0 + 2 * DAY)) == [
        ("added", 0, "event"),
        ("removed", 2 * HOUR, "event"),
    ]


def test_a_level_that_would_remove_a_kept_tag_removes_it_at_the_end() -> None:
    paid = {"assign": {"upon": "browse"}, "remove": {"when": BOUGHT}, "keep_at_least": "2h"}
    events = [browse(T0), purchase(T0 + 1)]
    assert ops(told({"a": paid}, events, T0 + DAY)) == [
        ("added", 0, "event"),
        ("removed", 2 * HOUR, "time"),
    ]


def test_renewing_does_not_keep_a_tag_longer() -> None:
    tags = {
        "a": {
            "assign": {"upon": "browse"},
            "remove": {"upon": "purchase"},
            "keep_at_least": "2h",
            "expires_after": "3h",
            "renew": True,
        }
    }
    events = [browse(T0), browse(T0 + HOUR), purchase(T0 + 2 * HOUR)]
    assert ops(told(tags, events)) == [
        ("added", 0, "event"),
        ("updated", HOUR, "event"),
        ("removed", 2 * HOUR, "event"),
    ]


def test_an_event_that_would_not_set_a_kept_tag_does_not_renew_it() -> None:
    rule = {"assign": {"upon": "browse"}, "remove": {"when": BOUGHT}, "renew": True}
    tags = {"a": {**rule, "keep_at_least": "2h", "expires_after": "3h"}}
    events = [browse(T0), purchase(T0 + 1), browse(T0 + HOUR)]
    assert ops(told(tags, events, T0 + DAY)) == [
        ("added", 0, "event"),
        ("removed", 2 * HOUR, "time"),
    ]


def test_a_tag_that_cools_down_is_set_by_time_if_its_state_still_holds() -> None:
    short = {"count": {"event": "purchase", "within": "1h"}, "gte": 1}
    tags = {"a": flag(short, cool_down="2h")}
    events = [purchase(T0), purchase(T0 + 2 * HOUR + HOUR // 2)]
    assert ops(told(tags, events, T0 + DAY)) == [
        ("added", 0, "event"),
        ("removed", HOUR, "time"),
        ("added", 3 * HOUR, "time"),
        ("removed", 3 * HOUR + HOUR // 2, "time"),
    ]


def test_an_event_while_a_tag_cools_down_is_lost() -> None:
    tags = {
        "a": {"assign": {"upon": "browse"}, "remove": {"upon": "purchase"}, "cool_down": "2h"},
    }
    cleared = [browse(T0), purchase(T0 + 1)]
    lost = [*cleared, browse(T0 + 2 * HOUR)]
    assert ops(told(tags, lost, T0 + DAY)) == [("added", 0, "event"), ("removed", 1, "event")]
    in_time = [*cleared, browse(T0 + 2 * HOUR + 1)]
    assert ops(told(tags, in_time))[2:] == [("added", 2 * HOUR + 1, "event")]


@pytest.mark.parametrize("ending", ["expires_after", "remove"])
def test_whatever_cleared_a_tag_it_cools_down_and_stays_spent(ending: str) -> None:
    how = {"expires_after": "1h"} if ending == "expires_after" else {"remove": {"upon": "refund"}}
    tags = {"a": flag(BOUGHT, cool_down="2h", **how)}
    events = [purchase(T0), refund(T0 + HOUR, 1, "x"), browse(T0 + 5 * HOUR)]
    assert [op for op, _, _ in ops(told(tags, events))] == ["added", "removed"]


def test_a_tag_ends_on_its_last_day_whoever_holds_it() -> None:
    ends = {"ends_on": "2026-03-02"}
    tags = {
        "flag": flag({**BOUGHT, "count": {"event": "purchase", "ever": True}}, **ends),
        "band": {"form": "text", "values": {"all": {"otherwise": True}}, **ends},
        "n": number({"count": {"event": "purchase", "ever": True}}, **ends),
        "hand": {"manual": "only", **ends},
    }
    events = [purchase(T0), command(T0 + 1, "assign", "hand")]
    events += [command(T0 + 2 * DAY, "assign", "hand"), purchase(T0 + 3 * DAY)]
    changes = simulate([pack(tags)], events, None).changes
    end = T0 + 2 * DAY
    assert {change["expires_at"] for change in changes if change["op"] == "added"} == {end}
    removed = [change for change in changes if change["op"] == "removed"]
    assert [change["tag"] for change in removed] == ["band", "flag", "hand", "n"]
    said = {(change["effective_at"], change["cause"], change["source"]) for change in removed}
    assert said == {(end, "ttl", "rule")}
    assert len(changes) == 8


def test_nobody_assigns_a_tag_that_has_ended() -> None:
    tags = {"a": flag(BOUGHT, ends_on="2026-02-28"), "b": flag(BOUGHT)}
    assert simulate([pack(tags)], [command(T0, "assign", "a")], None).tags == {}
    assert simulate([pack(tags)], [command(T0 - 1, "assign", "a")], T0 - 1).tags == {
        "c": {"a": True}
    }


def test_the_last_day_is_that_of_the_packs_zone_and_a_nearer_end_is_shown() -> None:
    tags = {"a": flag(BOUGHT, ends_on="2026-03-01", expires_after="2h")}
    (added, _) = simulate([pack(tags)], [purchase(T0)], T0 + DAY).changes
    assert added["expires_at"] == T0 + 2 * HOUR
    state = {"a": flag(BOUGHT, ends_on="2026-03-01")}
    changes = told(state, [purchase(T0)], T0 + DAY, time_zone="Asia/Tokyo")
    assert ops(changes) == [("added", 0, "event"), ("removed", 15 * HOUR, "ttl")]
