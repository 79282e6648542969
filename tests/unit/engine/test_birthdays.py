"""Ages and anniversaries against looking at the beginning of every day."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.engine.profile import Attribute, Profile
from tagger.engine.program import Program
from tagger.engine.view import View
from tagger.rules.plan import Frame, Measure, MeasureKind, Node, NodeKind, Op

from .calendars import ERAS, HOUR_MS, ZONES, begin_of, begins, day_of, instant
from .packs import DAY, T0, plan_of, run, told, updated
from .specs import CUSTOMER, Tables

LATER_DAYS = 500
BORN = st.sampled_from(
    ["2000-02-29", "1999-02-28", "2001-03-01", "1996-12-31", "1990-01-01", "2029-02-28"]
) | st.dates(date(1900, 1, 1), date(2030, 12, 31)).map(date.isoformat)
thorough = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


def comes_round(born: date, year: int) -> date:
    """The day of the year that is celebrated."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def age_at(born: date, at: int, zone: str) -> int | None:
    """Birthdays lived, counted one by one."""
    day = day_of(at, zone)
    if day < born:
        return None
    return sum(comes_round(born, year) <= day for year in range(born.year + 1, day.year + 1))


def is_near(born: date, days: int, at: int, zone: str) -> bool:
    """Whether one of the days from today on is celebrated."""
    today = day_of(at, zone)
    celebrated = [comes_round(born, year) for year in range(today.year, today.year + 3)]
    last = today + timedelta(days=days - 1)
    return any(day >= born and today <= day <= last for day in celebrated)


@st.composite
def instants(draw: st.DrawFn, zone: str) -> int:
    """A time close to the beginning of a day of the zone's era."""
    start = begin_of(ERAS[zone] + timedelta(days=draw(st.integers(0, 10))), zone)
    return start + draw(st.sampled_from([-1, 0, 1, HOUR_MS // 2, HOUR_MS]))


def view_of(born: str, zone: str, at: int, node: Node) -> View:
    """A customer of whom nothing but the birthday is known."""
    tables = Tables()
    kind, name = MeasureKind.AGE, "age"
    if node.kind is NodeKind.ANNIVERSARY:
        kind, name = MeasureKind.ATTRIBUTE, "birth_date"
    tables.measures.append(Measure(kind, "", frame=Frame(zone=zone), name=name))
    profile = Profile(CUSTOMER, 0, at, attributes={"birth_date": Attribute(born, 0)})
    return View(Program(tables.plan([node])), profile, at)


def check(found: int | None, seen: Callable[[int], bool], at: int, zone: str) -> None:
    """`found` is the first later instant at which what is seen differs."""
    starts = begins(day_of(at, zone), LATER_DAYS, zone)
    later = sorted({start + after for start in starts for after in (-1, 0) if start + after > at})
    first = next((each for each in later if seen(each) is not seen(at)), None)
    if first is not None:
        assert found == first
    elif found is not None:
        assert found > later[-1]
        assert seen(found - 1) is seen(at)
        assert seen(found) is not seen(at)


@thorough
@given(
    st.data(),
    st.sampled_from(ZONES),
    BORN,
    st.sampled_from([Op.GTE, Op.GT, Op.LTE, Op.LT, Op.EQ, Op.NE]),
)
def test_an_age_turns_on_the_birthday(data: st.DataObject, zone: str, born: str, op: Op) -> None:
    at = data.draw(instants(zone))
    age = age_at(date.fromisoformat(born), at, zone) or 0
    ahead = st.sampled_from([-1, 0, 1, 2, 30]) | st.just(Fraction(1, 2))
    threshold: int | Fraction = age + data.draw(ahead)
    node = Node(NodeKind.COMPARE, "", measure=0, op=op, values=(threshold,))

    def seen(instant_: int) -> bool:
        years = age_at(date.fromisoformat(born), instant_, zone)
        return (
            years is not None
            and {
                Op.GTE: years >= threshold,
                Op.GT: years > threshold,
                Op.LTE: years <= threshold,
                Op.LT: years < threshold,
                Op.EQ: years == threshold,
                Op.NE: years != threshold,
            }[op]
        )

    view = view_of(born, zone, at, node)
    assert view.value(0) == age_at(date.fromisoformat(born), at, zone)
    assert view.holds(0) is seen(at)
    check(view.next_change(0), seen, at, zone)


@thorough
@given(st.data(), st.sampled_from(ZONES), BORN, st.sampled_from([1, 2, 7, 31, 364, 365, 366]))
def test_an_anniversary_is_near_from_some_days_before_to_its_end(
    data: st.DataObject, zone: str, born: str, days: int
) -> None:
    at = data.draw(instants(zone))
    node = Node(NodeKind.ANNIVERSARY, "", measure=0, within_ms=days * DAY, zone=zone)
    view = view_of(born, zone, at, node)

    def seen(instant_: int) -> bool:
        return is_near(date.fromisoformat(born), days, instant_, zone)

    assert view.holds(0) is seen(at)
    check(view.next_change(0), seen, at, zone)


def test_who_is_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    plan = plan_of("age: {form: number, value: {attribute: age}}", "time_zone: Europe/Berlin")
    found = run(plan, [updated(0, birth_date="2008-02-29")], instant("2028-12-31T00:00:00Z"))
    turns = [(each.effective_at, each.value) for each in found.changes if each.cause == "time"]
    assert turns == [
        (instant("2026-03-01T00:00:00+01:00"), 18),
        (instant("2027-03-01T00:00:00+01:00"), 19),
        (instant("2028-02-29T00:00:00+01:00"), 20),
    ]


def test_a_birthday_is_announced_a_week_before_and_over_with_its_day() -> None:
    plan = plan_of(
        """
        birthday: {assign: {when: {attribute: birth_date, anniversary_within: 7d}}}
        """,
        "time_zone: Asia/Shanghai",
    )
    found = run(plan, [updated(0, birth_date="1990-05-20")], T0 + 365 * DAY)
    assert told(found.changes) == [
        (instant("2026-05-14T00:00:00+08:00") - T0, "+birthday", "True", "time"),
        (instant("2026-05-21T00:00:00+08:00") - T0, "-birthday", "None", "time"),
    ]


@pytest.mark.parametrize("said", ["20.05.1990", "1990-02-30", "19900520", "1990-W20-7", ""])
def test_a_birth_date_that_is_none_leaves_the_age_that_was_reported(said: str) -> None:
    plan = plan_of("age: {form: number, value: {attribute: age}}")
    found = run(plan, [updated(0, birth_date=said, age=41)])
    assert [change.value for change in found.changes] == [41]
    known = run(plan, [updated(0, birth_date="1990-05-20", age=41)])
    assert [change.value for change in known.changes] == [35]
