"""Ways in which a year reaches the topics: when each event is written, how often, in which order.

What is drawn is drawn from the customer and the instant, never from a row of numbers: a variant
stays the same when other households take part, and events of one customer and instant, whose
order has a meaning, keep theirs. Everything is written by the end of the year. What comes
again does so within 7 days after it happened: so long it is known, whatever clocks do meanwhile.
"""

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import Literal, NamedTuple

from tagger.domain.event_types import type_name
from tagger.domain.events import Event

from .year_events import DAY_MS, HOUR_MS, Year, partition


class Written(NamedTuple):
    """An event that becomes a record at the instant `at`; `number` is its place in the year."""

    at: int
    number: int


Schedule = list[Written]


class Variant(NamedTuple):
    """A way through the year, and what else happens. `clock`: whether the feed's clock or the
    wall clock goes with the writing; `lap_ms`: how much is written before it is read, in batches
    of `batch`; `has_accidents`: members crash, shards change hands, topics are read late.
    `transactional`: see `SimulatedLog`. `keeps_time`: what is written for the first time comes in
    order of time, so that no event may be late."""

    name: str
    schedule: Callable[[Year], Schedule]
    clock: Literal["feed", "wall"] = "feed"
    lap_ms: int = 3 * DAY_MS
    batch: int = 2_000
    has_accidents: bool = False
    transactional: bool = True
    keeps_time: bool = False


def in_order(year: Year) -> Schedule:
    """Each event is written when it happens."""
    return [Written(event.occurred_at, number) for number, event in enumerate(year.events)]


def shuffled_within_hours(year: Year) -> Schedule:
    """Each event is written within six hours after it happened."""
    return _written(year, (_later(event, 6 * HOUR_MS, "delay") for event in year.events))


def shuffled_within_days(year: Year) -> Schedule:
    """Each event is written within ten days after it happened."""
    return _written(year, (_later(event, 10 * DAY_MS, "delay") for event in year.events))


def loaded_at_the_end(year: Year) -> Schedule:
    """The whole year is written at its end, in no order at all."""
    shuffled = sorted(enumerate(year.events), key=lambda each: _share(each[1], "load"))
    return [Written(year.end, number) for number, _ in shuffled]


def each_event_twice(year: Year) -> Schedule:
    """Each event is written when it happens, and again within six days."""
    again = (_later(event, 6 * DAY_MS, "again") for event in year.events)
    return _together(in_order(year), _written(year, again))


def days_delivered_again(year: Year) -> Schedule:
    """Every fifth day is written a second time, one to five days after it is over."""
    again = (
        year.day_begins(day + 2 + day // 5 % 5) if day % 5 == 0 else None
        for day in map(year.day, year.events)
    )
    return _together(in_order(year), _written(year, again))


def days_withheld(year: Year) -> Schedule:
    """Every thirtieth day the purchases are written five days late, and another day everything
    of one partition twelve days late."""
    return _written(year, (_after_its_day(year, event, 5, 12) for event in year.events))


def months_withheld(year: Year) -> Schedule:
    """The fourth month's purchases are written at its end, the tenth month's clicks at its end,
    while the other topics go on. A month has thirty days here."""
    return _written(year, (_after_its_month(year, event) for event in year.events))


def all_of_it(year: Year) -> Schedule:
    """Events come up to four days late, some days of them as a whole, and each is written again
    within two days after that."""
    times = [
        max(_later(event, 3 * DAY_MS, "delay"), _after_its_day(year, event, 2, 3))
        for event in year.events
    ]
    again = (
        at + int(2 * DAY_MS * _share(event, "again"))
        for at, event in zip(times, year.events, strict=True)
    )
    return _together(_written(year, times), _written(year, again))


def _written(year: Year, times: Iterable[int | None]) -> Schedule:
    """Events in the order of these instants, none later than the end of the year."""
    found = [Written(min(at, year.end), n) for n, at in enumerate(times) if at is not None]
    return sorted(found)


def _together(first: Schedule, second: Schedule) -> Schedule:
    return sorted([*first, *second])


def _later(event: Event, within_ms: int, why: str) -> int:
    return event.occurred_at + int(within_ms * _share(event, why))


def _share(event: Event, why: str) -> float:
    """A number from 0 up to 1, the same for all events of a customer and an instant."""
    name = f"{why} {event.customer_id} {event.occurred_at}"
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest(), "big") / 2**48


def _after_its_day(year: Year, event: Event, days: int, days_of_all: int) -> int:
    day = year.day(event)
    if day % 30 == 7 and type_name(event) == "purchase":
        return year.day_begins(day + 1 + days)
    if day % 30 == 20 and partition(event) == 1:
        return year.day_begins(day + 1 + days_of_all)
    return event.occurred_at


def _after_its_month(year: Year, event: Event) -> int:
    month = year.day(event) // 30
    if (month, type_name(event)) in {(3, "purchase"), (9, "browse")}:
        return year.day_begins(30 * (month + 1))
    return event.occurred_at


VARIANTS = (
    Variant("in order", in_order, keeps_time=True),
    Variant("shuffled within 6 hours", shuffled_within_hours, "wall", lap_ms=DAY_MS),
    Variant("shuffled within 10 days", shuffled_within_days),
    Variant("shuffled over the year", loaded_at_the_end),
    Variant("each event twice", each_event_twice, keeps_time=True),
    Variant("days delivered again", days_delivered_again, "wall", keeps_time=True),
    Variant("days withheld", days_withheld),
    Variant("a topic withheld for a month", months_withheld, "wall"),
    Variant(
        "crashes, transactional",
        in_order,
        "wall",
        lap_ms=DAY_MS,
        batch=300,
        has_accidents=True,
        keeps_time=True,
    ),
    Variant(
        "crashes, at least once",
        in_order,
        has_accidents=True,
        transactional=False,
        keeps_time=True,
    ),
    Variant("all of it, at least once", all_of_it, "wall", has_accidents=True, transactional=False),
)
"""The first is what the others are compared with."""
