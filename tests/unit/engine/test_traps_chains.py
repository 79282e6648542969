"""One thing after another: `then` and `steps`, and patterns over patterns."""

from collections.abc import Sequence

from tagger.domain.events import Browse
from tagger.domain.tags import TagChange, TagValue
from tagger.engine.profile import Limits, Profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.rules.plan import Plan
from tagger.workflows.pipeline import Pipeline

from .packs import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    bought,
    counted,
    counting,
    looked,
    plan_of,
    run,
    said,
    told,
)

THEN = counting(
    "won", "won: {first: {event: click}, then: {event: purchase}, by: campaign_id, within: 1h}"
)
STEPS = counting("funnel", "funnel: {steps: [product_view, cart_add, checkout_start], within: 1h}")
A, B, C = "product_view", "cart_add", "checkout_start"


def clicked(at: int, campaign: str | None = "m") -> Browse:
    return Browse(f"click-{at}-{campaign}", "c-1", T0 + at, "click", campaign_id=campaign)


def won(*records: Input) -> list[int]:
    """The instants at which a purchase completed a click."""
    found = counted(THEN, records)
    assert all(cause == "event" for _, cause in found)
    return [at for at, _ in found]


def went(*actions: str, apart: int = 1) -> list[int]:
    """The numbers of the actions, one every `apart`, that completed the funnel."""
    records = [looked(number * apart, action) for number, action in enumerate(actions)]
    return [at // apart for at, _ in counted(STEPS, records)]


def test_a_purchase_completes_the_click_before_it_and_no_click_after_it() -> None:
    assert won(clicked(0), bought(MINUTE, campaign_id="m")) == [MINUTE]
    assert won(bought(0, campaign_id="m"), clicked(MINUTE)) == []


def test_a_second_purchase_needs_a_second_click() -> None:
    first, second = (bought(at, campaign_id="m") for at in (1, 3))
    assert won(clicked(0), first, second) == [1]
    assert won(clicked(0), first, clicked(2), second) == [1, 3]


def test_many_clicks_before_a_purchase_are_one_success() -> None:
    buys = [bought(at, campaign_id="m") for at in (3, 4)]
    assert won(clicked(0), clicked(1), *buys) == [3]


def test_the_time_of_a_chain_runs_from_the_last_first_step() -> None:
    assert won(clicked(0), clicked(HOUR - 1), bought(2 * HOUR - 2, campaign_id="m")) == [
        2 * HOUR - 2
    ]


def test_what_follows_at_the_end_of_the_time_is_too_late_and_before_it_is_not() -> None:
    assert won(clicked(0), bought(HOUR, campaign_id="m")) == []
    assert won(clicked(0), bought(HOUR - 1, campaign_id="m")) == [HOUR - 1]


def test_what_follows_must_have_the_same_key() -> None:
    assert won(clicked(0, "m"), bought(1, campaign_id="n")) == []
    assert won(clicked(0, "m"), bought(1)) == []
    assert won(clicked(0, None), bought(1, campaign_id="m")) == []
    assert won(clicked(0, None), bought(1)) == [1]


def test_of_one_instant_what_is_read_later_follows() -> None:
    assert won(clicked(0), bought(0, campaign_id="m")) == [0]
    plan = counting("asked", "asked: {first: {event: purchase}, then: {event: chat}, within: 1h}")
    assert counted(plan, [bought(0), said(0, "hello")]) == []


def test_steps_count_in_their_order_alone() -> None:
    assert went(A, B, C) == [2]
    assert went(B, A, C) == []
    assert went(A, C, B) == []
    assert went(A, B, B, C, C) == [3]


def test_a_step_taken_back_to_the_start_keeps_what_had_come_further() -> None:
    assert went(A, B, A, C) == [3]
    assert went(A, B, A, C, C) == [3], "the second start has not come to its second step"
    assert went(A, B, A, C, B, C) == [3, 5]


def test_steps_have_the_time_from_the_first_to_the_last_of_them() -> None:
    assert went(A, B, C, apart=HOUR // 2) == []
    assert went(A, B, C, apart=HOUR // 2 - 1) == [2]


def test_of_one_instant_a_further_start_is_done_with_the_first() -> None:
    records = [
        *(Browse(f"v{number}", "c-1", T0, action) for number, action in enumerate((A, B, A, C))),  # type: ignore[arg-type]
        looked(1, B),
        looked(2, C),
    ]
    assert counted(STEPS, records) == [(0, "event")]


def test_one_event_may_be_the_last_step_and_the_next_first() -> None:
    plan = counting("again", "again: {steps: [purchase, purchase], within: 1h}")
    records = [bought(at) for at in (0, 1, 2)]
    assert counted(plan, records) == [(1, "event"), (2, "event")]


def test_one_event_takes_a_chain_one_step_further_and_no_more() -> None:
    plan = counting("thrice", "thrice: {steps: [purchase, purchase, purchase], within: 1h}")
    assert counted(plan, [bought(at) for at in (0, 1)]) == []
    assert counted(plan, [bought(at) for at in (0, 1, 2)]) == [(2, "event")]


def test_a_chain_happens_in_the_evaluation_of_its_last_step_with_its_fields() -> None:
    plan = plan_of(
        "hot: {assign: {upon: big_win}, expires_after: 1d}",
        """
        events:
          won: {first: {event: click}, then: {event: purchase}, within: 1h}
          big_win: {event: won, where: {amount: {gte: 50}}}
        """,
    )
    big = bought(3, 5000)
    records: list[Input] = [clicked(0), bought(1, 1000), clicked(2), big]
    changes = run(plan, records, T0 + 4).changes
    assert told(changes) == [(3, "+hot", "True", "event")]
    assert changes[0].trigger.id == big.event_id


def test_an_open_chain_costs_no_deadline() -> None:
    step = Pipeline(THEN).step(None, clicked(0), Clock(BEFORE_TIME))
    assert step.deadline is None


def test_a_chain_over_a_wait_happens_in_the_time_evaluation_that_ends_it() -> None:
    plan = counting(
        "lost",
        """
        left: {first: {event: cart_add}, unless: {event: purchase}, within: 30m}
        lost: {steps: [chat, left], within: 1h}
        """,
    )
    records: list[Input] = [said(0, "hello"), looked(MINUTE, "cart_add")]
    assert counted(plan, records, T0 + DAY) == [(31 * MINUTE, "time")]


def test_a_wait_for_a_chain_ends_with_it() -> None:
    events = """
        funnel: {steps: [product_view, cart_add], within: 1h}
        stalled: {first: {event: click}, unless: {event: funnel}, within: 30m}
        """
    plan = counting("stalled", events)
    start: list[Input] = [clicked(0), looked(1, "product_view")]
    assert counted(plan, start, T0 + HOUR) == [(30 * MINUTE, "time")]
    assert counted(plan, [*start, looked(2, "cart_add")], T0 + HOUR) == []


def test_what_ends_at_one_instant_happens_in_the_order_in_which_it_is_written() -> None:
    seen = "{first: {event: product_view}, unless: {event: purchase}, within: 30m}"
    filled = "{first: {event: cart_add}, unless: {event: purchase}, within: 30m}"
    both = "both: {steps: [seen, filled], within: 1h}"
    records = [looked(0, "cart_add"), looked(0, "product_view")]
    written = counting("both", f"seen: {seen}\nfilled: {filled}\n{both}")
    assert counted(written, records, T0 + HOUR) == [(30 * MINUTE, "time")]
    other = counting("both", f"filled: {filled}\nseen: {seen}\n{both}")
    assert counted(other, records, T0 + HOUR) == []


def test_what_one_event_completes_happens_in_the_order_in_which_it_is_written() -> None:
    clicks = "{first: {event: click}, then: {event: purchase}, within: 1h}"
    chats = "{first: {event: chat}, then: {event: purchase}, within: 1h}"
    both = "both: {steps: [clicks, chats], within: 1h}"
    records: list[Input] = [clicked(0), said(1, "hi"), bought(2)]
    written = counting("both", f"clicks: {clicks}\nchats: {chats}\n{both}")
    assert counted(written, records) == [(2, "event")]
    other = counting("both", f"chats: {chats}\nclicks: {clicks}\n{both}")
    assert counted(other, records) == []


def test_what_a_derived_event_completes_comes_before_the_next_derived_event() -> None:
    plan = counting(
        "order",
        """
        seen: {first: {event: product_view}, unless: {event: purchase}, within: 30m}
        filled: {first: {event: cart_add}, unless: {event: purchase}, within: 30m}
        met: {steps: [chat, seen], within: 1h}
        order: {steps: [met, filled], within: 1h}
        """,
    )
    records: list[Input] = [said(0, "hi"), looked(1, "product_view"), looked(1, "cart_add")]
    assert counted(plan, records, T0 + HOUR) == [(30 * MINUTE + 1, "time")]


def test_a_late_first_step_counts_while_its_time_lasts_and_no_later_one_stands() -> None:
    buy = bought(50 * MINUTE, campaign_id="m")
    assert _won_when_read(said(40 * MINUTE, "hi"), clicked(0), buy) == [50 * MINUTE]
    assert _won_when_read(said(HOUR, "hi"), clicked(0), bought(HOUR, campaign_id="m")) == []
    both_late = (clicked(0), bought(1, campaign_id="m"))
    assert _won_when_read(said(HOUR, "hi"), *both_late) == [], "its time was over"
    newer = clicked(20 * MINUTE)
    last = bought(70 * MINUTE, campaign_id="m")
    assert _won_when_read(newer, clicked(0), last) == [70 * MINUTE]


def test_a_late_last_step_completes_what_had_begun_before_it() -> None:
    early, late = bought(5, campaign_id="m"), bought(15, campaign_id="m")
    assert _won_when_read(clicked(10), said(20, "hi"), late) == [20]
    assert _won_when_read(clicked(10), said(20, "hi"), early) == []


def test_a_late_step_between_counts_and_one_out_of_order_does_not() -> None:
    def through(*records: Input) -> int:
        return len(_changes(STEPS, records)) - 1

    between = looked(5, B)
    assert through(looked(0, A), looked(9, "other"), between, looked(10, C)) == 1
    assert through(looked(0, A), looked(9, B), looked(5, C)) == 0, "the last step came first"


def test_a_late_chain_that_began_earlier_does_not_take_a_later_one_s_place() -> None:
    began = [looked(5, A), looked(6, B)]
    last = looked(HOUR + 4, C)
    found = _changes(STEPS, [*began, looked(3, A), looked(7, B), last])
    assert found[-1] == (HOUR + 4, 1)


def test_a_late_event_that_only_a_chain_takes_is_late_and_not_too_late() -> None:
    pipeline = Pipeline(THEN)
    profile = pipeline.step(None, said(HOUR, "hi"), Clock(BEFORE_TIME)).profile
    assert pipeline.step(profile, clicked(0), Clock(BEFORE_TIME)).verdict == "too_late"
    assert pipeline.step(profile, clicked(1), Clock(BEFORE_TIME)).verdict == "late"


def _won_when_read(*records: Input) -> list[int]:
    return [at for at, value in _changes(THEN, records) if value == 1]


def _changes(plan: Plan, records: Sequence[Input]) -> list[tuple[int, TagValue | None]]:
    """The customer's changes when the records are read in this order: instants and values."""
    pipeline = Pipeline(plan)
    profile: Profile | None = None
    changes: list[TagChange] = []
    for record in records:
        step = pipeline.step(profile, record, Clock(BEFORE_TIME))
        profile, changes = step.profile, changes + step.changes
    return [(change.effective_at - T0, change.value) for change in changes]


def test_chains_that_are_over_are_forgotten_and_open_ones_bounded() -> None:
    pipeline = Pipeline(THEN, Limits(waits=3))
    profile: Profile | None = None
    sizes, dropped = [], []
    for at in (0, 1, 2, 3, 4, 2 * HOUR, 4 * HOUR):
        step = pipeline.step(profile, clicked(at, f"m{at}"), Clock(BEFORE_TIME))
        profile = step.profile
        dropped.append(step.dropped_waits)
        assert profile is not None
        (state,) = profile.patterns.values()
        sizes.append(len(state.chains))
    assert sizes == [1, 2, 3, 3, 3, 1, 1]
    assert dropped == [0, 0, 0, 1, 1, 0, 0]
    last = bought(4 * HOUR, campaign_id=f"m{4 * HOUR}")
    profile = pipeline.step(profile, last, Clock(BEFORE_TIME)).profile
    assert profile is not None
    assert [state.chains for state in profile.patterns.values()] == [{}]
