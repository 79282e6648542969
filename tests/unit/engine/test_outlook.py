"""Until when a tag stays as it is if nothing happens."""

import pytest

from tagger.domain.tags import TagValue
from tagger.engine.explain import Explanation, explain
from tagger.engine.profile import UNLIMITED
from tagger.engine.step import Input
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, T0, bought, looked, plan_of, run

NOISE = "hours: {form: number, value: {since: {event: purchase}}, step: 1h}\n"
EVENTS = """
events:
  left: {first: cart_add, unless: purchase, by: cart_id, within: 30m}
"""
TAGS = {
    "gone": "gone: {assign: {when: {since: {event: purchase}, gt: 3650d}}}",
    "after": "base: {assign: {when: {absent: {event: purchase, within: 9d}}}}\n"
    "after: {assign: {when: {tag: base}}, hold_for: 2d}",
    "coupon": "coupon: {assign: {upon: left}, expires_after: 7d}",
    "recent": "recent: {assign: {when: {count: {event: left, within: 5d}, gte: 1}}}",
    "band": "band: {form: text, values: {new: {when: {count: {event: purchase, within: 4d},"
    " gte: 1}}, old: {otherwise: true}}}",
    "ever": "ever: {sticky: true, assign: {upon: purchase}}",
}
RECORDS: list[Input] = [bought(0), looked(HOUR, "cart_add", "k")]


def outlook(plan: Plan, tag: str, at: int) -> Explanation:
    profile = run(plan, RECORDS, T0 + at).profiles["c-1"]
    return explain(Pipeline(plan, UNLIMITED).engine, profile, tag, T0 + at)


def next_change(plan: Plan, tag: str, at: int) -> tuple[int, TagValue | None] | None:
    """What a replay of twenty years says."""
    later = run(plan, RECORDS, T0 + 7300 * DAY).changes
    found = (each for each in later if each.tag == tag and each.effective_at > T0 + at)
    first = next(found, None)
    return None if first is None else (first.effective_at, first.value)


@pytest.mark.parametrize("at", [HOUR, HOUR + 1, 2 * HOUR, 6 * DAY, 12 * DAY])
@pytest.mark.parametrize("tag", TAGS)
def test_the_outlook_is_what_time_brings(tag: str, at: int) -> None:
    plan = plan_of("\n".join(TAGS.values()), EVENTS)
    explained = outlook(plan, tag, at)
    expected = next_change(plan, tag, at)
    found = None if explained.until is None else (explained.until, explained.then)
    assert found == expected
    assert explained.unchanged_to is None


@pytest.mark.parametrize("tag", ["gone", "after"])
def test_other_tags_that_change_every_hour_are_not_waited_for(tag: str) -> None:
    quiet = outlook(plan_of(TAGS[tag]), tag, 2 * HOUR)
    noisy = outlook(plan_of(NOISE + TAGS[tag]), tag, 2 * HOUR)
    assert noisy.until is not None
    assert (noisy.until, noisy.then) == (quiet.until, quiet.then)


def test_what_is_not_looked_for_to_its_end_is_told_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tagger.engine.outlook._MOST_STEPS", 300)
    slow = "gone: {assign: {when: {tag: hours, gt: 3650d}}}"
    explained = outlook(plan_of(NOISE + slow), "gone", 2 * HOUR)
    assert (explained.until, explained.then) == (None, None)
    assert explained.unchanged_to == T0 + 302 * HOUR
