"""Events behind their customer's clock and the memory of a flag: what is decided stands."""

from tagger.domain.tags import TagChange
from tagger.engine.profile import Profile
from tagger.engine.step import BEFORE_TIME, Clock, Input
from tagger.workflows.pipeline import Pipeline

from .packs import DAY, HOUR, T0, bought, comings, looked, plan_of, said

KEPT = "{assign: {upon: browse}, remove: {upon: purchase}, keep_at_least: 10h}"
COOLING = "{assign: {upon: browse}, remove: {upon: purchase}, cool_down: 5h}"


def lives(rule: str, *records: Input, until: int = 0) -> list[tuple[int, str, str]]:
    """The comings and goings of one flag, by hours, the records being read in this order."""
    return _by_hours(changes_of(rule, *records, until=until))


def changes_of(rule: str, *records: Input, until: int = 0) -> list[TagChange]:
    pipeline = Pipeline(plan_of(f"t: {rule}"))
    profile: Profile | None = None
    changes: list[TagChange] = []
    for record in records:
        step = pipeline.step(profile, record, Clock(BEFORE_TIME))
        profile, changes = step.profile, changes + step.changes
    if profile is not None and until:
        changes += pipeline.run_deadlines(profile, Clock(T0 + until)).changes
    return changes


def _by_hours(changes: list[TagChange]) -> list[tuple[int, str, str]]:
    return [(at // HOUR, sign, cause) for at, sign, cause in comings(changes, "t")]


def seen(hour: int) -> Input:
    return looked(hour * HOUR)


def paid(hour: int) -> Input:
    return bought(hour * HOUR)


def spoke(hour: int) -> Input:
    return said(hour * HOUR, "hello")


def test_a_late_removal_is_lost_if_the_flag_was_kept_when_it_happened() -> None:
    assert lives(KEPT, seen(0), spoke(20), paid(9)) == [(0, "+", "event")]
    assert lives(KEPT, seen(0), spoke(20), paid(10)) == [(0, "+", "event"), (20, "-", "correction")]


def test_a_late_setting_is_lost_if_the_flag_was_cooling_down_when_it_happened() -> None:
    away = [(0, "+", "event"), (1, "-", "event")]
    assert lives(COOLING, seen(0), paid(1), spoke(20), seen(5)) == away
    assert lives(COOLING, seen(0), paid(1), spoke(20), seen(6)) == [*away, (20, "+", "correction")]


def test_a_flag_set_late_is_kept_from_the_change_on_and_says_so() -> None:
    rule = "{assign: {upon: browse}, keep_at_least: 10h, expires_after: 12h}"
    changes = changes_of(rule, spoke(20), seen(15), until=2 * DAY)
    assert _by_hours(changes) == [(20, "+", "correction"), (30, "-", "ttl")]
    assert changes[0].expires_at == T0 + 30 * HOUR


def test_a_flag_set_late_lets_go_no_sooner_than_one_set_in_time() -> None:
    held = [(20, "+", "correction")]
    assert lives(KEPT, spoke(20), seen(15), paid(29)) == held
    assert lives(KEPT, spoke(20), seen(15), paid(30)) == [*held, (30, "-", "event")]


def test_a_flag_whose_time_was_over_before_its_event_was_read_is_not_set() -> None:
    rule = "{assign: {upon: browse}, expires_after: 5h}"
    assert lives(rule, spoke(20), seen(15)) == []


def test_a_late_renewal_does_not_let_an_older_removal_clear() -> None:
    rule = "{assign: {upon: browse}, remove: {upon: purchase}, expires_after: 3d, renew: true}"
    held = lives(rule, seen(10), spoke(20), seen(5), paid(7))
    assert held == [(10, "+", "event")]


def test_a_hold_counts_from_the_evaluation_that_found_the_condition() -> None:
    rule = "{assign: {when: {count: {event: browse, within: 20h}, gte: 1}}, hold_for: 5h}"
    assert lives(rule, spoke(10), seen(1), until=2 * DAY) == [(15, "+", "time"), (21, "-", "time")]
