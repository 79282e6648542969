"""What would change a tag: that it does change it, and that it is the least."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.domain.tags import TagValue
from tagger.engine.explain import Explanation, explain
from tagger.engine.needs import Need
from tagger.engine.profile import UNLIMITED
from tagger.engine.step import Input
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, MINUTE, T0, bought, plan_of, run, said, updated

ATTRIBUTES = "attributes: {a: {type: number}, b: {type: number}, c: {type: text}}"
NUMBERS = st.integers(-2, 2)
TEXTS = st.sampled_from(["x", "y"])
ON_NUMBERS = st.builds(
    "{{attribute: {}, {}: {}}}".format,
    st.sampled_from("ab"),
    st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]),
    NUMBERS,
)
ON_TEXTS = st.builds("{{attribute: c, {}: {}}}".format, st.sampled_from(["eq", "ne"]), TEXTS)
ON_BOTH = st.builds(
    "{{attribute: {0[0]}, {1}: {{measure: {{attribute: {0[1]}}}, times: {2}}}}}".format,
    st.sampled_from(["ab", "ba"]),
    st.sampled_from(["gt", "gte", "lt", "lte"]),
    st.sampled_from([1, 2, 0.5]),
)
CONDITIONS = st.recursive(
    ON_NUMBERS
    | ON_TEXTS
    | ON_BOTH
    | st.sampled_from(["{attribute: c, is_set: true}", "{attribute: c, in: [x, y]}"]),
    lambda inner: (
        st.builds("{{not: {}}}".format, inner)
        | st.builds("{{all: [{}, {}]}}".format, inner, inner)
        | st.builds("{{any: [{}, {}]}}".format, inner, inner)
        | st.builds("{{all: [{}, {}, {}]}}".format, inner, inner, inner)
        | st.builds(
            "{{at_least: {{of: [{}, {}, {}], {}: {}}}}}".format,
            inner,
            inner,
            inner,
            st.sampled_from(["gte", "lt", "eq"]),
            st.sampled_from([1, 2]),
        )
    ),
    max_leaves=5,
)
HARDLY = 2**-10
"""Less than lies between any two thresholds."""
ALL_KNOWN = st.fixed_dictionaries({"a": NUMBERS, "b": NUMBERS, "c": TEXTS})
KNOWN = st.fixed_dictionaries({}, optional={"a": NUMBERS, "b": NUMBERS, "c": TEXTS})


def explained(plan: Plan, records: list[Input], tag: str, at: int) -> Explanation:
    profile = run(plan, records, T0 + at).profiles["c-1"]
    return explain(Pipeline(plan, UNLIMITED).engine, profile, tag, T0 + at)


def brought_about(need: Need) -> TagValue | None:
    """A value that fulfils a need."""
    if need.relation in ("reaches", "falls to", "is"):
        return need.wanted
    if need.relation in ("rises above", "falls below"):
        assert isinstance(need.wanted, int | float)
        return need.wanted + (HARDLY if need.relation == "rises above" else -HARDLY)
    return None if need.relation == "has no value" else "something else"


@settings(deadline=timedelta(seconds=5))
@given(CONDITIONS, KNOWN)
def test_what_would_change_a_tag_does_change_it(
    condition: str, known: dict[str, int | str]
) -> None:
    plan = plan_of(
        f"t: {{form: text, values: {{yes: {{when: {condition}}}, no: {{otherwise: true}}}}}}",
        ATTRIBUTES,
    )
    first = updated(0, **known)
    for prospect in explained(plan, [first], "t", DAY).prospects:
        told = {need.text[-1]: brought_about(need) for need in prospect.needs}
        after = explained(plan, [first, updated(DAY, **told)], "t", DAY)  # type: ignore[arg-type]
        assert after.value == prospect.value


@settings(deadline=timedelta(seconds=5))
@given(
    CONDITIONS,
    ALL_KNOWN,
    ALL_KNOWN,
)
def test_a_value_that_can_be_reached_has_a_prospect(
    condition: str, known: dict[str, int | str], other: dict[str, int | str]
) -> None:
    plan = plan_of(f"t: {{assign: {{when: {condition}}}, expires_after: 9d}}", ATTRIBUTES)
    now = explained(plan, [updated(0, **known)], "t", DAY)
    then = explained(plan, [updated(0, **other)], "t", DAY)
    assert then.value in {now.value, *(each.value for each in now.prospects)}


@given(st.sampled_from(["gt", "gte", "lt", "lte"]), NUMBERS, NUMBERS)
def test_of_one_comparison_the_threshold_itself_is_told(op: str, level: int, now: int) -> None:
    plan = plan_of(f"t: {{assign: {{when: {{attribute: a, {op}: {level}}}}}}}", ATTRIBUTES)
    (prospect,) = explained(plan, [updated(0, a=now)], "t", DAY).prospects
    (need,) = prospect.needs
    holds = {"gt": now > level, "gte": now >= level, "lt": now < level, "lte": now <= level}[op]
    ways = {"gt": ("falls to", "rises above"), "gte": ("falls below", "reaches")}
    ways |= {"lt": ("reaches", "falls below"), "lte": ("rises above", "falls to")}
    assert (prospect.value, need.value, need.wanted) == (None if holds else True, now, level)
    assert need.relation == ways[op][0 if holds else 1]


def test_two_needs_where_one_is_not_enough() -> None:
    both = "[{count: {event: purchase, within: 30d}, gte: 3}, {attribute: c, eq: x}]"
    plan = plan_of(f"t: {{assign: {{when: {{all: {both}}}}}}}", ATTRIBUTES)
    (prospect,) = explained(plan, [bought(0)], "t", DAY).prospects
    assert prospect.value is True
    assert [(each.relation, each.wanted) for each in prospect.needs] == [
        ("reaches", 3),
        ("is", "x"),
    ]


def test_all_needs_together_bring_the_tag_and_none_can_be_left_out() -> None:
    plan = plan_of(
        "t: {assign: {when: {all: [{count: {event: purchase, within: 30d}, gte: 3},"
        " {sum: {event: purchase, of: amount, within: 30d}, gte: 100},"
        " {absent: {event: chat, within: 2d}}, {attribute: a, gt: 4}]}}}",
        ATTRIBUTES,
    )
    first: list[Input] = [bought(0, 2000)]
    (prospect,) = explained(plan, first, "t", 3 * DAY).prospects
    assert [(each.relation, each.value, each.wanted) for each in prospect.needs] == [
        ("reaches", 1, 3),
        ("reaches", 20.0, 100.0),
        ("rises above", None, 4),
    ]
    brought: list[Input] = [bought(DAY, 0), bought(DAY + 1, 8000), updated(DAY, a=5)]
    assert explained(plan, [*first, *brought], "t", 3 * DAY).value is True
    lacking: list[Input] = [bought(DAY, 0), bought(DAY + 1, 7999), updated(DAY, a=4)]
    for index, worse in ((0, None), (1, lacking[1]), (2, lacking[2])):
        kept = [each for at, each in enumerate(brought) if at != index]
        records = [*first, *kept, *([] if worse is None else [worse])]
        assert explained(plan, records, "t", 3 * DAY).value is None


def test_a_threshold_that_moves_itself_is_the_one_that_it_would_be_then() -> None:
    above = "{attribute: a, gte: {measure: {attribute: b}, times: 2}}"
    plan = plan_of(
        f"t: {{assign: {{when: {{all: [{above}, {{attribute: b, gte: 5}}]}}}}}}", ATTRIBUTES
    )
    (prospect,) = explained(plan, [updated(0, a=1, b=3)], "t", DAY).prospects
    assert [(each.text, each.relation, each.wanted) for each in prospect.needs] == [
        ("attribute a", "reaches", 10),
        ("attribute b", "reaches", 5),
    ]
    for a, b, held in ((10, 5, True), (6, 5, None), (10, 3, None)):
        assert explained(plan, [updated(0, a=a, b=b)], "t", DAY).value is held


def test_what_a_measure_is_held_against_may_move_instead() -> None:
    plan = plan_of(
        "t: {assign: {when: {attribute: age, gte: {measure: {attribute: b}}}}}", ATTRIBUTES
    )
    (prospect,) = explained(plan, [updated(0, age=30, b=40)], "t", DAY).prospects
    assert [(each.text, each.relation, each.wanted) for each in prospect.needs] == [
        ("attribute b", "falls to", 30)
    ]


@pytest.mark.parametrize("number", [2, 5, 12])
def test_many_needs_are_all_told(number: int) -> None:
    cities = ", ".join(f"x{each}" for each in range(9))
    names = [f"n{each}" for each in range(number)]
    tests = ", ".join(f"{{attribute: {name}, in: [{cities}]}}" for name in names)
    kinds = ", ".join(f"{name}: {{type: text}}" for name in names)
    plan = plan_of(f"t: {{assign: {{when: {{all: [{tests}]}}}}}}", f"attributes: {{{kinds}}}")
    prospect = explained(plan, [updated(0, consent_sms=True)], "t", DAY).prospects[0]
    assert {need.text for need in prospect.needs} == {f"attribute {name}" for name in names}
    wanted = {need.text.split()[1]: str(need.wanted) for need in prospect.needs}
    after = updated(1, **wanted)
    assert explained(plan, [after], "t", DAY).value is True


def test_a_value_of_a_text_tag_that_two_things_bring() -> None:
    plan = plan_of(
        "t: {form: text, values: {low: {when: {attribute: a, lt: 5}}, high: {when: {attribute: b,"
        " gte: 5}}, middle: {otherwise: true}}}",
        ATTRIBUTES,
    )
    found = explained(plan, [updated(0, a=1, b=1)], "t", DAY).prospects
    assert [(each.value, [need.text[-1] for need in each.needs]) for each in found] == [
        ("middle", ["a"]),
        ("high", ["a", "b"]),
    ]


def test_a_count_does_not_fall_by_events() -> None:
    plan = plan_of("t: {assign: {when: {count: {event: purchase, within: 30d}, gte: 1}}}")
    assert explained(plan, [bought(0)], "t", DAY).prospects == ()


def test_the_event_form_names_its_event() -> None:
    plan = plan_of("t: {assign: {upon: purchase}, remove: {upon: chat}, expires_after: 9d}")
    before = explained(plan, [said(0, "hello")], "t", DAY).prospects
    after = explained(plan, [bought(0)], "t", DAY).prospects
    assert [(each.value, each.upon) for each in (*before, *after)] == [
        (True, "purchase"),
        (None, "chat"),
    ]


def test_it_tells_how_long_a_condition_must_hold() -> None:
    plan = plan_of(
        "t: {assign: {when: {count: {event: purchase, within: 30d}, gte: 2}}, hold_for: 10m}"
    )
    (prospect,) = explained(plan, [bought(0)], "t", DAY).prospects
    assert (prospect.value, prospect.hold_for_ms) == (True, 10 * MINUTE)


def test_of_a_tag_that_is_held_it_does_not() -> None:
    plan = plan_of("t: {assign: {when: {attribute: a, gte: 1}}, hold_for: 10m}", ATTRIBUTES)
    (prospect,) = explained(plan, [updated(0, a=1)], "t", DAY).prospects
    assert (prospect.value, prospect.hold_for_ms) == (None, 0)
