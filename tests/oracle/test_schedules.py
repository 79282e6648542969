"""The stream keeps its promises over schedules; a small part of `make proof`."""

from pathlib import Path

import pytest

from tagger.testing import Crash, Raw, Rebalance, Step, Wait, WaitUntil, Write

from . import schedules
from .build import DAY, HOUR, MINUTE, T0, cart, flag, pack, purchase
from .forgetful import forgetful
from .schedule_batches import run_schedules
from .schedules import Knobs, Promise, Schedule
from .stream_check import ScheduleMismatchError, ScheduleTally, check, plan_of
from .values import Doc

BOUGHT = flag({"count": {"event": "purchase", "within": "1h"}, "gte": 1})
LEFT = {"assign": {"upon": "left"}, "expires_after": "1d"}
PATTERN = {"left": {"first": {"event": "cart_add"}, "unless": "purchase", "within": "30m"}}


@pytest.mark.parametrize("seed", range(2))
def test_any_schedule(seed: int) -> None:
    outcome = run_schedules(seed, folders=10, shrinks=False)
    assert outcome.mismatch is None, outcome.mismatch
    tally = outcome.tally
    assert tally.number == 40
    assert {"changes", "tags"} <= tally.schedules.keys()
    assert min(tally.crashes, tally.rebalances, tally.changes) > 0


@pytest.mark.parametrize(
    "path", sorted(schedules.FOLDER.glob("*.yaml")), ids=lambda path: path.stem
)
def test_a_schedule_that_once_told_a_fault(path: Path) -> None:
    schedule = schedules.read(path)
    check(schedule, plan_of(schedule), ScheduleTally())


def test_a_schedule_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    event = purchase(T0, lines=[{"product_id": "鞋", "quantity": 0.1}])
    accidents = (Rebalance({0: 2, 1: 1}), Crash(in_commit="after"))
    steps: list[Step] = [written(event), Raw("browse", "c", b"\xff"), *accidents]
    knobs = Knobs(batch=2, sweep_limit=1)
    schedule = Schedule(
        [pack({"bought": BOUGHT})], steps, T0, "tags", 2, 3, False, knobs, {"k": T0}
    )
    schedules.write(schedule, tmp_path / "case.yaml")
    assert schedules.read(tmp_path / "case.yaml") == schedule


def written(event: Doc) -> Write:
    fields = {word: value for word, value in event.items() if word not in ("type", "customer_id")}
    return Write(event["type"], event["customer_id"], fields)


def of(steps: list[Step], promise: Promise = "changes") -> Schedule:
    return Schedule([pack({"bought": BOUGHT})], steps, T0, promise)


def checked(schedule: Schedule) -> ScheduleTally:
    tally = ScheduleTally()
    check(schedule, plan_of(schedule), tally)
    return tally


def test_what_is_kept_is_counted() -> None:
    steps = [written(purchase(T0)), Wait("20m"), Crash(), WaitUntil(T0 + 2 * HOUR)]
    tally = checked(of(steps))
    assert (dict(tally.schedules), tally.crashes, tally.changes) == ({"changes": 1}, 1, 2)


def test_an_event_that_comes_late_breaks_the_promise_of_order_and_not_that_of_tags() -> None:
    steps = [written(purchase(T0)), Wait("2h"), written(purchase(T0 + MINUTE)), Wait("1h")]
    with pytest.raises(ScheduleMismatchError, match="not processed in order of time"):
        checked(of(steps))
    assert checked(of(steps, "tags")).number == 1


@pytest.mark.parametrize("promise", ["changes", "tags"])
def test_other_rules_than_those_of_the_oracle_are_a_difference(promise: Promise) -> None:
    schedule = of([written(purchase(T0)), Wait("20m")], promise)
    sooner = flag({"count": {"event": "purchase", "within": "10m"}, "gte": 1})
    others = Schedule([pack({"bought": sooner})], [], T0, promise)
    with pytest.raises(ScheduleMismatchError, match="expected by the oracle"):
        check(schedule, plan_of(others), ScheduleTally())


def test_packs_that_are_refused_are_a_mismatch() -> None:
    with pytest.raises(ScheduleMismatchError, match="E-UNKNOWN-NAME"):
        plan_of(Schedule([pack({"a": {"assign": {"upon": "nothing"}}})], [], T0, "changes"))


def test_forgetful_packs_have_the_tags_that_follow_from_history_alone() -> None:
    looks_back = flag({"tag": "left", "eq": True})
    by_name = flag({"condition": "once_left"})
    tags = {"bought": BOUGHT, "left": LEFT, "looks_back": looks_back, "by_name": by_name}
    tags |= {"also_bought": flag({"tag": "bought", "eq": True})}
    tags |= {"counts_left": flag({"count": {"event": "soon", "within": "1d"}, "gte": 1})}
    tags |= {f"with_{word}": BOUGHT | {word: "1h"} for word in ("hold_for", "cool_down")}
    events = PATTERN | {"soon": {"event": ["refund", "left"]}}
    conditions = {"once_left": {"tag": "left", "eq": True}}
    (kept,) = forgetful([pack(tags, events=events, conditions=conditions)])
    assert sorted(kept["tags"]) == ["also_bought", "bought"]
    assert kept["conditions"] == {}
    plan_of(Schedule([kept], [], T0, "tags"))
    assert forgetful([pack({"left": LEFT}, events=PATTERN)]) == []


def test_waits_and_expiries_are_run_by_time_alone() -> None:
    schedule = Schedule(
        [pack({"left": LEFT}, events=PATTERN)],
        [written(cart(T0)), Wait("10m"), Crash(), WaitUntil(T0 + 2 * DAY)],
        T0,
        "changes",
    )
    assert checked(schedule).changes == 2
