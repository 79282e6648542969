"""Which events a plan finds for a pack's names, and which of their lines and refunds."""

from tagger.rules.plan import NONE, Filter, Plan, derived_key

from .plans import HEAD, pattern_named, plan_of, plan_with, series_of

BROKEN = "broken: {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 1h}"
REPEATED = "repeated: {first: {event: broken}, then: {event: chat}, within: 7d}"
BOUGHT = "bought: {steps: [chat, cart_add, purchase], within: 7d}"


def keys_of(plan: Plan, source: int) -> list[str]:
    return [key for key, found in plan.matches.items() if any(m.source == source for m in found)]


def filters_of(plan: Plan, key: str, source: int) -> list[tuple[Filter, ...]]:
    return [match.filters for match in plan.matches[key] if match.source == source]


def test_patterns_are_in_order_of_packs_and_then_as_written_also_when_used_by_others() -> None:
    used = "tags: {{ {}: {{assign: {{upon: {}}}, expires_after: 1d}}}}\n"
    second = HEAD.replace("pack: p", "pack: q")
    plan = plan_of(
        f"{second}events:\n  {BOUGHT}\n{used.format('t', 'bought')}",
        f"{HEAD}events:\n  {REPEATED}\n  {BROKEN}\n  {BOUGHT}\n{used.format('u', 'repeated')}",
    )
    assert [pattern.name for pattern in plan.patterns] == ["repeated", "broken", "bought"]
    broken, repeated = pattern_named(plan, "broken"), pattern_named(plan, "repeated")
    assert keys_of(plan, repeated.steps[0]) == [derived_key(broken.fingerprint)]
    assert (len(broken.steps), broken.unless == NONE) == (1, False)
    assert (len(repeated.steps), repeated.unless == NONE) == (2, True)
    for index, pattern in enumerate(plan.patterns):
        for place, source in enumerate(pattern.steps):
            assert (index, place) in plan.steps_of[source]
        if pattern.unless != NONE:
            assert index in plan.unlesses_of[pattern.unless]


def test_a_derived_event_has_the_fields_of_what_completes_a_chain_or_started_a_wait() -> None:
    plan = plan_with(
        "{sum: {event: bought, of: amount, within: 7d}, gte: 3}",
        "{latest: {event: broken, of: device, within: 7d}, eq: phone}",
        events=f"{BROKEN}\n{BOUGHT}",
    )
    fields = [series_of(plan, tag).field for tag in ("t0", "t1")]
    assert [field.attribute for field in fields if field is not None] == ["amount_minor", "device"]


def test_the_lines_of_every_any_line_on_the_way_count_and_no_others() -> None:
    events = """
        shoes: {event: purchase, where: {any_line: {category: shoes}}}
        red_shoes: {event: shoes, where: {any_line: {brand: red}}}
        either: {event: [red_shoes, product_view]}
    """
    plan = plan_with(
        "{distinct: {event: either, of: category, within: 7d}, gte: 3}",
        "{sum: {event: [shoes, purchase], of: quantity, within: 7d}, gte: 3}",
        "{sum: {event: purchase, of: quantity, within: 7d}, gte: 3}",
        "{sum: {event: shoes, of: amount, within: 7d}, gte: 3}",
        events=events,
    )
    ((key, way),) = series_of(plan, "t0").line_filters
    assert key == "purchase"
    assert [test.values for each in way for test in each.line_tests] == [("shoes",), ("red",)]
    assert [len(ways) for _, ways in series_of(plan, "t1").line_filters] == [1, 0]
    assert series_of(plan, "t2").line_filters == ()
    assert series_of(plan, "t3").line_filters == ()


def test_what_purchases_refunds_and_derived_events_come_on_is_kept_apart() -> None:
    plan = plan_with(
        "{sum: {event: [shoes, refund, bought], of: quantity, within: 7d}, gte: 3}",
        events=f"shoes: {{event: purchase, where: {{any_line: {{category: shoes}}}}}}\n{BOUGHT}",
    )
    bought = derived_key(pattern_named(plan, "bought").fingerprint)
    ways = series_of(plan, "t0").line_filters
    assert [(key, len(way)) for key, way in ways] == [("purchase", 1), ("refund", 0), (bought, 0)]


def test_by_date_refunds_come_in_whatever_kind_of_purchase_is_asked_for() -> None:
    plan = plan_with(
        "{sum: {event: rented, of: amount, within: 7d, refunds: by_date}, gte: 3}",
        events="rented: {event: purchase, where: {kind: rental, channel: web}}",
    )
    source = series_of(plan, "t0").source
    assert keys_of(plan, source) == ["purchase", "refund"]
    tested = {
        key: [
            test.field.attribute for each in filters_of(plan, key, source)[0] for test in each.tests
        ]
        for key in ("purchase", "refund")
    }
    assert tested == {"purchase": ["kind", "channel"], "refund": ["channel"]}


def test_an_order_has_no_quantity_for_a_filter_and_that_of_its_lines_for_a_sum() -> None:
    plan = plan_with(
        "{sum: {event: [cart_add, purchase], of: quantity, within: 7d, where: {quantity: 2}},"
        " gte: 3}"
    )
    (filter_,) = filters_of(plan, "cart_add", series_of(plan, "t0").source)[0]
    field = series_of(plan, "t0").field
    assert field is not None
    assert field.kind.name == "QUANTITY"
    assert [test.field.kind.name for test in filter_.tests] == ["PLAIN"]


def test_the_clock_of_a_filter_is_that_of_the_pack() -> None:
    plan = plan_with(
        "{count: {event: chat, where: {hour: {lt: 6}, weekday: sun}, ever: true}, gt: 1}"
    )
    (filter_,) = filters_of(plan, "chat", 0)[0]
    found = [(test.field.kind.name, test.field.zone, test.values) for test in filter_.tests]
    assert found == [("HOUR", "Europe/Berlin", (6,)), ("WEEKDAY", "Europe/Berlin", ("sun",))]


def test_what_is_asked_of_a_derived_event_is_known_also_through_what_goes_on_from_it() -> None:
    events = """
        silent: {first: {event: chat}, unless: {event: purchase}, by: conversation_id, within: 1h}
        angry: {event: silent, where: {text: {mentions: refund}}}
        unsold: {first: {event: purchase}, unless: {event: refund}, by: order_id, within: 1h}
        again: {first: {event: unsold}, then: {event: chat}, within: 1d}
        later: {first: {event: unsold}, unless: {event: chat}, within: 1d}
        left: {first: {event: cart_add}, unless: {event: sold_out}, by: query, within: 1h}
        sold_out: {first: {event: search}, unless: {event: cart_add}, within: 1h}
    """
    plan = plan_with(
        "{count: {event: angry, within: 1d}, gte: 1}",
        "{sum: {event: later, of: quantity, within: 1d}, gte: 1}",
        "{count: {event: [again, left], within: 1d}, gte: 1}",
        events=events,
    )
    asked = {pattern.name: pattern.asked for pattern in plan.patterns}
    assert asked == {
        "silent": ("text",),
        "unsold": ("lines",),
        "again": (),
        "later": ("lines",),
        "left": (),
        "sold_out": ("query",),
    }
