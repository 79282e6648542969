"""What is left of a schedule when all that is not needed is left out."""

from tagger.testing import (
    BrokerAway,
    Crash,
    Feed,
    Hold,
    Raw,
    Settle,
    Step,
    Tick,
    Wait,
    WaitUntil,
    Write,
)

from .build import T0, flag, pack
from .reduction import reduced
from .schedules import Knobs, Schedule

BOUGHT = flag({"count": {"event": "purchase", "within": "1h"}, "gte": 1})


def written(event_id: str, **fields: object) -> Write:
    return Write("browse", "c", {"event_id": event_id, "occurred_at": T0, **fields})


def of(steps: list[Step]) -> Schedule:
    return Schedule([pack({"bought": BOUGHT, "other": BOUGHT})], steps, T0, "changes")


def left_of(steps: list[Step], *needed: Step) -> list[Step]:
    """What is left where every part breaks the promise that has these steps."""
    return reduced(
        of(steps), lambda each: set(map(repr, needed)) <= set(map(repr, each.steps))
    ).steps


def test_only_what_breaks_the_promise_is_left() -> None:
    steps: list[Step] = []
    for number in range(10):
        steps += [written(f"e{number}"), Tick(), Tick(), Hold("chat"), Crash(number)]
    assert left_of(steps, Crash(7), written("e3")) == [written("e3"), Tick(), Tick(), Crash(7)]


def test_workers_go_on_to_hear_of_what_was_written() -> None:
    ticks = [Tick(), Tick()]
    steps = [written("e1"), *ticks, Raw("chat", "c", b""), *ticks, *ticks, Crash()]
    needed = (written("e1"), Raw("chat", "c", b""), Crash())
    assert left_of(steps, *needed) == [*steps[:6], Crash()]


def test_time_passes_as_far_and_proves_as_little_as_before() -> None:
    steps = [
        Feed(1),
        Tick(),
        Feed(2),
        Wait("1s"),
        WaitUntil(T0 + 1),
        Hold("chat"),
        WaitUntil(T0 + 2),
    ]
    assert left_of(steps) == [Feed(1), WaitUntil(T0 + 2)]
    away = [BrokerAway(still_delivers=True), Wait("2001ms"), Hold("chat")]
    assert left_of([*away, Wait("1s")], away[0]) == away[:2]


def test_what_is_committed_around_a_command_stays_so() -> None:
    said = Write(
        "command", "c", {"command_id": "m", "issued_at": T0, "op": "release", "tag": "bought"}
    )
    steps = [Settle(), Settle(), said, Settle(), Settle()]
    assert left_of(steps, said) == [Settle(), said, Settle()]


def test_packs_fields_and_knobs_become_fewer_too() -> None:
    schedule = Schedule(
        [pack({"bought": BOUGHT, "other": BOUGHT}, conditions={"unused": {}}), pack({"a": BOUGHT})],
        [written("e", page="/sale", query="shoes")],
        T0,
        "tags",
        shards=3,
        workers=2,
        transactional=False,
        knobs=Knobs(batch=1),
    )

    def breaks(each: Schedule) -> bool:
        has_field = any("query" in step.fields for step in each.steps if isinstance(step, Write))
        return has_field and any("other" in document["tags"] for document in each.packs)

    less = reduced(schedule, breaks)
    assert [document["tags"] for document in less.packs] == [{"other": BOUGHT}]
    assert less.packs[0]["conditions"] == {}
    assert less.steps == [written("e", query="shoes")]
    assert (less.shards, less.workers, less.transactional, less.knobs) == (1, 1, True, Knobs())
