"""Deadlines against a plain dict, through events, sweeps, restarts and profiles made anew."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tagger.engine.profile import Profile, quarantine
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.stream.alarm_queue import AlarmQueue
from tagger.stream.deadlines import Deadlines, StoredDeadline
from tagger.stream.stores.memory import MemoryStore

LONGEST_WAIT = 400
MOST_ALARMS = 3 + LONGEST_WAIT.bit_length()

_customers = st.sampled_from([f"c-{n}" for n in range(9)])
_waits = st.one_of(st.none(), st.integers(1, 20), st.integers(1, LONGEST_WAIT))


def stored(profiles: Iterable[Profile]) -> Iterator[StoredDeadline]:
    return ((each.customer_id, each.deadline, each.alarms) for each in profiles)


class DeadlinesAgainstADict(RuleBasedStateMachine):
    """`changelog` is what a crash leaves: profiles as they were kept, not as alarms that were put
    off have changed them since."""

    def __init__(self) -> None:
        super().__init__()
        self.frontier = 0
        self.store = MemoryStore()
        self.deadlines = Deadlines(self.store, AlarmQueue(run_alarms=4))
        self.model: dict[str, int] = {}
        self.changelog: dict[str, bytes] = {}
        self.made_anew: Counter[str] = Counter()

    def keep(self, profile: Profile, before: int | None) -> None:
        customer = profile.customer_id
        self.deadlines.keep(profile, before, self.frontier)
        self.store.put(customer, profile)
        self.changelog[customer] = encode_profile(profile)
        self.model.pop(customer, None)
        if profile.deadline is not None:
            self.model[customer] = profile.deadline

    def due(self) -> list[tuple[int, str]]:
        return sorted((at, who) for who, at in self.model.items() if at <= self.frontier)

    @rule(customer=_customers, wait=_waits)
    def event(self, customer: str, wait: int | None) -> None:
        profile = self.store.get(customer) or Profile(customer, 0, 0)
        before = profile.deadline
        profile.deadline = None if wait is None else self.frontier + wait
        self.keep(profile, before)

    @rule(customer=_customers)
    def event_that_moves_nothing(self, customer: str) -> None:
        profile = self.store.get(customer)
        if profile is not None:
            self.keep(profile, profile.deadline)

    @rule(by=st.one_of(st.integers(1, 5), st.integers(1, 2 * LONGEST_WAIT)))
    def time_passes(self, by: int) -> None:
        self.frontier += by

    @rule(alarms=st.integers(1, 12), data=st.data())
    def sweep(self, alarms: int, data: st.DataObject) -> None:
        for profile in self.deadlines.ring(self.frontier):
            if profile is not None:
                assert (profile.deadline, profile.customer_id) == self.due()[0]
                before, wait = profile.deadline, data.draw(_waits)
                profile.deadline = None if wait is None else self.frontier + wait
                self.keep(profile, before)
            alarms -= 1
            if not alarms:
                break
        else:
            assert self.due() == []

    @rule(customer=_customers)
    def quarantined(self, customer: str) -> None:
        profile = self.store.get(customer)
        if profile is not None:
            self.keep(quarantine(profile), profile.deadline)

    @rule(customer=_customers, wait=_waits)
    def made_without_its_alarms(self, customer: str, wait: int | None) -> None:
        old = self.store.get(customer)
        if old is not None:
            deadline = None if wait is None else self.frontier + wait
            self.made_anew[customer] += len(old.alarms)
            self.keep(Profile(customer, 0, 0, deadline=deadline), old.deadline)

    @rule(customer=_customers)
    def deleted(self, customer: str) -> None:
        profile = self.store.get(customer)
        if profile is not None:
            before, profile.deadline = profile.deadline, None
            self.made_anew[customer] += len(profile.alarms)
            self.keep(profile, before)
            self.store.delete(customer)
            del self.changelog[customer]

    @rule()
    def written_again(self) -> None:
        self.changelog = {who: encode_profile(profile) for who, profile in self.store.items()}

    @rule()
    def crash(self) -> None:
        self.store = MemoryStore()
        profiles = [decode_profile(encoded) for encoded in self.changelog.values()]
        for profile in profiles:
            self.store.put(profile.customer_id, profile)
        self.deadlines = Deadlines(self.store, AlarmQueue(run_alarms=4))
        self.deadlines.restore(stored(profiles))
        self.made_anew.clear()

    @invariant()
    def counts(self) -> None:
        assert len(self.deadlines) == len(self.model)
        assert self.deadlines.count_due(self.frontier) >= len(self.due())
        assert self.deadlines.is_due(self.frontier) or not self.due()

    @invariant()
    def few_alarms(self) -> None:
        queue = self.deadlines._alarms
        runs = chain.from_iterable(run for *_, run in queue._heads)
        alarms = Counter(customer for _, customer in chain(queue._recent, runs))
        for customer, count in alarms.items():
            assert count <= MOST_ALARMS + self.made_anew[customer]

    def teardown(self) -> None:
        for _ in range(3):
            for profile in self.deadlines.ring(self.frontier):
                if profile is not None:
                    assert (profile.deadline, profile.customer_id) == self.due()[0]
                    before, profile.deadline = profile.deadline, None
                    self.keep(profile, before)
            self.frontier += LONGEST_WAIT
        assert self.model == {}
        assert len(self.deadlines._alarms) == 0


DeadlinesAgainstADict.TestCase.settings = settings(stateful_step_count=80)
TestDeadlinesAgainstADict = DeadlinesAgainstADict.TestCase


def one_customer() -> tuple[Deadlines, Profile]:
    store = MemoryStore()
    profile = Profile("busy", 0, 0)
    store.put("busy", profile)
    return Deadlines(store), profile


def moved(deadlines: Deadlines, profile: Profile, to: int, frontier: int) -> None:
    before, profile.deadline = profile.deadline, to
    deadlines.keep(profile, before, frontier)


def test_a_short_wait_before_a_long_window_in_every_session_piles_up_no_alarms() -> None:
    """A cart waits 30 minutes before a window of 30 days, a session every two hours."""
    minute, day = 60_000, 86_400_000
    deadlines, profile = one_customer()
    for session in range(2_000):
        now = session * 120 * minute
        assert not any(deadlines.ring(now))
        moved(deadlines, profile, now + 30 * minute, now)
        moved(deadlines, profile, now + 30 * day, now)
        assert len(deadlines._alarms) <= 2
    assert not any(deadlines.ring(now + 30 * day - 1))
    assert list(deadlines.ring(now + 30 * day)) == [profile]


@pytest.mark.parametrize("step", [-1, 1])
def test_a_deadline_that_moves_with_every_event_takes_no_room(step: int) -> None:
    deadlines, profile = one_customer()
    for at in range(100_000, 200_000)[::step]:
        moved(deadlines, profile, at, 0)
    assert len(deadlines._alarms) <= 3 + 17
    assert profile.deadline is not None
    assert not any(deadlines.ring(profile.deadline - 1))
    assert next(deadlines.ring(profile.deadline)) is profile


def test_profiles_stored_without_alarms_are_due_all_the_same() -> None:
    store = MemoryStore()
    profiles = [Profile(f"c-{n}", 0, 0, deadline=9 - n % 3 if n % 4 else None) for n in range(50)]
    for profile in profiles:
        store.put(profile.customer_id, profile)
    deadlines = Deadlines(store)
    deadlines.restore(stored(profiles))
    due = sorted((p.deadline, p.customer_id) for p in profiles if p.deadline is not None)
    rung = [(p.deadline, p.customer_id) for p in deadlines.ring(9) if p is not None]
    assert rung == due
