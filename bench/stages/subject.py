"""The purchases and the parts that the stages are measured with."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.job.purchases import History, Job
from bench.stages.staged import StagedShard, empty_but
from bench.stages.stopwatch import Stopwatch
from tagger.codecs.cloudevents import TYPES as PUBLISHED
from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tagger.engine.profile import Limits
from tagger.rules.build import build_plan
from tagger.rules.plan import Plan
from tagger.settings import Settings
from tagger.stream.log import Batch, Changelog, Checkpoint, LogRecord
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings, currencies_of
from tagger.stream.shard import Shard
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.rocks import StateFolder
from tagger.stream.stores.store import ProfileStore
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

END_MS = 1_790_000_000_000
"""When the job's year ends, always the same."""
BATCH = 500
"""Records of a batch, as the worker gets them."""


@dataclass(frozen=True)
class Subject:
    """Purchases as records of one partition, and the plan that decides about them."""

    plan: Plan
    records: tuple[LogRecord, ...]
    checkpoint_events: int

    def parts(self) -> Parts:
        """New collaborators, as `tagger run` wires them with default settings."""
        settings = Settings(brokers="none")
        return Parts(
            settings=StreamSettings(partitions=1),
            decider=Pipeline(self.plan, Limits(exact_events=settings.exact_events)),
            decoder=RecordDecoder(max_bytes=settings.max_record_bytes),
            publisher=Publisher(
                settings.topics, Encoder(settings.encoding, records=tuple(PUBLISHED))
            ),
            telemetry=Telemetry(),
            currencies=currencies_of(self.plan),
            stopwatch=time.monotonic,
        )

    def batches(self) -> Iterator[tuple[tuple[LogRecord, ...], bool]]:
        """In order, each with whether a checkpoint follows."""
        ends = range(BATCH, len(self.records) + BATCH, BATCH)
        for end in ends:
            yield self.records[end - BATCH : end], not end % self.checkpoint_events


def subject(events: int, checkpoint_events: int, *rules: Path) -> Subject:
    """The job's purchases under the packs in `rules`. Raises PackRefusedError or
    RuleFolderError."""
    encode = Encoder(records=[Purchase]).encode
    records = tuple(
        LogRecord(offset, each.occurred_at, each.customer_id.encode(), encode(each))
        for offset, each in enumerate(History(Job(events, END_MS)).purchases())
    )
    return Subject(build_plan(*rules)[0], records, checkpoint_events)


def run_staged(subject: Subject, watch: Stopwatch) -> list[Checkpoint]:
    """All events through the stages one by one."""
    parts = subject.parts()
    with new_store(parts.telemetry) as store:
        shard = StagedShard(parts, store, END_MS, watch)
        made: list[Checkpoint] = []
        for records, is_due in subject.batches():
            shard.receive(records)
            if is_due:
                made.append(shard.checkpoint())
    return made


def run_whole(subject: Subject, watch: Stopwatch) -> list[Checkpoint]:
    """All events through a shard as it is; what that takes is the stage `shard`."""
    parts = subject.parts()
    topics = parts.settings.topics
    with new_store(parts.telemetry) as store:
        shard = Shard(0, parts, {}, store)
        shard.answered(empty_but(topics.purchase, topics.events(), END_MS), 0, END_MS)
        made: list[Checkpoint] = []
        with watch.of("shard"):
            for records, is_due in subject.batches():
                shard.receive(Batch(topics.purchase, 0, records), END_MS)
                shard.sweep(END_MS, lambda: True)
                if is_due and (checkpoint := shard.take_checkpoint()) is not None:
                    reached = checkpoint.offsets[topics.purchase]
                    store.committed(checkpoint.changelog, reached, END_MS)
                    made.append(checkpoint)
    return made


def read_from_disk(subject: Subject, watch: Stopwatch) -> int:
    """Read every customer's profile from disk; gives how many there are."""
    with TemporaryDirectory() as folder:
        parts, settings = subject.parts(), Settings(brokers="none")
        with _opened(Path(folder), settings, parts.telemetry) as store:
            shard = StagedShard(parts, store, END_MS, Stopwatch())
            for records, _ in subject.batches():
                shard.receive(records)
            shard.checkpoint()
        customers = {each.key.decode(): None for each in subject.records if each.key is not None}
        settings = replace(settings, cached_profiles=2)
        with (
            _opened(Path(folder), settings, parts.telemetry) as store,
            watch.of("profile from disk"),
        ):
            for customer in customers:
                store.get(customer)
    return len(customers)


@contextmanager
def new_store(telemetry: Telemetry) -> Iterator[ProfileStore]:
    """An empty store of the kind that a worker has."""
    with (
        TemporaryDirectory() as folder,
        _opened(Path(folder), Settings(brokers="none"), telemetry) as store,
    ):
        yield store


@contextmanager
def _opened(folder: Path, settings: Settings, telemetry: Telemetry) -> Iterator[ProfileStore]:
    disk = StateFolder(folder, settings.group, settings.block_cache_bytes)
    stores = LocalStores(disk, settings.cached_profiles, telemetry)
    store = asyncio.run(stores.open(0, Changelog("bench", 0, 2**40), END_MS))
    try:
        yield store
    finally:
        store.close()
