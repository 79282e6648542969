"""Events that come late, again or out of order, on the whole stream."""

import pytest

from tagger.domain.tags import TagChange, TagValue, fold
from tagger.stream.script import Advance, CrashInCommit, Drain, Rebalance
from tagger.stream.script import Step as ScriptStep
from tagger.stream.script import run as run_script
from tagger.stream.simulated import SimulatedLog
from tagger.stream.worker import Worker
from tagger.testing import (
    Crash,
    Hold,
    Release,
    Repeat,
    Report,
    Start,
    Step,
    Wait,
    browse,
    command,
    purchase,
    rules_from,
    run,
)
from tagger.workflows.pipeline import Pipeline

from .kit import START, parts, written

RULES = rules_from("""
pack: shop
currency: EUR
defaults: {owner: growth}
events:
  cart_left: {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 30m}
tags:
  today: {form: number, value: {count: {event: purchase, within: 1d}}}
  month: {form: number, value: {count: {event: purchase, within: 30d}}}
  spent: {form: number, value: {sum: {event: purchase, of: amount, within: 7d}}}
  calm: {assign: {when: {count: {event: browse, within: 1h}, lt: 1}}}
  left_a_cart: {assign: {upon: cart_left}, expires_after: 5d}
  vip: {manual: only}
""")


