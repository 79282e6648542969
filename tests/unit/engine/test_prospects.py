"""What would change a tag: that it does change it, and that it is the least."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.domain.tags import TagValue
from tagger.engine.alternatives import Need
from tagger.engine.explain import Explanation, explain
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
CONDITIONS = st.recursive(
    ON_NUMBERS
    | ON_TEXTS
    | st.sampled_from(["{attribute: c, is_set: true}", "{attribute: c, in: [x, y]}"]),
    lambda inner: (
        st.builds("{{not: {}}}".format, inner)
        | st.builds("{{all: [{}, {}]}}".format, inner, inner)
        | st.builds("{{any: [{}, {}]}}".format, inner, inner)
    ),
    max_leaves=4,
)
KNOWN = st.fixed_dictionaries({}, optional={"a": NUMBERS, "b": NUMBERS, "c": TEXTS})


def explained(plan: Plan, records: list[Input], tag: str, at: int) -> Explanation:
    profile = run(plan, records, T0 + at).profiles["c-1"]
    return explain(Pipeline(plan, UNLIMITED).engine, profile, tag, T0 + at)


def brought_about(need: Need) -> TagValue | None:
    """A value that fulfils a need: thresholds are whole, so half a step lies between them."""
    if need.relation in ("reaches", "falls to", "is"):
        return need.wanted
    if need.relation in ("rises above", "falls below"):
        assert isinstance(need.wanted, int | float)
        return need.wanted + (0.5 if need.relation == "rises above" else -0.5)
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
