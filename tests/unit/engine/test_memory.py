"""Latches, expiry, renewal and what is spent."""

from .packs import DAY, T0, bought, plan_of, refunded, run, said, told

ASKS = "events: {asks: {event: chat, where: {direction: inbound, text: {mentions: [vitamin]}}}}"


def test_two_thresholds_keep_a_tag_calm() -> None:
    plan = plan_of(
        """
        regular:
          assign: {when: {count: {event: purchase, within: 10d}, gte: 3}}
          remove: {when: {count: {event: purchase, within: 10d}, lt: 2}}
        """
    )
    found = run(plan, [bought(day * DAY) for day in (0, 1, 2)], T0 + 30 * DAY)
    assert told(found.changes) == [
        (2 * DAY, "+regular", "True", "event"),
        (11 * DAY, "-regular", "None", "time"),
    ]


def test_an_expired_state_is_spent_until_it_has_been_false() -> None:
    plan = plan_of(
        """
        warm:
          assign: {when: {count: {event: purchase, within: 10d}, gte: 1}}
          expires_after: 2d
        """
    )
    records = [bought(0), bought(9 * DAY), bought(25 * DAY)]
    assert told(run(plan, records, T0 + 40 * DAY).changes) == [
        (0, "+warm", "True", "event"),
        (2 * DAY, "-warm", "None", "ttl"),
        (25 * DAY, "+warm", "True", "event"),
        (27 * DAY, "-warm", "None", "ttl"),
    ]


def test_asking_again_renews_and_says_so() -> None:
    plan = plan_of("keen: {assign: {upon: asks}, expires_after: 14d, renew: true}", ASKS)
    found = run(plan, [said(0, "Vitamin?"), said(10 * DAY, "vitamin C")], T0 + 60 * DAY)
    assert told(found.changes) == [
        (0, "+keen", "True", "event"),
        (10 * DAY, "~keen", "True", "event"),
        (24 * DAY, "-keen", "None", "ttl"),
    ]
    assert [change.expires_at for change in found.changes] == [
        T0 + 14 * DAY,
        T0 + 24 * DAY,
        None,
    ]


def test_without_renew_a_further_event_changes_nothing() -> None:
    plan = plan_of("keen: {assign: {upon: asks}, expires_after: 14d}", ASKS)
    found = run(plan, [said(0, "Vitamin?"), said(10 * DAY, "vitamin C")], T0 + 60 * DAY)
    assert [at for at, *_ in told(found.changes)] == [0, 14 * DAY]


def test_of_one_evaluation_remove_wins() -> None:
    plan = plan_of(
        """
        big:
          assign: {upon: purchase}
          remove: {upon: large}
        """,
        "events: {large: {event: purchase, where: {amount: {gte: 50}}}}",
    )
    assert run(plan, [bought(0, 5000)]).changes == []


def test_a_refund_lets_a_sum_fall_and_never_below_nothing() -> None:
    plan = plan_of(
        "spend: {form: number, value: {sum: {event: purchase, of: amount, within: 10d}}}"
    )
    records = [bought(0, 3000, "a"), bought(1, 1000, "b"), refunded(DAY, 9900, "a")]
    found = run(plan, records, T0 + DAY)
    assert [change.value for change in found.changes] == [30.0, 40.0, 10.0]
