"""How a flag is set and let go: levels, holds, keeps, cool-downs, expiries, and all of them."""

from tagger.engine.step import Input

from .packs import DAY, HOUR, T0, bought, comings, looked, plan_of, run, said

FOUR = "{count: {event: browse, within: 4h}, gte: 1}"


def lives(rule: str, *records: Input, until: int = 30 * DAY) -> list[tuple[int, str, str]]:
    """The comings and goings of one flag with this rule, by hours."""
    plan = plan_of(f"t: {rule}")
    found = comings(run(plan, records, T0 + until).changes, "t")
    assert all(at % HOUR == 0 for at, _, _ in found)
    return [(at // HOUR, sign, cause) for at, sign, cause in found]


def seen(*hours: int) -> list[Input]:
    return [looked(hour * HOUR) for hour in hours]


def spoke(*hours: int) -> list[Input]:
    return [said(hour * HOUR, "hello") for hour in hours]


def paid(*hours: int) -> list[Input]:
    return [bought(hour * HOUR) for hour in hours]


class TestLevels:
    def test_a_level_that_rises_and_one_that_falls_leave_a_gap_between(self) -> None:
        rising = """
            assign: {when: {count: {event: browse, within: 10h}, gte: 3}}
            remove: {when: {count: {event: browse, within: 10h}, lt: 2}}"""
        assert lives(_rule(rising), *seen(0, 1, 2)) == [(2, "+", "event"), (11, "-", "time")]
        assert lives(_rule(rising), *seen(0, 1, 2, 10)) == [(2, "+", "event"), (12, "-", "time")]

    def test_a_level_of_fewer_than_sets_by_time_and_clears_by_events(self) -> None:
        falling = """
            assign: {when: {count: {event: browse, within: 10h}, lt: 1}}
            remove: {when: {count: {event: browse, within: 10h}, gte: 2}}"""
        assert lives(_rule(falling), *seen(0, 20, 21)) == [
            (10, "+", "time"),
            (21, "-", "event"),
            (31, "+", "time"),
        ]

    def test_a_customer_who_comes_back_has_the_tag_again(self) -> None:
        assert lives(f"{{assign: {{when: {FOUR}}}}}", *seen(0, 3, 20)) == [
            (0, "+", "event"),
            (7, "-", "time"),
            (20, "+", "event"),
            (24, "-", "time"),
        ]

    def test_where_both_levels_hold_removing_wins_and_its_end_sets(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 10h}, gte: 1}}
            remove: {when: {count: {event: chat, within: 3h}, gte: 1}}"""
        assert lives(_rule(rule), *seen(0), *spoke(1)) == [
            (0, "+", "event"),
            (1, "-", "event"),
            (4, "+", "time"),
        ], "held on: a latch ends by `remove` alone"

    def test_a_sticky_flag_stays_when_its_condition_does_not(self) -> None:
        rule = "{assign: {when: {count: {event: browse, within: 4h}, eq: 1}}, sticky: true}"
        assert lives(rule, *seen(0, 1)) == [(0, "+", "event")]


class TestHoldFor:
    RULE = f"{{assign: {{when: {FOUR}}}, hold_for: 5h}}"

    def test_a_condition_that_has_held_long_enough_sets_by_time(self) -> None:
        assert lives(self.RULE, *seen(0, 3)) == [(5, "+", "time"), (7, "-", "time")]

    def test_one_that_turns_false_before_that_sets_nothing(self) -> None:
        assert lives(self.RULE, *seen(0)) == []

    def test_one_that_turns_false_at_that_very_instant_sets_nothing(self) -> None:
        assert lives(self.RULE, *seen(0, 1)) == []

    def test_broken_and_resumed_at_one_instant_it_counts_from_there(self) -> None:
        assert lives(self.RULE, *seen(0, 4)) == [], "the window is empty for no time at all"
        assert lives(self.RULE, *seen(0, 4, 7)) == [(9, "+", "time"), (11, "-", "time")]

    def test_an_event_at_the_instant_does_not_set_before_the_time_evaluation_does(self) -> None:
        assert lives(self.RULE, *seen(0, 3, 5))[0] == (5, "+", "time")

    def test_it_counts_on_while_remove_keeps_the_flag_away(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 20h}, gte: 1}}
            remove: {when: {count: {event: chat, within: 4h}, gte: 1}}
            hold_for: 5h"""
        assert lives(_rule(rule), *seen(0), *spoke(3)) == [(7, "+", "time")]
        assert lives(_rule(rule), *seen(0), *spoke(7)) == [
            (5, "+", "time"),
            (7, "-", "event"),
            (11, "+", "time"),
        ]

    def test_it_counts_anew_even_if_the_condition_was_false_while_a_latch_was_held(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 4h}, gte: 1}}
            remove: {when: {count: {event: chat, within: 1h}, gte: 1}}
            hold_for: 5h"""
        assert lives(_rule(rule), *seen(0, 3, 8), *spoke(9)) == [
            (5, "+", "time"),
            (9, "-", "event"),
        ]

    def test_it_counts_anew_after_the_condition_was_false(self) -> None:
        assert lives(self.RULE, *seen(0, 3, 10, 13)) == [
            (5, "+", "time"),
            (7, "-", "time"),
            (15, "+", "time"),
            (17, "-", "time"),
        ]


class TestKeepAtLeast:
    RULE = f"{{assign: {{when: {FOUR}}}, keep_at_least: 10h}}"

    def test_a_condition_that_turns_false_clears_when_the_time_is_over(self) -> None:
        assert lives(self.RULE, *seen(0)) == [(0, "+", "event"), (10, "-", "time")]

    def test_one_that_holds_again_by_then_keeps_the_flag(self) -> None:
        assert lives(self.RULE, *seen(0, 9)) == [(0, "+", "event"), (13, "-", "time")]

    def test_an_event_that_removes_is_lost_meanwhile(self) -> None:
        rule = "{assign: {upon: browse}, remove: {upon: purchase}, keep_at_least: 10h}"
        assert lives(rule, *seen(0), *paid(9)) == [(0, "+", "event")]
        assert lives(rule, *seen(0), *paid(9, 10)) == [(0, "+", "event"), (10, "-", "event")]

    def test_an_event_that_is_lost_does_not_spend_the_flag(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 20h}, gte: 1}}
            remove: {upon: purchase}
            keep_at_least: 10h"""
        assert lives(_rule(rule), *seen(0), *paid(5)) == [(0, "+", "event"), (20, "-", "time")]
        assert lives(_rule(rule), *seen(0), *paid(11), *seen(15)) == [
            (0, "+", "event"),
            (11, "-", "event"),
        ], "spent, until the condition has been false"

    def test_at_its_end_the_rule_is_looked_at_as_it_then_stands(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 20h}, gte: 1}}
            remove: {when: {count: {event: chat, within: 4h}, gte: 1}}
            keep_at_least: 10h"""
        assert lives(_rule(rule), *seen(0), *spoke(5)) == [(0, "+", "event")]
        assert lives(_rule(rule), *seen(0), *spoke(8)) == [
            (0, "+", "event"),
            (10, "-", "time"),
            (12, "+", "time"),
        ]

    def test_an_expiry_at_its_end_ends_the_flag_as_an_expiry(self) -> None:
        rule = "{assign: {upon: browse}, keep_at_least: 10h, expires_after: 10h}"
        assert lives(rule, *seen(0)) == [(0, "+", "event"), (10, "-", "ttl")]

    def test_a_renewal_does_not_start_it_anew(self) -> None:
        rule = """
            assign: {upon: browse}
            remove: {upon: purchase}
            keep_at_least: 10h
            expires_after: 20h
            renew: true"""
        assert lives(_rule(rule), *seen(0, 9), *paid(10)) == [
            (0, "+", "event"),
            (9, "~", "event"),
            (10, "-", "event"),
        ]

    def test_an_event_that_both_sets_and_removes_renews_nothing_meanwhile(self) -> None:
        rule = """
            assign: {upon: [browse, purchase]}
            remove: {upon: purchase}
            keep_at_least: 10h
            expires_after: 20h
            renew: true"""
        assert lives(_rule(rule), *seen(0), *paid(5)) == [(0, "+", "event"), (20, "-", "ttl")]


class TestCoolDown:
    EVENTS = "{assign: {upon: browse}, remove: {upon: purchase}, cool_down: 5h}"
    STATE = f"{{assign: {{when: {FOUR}}}, cool_down: 5h}}"

    def test_an_event_before_its_end_is_lost_and_one_at_its_end_is_not(self) -> None:
        away = [(0, "+", "event"), (1, "-", "event")]
        assert lives(self.EVENTS, *seen(0), *paid(1), *seen(5)) == away
        assert lives(self.EVENTS, *seen(0), *paid(1), *seen(6)) == [*away, (6, "+", "event")]

    def test_a_state_that_holds_at_its_end_sets_by_time(self) -> None:
        gone = [(0, "+", "event"), (4, "-", "time")]
        assert lives(self.STATE, *seen(0, 6)) == [*gone, (9, "+", "time"), (10, "-", "time")]
        assert lives(self.STATE, *seen(0, 5)) == gone, "false at that very instant"

    def test_it_counts_from_the_last_clearing_whatever_the_reason(self) -> None:
        rule = "{assign: {upon: browse}, expires_after: 2h, cool_down: 5h}"
        assert lives(rule, *seen(0, 6, 7)) == [
            (0, "+", "event"),
            (2, "-", "ttl"),
            (7, "+", "event"),
            (9, "-", "ttl"),
        ]

    def test_a_removal_of_what_is_not_held_does_not_start_it_anew(self) -> None:
        assert lives(self.EVENTS, *seen(0), *paid(1, 4), *seen(6))[-1] == (6, "+", "event")

    def test_with_a_hold_both_must_be_over(self) -> None:
        rule = f"{{assign: {{when: {FOUR}}}, hold_for: 2h, cool_down: 5h}}"
        gone = [(2, "+", "time"), (4, "-", "time")]
        assert lives(rule, *seen(0, 6)) == [*gone, (9, "+", "time"), (10, "-", "time")]
        assert lives(rule, *seen(0, 8)) == [*gone, (10, "+", "time"), (12, "-", "time")]

    def test_while_remove_holds_its_end_sets_nothing(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 30h}, gte: 1}}
            remove: {when: {count: {event: chat, within: 8h}, gte: 1}}
            cool_down: 5h"""
        assert lives(_rule(rule), *seen(0), *spoke(1)) == [
            (0, "+", "event"),
            (1, "-", "event"),
            (9, "+", "time"),
        ]


