"""What is set by hand over every kind of life, and tags whose last day is over."""

import pytest

from tagger.engine.step import Input

from .packs import DAY, HOUR, T0, bought, comings, commanded, looked, plan_of, run

COOLING = plan_of("t: {assign: {upon: browse}, remove: {upon: purchase}, cool_down: 5h}")
KEPT = plan_of("t: {assign: {upon: browse}, remove: {upon: purchase}, keep_at_least: 10h}")
HOLDING = plan_of("t: {assign: {when: {count: {event: browse, within: 9h}, gte: 1}}, hold_for: 5h}")
ENDING = plan_of(
    """
    flag: {assign: {upon: browse}, ends_on: 2026-01-02}
    level:
      form: text
      values: {low: {otherwise: true}}
      ends_on: 2026-01-02
    seen: {form: number, value: {count: {event: browse, within: 30d}}, ends_on: 2026-01-02}
    short: {assign: {upon: browse}, expires_after: 1h, ends_on: 2026-01-02}
    by_hand: {manual: only, ends_on: 2026-01-02}
    after: {assign: {when: {tag: flag, eq: false}}}
    """
)


def test_a_value_by_hand_obeys_no_cool_down_and_starts_none() -> None:
    records: list[Input] = [
        looked(0),
        bought(HOUR),
        commanded(2 * HOUR, "assign", "t"),
        commanded(3 * HOUR, "release", "t"),
        looked(6 * HOUR),
    ]
    assert comings(run(COOLING, records).changes, "t") == [
        (0, "+", "event"),
        (HOUR, "-", "event"),
        (2 * HOUR, "+", "manual"),
        (3 * HOUR, "-", "manual"),
        (6 * HOUR, "+", "event"),
    ]


def test_keep_at_least_holds_nobody_back_who_removes_by_hand() -> None:
    records: list[Input] = [looked(0), commanded(HOUR, "remove", "t", until=T0 + 2 * HOUR)]
    assert comings(run(KEPT, records, T0 + DAY).changes, "t") == [
        (0, "+", "event"),
        (HOUR, "-", "manual"),
        (2 * HOUR, "+", "ttl"),
    ]


def test_the_rule_lives_on_under_a_value_by_hand() -> None:
    records: list[Input] = [
        commanded(0, "assign", "t"),
        looked(HOUR),
        bought(3 * HOUR),
        commanded(4 * HOUR, "release", "t"),
        bought(12 * HOUR),
    ]
    assert comings(run(KEPT, records).changes, "t") == [
        (0, "+", "manual"),
        (4 * HOUR, "~", "manual"),
        (12 * HOUR, "-", "event"),
    ], "the purchase at 3 h was lost on a flag that was kept"


def test_a_hold_counts_on_under_a_removal_by_hand() -> None:
    records: list[Input] = [looked(0), commanded(HOUR, "remove", "t", until=T0 + 7 * HOUR)]
    found = comings(run(HOLDING, records, T0 + DAY).changes, "t")
    assert found == [(7 * HOUR, "+", "ttl"), (9 * HOUR, "-", "time")]


def test_a_removal_by_hand_of_what_no_rule_holds_yet_stops_nothing() -> None:
    records: list[Input] = [looked(0), commanded(HOUR, "remove", "t")]
    found = comings(run(HOLDING, records, T0 + DAY).changes, "t")
    assert found == [(5 * HOUR, "+", "time"), (9 * HOUR, "-", "time")]


@pytest.mark.parametrize("tag", ["flag", "level", "seen"])
def test_from_the_day_after_its_last_on_no_form_is_held(tag: str) -> None:
    changes = run(ENDING, [looked(0), looked(3 * DAY)]).changes
    own = [change for change in changes if change.tag == tag]
    assert [(change.effective_at - T0, change.op, change.cause) for change in own] == [
        (0, "added", "event"),
        (2 * DAY, "removed", "ttl"),
    ]
    assert own[0].expires_at == T0 + 2 * DAY
    assert own[1].evidence[0].condition == "end of validity"


def test_the_earlier_of_expiry_and_last_day_is_told() -> None:
    short = [each for each in run(ENDING, [looked(0)]).changes if each.tag == "short"]
    assert short[0].expires_at == T0 + HOUR
    late = [each for each in run(ENDING, [looked(2 * DAY - 1)]).changes if each.tag == "short"]
    assert late[0].expires_at == T0 + 2 * DAY


def test_the_last_day_ends_a_value_by_hand_whatever_its_until() -> None:
    assigned = commanded(HOUR, "assign", "by_hand", until=T0 + 9 * DAY)
    changes = run(ENDING, [looked(0), assigned], T0 + 9 * DAY).changes
    own = [change for change in changes if change.tag == "by_hand"]
    assert [(change.effective_at - T0, change.op, change.cause) for change in own] == [
        (HOUR, "added", "manual"),
        (2 * DAY, "removed", "ttl"),
    ]
    assert own[0].expires_at == T0 + 2 * DAY


def test_what_asks_about_a_tag_hears_of_its_end() -> None:
    found = comings(run(ENDING, [looked(0)], T0 + 3 * DAY).changes, "after")
    assert found == [(2 * DAY, "+", "time")]


@pytest.mark.parametrize(
    ("at", "op", "code"),
    [
        (2 * DAY - 1, "assign", "done"),
        (2 * DAY, "assign", "tag-ended"),
        (2 * DAY, "remove", "unchanged"),
        (2 * DAY, "release", "unchanged"),
    ],
)
def test_nobody_assigns_a_tag_whose_last_day_is_over(at: int, op: str, code: str) -> None:
    outcomes = run(ENDING, [looked(0), commanded(at, op, "by_hand")]).outcomes  # type: ignore[arg-type]
    assert [outcome.code for outcome in outcomes] == [code]


def test_after_its_end_a_tag_costs_no_deadline() -> None:
    profile = run(ENDING, [looked(0)], T0 + 2 * DAY).profiles["c-1"]
    assert profile.deadline is None
