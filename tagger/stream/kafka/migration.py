"""Moves customers to input topics with another number of partitions, in one transaction.

Profiles, unread records, the new group positions with their clocks, and a mark beside the old
positions become visible together, or not at all: an attempt that ends half-way leaves nothing, and
the next one begins anew. What was written is read back before the transaction ends, and the old
topics and their group are looked at once more. The mark keeps workers from starting on the old
topics: it names the new ones. Every call blocks.
"""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TypeVar

import msgspec
from confluent_kafka import KafkaException, Producer

from tagger.settings import Settings
from tagger.stream import changelog_record
from tagger.stream.access import migration_transaction_id
from tagger.stream.changelog_record import ChangelogRecordError
from tagger.stream.kafka import clients
from tagger.stream.kafka.migration_check import Fold, fold_profiles, fold_unread
from tagger.stream.kafka.migration_faults import MigrationError, told
from tagger.stream.kafka.migration_look import Move
from tagger.stream.kafka.migration_positions import positions_of
from tagger.stream.kafka.migration_still import check_still
from tagger.stream.kafka.partition_reader import bounds, records_of
from tagger.stream.kafka.threads import within
from tagger.stream.log import LogRecord
from tagger.stream.murmur2 import partition_of
from tagger.stream.repartition import in_order_of_time, moved_record

Answer = TypeVar("Answer")

ASK_S = 60.0
FLUSH_S = 1.0
AFTERWARDS_MS = 30_000
"""How long the transaction may take when workers read the new topics already, and a millisecond for
each record more: one that a killed command left open holds them up."""
POSITIONS_AT_ONCE = 200
"""The brokers store the positions of one request as one batch, whose size is limited."""


class Moved(msgspec.Struct, frozen=True):
    """How many profiles and unread records were moved."""

    profiles: int
    unread: int


