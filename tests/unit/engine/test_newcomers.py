"""What a customer's first event brings: also tags that it does not touch, and nothing else."""

from tagger.engine.profile import UNLIMITED
from tagger.engine.step import Clock
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, T0, bought, plan_of, run, told

RULES = """
never_chatted: {assign: {when: {absent: {event: chat, within: 30d, include_new: true}}}}
few_views: {assign: {when: {count: {event: browse, within: 7d}, lt: 2}}}
mood:
  form: text
  values:
    keen: {when: {count: {event: chat, within: 7d}, gte: 3}}
    calm: {otherwise: true}
calm_one: {assign: {when: {tag: mood, eq: calm}}}
talker: {assign: {when: {count: {event: chat, within: 7d}, gte: 3}}}
grown_up: {assign: {when: {attribute: age, gte: 18}}}
waited_for:
  assign:
    when:
      not:
        any:
          - {count: {event: chat, within: 7d}, gte: 1}
          - {count: {event: browse, within: 7d}, gte: 1}
"""


def test_a_first_event_brings_what_other_events_are_missing_for() -> None:
    found = run(plan_of(RULES), [bought(0)], T0 + 40 * DAY)
    assert sorted(told(found.changes)) == [
        (0, "+calm_one", "True", "event"),
        (0, "+few_views", "True", "event"),
        (0, "+mood", "calm", "event"),
        (0, "+never_chatted", "True", "event"),
        (0, "+waited_for", "True", "event"),
    ]


def test_absence_is_counted_from_a_first_event_of_another_kind() -> None:
    plan = plan_of("quiet: {assign: {when: {absent: {event: chat, within: 30d}}}}")
    found = run(plan, [bought(0)], T0 + 40 * DAY)
    assert told(found.changes) == [(30 * DAY, "+quiet", "True", "time")]


def test_a_tag_that_nothing_touches_leaves_nothing_in_the_profile() -> None:
    event = bought(0)
    step = Pipeline(plan_of(RULES), UNLIMITED).step(None, event, Clock(event.occurred_at))
    assert step.profile is not None
    assert step.profile.tags.keys().isdisjoint({"talker", "grown_up"})
