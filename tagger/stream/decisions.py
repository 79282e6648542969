"""What is decided of a shard's customers: events, commands and deadlines, each under its clock.

Profiles, alarms and what waits for the next checkpoint are kept here. What a stored profile has
already is left out when it is read again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.event_types import TYPE_ORDER
from tagger.engine.step import Clock, Step
from tagger.stream import changelog_record
from tagger.stream.ahead import Ahead
from tagger.stream.deadlines import Deadlines, StoredDeadline
from tagger.stream.log import Batch
from tagger.stream.parts import Parts
from tagger.stream.pending import Pending
from tagger.stream.stores.store import ProfileStore
from tagger.stream.tally import Tally
from tagger.stream.turns import Turn


class Decisions:
    """Of the profiles in `store`; `ahead` knows what they have. `state_version` is that of the
    changelog records: an older one has no room for all that a command leaves in a profile."""

    def __init__(self, parts: Parts, store: ProfileStore, ahead: Ahead, state_version: int) -> None:
        self._parts = parts
        self._store = store
        self._ahead = ahead
        self._topics = parts.settings.topics.events()
        self._forgets = state_version < changelog_record.ORDERS_COMMANDS
        self.deadlines = Deadlines(store)
        self.pending = Pending()

    def restore(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Take over customers whose profiles the store has. Raises ChangelogRecordError or
        ProfileVersionError for bytes of another version."""
        self.deadlines.restore(self._stored_deadlines(records))

    def events(self, turns: Sequence[Turn], now: int) -> int:
        """Take events through the decider, and rejected records to the results; gives how many."""
        if not turns:
            return 0
        ahead = self._ahead if len(self._ahead) else None
        decide, get = self._parts.decider.step, self._store.get
        tally = Tally(self._parts.currencies)
        clock_at = turns[0][0]
        clock = Clock(clock_at, now)
        for frontier, offset, event in turns:
            if type(event) is DeadLetter:
                self.pending.results.append(event)
                continue
            customer_id = event.customer_id
            if ahead is not None:
                topic = self._topics[TYPE_ORDER[type(event)]]
                if ahead.covers(topic, customer_id, offset):
                    tally.add_reread(event)
                    continue
            if frontier != clock_at:
                clock_at, clock = frontier, Clock(frontier, now)
            profile = get(customer_id)
            before = None if profile is None else profile.deadline
            step = decide(profile, event, clock)
            self._keep(customer_id, step, before, frontier)
            tally.add(event, step)
        tally.report(self._parts.telemetry)
        return len(turns)

    def commands(
        self, batch: Batch, commands: Sequence[TagCommand | DeadLetter], clock: Clock
    ) -> None:
        """Take a batch through the decider, and what was rejected of it to the results; `commands`
        are what its records say."""
        rereads = 0
        for record, command in zip(batch.records, commands, strict=True):
            if isinstance(command, DeadLetter):
                self.pending.results.append(command)
            elif self._ahead.covers(batch.topic, command.customer_id, record.offset):
                rereads += 1
            else:
                profile = self._store.get(command.customer_id)
                before = None if profile is None else profile.deadline
                step = self._parts.decider.step(profile, command, clock)
                if self._forgets and step.profile is not None:
                    step.profile.commanded_at = None
                self._keep(command.customer_id, step, before, clock.frontier)
        if rereads:
            self._parts.telemetry.records_reread("command", rereads)

    def sweep(self, clock: Clock, may_go_on: Callable[[], bool]) -> int:
        """Run deadlines that the clock has reached, earliest first, while `may_go_on`, which is
        asked after each alarm; gives how many customers were run."""
        swept_before = self.pending.swept
        for profile in self.deadlines.ring(clock.frontier):
            if profile is not None:
                customer_id, before = profile.customer_id, profile.deadline
                step = self._parts.decider.run_deadlines(profile, clock)
                if step.deadline is not None and step.deadline <= clock.frontier:
                    raise RuntimeError("a deadline that was run still stands")
                self._keep(customer_id, step, before, clock.frontier)
                self.pending.swept += 1
            if not may_go_on():
                break
        swept = self.pending.swept - swept_before
        self._parts.telemetry.deadlines_run(swept)
        return swept

    def take_pending(self) -> Pending:
        """What has gathered since the last checkpoint; a new one begins."""
        taken, self.pending = self.pending, Pending()
        return taken

    def _stored_deadlines(self, records: Iterable[tuple[bytes, bytes]]) -> Iterator[StoredDeadline]:
        for key, record in records:
            deadline, alarms, offsets = changelog_record.header(record)
            customer_id = key.decode()
            self._ahead.note(customer_id, offsets)
            yield customer_id, deadline, alarms

    def _keep(self, customer_id: str, step: Step, before: int | None, frontier: int) -> None:
        """Take over a step that was decided under `frontier`; `before` is the deadline that stood
        before it."""
        profile = step.profile
        if profile is not None:
            self.deadlines.keep(profile, before, frontier)
            self._store.put(customer_id, profile)
            self.pending.add(customer_id, step)
        elif step.outcome is not None:
            self.pending.results.append(step.outcome)
