"""What comes again: known for 7 days and among 4,096, whatever it is about."""

from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event
from tagger.engine.profile import Limits, Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import BEFORE_TIME, Clock, Input, Step
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, MINUTE, T0, bought, commanded, looked, plan_of, said, updated

BOUGHT = "bought: {form: number, value: {count: {event: purchase, within: 90d}}}"
PLAN = plan_of(f"{BOUGHT}\nvip: {{manual: only}}\nother: {{manual: only}}")


class Customer:
    """One customer of a pipeline whose profile goes through its encoded form after each step."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.pipeline = Pipeline(PLAN) if limits is None else Pipeline(PLAN, limits)
        self.profile: Profile | None = None

    def takes(self, record: Input, clock: int | None = None) -> Step:
        """A record comes when the clock of all stands `clock` after T0, or before everything."""
        frontier = BEFORE_TIME if clock is None else T0 + clock
        step = self.pipeline.step(self.profile, record, Clock(frontier))
        assert step.profile is not None
        self.profile = decode_profile(encode_profile(step.profile))
        return step

    @property
    def bought(self) -> float:
        assert self.profile is not None
        return float(self.profile.tags["bought"].shown or 0)


def again(at: int) -> tuple[str, float]:
    """What becomes of a purchase of day 0 that comes again `at` a later instant, and how many
    there are then."""
    customer = Customer()
    customer.takes(bought(0), 0)
    return customer.takes(bought(0), at).verdict, customer.bought


def test_a_repeat_is_known_for_seven_days_the_end_not_included() -> None:
    assert again(7 * DAY - 1) == ("duplicate", 1)
    assert again(7 * DAY) == ("late", 2)


@pytest.mark.parametrize(("others", "verdict"), [(4_095, "duplicate"), (4_096, "late")])
def test_a_repeat_is_known_among_4096_events(others: int, verdict: str) -> None:
    customer = Customer()
    step = customer.takes(bought(0), 0)
    for number in range(others):
        step = customer.pipeline.step(step.profile, looked(1 + number), Clock(BEFORE_TIME))
    customer.profile = step.profile
    assert customer.takes(bought(0)).verdict == verdict


def test_a_retry_of_an_event_that_is_long_past_is_known() -> None:
    customer = Customer()
    customer.takes(looked(40 * DAY), 40 * DAY)
    assert customer.takes(bought(0), 40 * DAY).verdict == "late"
    assert customer.takes(bought(0), 40 * DAY + MINUTE).verdict == "duplicate"
    assert customer.takes(bought(1), 41 * DAY).verdict == "late"
    assert customer.takes(bought(0), 47 * DAY - 1).verdict == "duplicate"
    assert customer.bought == 2


def test_a_day_that_is_delivered_again_counts_once() -> None:
    customer = Customer()
    day = [bought(n * HOUR) for n in range(24)]
    for event in day:
        customer.takes(event)
    verdicts = {customer.takes(event, 6 * DAY).verdict for event in day}
    assert (verdicts, customer.bought) == ({"duplicate"}, 24)


def test_a_repeat_does_not_prolong_what_is_remembered() -> None:
    customer = Customer()
    customer.takes(bought(0), 0)
    assert customer.takes(bought(0), 4 * DAY).verdict == "duplicate"
    assert customer.takes(bought(0), 8 * DAY).verdict == "late"
    assert customer.takes(bought(0), 14 * DAY).verdict == "duplicate", "taken anew on day 8"


def test_type_source_and_customer_belong_to_an_identity() -> None:
    customer = Customer()
    sale = bought(0)
    others: list[Event] = [
        msgspec.structs.replace(looked(0), event_id=sale.event_id),
        msgspec.structs.replace(said(0, "hello"), event_id=sale.event_id),
        msgspec.structs.replace(sale, source="till"),
        msgspec.structs.replace(sale, source="shop"),
    ]
    verdicts = [customer.takes(event).verdict for event in (sale, *others)]
    assert verdicts == ["applied"] * 5
    assert customer.bought == 3
    assert Customer().takes(msgspec.structs.replace(sale, customer_id="c-2")).verdict == "applied"


def test_an_identity_does_not_run_together_with_another() -> None:
    one = msgspec.structs.replace(bought(0), source="a", event_id="1b")
    other = msgspec.structs.replace(bought(0), source="a1", event_id="b")
    customer = Customer()
    assert [customer.takes(each).verdict for each in (one, other)] == ["applied", "applied"]


@pytest.mark.parametrize(
    "change", [{"amount_minor": 1}, {"kind": "refund"}, {"occurred_at": T0 + 1}, {"store_id": "s"}]
)
def test_of_two_events_with_one_id_the_first_counts_and_the_other_is_told(
    change: dict[str, object],
) -> None:
    customer = Customer()
    customer.takes(bought(0))
    step = customer.takes(msgspec.structs.replace(bought(0), **change))
    assert (step.verdict, step.changes, customer.bought) == ("conflicting", [], 1)
    assert customer.takes(bought(0)).verdict == "duplicate"
    assert customer.profile is not None
    assert (customer.profile.conflicts, customer.profile.repeats) == (1, 1)


def test_a_repeat_in_another_order_of_attributes_is_the_same_event() -> None:
    def told(*names: str) -> Input:
        return msgspec.structs.replace(updated(0), attributes=dict.fromkeys(names, 1))

    customer = Customer()
    customer.takes(told("a", "b"))
    assert customer.takes(told("b", "a")).verdict == "duplicate"


def test_a_repeat_changes_nothing_but_its_count() -> None:
    customer = Customer()
    customer.takes(bought(0))
    before = customer.profile
    step = customer.takes(bought(0), 5 * DAY)
    assert (step.changes, step.actions) == ([], [])
    assert before is not None
    assert customer.profile == msgspec.structs.replace(before, repeats=1)


def test_a_repeated_command_is_answered_and_one_with_a_taken_id_is_refused() -> None:
    customer = Customer()
    asked = commanded(0, "assign", "vip")
    answers = [
        customer.takes(each, at).outcome
        for each, at in (
            (asked, 0),
            (asked, HOUR),
            (msgspec.structs.replace(asked, tag="other"), HOUR),
            (asked, 7 * DAY),
        )
    ]
    told = [(each.status, each.code, each.at - T0) for each in answers if each is not None]
    assert told == [
        ("done", "done", 0),
        ("done", "unchanged", HOUR),
        ("refused", "id-taken", HOUR),
        ("done", "unchanged", 7 * DAY),
    ]


class Coming(NamedTuple):
    """An event of `instant` and id `name` comes when the clock of all stands at `clock`, or later,
    where it has stood before."""

    name: str
    instant: int
    clock: int


FEW = Limits(seen_events=3, seen_ms=10)
COMINGS = st.lists(
    st.builds(Coming, st.sampled_from("abcdef"), st.integers(0, 40), st.integers(0, 40)),
    max_size=30,
)


@settings(max_examples=500)
@given(COMINGS)
def test_what_is_remembered_is_what_a_list_of_all_arrivals_tells(comings: list[Coming]) -> None:
    customer = Customer(FEW)
    clock, frontier, taken = BEFORE_TIME, 0, list[tuple[str, int]]()
    for coming in comings:
        event = msgspec.structs.replace(looked(coming.instant), event_id=coming.name)
        frontier = max(frontier, coming.clock)
        came_at = max(clock, frontier, coming.instant)
        known = {name for name, at in taken[-3:] if came_at - at < 10}
        step = customer.takes(event, frontier)
        assert (step.verdict in ("duplicate", "conflicting")) == (coming.name in known)
        if coming.name not in known:
            clock = came_at
            taken = [each for each in taken if each[0] != coming.name] + [(coming.name, came_at)]


def test_text_that_no_encoding_has_is_remembered_too() -> None:
    odd = said(0, "\ud800")
    pipeline = Pipeline(PLAN)
    profile = pipeline.step(None, odd, Clock(BEFORE_TIME)).profile
    assert pipeline.step(profile, odd, Clock(BEFORE_TIME)).verdict == "duplicate"
    other = msgspec.structs.replace(odd, text="\ud801")
    assert pipeline.step(profile, other, Clock(BEFORE_TIME)).verdict == "conflicting"


def test_instants_beyond_all_calendars_are_remembered_too() -> None:
    for at in (-(2**62), 2**62):
        customer = Customer()
        event = msgspec.structs.replace(bought(0), occurred_at=at)
        assert [customer.takes(event).verdict for _ in range(2)] == ["applied", "duplicate"]
