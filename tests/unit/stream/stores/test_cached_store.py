"""The cached store against a dict, through checkpoints and crashes, in memory and in RocksDB."""

from collections import OrderedDict
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tagger.engine.profile import Profile
from tagger.stream import changelog_record
from tagger.stream.stores.cached import CachedStore
from tagger.stream.stores.database import Database
from tagger.stream.stores.rocks import StateFolder
from tagger.stream.stores.simulated import SimulatedDatabase

from .kit import NOW, Changes, forget, profile_of, record_of, store_on

_customers = st.sampled_from([f"c-{n}" for n in range(7)])


class CountingDatabase(SimulatedDatabase):
    """Counts how many records are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def get(self, key: bytes) -> bytes | None:
        self.reads += 1
        return super().get(key)


class Counting(OrderedDict[str, Profile]):
    """Counts how many are looked at when some are to go."""

    popped = 0

    def popitem(self, last: bool = True) -> tuple[str, Profile]:
        self.popped += 1
        return super().popitem(last)


class StoreAgainstADict(RuleBasedStateMachine):
    """`model` is what the shard has put; `changes` is what survives a crash. Between a commit and
    the write to disk anything may happen, and a crash may be what happens."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.model: dict[str, tuple[int, tuple[int, ...]]] = {}
        self.changes = Changes()
        self.disk = SimulatedDatabase()
        self.store = self.changes.restored(self.opened)

    def database(self) -> Database:
        return self.disk

    def opened(self) -> CachedStore:
        return store_on(self.database(), cached_profiles=4)

    @rule(customer=_customers)
    def put(self, customer: str) -> None:
        self.number += 1
        profile = self.store.get(customer) or profile_of(customer, 0)
        profile.updated_at = self.number
        self.store.put(customer, profile)
        self.model[customer] = self.number, profile.alarms
        self.changes.changed[customer] = None

    @rule(customer=_customers)
    def put_another_object(self, customer: str) -> None:
        self.number += 1
        self.store.put(customer, profile_of(customer, self.number))
        self.model[customer] = self.number, ()
        self.changes.changed[customer] = None

    @rule(customer=_customers)
    def put_off(self, customer: str) -> None:
        profile = self.store.get(customer)
        if profile is not None:
            self.number += 1
            profile.alarms = (self.number,)
            self.store.put_off(profile)
            self.model[customer] = profile.updated_at, profile.alarms

    @rule(customer=_customers)
    def delete(self, customer: str) -> None:
        if self.model.pop(customer, None):
            self.changes.changed[customer] = None
        self.store.delete(customer)

    @rule(customer=_customers)
    def get(self, customer: str) -> None:
        profile = self.store.get(customer)
        found = None if profile is None else (profile.updated_at, profile.alarms)
        assert found == self.model.get(customer)

    @precondition(lambda self: not self.changes.under_way)
    @rule()
    def begin_checkpoint(self) -> None:
        self.changes.begin(self.store)

    @precondition(lambda self: self.changes.under_way)
    @rule(is_known=st.booleans(), crashes=st.sampled_from([False, False, True]))
    def commit(self, *, is_known: bool, crashes: bool) -> None:
        rows = self.changes.commit()
        if crashes:
            self.crash()
        else:
            reached = len(self.changes.rows) if is_known else None
            self.store.committed(rows, reached, NOW)

    @precondition(lambda self: not self.changes.under_way)
    @rule(customers=st.lists(_customers, min_size=1, max_size=7))
    def put_and_commit(self, customers: list[str]) -> None:
        for customer in customers:
            self.put(customer)
        self.begin_checkpoint()
        self.commit(is_known=True, crashes=False)

    @rule()
    def others_are_asked_for(self) -> None:
        forget(self.store)

    @rule()
    def crash(self) -> None:
        self.store.close()
        self.changes.under_way.clear()
        self.changes.changed.clear()
        self.store = self.changes.restored(self.opened)
        stored = {
            customer: changelog_record.load(record)
            for customer, record in self.changes.folded().items()
        }
        assert len(self.store) == len(stored)
        self.model = {}
        for customer, profile in self.store.items():
            assert profile.updated_at == stored.pop(customer).updated_at
            self.model[customer] = profile.updated_at, profile.alarms
        assert not stored

    @invariant()
    def counts(self) -> None:
        assert len(self.store) == len(self.model)

    @invariant()
    def the_disk_holds_nothing_that_was_not_committed(self) -> None:
        committed = {
            (key, changelog_record.load(record).updated_at)
            for key, record in self.changes.rows
            if record is not None
        }
        mark = self.disk.mark()
        assert mark is None or (mark.offset or 0) <= len(self.changes.rows)
        for key, record in self.disk.rows.items():
            assert (key, changelog_record.load(record).updated_at) in committed

    def teardown(self) -> None:
        found = {
            customer: (profile.updated_at, profile.alarms)
            for customer, profile in self.store.items()
        }
        assert found == self.model
        self.store.close()


