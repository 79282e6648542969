"""A shard's deadlines: for each customer the next instant at which anything can change.

What counts is the deadline in the customer's profile. Alarms only say when to look there: an alarm
that rings before its customer's deadline is put off. A profile knows its customer's alarms that
have not rung, in ascending order, and the rules are:

* every customer with a deadline has an alarm at or before it;
* an alarm is added only where that would not hold otherwise, so a deadline that moves with every
  event, earlier and later again, piles up none;
* the first three alarms of a customer stand at deadlines. A further one stands between half the
  way to its deadline and the deadline, at the clock plus a power of two. Each of these lies before
  the one added before it, so with a smaller power: for deadlines within a year there are 38 alarms
  at most, whatever the rules and the events are.

An alarm whose customer is gone, or has no deadline any more, is dropped when it rings. One that is
put off is no reason for a changelog record: a new owner sets the alarms that the stored profile
knows, whatever became of them since, so that they are true again.

A profile may leave memory and come back as it was stored, and then knows alarms that have rung
since. Alarms ring in order, so of those that a profile knows only the ones behind the latest that
rang count as standing. What it has forgotten does no harm: an alarm too many is dropped or put off
when it rings. So a profile never counts on an alarm that does not stand, and the first rule holds
whenever it is looked at anew.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from tagger.engine.profile import Profile
from tagger.engine.step import BEFORE_TIME
from tagger.stream.alarm_queue import Alarm, AlarmQueue
from tagger.stream.stores.store import ProfileStore

StoredDeadline = tuple[str, int | None, tuple[int, ...]]
"""A customer id, with the deadline and the alarms that are stored with the profile."""

EXACT_ALARMS = 3
"""Alarms of one customer that stand at deadlines."""


class Deadlines:
    """Deadlines of the customers of a store, in milliseconds. `len` counts the customers who have
    one. A profile that is to be deleted from the store is kept once more before, without one."""

    def __init__(self, store: ProfileStore, alarms: AlarmQueue | None = None) -> None:
        self._store = store
        self._alarms = AlarmQueue() if alarms is None else alarms
        self._customers = 0
        self._rang: Alarm = (BEFORE_TIME, "")
        """The latest alarm that has rung."""

    def __len__(self) -> int:
        return self._customers

    def restore(self, stored: Iterable[StoredDeadline]) -> None:
        """Take over stored profiles, each of a customer not heard of before."""
        self._alarms.extend(self._stored_alarms(stored))

    def keep(self, profile: Profile, before: int | None, frontier: int) -> None:
        """Take over a profile whose deadline was `before`; the clock stands at `frontier`. The
        profile may get an alarm, so this comes before it is put into the store."""
        deadline = profile.deadline
        if (deadline is None) != (before is None):
            self._customers += 1 if before is None else -1
        self._see_to(profile, deadline, frontier)

    def ring(self, frontier: int) -> Iterator[Profile | None]:
        """Let alarms ring, up to `frontier`, as long as the caller asks for more. Gives for each
        alarm the customer who is due, in order of deadline and then of customer id, or None when
        it was none. Whoever is due has to be run and kept before the next alarm."""
        while (alarm := self._alarms.pop(frontier)) is not None:
            at, customer_id = alarm
            self._rang = max(self._rang, alarm)
            profile = self._store.get(customer_id)
            deadline = None if profile is None else profile.deadline
            if profile is None:
                yield None
            elif deadline is not None and deadline <= at:
                yield profile
            else:
                self._see_to(profile, deadline, frontier)
                self._store.put_off(profile)
                yield None

    def is_due(self, frontier: int) -> bool:
        """Whether an alarm rings."""
        earliest = self._alarms.earliest()
        return earliest is not None and earliest <= frontier

    def count_due(self, frontier: int) -> int:
        """How many alarms ring: at least as many as customers who are due, and more where a
        deadline has moved on since."""
        return self._alarms.count(frontier)

    def _see_to(self, profile: Profile, deadline: int | None, frontier: int) -> None:
        """Make sure that an alarm rings at the profile's deadline or before."""
        alarms = profile.alarms
        if alarms and alarms[0] <= self._rang[0]:
            alarms = profile.alarms = self._standing(alarms, profile.customer_id)
        if deadline is None or (alarms and alarms[0] <= deadline):
            return
        at = deadline if len(alarms) < EXACT_ALARMS else _on_the_way(frontier, deadline)
        profile.alarms = (at, *alarms)
        self._alarms.push(at, profile.customer_id)

    def _standing(self, alarms: tuple[int, ...], customer_id: str) -> tuple[int, ...]:
        """Those of a customer's alarms that have not rung."""
        rang_at, rang_for = self._rang
        find = bisect_left if customer_id > rang_for else bisect_right
        return alarms[find(alarms, rang_at) :]

    def _stored_alarms(self, stored: Iterable[StoredDeadline]) -> Iterator[Alarm]:
        for customer_id, deadline, alarms in stored:
            self._customers += deadline is not None
            for at in alarms:
                yield at, customer_id
            if deadline is not None and not (alarms and alarms[0] <= deadline):
                yield deadline, customer_id


def _on_the_way(frontier: int, deadline: int) -> int:
    """The clock plus the greatest power of two that does not lead beyond the deadline."""
    left_ms = deadline - frontier
    return frontier + (1 << left_ms.bit_length() - 1) if left_ms > 0 else deadline
