"""Of the commands on one tag the one that was issued last counts, in whatever order they come."""

from collections.abc import Sequence
from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.domain.commands import CommandOp, OutcomeCode, TagCommand
from tagger.domain.tags import TagChange
from tagger.engine.driver import replay
from tagger.engine.profile import Profile, quarantine
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import HOUR, T0, bought, plan_of, told
from .packs import commanded as command

PLAN = plan_of(
    """
    tier:
      form: text
      manual_roles: [manager]
      values:
        high: {when: {count: {event: purchase, within: 2d}, gte: 9}}
        low: {when: {count: {event: purchase, within: 2d}, gte: 8}}
    vip: {manual: only}
    warm: {assign: {when: {count: {event: purchase, within: 2d}, gte: 1}}}
    """
)


def read(
    records: Sequence[Input], plan: Plan = PLAN, before: Profile | None = None
) -> tuple[Profile | None, list[OutcomeCode], list[TagChange]]:
    """What comes of the records in the order given; the profile is written down after each."""
    pipeline, profile = Pipeline(plan), before
    codes: list[OutcomeCode] = []
    changes: list[TagChange] = []
    for record in records:
        step = pipeline.step(profile, record, Clock(BEFORE_TIME))
        changes += step.changes
        codes += [step.outcome.code] if step.outcome is not None else []
        profile = step.profile and decode_profile(encode_profile(step.profile))
    return profile, codes, changes


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (command(2, "remove", "vip"), command(1, "assign", "vip")),
        (command(2, "release", "vip"), command(1, "assign", "vip")),
        (command(2, "assign", "vip"), command(1, "remove", "vip")),
        (command(2, "assign", "vip"), command(1, "release", "vip")),
        (command(2, "assign", "tier", value="high"), command(1, "assign", "tier", value="low")),
    ],
)
def test_an_older_command_that_comes_later_changes_nothing_and_is_told_so(
    newer: TagCommand, older: TagCommand
) -> None:
    first = command(0, "assign", newer.tag, value="low" if newer.tag == "tier" else None)
    before, _, _ = read([first, newer])
    assert before is not None
    kept = encode_profile(before)
    pipeline = Pipeline(PLAN)
    step = pipeline.step(before, older, Clock(BEFORE_TIME))
    assert step.outcome is not None
    assert (step.outcome.status, step.outcome.code) == ("refused", "superseded")
    assert "issued later" in step.outcome.reason
    assert step.changes == []
    assert step.profile is not None
    assert encode_profile(step.profile) == kept


def test_of_one_instant_the_command_that_is_read_later_counts() -> None:
    records = [command(1, "assign", "vip"), command(1, "remove", "vip")]
    assert read(records)[1] == ["done", "done"]
    assert read(records[::-1])[1] == ["unchanged", "done"]


def test_commands_on_other_tags_and_of_other_customers_overtake_nothing() -> None:
    newer = command(9, "assign", "vip")
    profile, codes, _ = read([newer, command(1, "assign", "warm")])
    assert codes == ["done", "done"]
    assert profile is not None
    assert profile.commanded_at == {"vip": T0 + 9, "warm": T0 + 1}
    mine = command(1, "assign", "vip")
    others = msgspec.structs.replace(mine, customer_id="c-2")
    found = replay(Pipeline(PLAN), [newer, others, mine], as_is=True)
    assert [each.code for each in found.outcomes] == ["done", "done", "superseded"]


def test_only_a_command_that_was_carried_out_overtakes() -> None:
    refused = [
        command(9, "assign", "tier", value="middle"),
        command(9, "assign", "tier", value="high", role="agent"),
        command(9, "assign", "tier", value="high", until=T0 + 3),
        command(9, "erase", "tier"),
    ]
    first = command(0, "assign", "tier", value="low")
    older = command(1, "assign", "tier", value="high")
    profile, codes, _ = read([first, *refused, older])
    assert profile is not None
    assert (codes[-1], profile.tags["tier"].shown) == ("done", "high")


def test_a_command_that_left_nothing_to_do_overtakes_too() -> None:
    records = [command(9, "release", "vip"), command(1, "assign", "vip")]
    assert read(records)[1] == ["unchanged", "superseded"]


def test_an_overtaken_command_is_not_remembered_and_makes_nobody_older() -> None:
    older = command(-HOUR, "assign", "vip")
    profile, codes, _ = read([command(0, "release", "vip"), older, older])
    assert codes == ["unchanged", "superseded", "superseded"]
    assert profile is not None
    assert (profile.known_since, len(profile.seen)) == (T0, 1)


def test_a_command_from_long_ago_counts_where_none_on_its_tag_is_newer() -> None:
    old = command(-400 * 24 * HOUR, "assign", "vip")
    _, codes, changes = read([bought(0), old])
    assert codes == ["done"]
    assert ("+vip", "True", "manual") in [each[1:] for each in told(changes)]


def test_why_it_is_refused_otherwise_is_said_first() -> None:
    newer = command(9, "assign", "tier", value="high")
    older = command(1, "assign", "tier", value="low", role="agent")
    assert read([newer, older])[1] == ["done", "role-not-permitted"]


def test_what_is_remembered_of_a_tag_goes_with_it() -> None:
    before, _, _ = read([command(2, "assign", "vip"), command(2, "assign", "warm")])
    smaller = plan_of("warm: {assign: {when: {count: {event: purchase, within: 2d}, gte: 1}}}")
    after, _, _ = read([command(3, "release", "warm")], smaller, before)
    assert after is not None
    assert after.commanded_at == {"warm": T0 + 3}


def test_a_quarantined_customer_s_commands_are_forgotten() -> None:
    profile, _, _ = read([command(2, "assign", "vip")])
    assert profile is not None
    assert quarantine(profile).commanded_at is None


def test_a_profile_from_before_commands_were_ordered_is_read() -> None:
    profile, _, _ = read([bought(0)])
    assert profile is not None
    known = msgspec.structs.astuple(profile)
    without = known[: Profile.__struct_fields__.index("commanded_at")]
    encoded = encode_profile(profile)[:1] + msgspec.msgpack.encode(without)
    assert decode_profile(encoded) == profile
    after, codes, _ = read([command(5, "assign", "vip")], before=decode_profile(encoded))
    assert codes == ["done"]
    assert after is not None
    assert after.commanded_at == {"vip": T0 + 5}


_ops: st.SearchStrategy[tuple[CommandOp, str | None]] = st.sampled_from(
    [("assign", "high"), ("assign", "low"), ("remove", None), ("release", None)]
)
_issued = st.lists(st.tuples(st.integers(0, 5), _ops), min_size=1, max_size=8)


@given(_issued, st.randoms(use_true_random=False))
def test_in_whatever_order_commands_are_read_the_last_one_issued_stands(
    issued: list[tuple[int, tuple[CommandOp, str | None]]], random: Random
) -> None:
    commands = [
        msgspec.structs.replace(command(at, op, "tier", value=value), command_id=f"k{number}")
        for number, (at, (op, value)) in enumerate(issued)
    ]
    random.shuffle(commands)
    profile, codes, _ = read(commands)
    last_at = max(each.issued_at for each in commands)
    last = [each for each in commands if each.issued_at == last_at][-1]
    assert profile is not None
    assert profile.tags.get("tier") is None or profile.tags["tier"].shown == last.value
    assert (last.op == "assign") <= ("tier" in profile.tags)
    newest = -1
    for each, code in zip(commands, codes, strict=True):
        assert (code == "superseded") is (each.issued_at < newest)
        newest = max(newest, each.issued_at)
