"""Tags by hand, beside and over the rules."""

import pytest

from tagger.domain.commands import OutcomeCode, TagCommand
from tagger.engine.profile import Profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, T0, bought, plan_of, run, told
from .packs import commanded as command

PLAN = plan_of(
    """
    vip: {manual: only, manual_roles: [manager]}
    warm:
      manual: allowed
      assign: {when: {count: {event: purchase, within: 2d}, gte: 1}}
    sealed:
      manual: forbidden
      assign: {when: {count: {event: purchase, within: 2d}, gte: 1}}
    tier:
      form: text
      values:
        high: {when: {count: {event: purchase, within: 2d}, gte: 2}}
        low: {otherwise: true}
    """
)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (command(0, "assign", "vip"), "done"),
        (command(0, "assign", "vip", role="agent"), "role-not-permitted"),
        (command(0, "assign", "nobody"), "unknown-tag"),
        (command(0, "assign", "sealed"), "manual-forbidden"),
        (command(0, "assign", "vip", value="x"), "bad-value"),
        (command(0, "assign", "tier", value="middle"), "bad-value"),
        (command(0, "assign", "tier", value="high"), "done"),
        (command(0, "assign", "vip", until=T0), "until-passed"),
        (command(0, "remove", "vip"), "unchanged"),
        (command(0, "release", "vip"), "unchanged"),
        (command(0, "erase", ""), "erase-unsupported"),
    ],
)
def test_every_command_has_an_outcome(given: TagCommand, code: OutcomeCode) -> None:
    outcomes = run(PLAN, [bought(-DAY), given]).outcomes
    assert [outcome.code for outcome in outcomes] == [code]
    assert outcomes[0].status == ("done" if code in {"done", "unchanged"} else "refused")
    assert outcomes[0].reason


def test_a_refused_command_makes_nobody_known() -> None:
    found = run(PLAN, [command(0, "assign", "vip", role="agent")])
    assert (found.profiles, found.changes) == ({}, [])


def test_a_manual_value_runs_over_the_rule_until_it_is_released() -> None:
    records: list[Input] = [bought(0), command(1, "remove", "warm", until=T0 + DAY), bought(2)]
    warm = [each for each in told(run(PLAN, records, T0 + 9 * DAY).changes) if "warm" in each[1]]
    assert warm == [
        (0, "+warm", "True", "event"),
        (1, "-warm", "None", "manual"),
        (DAY, "+warm", "True", "ttl"),
        (2 * DAY + 2, "-warm", "None", "time"),
    ]


def test_a_tag_removed_by_hand_returns_only_after_its_rule_has_been_false() -> None:
    records: list[Input] = [bought(0), command(1, "remove", "warm"), bought(2), bought(5 * DAY)]
    warm = [each for each in told(run(PLAN, records, T0 + 6 * DAY).changes) if "warm" in each[1]]
    assert warm == [
        (0, "+warm", "True", "event"),
        (1, "-warm", "None", "manual"),
        (5 * DAY, "+warm", "True", "event"),
    ]


def test_release_publishes_the_rule_s_value() -> None:
    records: list[Input] = [
        bought(0),
        command(1, "assign", "tier", value="high"),
        command(2, "release", "tier"),
    ]
    tier = [change for change in run(PLAN, records).changes if change.tag == "tier"]
    assert [(change.op, change.value, change.source) for change in tier] == [
        ("added", "low", "rule"),
        ("updated", "high", "manual"),
        ("updated", "low", "rule"),
    ]
    assert tier[1].actor == "ann"


def test_a_command_never_moves_a_clock() -> None:
    pipeline = Pipeline(PLAN)
    profile = _after(pipeline, None, bought(0))
    profile = _after(pipeline, profile, command(9 * DAY, "assign", "vip"))
    assert profile.clock_at == T0
    step = pipeline.step(profile, bought(DAY), Clock(BEFORE_TIME))
    assert step.verdict == "applied"


def _after(pipeline: Pipeline, profile: Profile | None, record: Input) -> Profile:
    step = pipeline.step(profile, record, Clock(BEFORE_TIME))
    assert step.profile is not None
    return step.profile


def test_a_repeated_command_is_answered_and_changes_nothing() -> None:
    records: list[Input] = [command(0, "assign", "vip"), command(0, "assign", "vip")]
    found = run(PLAN, records)
    assert [outcome.code for outcome in found.outcomes] == ["done", "unchanged"]
    assert [change.tag for change in found.changes if change.tag == "vip"] == ["vip"]
