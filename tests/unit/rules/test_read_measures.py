"""What measures, right sides, patterns and lives say, as the authoring models hold it."""

from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from tagger.domain.times import UNIT_MS
from tagger.rules.syntax import (
    Aggregate,
    AggregateKind,
    AttributeValueOf,
    ChainPattern,
    Compare,
    Measure,
    Period,
    Ratio,
    Refunds,
    ResponseTime,
    Selector,
    Since,
    TagAge,
    Window,
)

from .folders import HEAD, pack_of

DAY_MS = UNIT_MS["d"]
TAGS = "tags:\n  held: {manual: only}\n"


def compare_of(text: str) -> Compare:
    condition = pack_of(f"{HEAD}{TAGS}conditions:\n  c: {text}\n").conditions[0].condition
    assert isinstance(condition, Compare)
    return condition


def measure_of(text: str) -> Measure:
    return compare_of(f"{{{text}, is_set: true}}").measure


def aggregate_of(text: str) -> Aggregate:
    measure = measure_of(text)
    assert isinstance(measure, Aggregate)
    return measure


@pytest.mark.parametrize("period", get_args(Period))
def test_calendar_windows(period: Period) -> None:
    this = aggregate_of(f"count: {{event: chat, this: {period}}}")
    previous = aggregate_of(f"count: {{event: chat, previous: {period}}}")
    assert this.window == Window(None, period=period)
    assert previous.window == Window(None, period=period, periods_ago=1)


@pytest.mark.parametrize(
    ("text", "kind", "of", "refunds"),
    [
        ("sum: {event: purchase, of: profit, within: 9d}", "sum", "profit", "by_order"),
        (
            "avg: {event: purchase, of: amount, within: 9d, refunds: by_date}",
            "avg",
            "amount",
            "by_date",
        ),
        ("min: {event: chat, of: rating, within: 9d}", "min", "rating", "by_order"),
        (
            "max: {event: purchase, of: profit, within: 9d, refunds: ignore}",
            "max",
            "profit",
            "ignore",
        ),
        ("distinct: {event: purchase, of: brand, within: 9d}", "distinct", "brand", "by_order"),
        ("distinct: {event: profile, of: week, within: 9d}", "distinct", "week", "by_order"),
        (
            "distinct: {event: [purchase, chat], of: channel, within: 9d}",
            "distinct",
            "channel",
            "by_order",
        ),
        ("earliest: {event: chat, of: text, within: 9d}", "earliest", "text", "by_order"),
        ("latest: {event: purchase, of: quantity, within: 9d}", "latest", "quantity", "by_order"),
        ("interval: {event: browse, within: 9d}", "interval", None, "by_order"),
    ],
)
def test_aggregates(text: str, kind: AggregateKind, of: str | None, refunds: Refunds) -> None:
    aggregate = aggregate_of(text)
    assert (aggregate.kind, aggregate.of, aggregate.refunds) == (kind, of, refunds)
    assert aggregate.window == Window(9 * DAY_MS)


@pytest.mark.parametrize(
    ("window", "read"),
    [
        ("", Window(None)),
        (", ever: true", Window(None)),
        (", within: 9d, ago: 1d", Window(9 * DAY_MS, DAY_MS)),
        (", previous: week", Window(None, period="week", periods_ago=1)),
    ],
)
def test_since_looks_at_all_history_unless_a_window_is_named(window: str, read: Window) -> None:
    for word in ("since", "since_first"):
        since = measure_of(f"{word}: {{event: chat{window}}}")
        assert isinstance(since, Since)
        assert (since.window, since.first) == (read, word == "since_first")


def test_response_time_is_the_staff_s_when_nothing_is_said() -> None:
    agent = measure_of("response_time: {within: 30d}")
    customer = measure_of("response_time: {of: customer, this: month}")
    assert isinstance(agent, ResponseTime)
    assert isinstance(customer, ResponseTime)
    assert (agent.of, agent.window) == ("agent", Window(30 * DAY_MS))
    assert (customer.of, customer.window) == ("customer", Window(None, period="month"))


def test_a_ratio_may_have_ratios_in_it() -> None:
    count = "{count: {event: chat, within: 1d}}"
    ratio = measure_of(f"ratio: {{of: {{ratio: {{of: {count}, to: {count}}}}}, to: {count}}}")
    assert isinstance(ratio, Ratio)
    assert isinstance(ratio.of, Ratio)
    assert isinstance(ratio.to, Aggregate)


