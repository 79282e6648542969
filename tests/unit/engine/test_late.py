"""Late, repeated and shuffled events: counted where they belong, told as corrections."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.engine.driver import replay, tags_of
from tagger.engine.profile import UNLIMITED, Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import BEFORE_TIME, Clock, Input, Step
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, T0, bought, looked, plan_of, refunded, run, told, updated

WITHOUT_MEMORY = plan_of(
    """
    active: {assign: {when: {count: {event: purchase, within: 2d}, gte: 2}}}
    calm: {assign: {when: {count: {event: browse, within: 1d}, lt: 2}}}
    band:
      form: text
      values:
        high: {when: {sum: {event: purchase, of: amount, within: 3d}, gte: 20}}
        low: {when: {sum: {event: purchase, of: amount, within: 3d, refunds: by_date}, gt: 0}}
    spend: {form: number, value: {sum: {event: purchase, of: amount, within: 2d}}}
    quiet: {assign: {when: {absent: {event: purchase, within: 1d}}}}
    long: {assign: {when: {since_first: {event: browse}, between: [36h, 60h]}}}
    north: {assign: {when: {all: [{attribute: region, eq: north}, {tag: active}]}}}
    """
)
WITH_MEMORY = plan_of(
    """
    keen:
      assign: {when: {count: {event: browse, within: 2d}, gte: 1}}
      remove: {upon: again}
      hold_for: 12h
      keep_at_least: 1d
      cool_down: 36h
    left: {assign: {upon: quiet}, expires_after: 1d, renew: true}
    """,
    """
    events:
      again: {steps: [purchase, browse, purchase], within: 5d}
      quiet: {first: {event: browse}, unless: {event: purchase}, within: 1d}
    """,
)
PUBLISHED = frozenset(tag.name for tag in WITHOUT_MEMORY.tags)
INSTANTS = st.integers(0, 16).map(lambda step: step * 12 * HOUR)
RECORDS = st.lists(
    st.one_of(
        st.builds(bought, INSTANTS, st.sampled_from([0, 900, 2000]), st.sampled_from(["a", "b"])),
        st.builds(refunded, INSTANTS, st.sampled_from([500, 3000]), st.sampled_from(["a", "b"])),
        st.builds(looked, INSTANTS),
        st.builds(lambda at, where: updated(at, region=where), INSTANTS, st.sampled_from("ns")),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda each: each.event_id.split("[")[0],
)
thorough = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(RECORDS, st.randoms(use_true_random=False))
def test_any_order_ends_in_the_same_tags(records: list[Input], random: Random) -> None:
    until = T0 + 20 * DAY
    pipeline = Pipeline(WITHOUT_MEMORY, UNLIMITED)
    straight = replay(pipeline, records, until=until)
    shuffled = list(records)
    random.shuffle(shuffled)
    found = replay(pipeline, shuffled, until=until, as_is=True)
    for customer_id, profile in straight.profiles.items():
        expected = tags_of(profile, PUBLISHED)
        assert tags_of(found.profiles[customer_id], PUBLISHED) == expected


class Reloading:
    """A pipeline whose profiles go through their encoded form before each step."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        return self._pipeline.step(_reloaded(profile), record, clock)

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        return self._pipeline.run_deadlines(decode_profile(encode_profile(profile)), clock)


def _reloaded(profile: Profile | None) -> Profile | None:
    return None if profile is None else decode_profile(encode_profile(profile))


@thorough
@given(st.sampled_from([WITHOUT_MEMORY, WITH_MEMORY]), RECORDS)
def test_a_profile_that_was_stored_goes_on_as_if_it_had_not_been(
    plan: Plan, records: list[Input]
) -> None:
    pipeline = Pipeline(plan)
    kept = replay(pipeline, records, until=T0 + 20 * DAY)
    stored = replay(Reloading(pipeline), records, until=T0 + 20 * DAY)
    assert stored.changes == kept.changes
    assert stored.profiles == kept.profiles


@thorough
@given(RECORDS)
def test_the_same_records_give_the_same_ids_and_no_gap(records: list[Input]) -> None:
    first, again = run(WITHOUT_MEMORY, records), run(WITHOUT_MEMORY, list(records))
    assert [change.id for change in first.changes] == [change.id for change in again.changes]
    assert len({change.id for change in first.changes}) == len(first.changes)
    numbers = [0, *(change.sequence for change in first.changes)]
    assert all(after == before + 1 for before, after in pairwise(numbers))


def test_a_late_event_is_counted_where_it_belongs_and_told_as_a_correction() -> None:
    pipeline = Pipeline(WITHOUT_MEMORY)
    first = pipeline.step(None, bought(DAY), Clock(T0 + 2 * DAY))
    second = pipeline.step(first.profile, bought(DAY + HOUR), Clock(T0 + 2 * DAY))
    assert second.verdict == "late"
    assert (2 * DAY, "+active", "True", "correction") in told(second.changes)
    correction = next(change for change in second.changes if change.tag == "active")
    assert correction.trigger.at == T0 + DAY + HOUR
    assert correction.evidence[0].condition == "late event"
    assert correction.evidence[0].measured == T0 + DAY + HOUR


@pytest.mark.parametrize(
    ("condition", "oldest"),
    [
        ("{count: {event: purchase, within: 2d}, gte: 2}", 2 * DAY - 1),
        ("{since: {event: purchase, within: 2d}, gt: 1d}", 2 * DAY - 1),
        ("{sum: {event: purchase, of: amount, within: 2d, ago: 1d}, gt: 1}", 3 * DAY - 1),
        ("{count: {event: purchase, ever: true}, gte: 2}", 9 * DAY),
        ("{since: {event: purchase}, gt: 1d}", 9 * DAY),
        ("{since_first: {event: purchase}, gt: 1d}", 9 * DAY),
        ("{absent: {event: purchase, within: 1d}}", 9 * DAY),
        ("{absent: {event: chat, within: 1d}}", 9 * DAY),
        ("{count: {event: chat, within: 2d}, gte: 2}", None),
    ],
)
def test_an_event_that_no_measure_can_see_any_more_is_too_late(
    condition: str, oldest: int | None
) -> None:
    pipeline = Pipeline(plan_of(f"active: {{assign: {{when: {condition}}}, expires_after: 9d}}"))

    def verdict(age: int) -> str:
        first = pipeline.step(None, bought(10 * DAY), Clock(BEFORE_TIME))
        return pipeline.step(first.profile, bought(10 * DAY - age), Clock(BEFORE_TIME)).verdict

    if oldest is None:
        assert verdict(1) == "too_late"
    else:
        assert verdict(oldest) == "late"
        if oldest < 9 * DAY:
            assert verdict(oldest + 1) == "too_late"
