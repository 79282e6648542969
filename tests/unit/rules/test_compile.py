"""What a plan remembers, shares and looks at for what a pack says."""

from fractions import Fraction
from typing import get_args

from hypothesis import example, given
from hypothesis import strategies as st

from tagger.engine.calendars import start_of_period
from tagger.rules.compiling.series import grains_of, length_ms, past_ms_of, reach_ms
from tagger.rules.plan import FieldKind, Frame, MeasureKind, NodeKind, Plan
from tagger.rules.syntax import Period
from tagger.rules.zones import zone_names

from .plans import measure_of, node_of, plan_of, plan_with, series_of

DAY = 86_400_000


def retentions(plan: Plan) -> list[int | None]:
    return [series.retention_ms for series in plan.series]


def test_windows_and_thresholds_share_what_is_remembered() -> None:
    plan = plan_with(
        "{count: {event: purchase, within: 30d}, gte: 3}",
        "{count: {event: purchase, within: 90d}, gte: 100}",
        "{since: {event: purchase, within: 10d}, gte: 3d}",
        "{interval: {event: purchase, this: month}, gte: 3d}",
        "{count: {event: purchase, ever: true}, gte: 3}",
    )
    (series,) = plan.series
    assert series.retention_ms == 90 * DAY
    assert (series.keep, series.asks_for_more) == (102, True)
    assert series.tags == (0, 1, 2, 3, 4)


def test_each_field_its_refunds_and_its_gaps_are_remembered_apart() -> None:
    plan = plan_with(
        "{sum: {event: purchase, of: amount, within: 30d}, gte: 3}",
        "{avg: {event: purchase, of: amount, within: 60d}, gte: 3}",
        "{max: {event: purchase, of: amount, within: 3d, refunds: ignore}, gte: 3}",
        "{latest: {event: purchase, of: amount, within: 3d}, gte: 3}",
        "{earliest: {event: purchase, of: amount, within: 9d}, gte: 3}",
        "{sum: {event: purchase, of: profit, within: 30d}, gte: 3}",
        "{distinct: {event: purchase, of: day, within: 30d}, gte: 3}",
    )
    indices = [measure_of(plan, f"t{number}").series for number in range(7)]
    assert [indices[0] == indices[1], indices[3] == indices[4]] == [True, True]
    assert len(set(indices)) == len(plan.series) == 5
    assert series_of(plan, "t1").retention_ms == 60 * DAY
    assert [series.keeps_unset for series in plan.series] == [False, False, True, False, False]
    assert series_of(plan, "t5").field is not None


def test_all_of_history_needs_times_only_where_numbers_are_added_up() -> None:
    ends = [
        *("{count: {event: purchase, ever: true}, gte: 3}", "{since: {event: refund}, gte: 3d}"),
        "{interval: {event: chat, ever: true}, gte: 3d}",
        "{latest: {event: chat, of: text, ever: true}, eq: hello}",
        "{earliest: {event: purchase, of: amount, ever: true}, gte: 3}",
    ]
    assert retentions(plan_with(*ends)) == [0] * 5
    kept = ["sum", "avg", "min", "max"]
    sums = [f"{{{word}: {{event: purchase, of: amount, ever: true}}, gte: 3}}" for word in kept]
    assert retentions(plan_with(*sums)) == [None]


def test_few_times_do_only_for_counts_against_constants() -> None:
    def kept(condition: str) -> int | None:
        (series,) = plan_with(condition).series
        return None if series.asks_for_more else series.keep

    assert kept("{count: {event: purchase, within: 30d}, gte: 300}") == 302
    assert kept("{count: {event: purchase, this: month}, between: [3, 300]}") == 302
    assert kept("{count: {event: purchase, within: 30d, ago: 1d}, gte: 3}") is None
    assert kept("{count: {event: purchase, previous: month}, gte: 3}") is None
    right = "{measure: {count: {event: purchase, within: 90d}}}"
    assert kept(f"{{count: {{event: purchase, within: 30d}}, gte: {right}}}") is None
    assert kept("{since_first: {event: purchase, within: 30d}, gte: 3d}") is None
    assert kept("{since: {event: purchase, within: 30d}, gte: 3d}") == 64
    assert kept("{since: {event: purchase, within: 30d, ago: 1d}, gte: 3d}") is None