class Migration:
    """Moves the customers of one group. `timeout_ms` is how long the transaction may take; the
    brokers allow 15 minutes unless their `transaction.max.timeout.ms` says otherwise. `each` is
    called for every record that is moved.

    Methods raise MigrationError, LogUnavailableError, RefusedError when a right is missing,
    KafkaException, and SettingsError when the client refuses the settings.
    """

    def __init__(
        self, settings: Settings, timeout_ms: int, each: Callable[[], None] = lambda: None
    ) -> None:
        self._settings = settings
        self._each = each
        self._timeout_ms = timeout_ms
        self._producer: Producer = self._own_producer(timeout_ms)

    def begin(self) -> None:
        """End what an earlier attempt has left open."""
        self._call(partial(self._producer.init_transactions, ASK_S))

    def _own_producer(self, timeout_ms: int) -> Producer:
        name = migration_transaction_id(self._settings.group)
        return clients.transactional_producer(self._settings, name, timeout_ms)

    def carry_out(self, move: Move) -> Moved:
        """Move everything; the new topics are there. Whatever breaks it off aborts it."""
        if move.is_made:
            enough_ms = max(AFTERWARDS_MS, move.most_unread())
            self._producer = self._own_producer(min(self._timeout_ms, enough_ms))
            self.begin()
        starts = self._new_bounds(move)
        self._producer.begin_transaction()
        try:
            unread = {new: self._copy_unread(move, old, new) for old, new in move.names().items()}
            profiles = Fold() if move.is_made else self._copy_profiles(move)
            while self._producer.flush(FLUSH_S):
                pass
            self._send_positions(move)
            if not move.is_made:
                self._check(move, starts, unread, profiles)
                check_still(self._settings, move)
            self._call(partial(self._producer.commit_transaction, ASK_S))
        except BaseException:
            self._abort()
            raise
        return Moved(profiles.count, sum(fold.count for fold in unread.values()))

    def _copy_unread(self, move: Move, old: str, new: str) -> Fold:
        """The unread records of one topic, and what they add up to."""
        sources = {
            number: records_of(self._settings, (topic, number), *span)
            for (topic, number), span in move.unread.items()
            if topic == old
        }

        def written() -> Iterator[LogRecord]:
            for number, record in in_order_of_time(sources):
                key = record.key
                place = number % move.after if key is None else partition_of(key, move.after)
                self._put(new, place, record)
                yield record

        return fold_unread(written())

    def _copy_profiles(self, move: Move) -> Fold:
        """Every customer's newest profile, and what they add up to."""
        fold = Fold()
        for (topic, shard), span in move.changelog.items():
            stored: dict[bytes, LogRecord] = {}
            for record in records_of(self._settings, (topic, shard), *span):
                if record.key is None or record.value is None:
                    stored.pop(record.key or b"", None)
                else:
                    stored[record.key] = record
            for key, record in stored.items():
                value = self._moved(move, shard, record)
                fold.add(key, value)
                moved = msgspec.structs.replace(record, value=value)
                self._put(move.new.profile_changelog, partition_of(key, move.after), moved)
        return fold

    def _moved(self, move: Move, shard: int, record: LogRecord) -> bytes:
        """The changelog record as it is in the new changelog."""
        place = f"{move.old.profile_changelog}/{shard}/{record.offset}"
        key = record.key or b""
        if partition_of(key, move.before) != shard:
            raise MigrationError(
                f"{place}: customer {key!r} does not belong to this partition of {move.before}"
            )
        try:
            _, offsets = changelog_record.decode(record.value or b"")
            moved = moved_record(record.value or b"")
        except ChangelogRecordError as error:
            raise MigrationError(f"{place}: {error}") from error
        committed = move.committed[shard]
        for topic, offset in offsets.items():
            position = committed[topic].offset if topic in committed else 0
            if offset > position:
                raise MigrationError(
                    f"{place}: a profile has records of {topic} up to {offset}, and the "
                    f"position of group {self._settings.group} is {position}: it was reset, "
                    "or has expired. Let the workers read to the end once more, then stop them"
                )
        return moved

    def _put(self, topic: str, partition: int, record: LogRecord) -> None:
        while True:
            try:
                self._producer.produce(
                    topic,
                    value=record.value,
                    key=record.key,
                    partition=partition,
                    headers=list(record.headers),
                    timestamp=max(0, record.timestamp),
                )
            except BufferError:
                self._producer.poll(0.05)
            except KafkaException as refusal:
                raise MigrationError(f"{topic}/{partition}: {told(refusal)}") from refusal
            else:
                self._each()
                return

    def _check(
        self,
        move: Move,
        starts: dict[tuple[str, int], tuple[int, int]],
        unread: dict[str, Fold],
        profiles: Fold,
    ) -> None:
        """Compare what lies in the new topics with what was read of the old ones."""
        spans = {at: (starts[at][1], end) for at, (_, end) in self._new_bounds(move).items()}
        found = {
            topic: fold_unread(
                record
                for (name, number), span in spans.items()
                if name == topic
                for record in records_of(self._settings, (name, number), *span, "read_uncommitted")
            )
            for topic in unread
        }
        stored = Fold()
        for (name, number), span in spans.items():
            if name == move.new.profile_changelog:
                records = records_of(self._settings, (name, number), *span, "read_uncommitted")
                stored.merge(fold_profiles(records, number, move.after))
        if found != unread or stored != profiles:
            raise MigrationError(
                f"what lies in the new topics is not what was written: {stored.count} of "
                f"{profiles.count} profiles. Nothing was moved; does somebody write there?"
            )

    def _send_positions(self, move: Move) -> None:
        """Add positions for old and new topics to the transaction. Here the client also tells when
        the brokers have refused a record."""
        member = clients.changelog_reader(self._settings)
        try:
            metadata = member.consumer_group_metadata()
            positions = iter(positions_of(move))
            while part := list(islice(positions, POSITIONS_AT_ONCE)):
                send = self._producer.send_offsets_to_transaction
                self._call(partial(send, part, metadata, ASK_S))
        finally:
            member.close()

    def _abort(self) -> None:
        """Leave nothing; where that fails, the next attempt or the brokers see to it."""
        try:
            self._call(partial(self._producer.abort_transaction, ASK_S))
        except MigrationError as error:
            clients.logger.warning("the transaction is left to the brokers: %s", error)

    def _new_bounds(self, move: Move) -> dict[tuple[str, int], tuple[int, int]]:
        return bounds(self._settings, move.new_partitions(), "read_uncommitted")

    def _call(self, call: Callable[[], Answer]) -> Answer:
        """Make a call that the client may never return from."""
        try:
            return asyncio.run(within(ASK_S, call))
        except (KafkaException, TimeoutError) as failure:
            raise MigrationError(f"{self._settings.brokers}: {told(failure)}") from failure
