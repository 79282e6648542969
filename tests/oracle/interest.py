"""At which instants the rules must be looked at again, if nothing happens.

The instants are more than are needed, never fewer:

- where an event comes into a window and leaves it, by the filter of each measure;
- where a comparison of values that grow by themselves changes, and a number's next step;
- the first instant of each day on which an age, or the nearness of an anniversary, is another than
  the day before;
- where a customer has been known for as long as an `absent` asks, and where a tag ends.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from .dates import ONE_DAY, begin_of, comes_round_within, full_years, iso_date, today
from .happenings import Event, lets_through
from .history import is_message
from .measures import MEASURE_WORDS, View, measure
from .moving import MOVING, Polynomial, moving_in, sign_changes, turning_points
from .packs import Pack, Tag, nodes_of
from .values import Doc, duration
from .windows import edges_of, has_window

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Looking:
    """A measure, or an `absent`, that looks at events in a window."""

    pack: Pack
    word: str
    spec: Doc

    def edges(self, event: Event) -> tuple[int, ...]:
        """When the event comes into the window and leaves it; none where it is not looked at."""
        is_refund = event.is_refund and self.spec.get("refunds") == "by_date"
        if self.word == "response_time":
            is_seen = is_message(event)
        else:
            is_seen = is_refund or lets_through(self.pack, self.spec, event)
        return edges_of(self.pack, self.spec, event.at) if is_seen else ()


@dataclass(frozen=True)
class Birthday:
    """What a rule asks of a date among the attributes: full years, or nearness within `days`."""

    attribute: str
    zone: str
    days: int | None

    def changes(self, attributes: Mapping[str, Any], at: int, until: int) -> Iterator[int]:
        """When the answer changes, in (at, until], if nobody changes the date."""
        of = iso_date(attributes.get(self.attribute))
        last = today(until, self.zone)
        if of is not None:
            for day in _days_of_change(of, self.days, today(at, self.zone), last):
                yield begin_of(day, self.zone)


@cache
def _days_of_change(of: date, days: int | None, first: date, last: date) -> tuple[date, ...]:
    """The days after `first`, up to `last`, on which the answer is not that of the day before."""

    def answer(day: date) -> object:
        return full_years(of, day) if days is None else comes_round_within(of, days, day)

    every = [first + n * ONE_DAY for n in range(1, (last - first).days + 1)]
    return tuple(day for day in every if answer(day) != answer(day - ONE_DAY))


class Interest:
    """What the rules of these tags look at."""

    def __init__(self, tags: list[Tag]) -> None:
        looking: dict[int, Looking] = {}
        moving: dict[int, tuple[Pack, Doc]] = {}
        birthdays: dict[Birthday, None] = {}
        for tag in tags:
            for node in nodes_of(tag.pack, tag.rule):
                for word in node.keys() & (MEASURE_WORDS | {"absent"}):
                    spec = node[word]
                    if isinstance(spec, dict) and has_window(spec):
                        looking[id(spec)] = Looking(tag.pack, word, spec)
                birthdays |= dict.fromkeys(_birthdays_in(tag.pack, node))
            moving |= {id(one): (tag.pack, one) for one in moving_in(tag.pack, tag.rule)}
        self._looking = list(looking.values())
        self._moving = list(moving.values())
        self._birthdays = list(birthdays)
        self._steps = [tag for tag in tags if "step" in tag.doc and _grows(tag.doc["value"])]
        self._absences = [one.spec["within"] for one in self._looking if one.word == "absent"]
        self._ends = {tag.ends_at for tag in tags if tag.ends_at is not None}

    def of_knowing(self, known_since: int) -> Iterator[int]:
        """The instants that matter because a customer becomes known."""
        yield from (known_since + duration(within) for within in self._absences)
        yield from self._ends

    def of_event(self, event: Event) -> Iterator[int]:
        """The instants at which this event matters again."""
        for looking in self._looking:
            yield from looking.edges(event)

    def of_attributes(self, attributes: Mapping[str, Any], at: int, until: int) -> Iterator[int]:
        """The instants in (at, until] that these attributes make matter."""
        for birthday in self._birthdays:
            yield from birthday.changes(attributes, at, until)

    def of_growth(
        self, view: Callable[[Pack], View], until: int, seen: set[Polynomial]
    ) -> Iterator[int]:
        """The instants up to `until` at which what grows by itself matters, from now on and as
        things are now; nothing for what has been `seen` before."""
        for pack, comparison in self._moving:
            now = view(pack)
            for polynomial in turning_points(now, comparison):
                if polynomial not in seen:
                    seen.add(polynomial)
                    yield from sign_changes(polynomial, now.at, until)
        for tag in self._steps:
            now = view(tag.pack)
            value = measure(now, tag.doc["value"])
            if isinstance(value, Fraction):
                step = duration(tag.doc["step"])
                yield now.at + step - int(value) % step


def _grows(value: Doc) -> bool:
    """Whether a measure that has a value goes on with time."""
    return not value.keys().isdisjoint(MOVING)


def _birthdays_in(pack: Pack, node: Doc) -> Iterator[Birthday]:
    if node.get("attribute") == "age":
        yield Birthday("birth_date", pack.zone, None)
    if "anniversary_within" in node:
        days = duration(node["anniversary_within"]) // DAY_MS
        yield Birthday(node["attribute"], pack.zone, days)