FRAMES = st.builds(Frame, st.integers(1, 800 * DAY), st.sampled_from([0, 0, 1, DAY])) | st.builds(
    lambda period, ago: Frame(period=period, periods_ago=ago, zone="Europe/Berlin"),
    st.sampled_from(get_args(Period)),
    st.integers(0, 1),
)


@given(st.lists(FRAMES | st.just(Frame()), max_size=6), st.integers(0, 1_700 * DAY))
def test_slices_are_a_720th_of_every_window_that_sees_them_at_most(
    frames: list[Frame], age_ms: int
) -> None:
    grains = grains_of(frames)
    assert list(grains) == sorted(grains, key=lambda grain: grain.reach_ms)
    lengths = [grain.slice_ms for grain in grains if age_ms < grain.reach_ms]
    seeing = [each for each in frames if (reach := reach_ms(each)) is not None and age_ms < reach]
    assert bool(lengths) is bool(seeing)
    if lengths:
        longest = min(length_ms(frame) for frame in seeing) / 720
        assert lengths[0] == 1 or longest / 2 < lengths[0] <= longest
        assert lengths[0].bit_count() == 1


@given(
    st.sampled_from(sorted(zone_names())),
    st.integers(-3_000_000_000_000, 4_700_000_000_000),
    st.sampled_from(get_args(Period)),
)
@example("Pacific/Apia", 1_325_200_000_000, "day")
@example("Pacific/Apia", 1_325_400_000_000, "week")
def test_no_period_of_the_past_is_shorter_than_it_is_taken_to_be(
    zone: str, at: int, period: Period
) -> None:
    first, next_ = (start_of_period(at, period, zone, ago) for ago in (-1, 0))
    least = past_ms_of([Frame(period=period, periods_ago=1, zone=zone), Frame(400 * DAY, 1)])
    assert least is not None
    assert least <= next_ - first
    assert past_ms_of([Frame(7 * DAY), Frame(period="month"), Frame()]) is None


@given(
    st.sampled_from(sorted(zone_names())),
    st.integers(-3_000_000_000_000, 4_700_000_000_000),
    st.sampled_from(get_args(Period)),
    st.integers(0, 1),
)
@example("Pacific/Kwajalein", -7_905_660_000, "day", 0)
@example("Europe/Berlin", 1_792_972_800_000, "day", 1)
def test_what_is_remembered_reaches_back_over_the_whole_period(
    zone: str, at: int, period: Period, ago: int
) -> None:
    reach = reach_ms(Frame(period=period, periods_ago=ago, zone=zone))
    assert reach is not None
    assert start_of_period(at, period, zone, -ago) > at - reach


def test_calendar_windows_lie_in_the_zone_of_their_pack() -> None:
    condition = "{count: {event: purchase, previous: quarter}, gte: 1}"
    berlin = plan_with(condition)
    assert measure_of(berlin, "t0").frame == Frame(None, 0, "quarter", 1, "Europe/Berlin")
    assert (
        measure_of(plan_with("{count: {event: chat, within: 1d}, gte: 1}"), "t0").frame.zone == ""
    )


def test_money_and_its_ratios_are_compared_in_minor_units() -> None:
    spent = "sum: {event: purchase, of: profit, within: 30d}"
    count = "count: {event: purchase, within: 30d}"
    plan = plan_with(
        f"{{ratio: {{of: {{{spent}}}, to: {{{count}}}}}, gte: 19.995}}",
        f"{{ratio: {{of: {{{spent}}}, to: {{{spent}}}}}, gte: 0.5}}",
        f"{{{spent}, gte: {{measure: {{{spent}}}, times: 1.1}}}}",
    )
    assert node_of(plan, "t0").values == (Fraction(3999, 2),)
    assert (measure_of(plan, "t0").scale, measure_of(plan, "t1").scale) == (100, 1)
    assert node_of(plan, "t1").values == (Fraction(1, 2),)
    compared = node_of(plan, "t2")
    assert (compared.right, compared.times) == (compared.measure, Fraction(11, 10))