class RocksAgainstADict(StoreAgainstADict):
    """The same in a database on disk."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp())
        self.machine = StateFolder(self.folder, "group", 1 << 20)
        super().__init__()

    def database(self) -> Database:
        return self.machine.open(0)

    def teardown(self) -> None:
        super().teardown()
        rmtree(self.folder)


StoreAgainstADict.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestStoreAgainstADict = StoreAgainstADict.TestCase
RocksAgainstADict.TestCase.settings = settings(max_examples=4, stateful_step_count=30)
TestRocksAgainstADict = RocksAgainstADict.TestCase


def test_changed_profiles_stay_in_the_cache_whatever_is_asked_for() -> None:
    database = SimulatedDatabase()
    store, changes = store_on(database), Changes()
    profiles = {f"c-{n}": profile_of(f"c-{n}", n) for n in range(10)}
    for customer_id, profile in profiles.items():
        store.put(customer_id, profile)
        changes.changed[customer_id] = None
    for customer_id, profile in profiles.items():
        assert store.get(customer_id) is profile
    changes.begin(store)
    for customer_id, profile in profiles.items():
        assert store.get(customer_id) is profile
    store.committed(changes.commit(), 10, NOW)
    for n in range(30):
        store.put(f"d-{n}", profile_of(f"d-{n}", n))
        changes.changed[f"d-{n}"] = None
    changes.begin(store)
    store.committed(changes.commit(), 40, NOW)
    store.put("e", profile_of("e", 1))
    assert len(store._cached) <= 2 + 1
    assert not any(store.get(customer_id) is profile for customer_id, profile in profiles.items())
    assert len(store) == 41


def test_what_is_only_read_does_not_fill_memory() -> None:
    database = SimulatedDatabase()
    store, changes = store_on(database, cached_profiles=10), Changes()
    changes.rows += [(b"c-%d" % n, record_of(profile_of(f"c-{n}", n))) for n in range(100)]
    store = changes.restored(lambda: store)
    for n in range(100):
        found = store.get(f"c-{n}")
        assert found is not None
        assert found.updated_at == n
        assert len(store._cached) <= 10


def _full_of(customers: int, cached_profiles: int) -> tuple[CachedStore, CountingDatabase]:
    """A store whose cache holds the last ones of so many customers on disk."""
    database, changes = CountingDatabase(), Changes()
    changes.rows += [(b"c-%d" % n, record_of(profile_of(f"c-{n}", n))) for n in range(customers)]
    store = changes.restored(lambda: store_on(database, cached_profiles=cached_profiles))
    for n in range(customers):
        store.get(f"c-{n}")
    database.reads = 0
    return store, database


def test_as_many_customers_as_the_cache_may_hold_are_never_read_again() -> None:
    store, database = _full_of(200, cached_profiles=200)
    for _ in range(3):
        for n in range(200):
            assert store.get(f"c-{n * 77 % 200}") is not None
    assert database.reads == 0


def test_whoever_is_asked_for_stays_while_others_come_and_go() -> None:
    store, database = _full_of(2_000, cached_profiles=200)
    busy = [f"c-{n}" for n in range(1_920, 2_000)]
    for number in range(1_900):
        store.get(f"c-{number}")
        store.get(busy[number % 80])
    assert database.reads == 1_900


@pytest.mark.parametrize("changed", [150, 200, 600])
def test_a_cache_of_changed_profiles_is_not_searched_again_and_again(changed: int) -> None:
    """What has to stay may fill it, and more than that."""
    store, _ = _full_of(300, cached_profiles=200)
    for n in range(changed):
        store.put(f"d-{n}", profile_of(f"d-{n}", n))
    cached = Counting(store._cached)
    store._cached = cached
    for n in range(300):
        store.get(f"c-{n}")
        assert len(store._cached) <= max(200, 2 * changed + 1)
    assert cached.popped <= 4 * 300


def test_a_checkpoint_is_not_begun_while_another_one_is_under_way() -> None:
    store = store_on(SimulatedDatabase())
    store.put("c", profile_of("c", 1))
    store.begin_checkpoint()
    with pytest.raises(RuntimeError, match="another one is under way"):
        store.begin_checkpoint()


def test_a_store_that_was_closed_writes_nothing_any_more() -> None:
    database = SimulatedDatabase()
    store, changes = store_on(database), Changes()
    store.put("c", profile_of("c", 1))
    changes.changed["c"] = None
    changes.begin(store)
    store.close()
    store.committed(changes.commit(), 1, NOW)
    store.touch(NOW)
    assert (database.rows, database.mark()) == ({}, None)
