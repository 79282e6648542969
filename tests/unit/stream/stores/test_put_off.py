"""Alarms of profiles that leave memory and come back."""

from collections import Counter
from itertools import chain

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.engine.profile import Profile
from tagger.stream.deadlines import EXACT_ALARMS, Deadlines
from tagger.stream.stores.simulated import SimulatedDatabase

from .kit import NOW, Changes, forget, profile_of, store_on

MINUTE = 60_000
DAY = 86_400_000


class Shard:
    """Customers with deadlines in a store that keeps next to nothing in memory. Every event is a
    checkpoint of its own."""

    def __init__(self) -> None:
        self.changes = Changes()
        self.database = SimulatedDatabase()
        self.open()

    def open(self) -> None:
        self.store = self.changes.restored(lambda: store_on(self.database, cached_profiles=1))
        self.deadlines = Deadlines(self.store)
        stored = [(each.customer_id, each.deadline, each.alarms) for _, each in self.store.items()]
        self.deadlines.restore(stored)

    def event(self, customer_id: str, deadline: int | None, now: int) -> None:
        profile = self.store.get(customer_id) or profile_of(customer_id, 0)
        self.keep(profile, deadline, now)

    def keep(self, profile: Profile, deadline: int | None, now: int) -> None:
        before, profile.deadline = profile.deadline, deadline
        self.deadlines.keep(profile, before, now)
        self.store.put(profile.customer_id, profile)
        self.changes.changed[profile.customer_id] = None

    def commit(self) -> None:
        self.changes.begin(self.store)
        self.store.committed(self.changes.commit(), len(self.changes.rows), NOW)

    def alarms(self) -> Counter[str]:
        """Alarms that stand, by customer."""
        queue = self.deadlines._alarms
        runs = chain.from_iterable(run for *_, run in queue._heads)
        return Counter(customer for _, customer in chain(queue._recent, runs))


def test_whoever_is_put_off_and_forgotten_in_every_session_piles_up_no_alarms() -> None:
    """A cart waits 30 minutes before a window of 30 days, a session every two hours."""
    shard = Shard()
    for session in range(500):
        now = session * 120 * MINUTE
        assert not any(shard.deadlines.ring(now))
        forget(shard.store)
        shard.event("busy", now + 30 * MINUTE, now)
        shard.event("busy", now + 30 * DAY, now)
        shard.commit()
        forget(shard.store)
        assert shard.alarms()["busy"] <= EXACT_ALARMS
    assert [each for each in shard.deadlines.ring(now + 29 * DAY) if each] == []
    due = [each.customer_id for each in shard.deadlines.ring(now + 30 * DAY) if each]
    assert due == ["busy"]


_waits = st.one_of(st.none(), st.integers(1, 20), st.integers(1, 400))
_doings = st.lists(
    st.one_of(
        st.tuples(st.just("event"), st.sampled_from("abc"), _waits),
        st.tuples(st.just("passes"), st.integers(1, 500), st.integers(1, 9)),
        st.tuples(st.sampled_from(["commit", "forget", "crash"]), st.none(), st.none()),
    ),
    max_size=60,
)


@settings(max_examples=150)
@given(_doings)
def test_every_deadline_is_met_whatever_leaves_memory_and_whoever_crashes(
    doings: list[tuple[str, object, object]],
) -> None:
    shard, now, expected = Shard(), 0, dict[str, int]()
    committed = dict(expected)
    for what, one, other in doings:
        match what, one, other:
            case "event", str(customer), wait:
                deadline = now + wait if isinstance(wait, int) else None
                shard.event(customer, deadline, now)
                expected.pop(customer, None)
                if deadline is not None:
                    expected[customer] = deadline
            case "passes", int(by), int(most):
                now += by
                for profile in shard.deadlines.ring(now):
                    if profile is not None:
                        first = min((at, who) for who, at in expected.items())
                        assert (profile.deadline, profile.customer_id) == first
                        del expected[profile.customer_id]
                        shard.keep(profile, None, now)
                    most -= 1
                    if not most:
                        break
                else:
                    assert all(at > now for at in expected.values())
            case "commit", _, _:
                shard.commit()
                committed = dict(expected)
            case "forget", _, _:
                forget(shard.store)
            case _:
                shard.changes.changed.clear()
                shard.open()
                expected = dict(committed)
        assert len(shard.deadlines) == len(expected)
    due = [(each.deadline, each.customer_id) for each in ringing(shard, now + 1_000)]
    assert due == sorted((at, who) for who, at in expected.items())


def ringing(shard: Shard, until: int) -> list[Profile]:
    """Whoever is due, run one after the other."""
    found = []
    for profile in shard.deadlines.ring(until):
        if profile is not None:
            found.append(Profile(profile.customer_id, 0, 0, deadline=profile.deadline))
            shard.keep(profile, None, until)
    return found
