"""What rules read from events: the clock, the lines of an order, profit, expressions."""

import pytest

from tagger.domain.events import Browse, ChatMessage, Event, Line, Purchase
from tagger.domain.tags import TagValue
from tagger.engine.step import Input

from .calendars import instant
from .packs import DAY, HOUR, MINUTE, T0, bought, looked, plan_of, refunded, run, said, told

BERLIN = "time_zone: Europe/Berlin"


def value_of(measure: str, records: list[Input], more: str = "") -> TagValue | None:
    """What a number tag over the measure is worth in the end; None when it is unset."""
    plan = plan_of(f"it: {{form: number, value: {measure}}}", more)
    changes = run(plan, records).changes
    return changes[-1].value if changes else None


def ordered(at: int, *lines: Line) -> Purchase:
    """An order of these lines."""
    return bought(at, lines=lines)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("hour: {gte: 22}", 1),
        ("hour: {between: [0, 2]}", 1),
        ("weekday: sun", 1),
        ("weekday: {in: [sat, sun]}", 2),
        ("hour: 9, weekday: {ne: sun}", 1),
    ],
)
def test_the_hour_and_the_weekday_are_those_of_the_pack_s_zone(where: str, expected: int) -> None:
    times = ("2026-03-28T21:30:00Z", "2026-03-28T23:30:00Z", "2026-03-30T07:00:00Z")
    records: list[Input] = [bought(instant(each) - T0) for each in times]
    measure = f"{{count: {{event: purchase, where: {{{where}}}, within: 30d}}}}"
    assert value_of(measure, records, BERLIN) == expected


@pytest.mark.parametrize(("of", "expected"), [("day", 4), ("week", 3), ("month", 2)])
def test_different_days_weeks_and_months_are_counted_by_the_local_date(
    of: str, expected: int
) -> None:
    times = (
        "2026-03-28T09:00:00Z",
        "2026-03-28T22:59:00Z",
        "2026-03-28T23:01:00Z",
        "2026-03-29T22:01:00Z",
        "2026-04-06T00:00:00Z",
    )
    records: list[Input] = [bought(instant(each) - T0, n) for n, each in enumerate(times)]
    measure = f"{{distinct: {{event: purchase, of: {of}, within: 30d}}}}"
    assert value_of(measure, records, BERLIN) == expected


def test_the_clock_of_a_derived_event_is_that_of_its_own_instant() -> None:
    plan = plan_of(
        "night: {assign: {upon: left_at_night}, expires_after: 1d}",
        """
        events:
          left: {first: {event: cart_add}, unless: {event: purchase}, within: 30m}
          left_at_night: {event: left, where: {hour: {gte: 22}}}
        """,
    )
    evening = 21 * HOUR + 45 * MINUTE
    assert told(run(plan, [looked(evening, "cart_add")], T0 + DAY).changes) == [
        (evening + 30 * MINUTE, "+night", "True", "time")
    ]


SHOES = Line("s-1", "shoes", "acme", 2.0)
HAT = Line("h-1", "hats", "acme", 0.5)
SOCKS = Line("s-2", "socks", "", 3.0)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("{distinct: {event: purchase, of: category, within: 1d}}", 3),
        ("{distinct: {event: purchase, of: brand, within: 1d}}", 1),
        ("{distinct: {event: purchase, of: product_id, within: 1d}}", 3),
        ("{sum: {event: purchase, of: quantity, within: 1d}}", 7.5),
        (
            "{sum: {event: warm, of: quantity, within: 1d}}",
            4.5,
        ),
        (
            "{distinct: {event: acme, of: product_id, within: 1d}}",
            2,
        ),
        ("{sum: {event: acme_shoes, of: quantity, within: 1d}}", 4),
        ("{sum: {event: [acme_shoes, hats], of: quantity, within: 1d}}", 4.5),
        ("{sum: {event: acme_shoes, of: amount, within: 1d}}", 20),
    ],
)
def test_what_ranges_over_lines_ranges_over_those_that_are_meant(
    measure: str, expected: float
) -> None:
    events = """
        events:
          shoes: {event: purchase, where: {any_line: {category: shoes}}}
          acme_shoes: {event: shoes, where: {any_line: {brand: acme}}}
          hats: {event: purchase, where: {any_line: {category: hats}}}
          warm: {event: purchase, where: {any_line: {category: {in: [shoes, hats]}}}}
          acme: {event: purchase, where: {any_line: {brand: acme}}}
        """
    records: list[Input] = [ordered(0, SHOES, HAT), ordered(1, SHOES, SOCKS)]
    assert value_of(measure, records, events) == expected


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("{sum: {event: [shoes, found], of: quantity, within: 1d}}", 2 + 2 + 2.5),
        ("{sum: {event: [shoes, found_hats], of: quantity, within: 1d}}", 2 + 2 + 0.5),
        ("{distinct: {event: [shoes, found_hats], of: category, within: 1d}}", 2),
        ("{distinct: {event: [shoes, sought], of: category, within: 1d}}", 1),
    ],
)
def test_lines_are_narrowed_by_the_name_under_which_an_order_comes(
    measure: str, expected: float
) -> None:
    events = """
        events:
          shoes: {event: purchase, where: {any_line: {category: shoes}}}
          found: {first: {event: product_view}, then: {event: purchase}, within: 1h}
          found_hats: {event: found, where: {any_line: {category: hats}}}
          sought: {first: {event: search}, then: {event: purchase}, within: 1h}
        """
    records: list[Input] = [
        ordered(0, SHOES, HAT),
        looked(1, "product_view"),
        ordered(2, SHOES, HAT),
    ]
    assert value_of(measure, records, events) == expected


