"""What a pack that has no errors says, as the authoring models hold it."""

from decimal import Decimal

import pytest

from tagger.domain.times import UNIT_MS
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    AllOf,
    AtLeast,
    Compare,
    Condition,
    Named,
    Not,
    Selector,
    Since,
    TagRule,
    TagValueOf,
    UnlessPattern,
    Window,
)

from .folders import HEAD, pack_of

DAY_MS = UNIT_MS["d"]


def condition_of(text: str, more: str = "") -> Condition:
    return pack_of(f"{HEAD}conditions:\n  c: {text}\n{more}").conditions[0].condition


def tag_of(text: str, more: str = "") -> TagRule:
    return pack_of(f"{HEAD}tags:\n  t: {text}\n{more}").tags[0]


@pytest.mark.parametrize(
    ("window", "read"),
    [
        ("within: 30d", Window(30 * DAY_MS)),
        ("within: 1d12h", Window(DAY_MS * 3 // 2)),
        ("within: 2w, ago: 1w", Window(14 * DAY_MS, 7 * DAY_MS)),
        ("ever: true", Window(None)),
    ],
)
def test_windows(window: str, read: Window) -> None:
    compare = condition_of(f"{{count: {{event: chat, {window}}}, gte: 1}}")
    assert isinstance(compare, Compare)
    assert isinstance(compare.measure, Aggregate)
    assert compare.measure.window == read


def test_money_keeps_the_number_of_its_author() -> None:
    compare = condition_of("{sum: {event: purchase, of: amount, within: 1d}, gte: 19.990}")
    assert isinstance(compare, Compare)
    assert compare.operand.values == (Decimal("19.990"),)
    assert isinstance(compare.operand.values[0], Decimal)
    assert isinstance(compare.measure, Aggregate)
    assert compare.measure.refunds == "by_order"


def test_times_are_compared_in_milliseconds() -> None:
    compare = condition_of("{since_first: {event: [chat, purchase]}, between: [1d, 2d]}")
    assert isinstance(compare, Compare)
    assert compare.operand.values == (DAY_MS, 2 * DAY_MS)
    assert compare.operand.is_duration
    assert isinstance(compare.measure, Since)
    assert compare.measure.first
    assert compare.measure.selector.events == ("chat", "purchase")


def test_two_comparators_of_one_measure_must_both_hold() -> None:
    both = condition_of("{count: {event: chat, within: 1d}, gte: 1, lt: 5}")
    assert isinstance(both, AllOf)
    assert [c.comparator for c in both.of if isinstance(c, Compare)] == ["gte", "lt"]


def test_a_list_name_stands_for_its_members() -> None:
    lists = "lists: {cities: [Beijing, Shanghai]}\n"
    compare = condition_of("{attribute: city, in: cities}", lists)
    assert isinstance(compare, Compare)
    assert compare.operand.values == ("Beijing", "Shanghai")
    assert compare.operand.list_name == "cities"


def test_declared_attributes_have_their_type() -> None:
    attributes = "attributes: {points: {type: number}}\n"
    compare = condition_of("{attribute: points, gte: 2.5}", attributes)
    assert isinstance(compare, Compare)
    assert compare.operand.values == (Decimal("2.5"),)


def test_logic_is_read_as_it_is_written() -> None:
    condition = condition_of(
        "{at_least: {of: [{condition: d}, {not: {absent: {event: chat, within: 1d}}}], gte: 2}}",
        "  d: {absent: {event: browse, within: 2d, include_new: true}}\n",
    )
    assert isinstance(condition, AtLeast)
    assert (condition.comparator, condition.operand.values) == ("gte", (2,))
    named, negated = condition.of
    assert isinstance(named, Named)
    assert isinstance(negated, Not)
    assert isinstance(negated.of, Absent)
    assert not negated.of.include_new


def test_a_flag_without_comparator_means_that_it_is_held() -> None:
    other = "  u: {assign: {when: {tag: t}}}\n"
    pack = pack_of(f"{HEAD}tags:\n  t: {{manual: only}}\n{other}")
    clause = pack.tags[1].assign
    assert clause is not None
    assert isinstance(clause.when, Compare)
    assert clause.when.measure == TagValueOf("t", clause.when.measure.at)
    assert (clause.when.comparator, clause.when.operand.values) == ("eq", (True,))


def test_where_takes_bare_values_tests_and_lines() -> None:
    event = (
        "{event: purchase, where: {channel: web, amount: {gte: 5, lt: 9.5}, any_line: {brand: x}}}"
    )
    definition = pack_of(f"{HEAD}events:\n  e: {event}\n").events[0].definition
    assert isinstance(definition, Selector)
    assert definition.where is not None
    tests = [(t.field, t.comparator, t.operand.values) for t in definition.where.tests]
    assert tests == [
        ("channel", "eq", ("web",)),
        ("amount", "gte", (5,)),
        ("amount", "lt", (Decimal("9.5"),)),
    ]
    assert [t.field for t in definition.where.any_line] == ["brand"]


def test_a_named_event_has_the_fields_of_what_it_is_made_of() -> None:
    pack = pack_of(
        f"{HEAD}events:\n"
        "  left: {first: {event: cart_add}, unless: purchase, by: cart_id, within: 30m}\n"
        "  left_shoes: {event: left, where: {category: shoes}}\n"
    )
    pattern, narrowed = (event.definition for event in pack.events)
    assert isinstance(pattern, UnlessPattern)
    assert (pattern.by, pattern.within_ms) == ("cart_id", 30 * UNIT_MS["m"])
    assert isinstance(narrowed, Selector)


@pytest.mark.parametrize("upon", ["chat", "[chat, purchase]", "{event: chat}"])
def test_upon_takes_a_name_several_or_a_filter(upon: str) -> None:
    clause = tag_of(f"{{assign: {{upon: {upon}}}, expires_after: 1d}}").assign
    assert clause is not None
    assert clause.upon is not None
    assert clause.upon.events[0] == "chat"


def test_defaults_hold_where_a_tag_says_nothing_else() -> None:
    pack = pack_of(
        "pack: p\n"
        "defaults: {owner: growth, layer: extended, status: experimental, manual_roles: [agent]}\n"
        "tags:\n"
        "  a: {manual: only}\n"
        "  b: {manual: only, owner: sales, layer: core, status: stable, manual_roles: [boss]}\n"
    )
    read = [(t.owner, t.layer, t.status, t.manual_roles) for t in pack.tags]
    assert read == [
        ("growth", "extended", "experimental", ("agent",)),
        ("sales", "core", "stable", ("boss",)),
    ]


def test_a_number_over_time_has_its_step() -> None:
    tag = tag_of("{form: number, value: {since: {event: chat}}, step: 1d}")
    assert isinstance(tag.value, Since)
    assert tag.step_ms == DAY_MS


@pytest.mark.parametrize(
    "tag",
    [
        "{assign: {when: {count: {event: chat, ever: true}, gte: 1}}, sticky: true}",
        "{assign: {when: {count: {event: chat, ever: true}, lt: 5}}}",
        "{assign: {when: {not: {count: {event: chat, ever: true}, gte: 5}}}}",
        "{assign: {when: {sum: {event: purchase, of: amount, ever: true}, gte: 5}}}",
        "{assign: {when: {since: {event: chat}, gte: 5d}}}",
        "{assign: {when: {all: [{count: {event: chat, ever: true}, gte: 1}, {tag: other}]}}}",
        "{assign: {upon: chat}, remove: {upon: purchase}}",
        "{assign: {upon: chat}, expires_after: 3d, renew: true}",
        "{form: text, manual: only}",
    ],
)
def test_tags_whose_end_is_said_or_follows(tag: str) -> None:
    assert tag_of(tag, "  other: {manual: only}\n").name == "t"


def test_a_workflow_has_what_its_author_left_out() -> None:
    pack = pack_of(
        f"{HEAD}tags:\n  t: {{manual: only}}\nworkflows:\n"
        "  w: {version: 2, upon: {removed: t}, active_from: 2026-01-05T09:00:00Z,\n"
        "      steps: [{sms: {template: a, parameters: {percent: 10, code: X}}}]}\n"
    )
    (workflow,) = pack.workflows
    assert (workflow.upon_op, workflow.upon_tag, workflow.status) == ("removed", "t", "active")
    assert workflow.max_age_ms == UNIT_MS["h"]
    assert workflow.active_from == 1_767_603_600_000
    assert workflow.steps[0].parameters == {"percent": "10", "code": "X"}


@pytest.mark.parametrize("name", ["vip", "高价值", "größe-2", "सक्रिय", "a_b", "2024"])
def test_names_are_letters_of_any_script_and_digits(name: str) -> None:
    assert pack_of(f"pack: p\ntags:\n  {name}: {{manual: only}}\n").tags[0].name == name