class TestSpent:
    STATE = """
        assign: {when: {count: {event: browse, within: 10h}, gte: 1}}
        remove: {upon: purchase}"""

    def test_an_event_that_clears_a_state_spends_it_until_it_has_been_false(self) -> None:
        assert lives(_rule(self.STATE), *seen(0), *paid(1), *seen(9, 18, 30)) == [
            (0, "+", "event"),
            (1, "-", "event"),
            (30, "+", "event"),
            (40, "-", "time"),
        ]

    def test_an_event_that_would_have_cleared_it_spends_it_as_well(self) -> None:
        rule = self.STATE + "\n        hold_for: 3h"
        assert lives(_rule(rule), *seen(0), *paid(1)) == []
        assert lives(_rule(rule), *seen(0), *paid(1), *seen(20))[0] == (23, "+", "time")

    def test_false_for_no_longer_than_an_evaluation_is_false(self) -> None:
        assert lives(_rule(self.STATE), *seen(0), *paid(1), *seen(10)) == [
            (0, "+", "event"),
            (1, "-", "event"),
            (10, "+", "event"),
            (20, "-", "time"),
        ]

    def test_events_spend_nothing(self) -> None:
        rule = "{assign: {upon: browse}, remove: {upon: purchase}, expires_after: 3h}"
        assert lives(rule, *seen(0), *paid(1), *seen(2, 6)) == [
            (0, "+", "event"),
            (1, "-", "event"),
            (2, "+", "event"),
            (5, "-", "ttl"),
            (6, "+", "event"),
            (9, "-", "ttl"),
        ]

    def test_an_expired_latch_is_spent_too(self) -> None:
        rule = """
            assign: {when: {count: {event: browse, within: 10h}, gte: 1}}
            remove: {when: {count: {event: chat, within: 1h}, gte: 1}}
            expires_after: 4h"""
        assert lives(_rule(rule), *seen(0, 8)) == [(0, "+", "event"), (4, "-", "ttl")]


def _rule(text: str) -> str:
    """A rule in lines, as one mapping."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return "{" + ", ".join(lines) + "}"
