"""Faults to put into the stream, to see that the proof over schedules finds them: in its clock, its
deadlines, its merge and its checkpoints."""

from .faults import Fault

STREAM_FAULTS = (
    Fault(
        "the clock does not wait for a topic that lags",
        "tagger/stream/frontier.py",
        "            if reading is not but:",
        "            if reading is not but and (reading.caught_up or until == NEVER):",
    ),
    Fault(
        "the clock follows the topic that is ahead",
        "tagger/stream/frontier.py",
        "                until = min(until, reading.read_until())",
        "                until = max(until % NEVER, reading.read_until())",
    ),
    Fault(
        "the clock passes events that wait",
        "tagger/stream/frontier.py",
        "self.read_until() - self.grace_ms, earliest_waiting, self.held_at())",
        "self.read_until() - self.grace_ms, self.held_at())",
    ),
    Fault(
        "the clock forgets the grace",
        "tagger/stream/frontier.py",
        "self.read_until() - self.grace_ms, earliest_waiting, self.held_at())",
        "self.read_until(), earliest_waiting, self.held_at())",
    ),
    Fault(
        "a run of records is decided under the clock of its first",
        "tagger/stream/turns.py",
        "            turns.append((at, offset, record))",
        "            turns.append((frontier.at, offset, record))",
    ),
    Fault(
        "an old answer goes on to prove that a topic is caught up",
        "tagger/stream/frontier.py",
        "            reading.is_fresh &= is_within(self._fresh_ms, reading.asked_at, monotonic)",
        "            reading.is_fresh &= is_within(monotonic, reading.asked_at, monotonic)",
    ),
    Fault(
        "the clock goes back after a restart",
        "tagger/stream/shard.py",
        "            at=clock.frontier,",
        "            at=BEFORE_TIME,",
    ),
    Fault(
        "what has to be read again counts as read",
        "tagger/stream/frontier.py",
        "        if self.position < self.proven_before:",
        "        if self.position < 0:",
    ),
    Fault(
        "a deadline that comes nearer gets no alarm",
        "tagger/stream/deadlines.py",
        "        if deadline is None or (alarms and alarms[0] <= deadline):",
        "        if deadline is None or alarms:",
    ),
    Fault(
        "an alarm that rings too early is not put off",
        "tagger/stream/deadlines.py",
        "                self._see_to(profile, deadline, frontier)\n"
        "                self._store.put_off",
        "                self._store.put_off",
    ),
    Fault(
        "deadlines are run beyond the clock",
        "tagger/stream/shard.py",
        "        return self._decisions.sweep(Clock(self.frontier.at, now), may_go_on)",
        "        return self._decisions.sweep(Clock(now, now), may_go_on)",
    ),
    Fault(
        "a restart forgets the alarms",
        "tagger/stream/deadlines.py",
        "                yield at, customer_id\n",
        "                continue\n",
    ),
    Fault(
        "a restart forgets the last profile",
        "tagger/stream/opening.py",
        "            store.restore(chunk.rows, chunk.reached)",
        "            store.restore(chunk.rows[:-1], chunk.reached)",
    ),
    Fault(
        "events wait for no topic that lags",
        "tagger/stream/merge.py",
        "        if not self.reading.caught_up:\n            return own\n",
        "        if not self.reading.caught_up:\n            return _HIGHEST\n",
    ),
    Fault(
        "offsets of records that wait are committed",
        "tagger/stream/merge.py",
        "        return self._entries[0][1] if self._entries else self.reading.position",
        "        return self.reading.position",
    ),
    Fault(
        "records that a stored profile has are applied again",
        "tagger/stream/ahead.py",
        "        return until is not None and offset < until.get(customer_id, 0)",
        "        return until is not None and offset < 0",
    ),
    Fault(
        "a batch that comes again is processed again",
        "tagger/stream/shard.py",
        "    if not records or records[0].offset >= position:",
        "    if not records or position >= 0:",
    ),
    Fault(
        "a profile that changed without a change of tags is not stored",
        "tagger/stream/pending.py",
        "        self.dirty[customer_id] = None\n",
        "        self.dirty.update(dict.fromkeys([customer_id] if step.changes else []))\n",
    ),
    Fault(
        "a shard that was lost is kept",
        "tagger/stream/worker.py",
        "            shard = self._shards.pop(number, None)",
        "            shard = self._shards.get(number)",
    ),
    Fault(
        "local state lacks a record of a checkpoint",
        "tagger/stream/stores/cached.py",
        "                self._write(rows, reached, now)",
        "                self._write(rows[:-1], reached, now)",
    ),
    Fault(
        "local state goes on a record too late in the changelog",
        "tagger/stream/opening.py",
        "        async for chunk in log.restore(number, store.offset):",
        "        after = None if store.offset is None else store.offset + 1\n"
        "        async for chunk in log.restore(number, after):",
    ),
    Fault(
        "local state is written before the log has it",
        "tagger/stream/commits.py",
        "            reached = await self._log.commit(checkpoint)",
        "            store.committed(checkpoint.changelog, None, self._log.now())\n"
        "            reached = await self._log.commit(checkpoint)",
    ),
    Fault(
        "a changed profile leaves the cache of local state",
        "tagger/stream/stores/cached.py",
        "            if customer_id in self._dirty or customer_id in self._in_flight:",
        "            if customer_id in self._in_flight:",
    ),
)
