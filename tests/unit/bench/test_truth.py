"""What the brute force of the job says, and whether it agrees with the program's own rules."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from bench.job.purchases import PARTITIONS, Baskets, History, Job
from bench.job.rule import PACK, WITHIN_MS
from bench.job.truth import Change, changes_of, differences, expected_changes
from tagger.domain.tags import TagChange
from tagger.engine.profile import Profile
from tagger.engine.step import Clock
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.stream.murmur2 import partition_of
from tagger.workflows.pipeline import Pipeline

_FAR = 4 * WITHIN_MS
_PIPELINE = Pipeline(compile_packs(load_texts({"bench.yaml": PACK}).packs))
_BASKETS = Baskets(0)
_GAPS = st.sampled_from([0, 1, WITHIN_MS // 3, WITHIN_MS // 2, WITHIN_MS - 1, WITHIN_MS])


def test_three_within_the_window_are_added_and_leave_when_the_first_of_three_is_too_old() -> None:
    assert changes_of([10, 20, 30], _FAR) == [
        Change("added", 30),
        Change("removed", 10 + WITHIN_MS),
    ]
    assert changes_of([10, 20, 10 + WITHIN_MS], _FAR) == []
    assert changes_of([10, 20, 30, 10 + WITHIN_MS], 20 + WITHIN_MS) == [
        Change("added", 30),
        Change("removed", 10 + WITHIN_MS),
        Change("added", 10 + WITHIN_MS),
        Change("removed", 20 + WITHIN_MS),
    ]


@given(gaps=st.lists(_GAPS, min_size=1, max_size=12))
def test_the_program_makes_the_same_changes(gaps: list[int]) -> None:
    instants = list(accumulate(gaps, initial=1_000))
    until = instants[-1] + 2 * WITHIN_MS
    profile: Profile | None = None
    made: list[TagChange] = []
    for number, at in enumerate(instants):
        step = _PIPELINE.step(profile, _BASKETS.purchase(number, "c", at), Clock(at - 1))
        profile = step.profile
        made += step.changes
    assert profile is not None
    made += _PIPELINE.run_deadlines(profile, Clock(until)).changes
    assert [(each.op, each.effective_at) for each in made] == changes_of(instants, until)


def test_a_history_is_in_order_and_ends_on_every_partition_at_its_last_instant() -> None:
    history = History(Job(1_000, _FAR))
    purchases = list(history.purchases())
    instants = [each.occurred_at for each in purchases]
    assert len(purchases) == 1_000
    assert instants == sorted(instants)
    last = {
        partition_of(each.customer_id.encode(), PARTITIONS)
        for each in purchases
        if each.occurred_at == _FAR
    }
    assert last == set(range(PARTITIONS))
    assert list(History(Job(1_000, _FAR)).purchases()) == purchases


def test_every_kind_of_difference_is_told() -> None:
    right = {"a": [Change("added", 5), Change("removed", 9)]}
    assert list(differences(right, right, 10)) == []
    assert list(differences(right, {"a": [*right["a"], Change("added", 11)]}, 10)) == []
    assert list(differences(right, {"a": right["a"][:1]}, 10)) == [
        "a: change 2 is missing, should be removed at 9"
    ]
    assert list(differences(right, {"a": [Change("added", 6), Change("removed", 9)]}, 10)) == [
        "a: change 1 is added at 6, should be added at 5"
    ]
    assert list(differences({}, {"b": [Change("added", 1)]}, 10)) == [
        "b: change 1 is added at 1, should be missing"
    ]


def test_the_whole_history_has_changes_of_both_kinds() -> None:
    found = expected_changes(History(Job(2_000, 20 * WITHIN_MS)))
    ops = {change.op for changes in found.values() for change in changes}
    assert ops == {"added", "removed"}
