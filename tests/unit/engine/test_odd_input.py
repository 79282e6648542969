"""What no careful producer writes harms nobody else and stops nothing."""

from tagger.domain.events import Line, Purchase
from tagger.engine.profile import quarantine
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import BEFORE_TIME, Clock
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, MINUTE, T0, bought, looked, plan_of, refunded, run, updated

LARGEST = 2**63 - 1


def test_refunds_beyond_all_measure_are_kept_as_the_largest_number() -> None:
    plan = plan_of(
        "spend: {form: number, value: {sum: {event: purchase, of: amount, within: 10d}}}"
    )
    records = [bought(0, 3000, "a"), *(refunded(at, LARGEST, "a") for at in (1, 2, 3))]
    found = run(plan, records)
    assert found.changes[-1].value == 0
    profile = found.profiles["c-1"]
    assert decode_profile(encode_profile(profile)) == profile


def test_quantities_beyond_an_integer_are_added_and_stored() -> None:
    plan = plan_of(
        "much: {assign: {when: {sum: {event: purchase, of: quantity, within: 1d}, gte: 5}}}"
    )
    huge = Purchase(
        "p", "c-1", T0, "o", "sale", 1, "EUR", lines=(Line("x", quantity=1e300), Line("y"))
    )
    found = run(plan, [huge, bought(MINUTE)])
    assert [change.op for change in found.changes] == ["added"]
    assert decode_profile(encode_profile(found.profiles["c-1"])) == found.profiles["c-1"]


def test_a_number_beyond_a_double_is_unset() -> None:
    plan = plan_of(
        "much: {form: number, value: {sum: {event: purchase, of: quantity, within: 1d}}}"
    )
    lines = (Line("x", quantity=1e308), Line("y", quantity=1e308))
    assert run(plan, [Purchase("p", "c-1", T0, "o", "sale", 1, "EUR", lines=lines)]).changes == []


def test_quantity_is_what_each_event_says_in_any_order_of_names() -> None:
    for names in ("[purchase, browse]", "[browse, purchase]"):
        plan = plan_of(
            f"n: {{form: number, value: {{sum: {{event: {names}, of: quantity, within: 1d}}}}}}"
        )
        sale = Purchase("p", "c-1", T0, "o", "sale", 1, "EUR", lines=(Line("x", quantity=4.0),))
        assert run(plan, [looked(0, "cart_add"), sale]).changes[-1].value == 5


def test_an_attribute_of_another_type_is_unset() -> None:
    plan = plan_of(
        "graded: {assign: {when: {attribute: level, is_set: true}}}",
        "attributes: {level: {type: number}}",
    )
    assert run(plan, [updated(0, level="gold")]).changes == []
    assert len(run(plan, [updated(0, level=5)]).changes) == 1


def test_a_quarantined_customer_keeps_what_is_shown_and_takes_nothing_more() -> None:
    plan = plan_of("active: {assign: {when: {count: {event: purchase, within: 2d}, gte: 1}}}")
    pipeline = Pipeline(plan)
    first = pipeline.step(None, bought(0), Clock(BEFORE_TIME))
    assert first.profile is not None
    aside = quarantine(first.profile)
    step = pipeline.step(aside, bought(9 * DAY), Clock(BEFORE_TIME))
    assert (step.verdict, step.changes, step.deadline) == ("quarantined", [], None)
    assert list(pipeline.current_tags(aside).tags) == ["active"]


def test_a_tag_that_no_derived_event_touches_leaves_in_its_own_name() -> None:
    plan = plan_of(
        """
        left: {assign: {upon: ab}, expires_after: 1d}
        here: {assign: {when: {count: {event: browse, within: 30m}, gte: 1}}}
        """,
        "events: {ab: {first: {event: cart_add}, unless: {event: purchase}, within: 30m}}",
    )
    changes = run(plan, [looked(0, "cart_add")], T0 + DAY).changes
    triggers = {change.tag: change.trigger.id for change in changes if change.cause == "time"}
    assert triggers == {"here": "here", "left": "ab/b-0-cart_add"}


def test_a_late_event_from_before_a_tag_was_set_does_not_clear_it() -> None:
    plan = plan_of("keen: {assign: {upon: browse}, remove: {upon: purchase}}")
    pipeline = Pipeline(plan)
    first = pipeline.step(None, looked(2 * DAY), Clock(BEFORE_TIME))
    late = pipeline.step(first.profile, bought(DAY), Clock(BEFORE_TIME))
    assert (late.verdict, late.changes) == ("late", [])
