"""Tags leave as exactly as they come."""

from tagger.engine.driver import tags_of
from tagger.engine.step import Input

from .packs import DAY, HOUR, MINUTE, T0, bought, looked, plan_of, run, told, updated

ACTIVE = plan_of("active: {assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}}")


def test_the_third_purchase_sliding_out_takes_the_tag_to_the_millisecond() -> None:
    found = run(ACTIVE, [bought(7_250), bought(1 * DAY), bought(2 * DAY)], T0 + 60 * DAY)
    assert told(found.changes) == [
        (2 * DAY, "+active", "True", "event"),
        (30 * DAY + 7_250, "-active", "None", "time"),
    ]
    assert found.changes[1].trigger.kind == "deadline"
    assert found.changes[1].evidence[0].measured == 2


def test_nothing_is_known_of_the_future_of_until() -> None:
    records = [bought(0), bought(DAY), bought(2 * DAY)]
    assert len(run(ACTIVE, records, T0 + 30 * DAY - 1).changes) == 1
    assert len(run(ACTIVE, records, T0 + 30 * DAY).changes) == 2


def test_a_purchase_at_the_instant_of_leaving_brings_the_tag_back_in_a_change_of_its_own() -> None:
    records = [bought(0), bought(DAY), bought(2 * DAY), bought(30 * DAY)]
    found = run(ACTIVE, records)
    assert told(found.changes)[1:] == [
        (30 * DAY, "-active", "None", "time"),
        (30 * DAY, "+active", "True", "event"),
    ]


def test_fewer_than_gains_by_time() -> None:
    plan = plan_of("calm: {assign: {when: {count: {event: purchase, within: 1d}, lt: 1}}}")
    found = run(plan, [bought(0)], T0 + 2 * DAY)
    assert told(found.changes) == [(DAY, "+calm", "True", "time")]


def test_exactly_gains_and_loses_by_time() -> None:
    plan = plan_of("two: {assign: {when: {count: {event: purchase, within: 1d}, eq: 2}}}")
    records = [bought(0), bought(HOUR), bought(2 * HOUR)]
    assert told(run(plan, records, T0 + 3 * DAY).changes) == [
        (HOUR, "+two", "True", "event"),
        (2 * HOUR, "-two", "None", "event"),
        (DAY, "+two", "True", "time"),
        (DAY + HOUR, "-two", "None", "time"),
    ]


def test_a_window_of_the_past_gains_by_time() -> None:
    plan = plan_of("was: {assign: {when: {count: {event: purchase, within: 1d, ago: 7d}, gte: 1}}}")
    assert told(run(plan, [bought(0)], T0 + 20 * DAY).changes) == [
        (7 * DAY, "+was", "True", "time"),
        (8 * DAY, "-was", "None", "time"),
    ]


def test_more_than_thirty_days_is_a_millisecond_later_than_at_least() -> None:
    plan = plan_of(
        """
        longer: {assign: {when: {since: {event: purchase}, gt: 30d}}}
        long: {assign: {when: {since: {event: purchase}, gte: 30d}}}
        """
    )
    assert told(run(plan, [bought(0)], T0 + 31 * DAY).changes) == [
        (30 * DAY, "+long", "True", "time"),
        (30 * DAY + 1, "+longer", "True", "time"),
    ]


def test_absence_needs_a_customer_known_that_long() -> None:
    plan = plan_of(
        """
        quiet: {assign: {when: {absent: {event: browse, within: 30d}}}}
        any_quiet: {assign: {when: {absent: {event: browse, within: 30d, include_new: true}}}}
        """
    )
    found = run(plan, [updated(0, segment="x"), looked(40 * DAY)], T0 + 80 * DAY)
    assert told(found.changes) == [
        (0, "+any_quiet", "True", "event"),
        (30 * DAY, "+quiet", "True", "time"),
        (40 * DAY, "-any_quiet", "None", "event"),
        (40 * DAY, "-quiet", "None", "event"),
        (70 * DAY, "+any_quiet", "True", "time"),
        (70 * DAY, "+quiet", "True", "time"),
    ]


def test_a_cart_left_and_taken_up_again_waits_from_the_last_addition() -> None:
    plan = plan_of(
        "left: {assign: {upon: abandoned}, expires_after: 1d}",
        """
        events:
          abandoned:
            {first: {event: cart_add}, unless: {event: [purchase]}, by: cart_id, within: 30m}
        """,
    )
    ordered: list[Input] = [looked(0, "cart_add", "k"), bought(10 * MINUTE, cart_id="k")]
    assert run(plan, ordered, T0 + DAY).changes == []
    again: list[Input] = [
        *ordered,
        looked(20 * MINUTE, "cart_add", "k"),
        looked(40 * MINUTE, "cart_add", "k"),
    ]
    assert told(run(plan, again, T0 + 2 * DAY).changes) == [
        (70 * MINUTE, "+left", "True", "time"),
        (70 * MINUTE + DAY, "-left", "None", "ttl"),
    ]


def test_a_purchase_without_a_cart_ends_every_wait() -> None:
    plan = plan_of(
        "left: {assign: {upon: abandoned}, expires_after: 1d}",
        """
        events:
          abandoned:
            {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 30m}
        """,
    )
    records: list[Input] = [
        looked(0, "cart_add", "k1"),
        looked(1, "cart_add", "k2"),
        bought(MINUTE),
    ]
    assert run(plan, records, T0 + DAY).changes == []


def test_a_customer_who_is_only_known_by_attributes_has_the_otherwise_value() -> None:
    plan = plan_of(
        """
        band:
          form: text
          values:
            high: {when: {count: {event: purchase, within: 1d}, gte: 1}}
            low: {otherwise: true}
        """
    )
    found = run(plan, [updated(0, segment="x")])
    assert tags_of(found.profiles["c-1"], frozenset({"band"})) == {"band": "low"}