def test_times_are_told_from_numbers_also_through_tags_and_ratios() -> None:
    between = "interval: {event: purchase, within: 90d}"
    plan = plan_of(f"""
        pack: p
        defaults: {{owner: growth}}
        tags:
          b_rhythm: {{form: number, value: {{{between}}}}}
          c_number: {{form: number, value: {{count: {{event: chat, within: 1d}}}}}}
          d: {{assign: {{when: {{tag: b_rhythm, gte: 3d}}}}}}
          e: {{assign: {{when: {{tag: c_number, gte: 3}}}}}}
          f: {{assign: {{when: {{ratio: {{of: {{{between}}}, to: {{{between}}}}}, gte: 3}}}}}}
          g: {{assign: {{when: {{tag_age: d, gte: 3d}}}}}}
    """)
    assert [measure_of(plan, tag).is_time for tag in "defg"] == [True, False, False, True]


def test_both_sides_of_a_comparison_and_of_a_ratio_wake_a_tag() -> None:
    left = "ratio: {of: {tag_age: a}, to: {since: {event: chat}}}"
    right = "ratio: {of: {attribute: referrals}, to: {count: {event: refund, within: 1d}}}"
    plan = plan_of(f"""
        pack: p
        defaults: {{owner: growth}}
        tags:
          b: {{assign: {{when: {{{left}, gte: {{measure: {{{right}}}}}}}}}}}
          a: {{assign: {{when: {{count: {{event: purchase, within: 1d}}, gte: 1}}}}}}
    """)
    a, b = plan.tag_index["a"], plan.tag_index["b"]
    assert a < b
    assert plan.tags[a].dependents == (b,)
    waking = {plan.source_names[series.source] for series in plan.series if b in series.tags}
    assert waking == {"chat", "refund"}
    assert plan.tags_of_attribute["referrals"] == (b,)


def test_an_age_wakes_at_the_date_of_birth_and_at_the_reported_age() -> None:
    plan = plan_with("{attribute: age, gte: 18}", "{attribute: city, eq: Ulm}")
    waking = [plan.tags_of_attribute[name] for name in ("age", "birth_date", "city")]
    assert waking == [(0,), (0,), (1,)]
    assert (plan.attributes["age"], plan.attributes["birth_date"]) == ("number", "text")
    measure = measure_of(plan, "t0")
    assert (measure.kind, measure.frame.zone) == (MeasureKind.AGE, "Europe/Berlin")


def test_an_anniversary_is_counted_in_days_of_the_zone() -> None:
    plan = plan_with("{attribute: birth_date, anniversary_within: 7d}")
    node = node_of(plan, "t0")
    expected = (NodeKind.ANNIVERSARY, 7 * DAY, "Europe/Berlin")
    assert (node.kind, node.within_ms, node.zone) == expected
    assert measure_of(plan, "t0").name == "birth_date"


def test_a_tag_ends_when_its_last_day_does_in_the_zone_of_its_pack() -> None:
    body = "tags: {t: {assign: {when: {since: {event: chat}, gte: 1d}}, ends_on: 2026-10-25}}"
    ends = [
        plan_of(f"pack: p\ntime_zone: {zone}\ndefaults: {{owner: growth}}\n{body}").tags[0].ends_at
        for zone in ("Europe/Berlin", "UTC")
    ]
    assert ends == [1_792_969_200_000, 1_792_972_800_000]


def test_response_times_look_at_conversations_of_the_window() -> None:
    plan = plan_with(
        "{response_time: {within: 7d}, gte: 1h}",
        "{response_time: {within: 30d, of: customer}, gte: 1h}",
    )
    (series,) = plan.series
    assert series.field is not None
    assert series.field.kind is FieldKind.MESSAGE
    assert series.retention_ms == 30 * DAY
    assert list(plan.matches) == ["chat"]
    answered = [measure_of(plan, tag).customer_answers for tag in ("t0", "t1")]
    assert answered == [False, True]