def test_how_long_a_tag_has_been_held_is_compared_with_a_time() -> None:
    compare = compare_of("{tag_age: held, gt: 30d}")
    assert isinstance(compare.measure, TagAge)
    assert compare.measure.name == "held"
    assert (compare.operand.values, compare.operand.is_duration) == ((30 * DAY_MS,), True)


def test_a_right_side_may_be_a_measure_times_a_number() -> None:
    interval = "{interval: {event: purchase, within: 90d}}"
    operand = compare_of(f"{{since: {{event: purchase}}, gt: {{measure: {interval}}}}}").operand
    assert isinstance(operand.measure, Aggregate)
    assert (operand.values, operand.times, operand.is_duration) == ((), 1, True)
    right = f"{{measure: {interval}, times: 1.50}}"
    operand = compare_of(f"{{since: {{event: purchase}}, lt: {right}}}").operand
    assert operand.times == Decimal("1.50")


def test_the_other_comparators() -> None:
    near = compare_of("{attribute: birth_date, anniversary_within: 1w}")
    assert (near.comparator, near.operand.values) == ("anniversary_within", (7 * DAY_MS,))
    found = compare_of('{attribute: city, matches: "(?i)^new "}')
    assert (found.comparator, found.operand.values) == ("matches", ("(?i)^new ",))
    aged = compare_of("{attribute: age, between: [18, 26]}")
    assert aged.measure == AttributeValueOf("age", aged.measure.at)
    assert aged.operand.values == (18, 26)


def test_a_filter_can_ask_for_the_clock() -> None:
    where = "{hour: {gte: 22}, weekday: {in: [sat, sun]}, profit: {lt: 0}}"
    chosen = aggregate_of(f"count: {{event: purchase, where: {where}, within: 1d}}").selector
    assert chosen.where is not None
    assert [(test.field, test.operand.values) for test in chosen.where.tests] == [
        ("hour", (22,)),
        ("weekday", ("sat", "sun")),
        ("profit", (0,)),
    ]


@pytest.mark.parametrize(
    ("pattern", "steps"),
    [
        ("{first: cart_add, then: purchase, by: cart_id, within: 1h}", ["cart_add", "purchase"]),
        (
            "{steps: [cart_add, [search, click], {event: cart_remove}], by: cart_id, within: 1h}",
            ["cart_add", "search click", "cart_remove"],
        ),
    ],
)
def test_chains(pattern: str, steps: list[str]) -> None:
    chain = pack_of(f"{HEAD}events:\n  e: {pattern}\n").events[0].definition
    assert isinstance(chain, ChainPattern)
    assert [" ".join(step.events) for step in chain.steps] == steps
    assert (chain.by, chain.within_ms) == ("cart_id", UNIT_MS["h"])


def test_a_pattern_s_events_may_be_filtered() -> None:
    first = "{event: chat, where: {direction: inbound}}"
    pattern = f"{{steps: [{first}, purchase], within: 1d}}"
    chain = pack_of(f"{HEAD}events:\n  e: {pattern}\n").events[0].definition
    assert isinstance(chain, ChainPattern)
    assert isinstance(chain.steps[0], Selector)
    assert chain.steps[0].where is not None


def test_the_whole_life_of_a_flag() -> None:
    life = (
        "hold_for: 10m, keep_at_least: 7d, cool_down: 1d, expires_after: 30d, ends_on: 2026-12-31"
    )
    rule = "assign: {when: {absent: {event: chat, within: 1d}}}"
    tag = pack_of(f"{HEAD}tags:\n  t: {{{rule}, {life}}}\n").tags[0]
    assert tag.hold_for_ms == 10 * UNIT_MS["m"]
    assert (tag.keep_at_least_ms, tag.cool_down_ms) == (7 * DAY_MS, DAY_MS)
    assert (tag.expires_after_ms, tag.ends_on) == (30 * DAY_MS, date(2026, 12, 31))


def test_a_number_tag_over_another_tag_s_time_may_have_a_coarser_step() -> None:
    tags = (
        "  days: {form: number, value: {tag_age: held}, step: 1d}\n"
        "  weeks: {form: number, value: {tag: days}, step: 1w}\n"
    )
    weeks = pack_of(f"{HEAD}{TAGS}{tags}").tags[2]
    assert weeks.step_ms == 7 * DAY_MS