def test_products_are_those_of_orders_and_of_views_alike() -> None:
    seen = Browse("b", "c-1", T0, "product_view", product_id="s-1", category="boots")
    records: list[Input] = [seen, ordered(1, SHOES, HAT)]
    measure = "{{distinct: {{event: [purchase, product_view], of: {of}, within: 1d}}}}"
    assert value_of(measure.format(of="product_id"), records) == 2
    assert value_of(measure.format(of="category"), records) == 3


SALES: list[Input] = [
    bought(0, 1000, "a", cost_minor=600),
    bought(1, 500, "b", cost_minor=700),
    bought(2, 900, "c"),
    bought(3, 900, "d", cost_minor=100, discount_minor=50),
    refunded(4, 300, "a"),
    refunded(5, 300, "c"),
]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("{sum: {event: purchase, of: profit, within: 1d}}", 7),
        ("{sum: {event: purchase, of: profit, within: 1d, refunds: ignore}}", 10),
        ("{sum: {event: purchase, of: profit, within: 1d, refunds: by_date}}", 4),
        ("{min: {event: purchase, of: profit, within: 1d}}", -2),
        ("{max: {event: purchase, of: profit, ever: true}}", 8),
        ("{avg: {event: purchase, of: profit, within: 1d}}", 2.333333),
        ("{avg: {event: purchase, of: amount, within: 1d}}", 6.75),
        ("{avg: {event: purchase, of: amount, within: 1d, refunds: by_date}}", 6.75),
        ("{min: {event: purchase, of: amount, within: 1d}}", 5),
        ("{earliest: {event: purchase, of: amount, ever: true}}", 10),
        ("{count: {event: purchase, where: {profit: {gt: 0}}, within: 1d}}", 2),
        ("{latest: {event: purchase, of: discount, within: 1d}}", 0.5),
    ],
)
def test_money_is_net_of_refunds_and_profit_of_costs(measure: str, expected: float) -> None:
    assert value_of(measure, SALES) == expected


@pytest.mark.parametrize(
    ("pattern", "texts", "expected"),
    [
        ("vitamin [A-Z]", ["vitamin C", "vitamin c", "xvitamin D!"], 2),
        ("(?i)vitamin [a-z]", ["VITAMIN C"], 1),
        ("^\\\\d{4}$", ["1234", "12345"], 1),
        ("产品[AB]", ["我要产品B"], 1),
        ("a.b", ["\ud800a\ud800b", "ab"], 1),
    ],
)
def test_an_expression_is_searched_in_the_text_as_it_came(
    pattern: str, texts: list[str], expected: int
) -> None:
    records: list[Input] = [said(at, text) for at, text in enumerate(texts)]
    measure = f'{{count: {{event: chat, where: {{text: {{matches: "{pattern}"}}}}, within: 1d}}}}'
    assert value_of(measure, records) == expected


def test_a_run_of_questions_waits_for_one_answer() -> None:
    def message(at: int, direction: str, conversation: str = "v") -> ChatMessage:
        name = f"m-{at}"
        return ChatMessage(name, "c-1", T0 + at, conversation, direction, "?")  # type: ignore[arg-type]

    records: list[Input] = [
        message(0, "inbound"),
        message(MINUTE, "inbound"),
        message(2 * MINUTE, "outbound", "w"),
        message(3 * MINUTE, "outbound"),
        message(4 * MINUTE, "outbound"),
        message(9 * MINUTE, "inbound"),
    ]
    assert value_of("{response_time: {within: 1d}}", records) == 2.5 * MINUTE
    assert value_of("{response_time: {of: customer, within: 1d}}", records) == 5.5 * MINUTE


def test_an_event_without_a_value_is_the_latest_all_the_same() -> None:
    plan = plan_of(
        "web: {assign: {when: {latest: {event: purchase, of: channel, ever: true}, eq: web}}}"
    )
    records: list[Event] = [
        bought(0, channel="web"),
        bought(1, channel=""),
        bought(2, channel="web"),
    ]
    assert [each[:2] for each in told(run(plan, records).changes)] == [
        (0, "+web"),
        (1, "-web"),
        (2, "+web"),
    ]
