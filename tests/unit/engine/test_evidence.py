"""The numbers that a change tells: what was measured, and what it was held against."""

import pytest

from tagger.domain.events import ChatMessage
from tagger.engine.profile import UNLIMITED, Profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, MINUTE, T0, bought, plan_of, run, said, updated

RECORDS: list[Input] = [
    updated(0, birth_date="1990-01-03", n=5),
    bought(0, 1000, "a", cost_minor=400, channel="web"),
    said(HOUR, "hello"),
    ChatMessage("m-2", "c-1", T0 + HOUR + 5 * MINUTE, "v-1", "outbound", "good day"),
    bought(2 * HOUR, 2050, "b", channel="shop"),
    updated(DAY, segment="go"),
]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ("{count: {event: purchase, within: 30d}, gte: 2}", (2, "gte", 2)),
        ("{sum: {event: purchase, of: amount, within: 30d}, gt: 19.99}", (30.5, "gt", 19.99)),
        ("{avg: {event: purchase, of: amount, within: 30d}, lt: 20}", (15.25, "lt", 20)),
        ("{max: {event: purchase, of: profit, within: 30d}, eq: 6}", (6, "eq", 6)),
        (
            "{distinct: {event: purchase, of: channel, this: month}, between: [2, 4]}",
            (2, "between", "[2, 4]"),
        ),
        ("{latest: {event: purchase, of: channel, ever: true}, eq: shop}", ("shop", "eq", "shop")),
        ("{interval: {event: purchase, within: 30d}, lt: 1d}", (2 * HOUR, "lt", DAY)),
        ("{response_time: {within: 30d}, lte: 5m}", (5 * MINUTE, "lte", 5 * MINUTE)),
        (
            "{since: {event: purchase}, gt: {measure: {interval: {event: purchase, within: 9d}}}}",
            (22 * HOUR, "gt", 2 * HOUR),
        ),
        (
            "{count: {event: purchase, within: 9d}, lt: {measure: {attribute: age}, times: 0.1}}",
            (2, "lt", 3.5),
        ),
        (
            "{ratio: {of: {interval: {event: purchase, within: 9d}}, to: {attribute: n}}, gt: 1m}",
            (24 * MINUTE, "gt", MINUTE),
        ),
        ("{attribute: age, gte: 35}", (35, "gte", 35)),
        (
            "{attribute: birth_date, anniversary_within: 2d}",
            ("1990-01-03", "anniversary_within", 2 * DAY),
        ),
        ("{latest: {event: chat, of: rating, ever: true}, is_set: false}", (None, "is_set", False)),
    ],
)
def test_a_change_tells_measured_value_and_threshold(
    condition: str, told: tuple[object, ...]
) -> None:
    plan = plan_of(
        f"it: {{assign: {{when: {{all: [{{attribute: segment, eq: go}}, {condition}]}}}}}}",
        "attributes: {n: {type: number}}",
    )
    changes = run(plan, RECORDS).changes
    assert [change.op for change in changes] == ["added"]
    evidence = changes[0].evidence[1]
    assert (evidence.measured, evidence.comparator, evidence.threshold) == told
    assert evidence.holds
    assert not evidence.approximate


def test_a_right_side_that_is_unset_is_told_as_such() -> None:
    plan = plan_of(
        """
        slow:
          assign:
            when:
              not:
                since: {event: purchase}
                gt: {measure: {interval: {event: purchase, within: 30d}}, times: 2}
        """
    )
    evidence = run(plan, [bought(0)]).changes[0].evidence[0]
    assert (evidence.measured, evidence.threshold, evidence.holds) == (0, None, True)


def test_values_of_another_type_than_declared_are_counted() -> None:
    plan = plan_of(
        "old: {assign: {when: {all: [{attribute: age, gte: 60}, {attribute: segment, ne: x}]}}}"
    )
    pipeline = Pipeline(plan, UNLIMITED)
    profile: Profile | None = None
    counts = []
    updates = [
        updated(0, age=61, segment="y"),
        updated(1, age="61"),
        updated(2, age=True, segment=7, unknown=1),
        updated(3, age="", segment=None),
    ]
    for update in updates:
        step = pipeline.step(profile, update, Clock(BEFORE_TIME))
        profile = step.profile
        counts.append(step.wrong_types)
    assert counts == [0, 1, 2, 0]


def test_of_a_long_text_the_beginning_is_told() -> None:
    """A customer may write very much, and a change has to fit into its topic."""
    plan = plan_of(
        "it: {assign: {when: {latest: {event: chat, of: text, ever: true}, is_set: true}}}"
    )
    (change,) = run(plan, [said(HOUR, "x" * 300_000)]).changes
    assert change.evidence[0].measured == "x" * 255 + "…"


def test_a_condition_that_is_written_twice_is_told_once() -> None:
    plan = plan_of(
        """
        it:
          assign:
            when:
              any:
                - all: [{attribute: segment, eq: go}, {attribute: age, gte: 60}]
                - all: [{attribute: segment, eq: go}, {not: {attribute: age, gte: 60}}]
        """
    )
    (change,) = run(plan, [updated(0, segment="go", age=60)]).changes
    told = [(each.condition.startswith("not: "), each.threshold) for each in change.evidence]
    assert told == [(False, "go"), (False, 60), (True, 60)]


def test_of_a_text_tag_the_values_are_told_up_to_the_one_that_holds() -> None:
    plan = plan_of(
        """
        size:
          form: text
          values:
            large: {when: {attribute: age, gte: 60}}
            middle: {when: {attribute: age, gte: 40}}
            small: {when: {attribute: age, gte: 20}}
            none: {otherwise: true}
        """
    )
    changes = run(plan, [updated(0, age=50), updated(1, age=5)]).changes
    told = [[each.threshold for each in change.evidence] for change in changes]
    assert told == [[60, 40], [60, 40, 20]]


def test_what_a_measured_threshold_comes_to_is_told_once() -> None:
    plan = plan_of(
        """
        it:
          assign:
            when:
              any:
                - {count: {event: purchase, within: 9d}, gte: 2}
                - all:
                    - {count: {event: purchase, within: 9d}, gte: 1}
                    - count: {event: purchase, within: 9d}
                      gte: {measure: {count: {event: purchase, within: 2h}}}
        """
    )
    changes = run(plan, [bought(0)]).changes
    told = [(each.measured, each.threshold) for each in changes[0].evidence]
    assert told == [(1, 2), (1, 1)]