def told(report: Report, *tags: str) -> list[tuple[str, str, str, int]]:
    """Changes of these tags: sign and tag, value, cause, and seconds since the start."""
    signs = {"added": "+", "removed": "-", "updated": "~"}
    return [
        (signs[c.op] + c.tag, _text(c.value), c.cause, (c.effective_at - report.starts_at) // 1_000)
        for c in report.changes("ann")
        if c.tag in tags
    ]


def _text(value: TagValue | None) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def correction(report: Report, tag: str) -> TagChange:
    (change,) = [c for c in report.changes("ann", tag) if c.cause == "correction"]
    return change


def test_a_late_event_enters_every_measure_that_still_covers_it_and_no_other() -> None:
    report = run(
        RULES,
        [
            purchase("ann", amount_minor=1000),
            Wait("3d"),
            purchase("ann", ago="2d", amount_minor=500),
            Wait("1m"),
        ],
    )
    late_at = 3 * 86_400 - 2
    assert told(report, "today", "month", "spent") == [
        ("+month", "1", "event", 0),
        ("+spent", "10", "event", 0),
        ("+today", "1", "event", 0),
        ("~today", "0", "time", 86_400),
        ("~month", "2", "correction", late_at),
        ("~spent", "15", "correction", late_at),
    ]


def test_a_correction_takes_effect_at_the_clock_and_names_the_event_and_its_time() -> None:
    report = run(
        RULES, [browse("ann"), Wait("3h"), browse("ann", ago="20m", event_id="e-7"), Wait("1m")]
    )
    change = correction(report, "calm")
    happened_at = report.at("+2h40m")
    assert change.op == "removed"
    assert change.effective_at == report.at("+3h") - 2_000, "where the clock of all stood"
    assert (change.trigger.kind, change.trigger.id, change.trigger.at) == (
        "event",
        "e-7",
        happened_at,
    )
    late = change.evidence[0]
    assert (late.condition, late.measured, late.threshold) == (
        "late event",
        happened_at,
        change.effective_at,
    )
    assert "1 came late and counted where they belong" in report.why("ann", "calm")


def test_an_event_behind_only_its_customer_s_own_last_one_is_late_too() -> None:
    report = run(RULES, [purchase("ann"), purchase("ann", ago="1s", event_id="e-7"), Wait("1m")])
    change = correction(report, "today")
    assert (change.effective_at, change.trigger.at) == (
        report.starts_at,
        report.starts_at - 1_000,
    )


def test_out_of_order_across_topics_is_not_late_while_a_topic_is_behind() -> None:
    report = run(
        RULES,
        [
            Hold("browse"),
            browse("ann", "cart_add", cart_id="k"),
            Wait("10m"),
            purchase("ann", cart_id="k"),
            Wait("2h"),
            Release("browse"),
            Wait("1m"),
        ],
    )
    assert {change.cause for change in report.changes("ann")} == {"event", "time"}
    assert report.changes("ann", "left_a_cart") == []


def test_what_a_pattern_made_stays_when_its_end_comes_late() -> None:
    begun: list[Step] = [browse("ann", "cart_add", cart_id="k"), Wait("1h")]
    late = purchase("ann", ago="50m", cart_id="k")
    report = run(RULES, [*begun, late, Wait("1m")])
    assert told(report, "left_a_cart") == [("+left_a_cart", "True", "time", 1_800)]
    assert told(report, "today")[1:] == [("~today", "1", "correction", 3_598)]


def test_what_a_late_first_starts_is_decided_in_its_time() -> None:
    late = browse("ann", "cart_add", ago="20m", cart_id="k")
    report = run(RULES, [browse("ann"), Wait("1h"), late, Wait("1h")])
    assert told(report, "left_a_cart") == [("+left_a_cart", "True", "time", 4_200)]
    over = browse("ann", "cart_add", ago="31m", cart_id="k")
    assert told(run(RULES, [browse("ann"), Wait("1h"), over, Wait("1h")]), "left_a_cart") == []


def test_a_day_that_is_written_again_changes_nothing() -> None:
    day = [
        purchase("ann", occurred_at=f"2026-03-02T{h}:00:00Z", event_id=f"e-{h}", order_id=f"o-{h}")
        for h in range(10, 20)
    ]
    written_first = [step for each in day for step in (Wait("1h"), each)]
    once = run(RULES, [*written_first, Wait("6d"), Wait("2h")])
    twice = run(RULES, [*written_first, Wait("6d"), *day, Wait("2h")])
    assert [change.id for change in twice.changes()] == [change.id for change in once.changes()]
    assert "10 came again and were left out" in twice.why("ann", "today")


FIRST = purchase("ann", event_id="e-1", order_id="o", occurred_at="2026-03-02T09:00:00Z")


@pytest.mark.parametrize("again", [Repeat("purchase", 2), FIRST])
def test_a_repeat_is_known_to_the_next_worker_too(again: Step) -> None:
    accidents: list[Step] = [Wait("1m"), Crash(), Start()]
    report = run(RULES, [FIRST, *accidents, again, *accidents, Wait("1m")])
    assert told(report, "today") == [("+today", "1", "event", 0)]


def test_an_id_that_is_used_twice_is_told_and_the_first_event_counts() -> None:
    report = run(
        RULES,
        [
            purchase("ann", event_id="e-1", amount_minor=1000),
            purchase("ann", event_id="e-1", amount_minor=700),
            purchase("ann", event_id="e-1", source="till", amount_minor=200),
            purchase("bob", event_id="e-1", amount_minor=100),
            Wait("1m"),
        ],
    )
    assert report.tags("ann")["spent"] == 12
    assert report.tags("bob")["spent"] == 1
    why = report.why("ann", "spent")
    assert "1 were left out because their ids had come with other content" in why


def test_a_command_of_a_moment_ahead_comes_before_earlier_changes() -> None:
    report = run(
        RULES,
        [
            purchase("ann"),
            Wait("1h"),
            command("ann", "assign", "vip", ago="-4m"),
            Wait("1m"),
            purchase("ann"),
            Wait("1h"),
        ],
    )
    assert told(report, "vip", "today") == [
        ("+today", "1", "event", 0),
        ("+vip", "True", "manual", 3_840),
        ("~today", "2", "event", 3_660),
    ]
    changes = report.changes("ann")
    assert [c.sequence for c in changes] == list(range(1, len(changes) + 1))
    current = None
    for change in changes:
        current = fold(current, change)
    assert current is not None
    assert {name: tag.value for name, tag in current.tags.items()} == report.tags("ann")


def test_a_customer_first_heard_of_by_a_command_of_a_moment_ahead_is_known_from_events_on() -> None:
    ahead = [command("ann", "assign", "vip", ago="-4m"), Wait("1m"), purchase("ann"), Wait("1h")]
    report = run(RULES, ahead)
    assert told(report, "vip", "today", "calm") == [
        ("+calm", "True", "event", 240),
        ("+today", "0", "event", 240),
        ("+vip", "True", "manual", 240),
        ("~today", "1", "event", 60),
    ]


COUNTED = rules_from("""
pack: shop
currency: EUR
defaults: {owner: growth}
tags:
  busy: {assign: {when: {count: {event: purchase, within: 10s}, gte: 2}}}
""")


def test_what_a_worker_reads_again_is_no_repeat_of_a_producer() -> None:
    shared = parts(Pipeline(COUNTED))
    records = [written("purchase", f"p-{n}", "c", 60_000 + n) for n in range(3)]
    script = [
        *(Rebalance({0: "a"}), CrashInCommit("a", "between"), Advance(60_000), *records),
        *(Drain(rounds=3), Rebalance({0: "b"}), Drain(rounds=3)),
    ]
    log = SimulatedLog(partitions=1, now=START, transactional=False)
    run_script(script, log, lambda port: Worker(port, shared))
    value = shared.telemetry.registry.get_sample_value
    assert value("tagger_rereads_total", {"type": "purchase"}) == 3
    assert value("tagger_events_total", {"type": "purchase", "verdict": "duplicate"}) is None


def test_metrics_tell_what_became_of_events_and_how_many_corrections_there_were() -> None:
    shared = parts(Pipeline(COUNTED))
    records: list[ScriptStep] = [
        written("purchase", "p-1", "c", 60_000),
        written("purchase", "p-1", "c", 60_000),
        written("purchase", "p-1", "c", 60_001),
        written("purchase", "p-2", "c", 52_000, lag=8_000),
        written("purchase", "p-3", "c", 49_000, lag=11_000),
        written("purchase", "p-4", "c", 48_000, lag=12_000),
    ]
    no_measure = written("browse", "b-1", "c", 59_999, lag=10_000)
    begin = [Rebalance({0: "a"}), Drain(rounds=3), Advance(60_000)]
    script = [*begin, *records, Drain(rounds=3), no_measure, Drain(rounds=3)]
    log = SimulatedLog(partitions=1, now=START)
    run_script(script, log, lambda port: Worker(port, shared))

    def count(name: str, **labels: str) -> float | None:
        return shared.telemetry.registry.get_sample_value(f"tagger_{name}_total", labels)

    verdicts = ("applied", "late", "too_late", "duplicate", "conflicting")
    found = [count("events", type="purchase", verdict=verdict) for verdict in verdicts]
    assert found == [1, 1, 2, 1, 1]
    assert count("events", type="browse", verdict="too_late") == 1
    assert count("tag_changes", tag="busy", op="added", cause="correction") == 1
