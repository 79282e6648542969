"""`tagger why`: what a person reads, and what a program gets."""

import json
from pathlib import Path

import pytest

from .kit import PACK, cart_add, command, events_in, lines_of, purchase, rules_in, run

HISTORY = (
    purchase("c-1", "2026-03-01T09:00:00Z"),
    purchase("c-1", "2026-03-11T09:00:00Z"),
    cart_add("c-2", "2026-03-11T10:00:00Z"),
    command("c-3", "2026-03-11T11:00:00Z", "assign", "vip", reason="a friend\u001b[2J"),
)


@pytest.fixture
def told(tmp_path: Path) -> tuple[str | Path, ...]:
    return ("--rules", rules_in(tmp_path), "--events", events_in(tmp_path, *HISTORY))


def test_a_tag_that_is_held(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-1", "active", *told, "--at", "2026-03-12T00:00:00Z")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "✓ c-1 has active"
    assert "  since 2026-03-11T09:00:00.000Z, by its rule" in lines
    assert "  if nothing happens: not held from 2026-03-31T09:00:00.000Z" in lines
    assert "  ✓ count of purchase within 30d: 2 ≥ 2" in lines
    assert "Last change  +active" in lines
    assert "  effective 2026-03-11T09:00:00.000Z" in lines
    assert "  processed 2026-03-11T09:00:00.000Z, at once" in lines
    cause = "event: event p-c-1-2026-03-11T09:00:00Z of 2026-03-11T09:00:00.000Z"
    assert f"  cause     {cause}" in lines
    assert "\x1b" not in result.stdout


def test_a_tag_that_time_took_away(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-1", "active", *told, "--at", "2026-03-31T09:00:00Z")
    lines = result.stdout.splitlines()
    assert lines[0] == "✗ c-1 does not have active"
    assert "  ✗ count of purchase within 30d: 1 ≥ 2" in lines
    assert "  stays so until something happens" in lines
    assert "Last change  -active" in lines
    assert "  cause     time: deadline active of 2026-03-31T09:00:00.000Z" in lines


def test_a_correction_says_which_event_came_how_late(told: tuple[str | Path, ...]) -> None:
    (events,) = (Path(each) for each in told if str(each).endswith(".jsonl"))
    late = lines_of([purchase("c-1", "2026-03-10T08:00:00Z")])
    events.write_bytes(events.read_bytes() + late)
    sorted_first = run("why", "c-1", "spend", *told).stdout
    assert "correction" not in sorted_first
    lines = run("why", "c-1", "spend", *told, "--as-is").stdout.splitlines()
    assert "  effective 2026-03-11T09:00:00.000Z" in lines
    event = "event p-c-1-2026-03-10T08:00:00Z of 2026-03-10T08:00:00.000Z"
    assert f"  cause     correction: {event}, 1d1h late" in lines
    assert "  ✓ late event of 2026-03-10T08:00:00.000Z, 1d1h behind the clock" in lines


def test_records_that_came_late_or_again_are_told(tmp_path: Path) -> None:
    bought = purchase("c-1", "2026-03-11T09:00:00Z")
    records = (
        bought,
        purchase("c-1", "2026-03-10T09:00:00Z"),
        purchase("c-1", "2025-01-01T09:00:00Z"),
        purchase("c-1", "2025-01-02T09:00:00Z"),
        bought,
        bought,
        bought | {"amount_minor": 1},
    )
    told = ("--rules", rules_in(tmp_path, COUNTING), "--events", events_in(tmp_path, *records))
    as_is = run("why", "c-1", "bought", *told, "--as-is")
    assert as_is.stdout.splitlines()[-5:] == [
        "Of all records of the customer",
        "  1 came late and counted where they belong",
        "  2 came too late for any rule",
        "  2 came again and were left out",
        "  1 were left out because their ids had come with other content",
    ]
    in_order = run("why", "c-1", "bought", *told, "--json")
    arrivals = json.loads(in_order.stdout)["arrivals"]
    assert arrivals == {"late": 0, "too_late": 0, "repeats": 2, "conflicts": 1}


COUNTING = """\
pack: shop
defaults: {owner: growth}
tags:
  bought:
    form: number
    value: {count: {event: purchase, within: 30d}}
"""


def test_durations_are_written_as_in_rules(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-1", "dormant", *told, "--at", "2026-03-12T10:30:00Z")
    lines = result.stdout.splitlines()
    assert lines[0] == "✗ c-1 does not have dormant"
    assert "  ✗ any of" in lines
    assert "    ✗ time since the last purchase: 1d1h30m > 30d" in lines
    assert any(line.endswith(": quiet for 11d1h30m") for line in lines)
    assert "  if nothing happens: held from 2026-04-10T09:00:00.001Z" in lines
    assert lines[-1] == "The tag has never changed."


def test_money_is_in_major_units(told: tuple[str | Path, ...]) -> None:
    band = run("why", "c-1", "band", *told).stdout.splitlines()
    assert band[0] == "✓ c-1 has band = high"
    assert "  ✓ sum of amount of purchase within 90d: 120 ≥ 100" in band
    assert "  if nothing happens: low from 2026-05-30T09:00:00.000Z" in band
    spend = run("why", "c-1", "spend", *told, "--at", "2026-03-02T00:00:00Z").stdout.splitlines()
    assert spend[0] == "✓ c-1 has spend = 60"


def test_a_derived_event_and_its_expiry(told: tuple[str | Path, ...]) -> None:
    before = ("why", "c-2", "abandoned_cart", *told, "--at", "2026-03-11T10:29:59.999Z")
    lines = run(*before).stdout.splitlines()
    assert lines[0] == "✗ c-2 does not have abandoned_cart"
    assert "assign upon cart_abandoned" in lines
    assert "  if nothing happens: held from 2026-03-11T10:30:00.000Z" in lines
    lines = run(
        "why", "c-2", "abandoned_cart", *told, "--at", "2026-03-12T00:00:00Z"
    ).stdout.splitlines()
    assert "  expires at 2026-03-18T10:30:00.000Z" in lines
    assert "  ✓ cart_abandoned at 2026-03-11T10:30:00.000Z" in lines


def test_a_tag_set_by_hand_names_who_and_why_without_steering_the_terminal(
    told: tuple[str | Path, ...],
) -> None:
    lines = run("why", "c-3", "vip", *told).stdout.splitlines()
    assert "  set by hand; its rule says not held" in lines
    assert "  actor     ann: a friend\\x1b[2J" in lines


def test_an_experimental_tag_is_explained_too(told: tuple[str | Path, ...]) -> None:
    lines = run("why", "c-2", "trial", *told).stdout.splitlines()
    assert lines[0] == "✓ c-2 has trial"
    assert "Last change  +trial" in lines


def test_json_says_the_same(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-1", "active", *told, "--at", "2026-03-12T00:00:00Z", "--json")
    answer = json.loads(result.stdout)
    assert (answer["value"], answer["then"]) == (True, None)
    assert answer["at"] == "2026-03-12T00:00:00.000Z"
    assert answer["since"] == "2026-03-11T09:00:00.000Z"
    assert answer["until"] == "2026-03-31T09:00:00.000Z"
    (clause,) = answer["clauses"]
    assert clause["reason"]["evidence"]["measured"] == 2
    assert answer["last_change"]["effective_at"] == "2026-03-11T09:00:00.000Z"
    never = run("why", "c-1", "abandoned_cart", *told, "--json")
    assert json.loads(never.stdout)["last_change"] is None


def test_an_unknown_customer_is_1_with_the_nearest_names(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-11", "active", *told)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "'c-11' is in none of the event files. Did you mean c-1?" in result.stderr


def test_a_customer_of_later_is_not_known_yet(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-2", "active", *told, "--at", "2026-03-11T09:59:59Z")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the first record is of 2026-03-11T10:00:00.000Z" in result.stderr


def test_a_customer_with_nothing_but_a_refused_command_is_not_known(tmp_path: Path) -> None:
    events = events_in(tmp_path, command("c-5", "2026-03-11T11:00:00Z", "assign", "nothing"))
    result = run("why", "c-5", "vip", "--rules", rules_in(tmp_path), "--events", events)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no record was accepted" in result.stderr


def test_an_unknown_tag_is_2_with_the_nearest_names(told: tuple[str | Path, ...]) -> None:
    result = run("why", "c-1", "activ", *told)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'activ'. Did you mean active?" in result.stderr
    assert "abandoned_cart, active" in run("why", "c-1", "zzz", *told).stderr


def test_bad_lines_are_told_beside_the_answer(tmp_path: Path) -> None:
    events = events_in(tmp_path, *HISTORY, {"type": "chat"})
    result = run("why", "c-1", "active", "--rules", rules_in(tmp_path), "--events", events)
    assert result.exit_code == 1
    assert f"{events}:5 missing-field " in result.stderr
    assert result.stdout.startswith("✓ c-1 has active")


def test_a_number_of_conditions(tmp_path: Path) -> None:
    pack = PACK + (
        "  two_of_three:\n"
        "    title: {en: Two}\n"
        "    assign: {when: {at_least: {of: [{condition: a}, {condition: b}], gte: 2}}}\n"
    )
    head, tail = pack.split("workflows:")
    tag = tail[tail.index("  two_of_three") :]
    rules = rules_in(
        tmp_path,
        head.replace("tags:\n", f"{CONDITIONS}tags:\n{tag}", 1),
    )
    events = events_in(tmp_path, *HISTORY)
    lines = run(
        "why", "c-1", "two_of_three", "--rules", rules, "--events", events
    ).stdout.splitlines()
    assert "  ✗ 1 of 2 conditions hold" in lines
    assert "    ✓ count of purchase within 30d: 2 ≥ 1" in lines


CONDITIONS = """\
conditions:
  a: {count: {event: purchase, within: 30d}, gte: 1}
  b: {not: {count: {event: purchase, within: 30d}, gte: 1}}
"""


LASTING = """\
pack: shop
defaults: {owner: growth}
tags:
  kept:
    assign: {when: {count: {event: browse, within: 1d}, lt: 1}}
    keep_at_least: 7d
  waits:
    assign: {when: {count: {event: purchase, within: 30d}, gte: 2}}
    hold_for: 10m
"""


def test_what_would_change_it_says_when_and_for_how_long(tmp_path: Path) -> None:
    events = events_in(tmp_path, purchase("c-1", "2026-03-01T09:00:00Z"))
    told = ("--rules", rules_in(tmp_path, LASTING), "--events", events)
    kept = run("why", "c-1", "kept", *told).stdout.splitlines()
    heading = "What would change it, all else equal"
    assert f"{heading}, but not before 2026-03-08T09:00:00.000Z" in kept
    assert "  not held if count of browse within 1d reaches 1 (now 0)" in kept
    waits = run("why", "c-1", "waits", *told).stdout.splitlines()
    assert heading in waits
    need = "count of purchase within 30d reaches 2 (now 1)"
    assert f"  held if {need}, for 10m without a break" in waits
