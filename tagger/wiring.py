"""The composition root: the one place where settings become a running worker.

Nothing else knows both the pure parts and the clients. Importing it imports Faust, so commands
that need no broker must not.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Timer
from typing import NoReturn

from tagger.codecs.cloudevents import TYPES as PUBLISHED
from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.codecs.json_fields import TIMES
from tagger.codecs.looked_up_ids import LookedUpIds
from tagger.engine.profile import Limits
from tagger.rules.build import build_plan
from tagger.rules.plan import Plan
from tagger.settings import Settings
from tagger.stream import changelog_record
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.clients import group_config, logger
from tagger.stream.kafka.health import HealthServer
from tagger.stream.kafka.log import KafkaLog
from tagger.stream.kafka.loop_watch import LoopWatch
from tagger.stream.kafka.preflight import group_state
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.kafka.schema_gate import SchemaGate
from tagger.stream.kafka.stall_watch import StallWatch
from tagger.stream.kafka.taking_watch import TakingWatch
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings, currencies_of
from tagger.stream.progress import WorkerProgress
from tagger.stream.schema_ids import ids_of, looked_up_ids
from tagger.stream.stores.local import LocalStores
from tagger.stream.stores.memory import MemoryStores
from tagger.stream.stores.rocks import StateFolder
from tagger.stream.stores.store import Stores
from tagger.stream.worker import Worker
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

EX_TEMPFAIL = 75
"""Exit code of a worker that stood still, or left without its last checkpoint: start it again."""
LAST_CHECKPOINT_S = 4.0
"""How long a worker that is asked to stop tries to make its last checkpoints."""
WATCH_S = 1.0


def encoder(settings: Settings, records: Collection[type] = tuple(TIMES)) -> Encoder:
    """`records`, by default those of outputs and of inputs, in the encoding that the settings name.
    Raises SchemaIdsError and SettingsError."""
    return Encoder(settings.encoding, ids_of(settings), records=records)


class RunningWorker:
    """A worker with its log, its app and its telemetry, not started yet.

    `partitions` is the number that all input topics have; `feed_clock` see `KafkaLog`.
    `first_state_version`: in what a shard begins that nothing was committed for, unless the
    settings say it.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        *,
        partitions: int,
        feed_clock: Callable[[], int | None] = lambda: None,
        first_state_version: int = changelog_record.VERSION,
    ) -> None:
        self.telemetry = Telemetry()
        self._reader = GroupReader(group_config(settings), settings.topics.inputs())
        retried = self.telemetry.commit_retried
        self._log = KafkaLog(
            settings,
            self._reader,
            feed_clock,
            retried,
            answered=lambda: self._app.wake(),  # noqa: PLW0108 - the app is made below
        )
        ids = looked_up_ids(settings, self.telemetry.schema_looked_up)
        self._gate = None if ids is None else self._schema_gate(ids)
        decoder = RecordDecoder(
            ids or ids_of(settings),
            strict=settings.strict_json,
            max_bytes=settings.max_record_bytes,
        )
        stream = _stream_settings(settings, partitions, first_state_version)
        parts = _parts(settings, stream, plan, self.telemetry, decoder)
        self._worker = Worker(self._log, parts, _stores(settings, self.telemetry))
        passes = None if self._gate is None else self._gate.passes
        self._app = StreamApp(settings, self._reader, self._worker, passes)
        self._health = HealthServer(
            self.telemetry.registry,
            self.progress,
            self.is_settled,
            StallWatch(self._log.readable_ends, self._reader),
        )
        self._taking = TakingWatch(self._reader)

    def progress(self) -> WorkerProgress:
        """How the worker is getting on; on the event loop that runs it."""
        progress = self._worker.progress().held("" if self._gate is None else self._gate.fault)
        progress = progress.held(self._log.outage.reason)
        self.telemetry.outage(self._log.outage.seconds)
        self.telemetry.readiness(progress.is_ready and self.is_settled())
        return progress

    def is_settled(self) -> bool:
        """Every partition that the group gave us belongs to an open shard."""
        return self._reader.assignment.settled

    def committed_offsets(self) -> Mapping[Partition, int]:
        """See `KafkaLog.committed_offsets`."""
        return self._log.committed_offsets

    def unfinished(self) -> str:
        """What a stop waits for, in words."""
        if outage := self._log.outage.reason:
            return outage
        if self._worker.is_committing:
            return "the brokers have not taken its last checkpoints yet"
        return "its shards are not closed yet"

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then make the last checkpoints and leave. Raises what made
        the worker fail."""
        self._log.prepare()
        try:
            await self._app.run(stop)
        finally:
            await self._worker.settled()
            self._worker.close()
            self._log.close()

    async def serve(self, stop: asyncio.Event, host: str, port: int) -> None:
        """`run`, with the web server, and with a watch that ends the process when the worker
        stands still. Raises OSError when the port is taken."""
        await self._health.start(host, port)
        watching = asyncio.ensure_future(self._watch())
        try:
            with LoopWatch(_blocked):
                await self.run(stop)
        finally:
            watching.cancel()
            await self._health.stop()

    def _schema_gate(self, ids: LookedUpIds) -> SchemaGate:
        telemetry = self.telemetry
        return SchemaGate(
            ids,
            self._reader,
            failed=telemetry.schema_lookup_failed,
            waiting=telemetry.topics_without_schema,
        )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            progress = self.progress()
            stuck = self._taking.look(is_held=progress.is_held)
            if stalled := await self._health.look(progress) or stuck:
                _give_up(stalled)


def _stores(settings: Settings, telemetry: Telemetry) -> Stores:
    """On disk; in memory where commits are at least once, for an embedded broker keeps nothing
    either."""
    if settings.guarantee == "at_least_once":
        return MemoryStores()
    folder = StateFolder(settings.state_dir, settings.group, settings.block_cache_bytes)
    return LocalStores(folder, settings.cached_profiles, telemetry)


def _blocked(doing: str) -> None:
    _give_up(f"the event loop has not turned for a minute; it was at:\n{doing}")


def _give_up(reason: str) -> NoReturn:
    logger.critical("%s: giving up", reason)
    os._exit(EX_TEMPFAIL)


def _stream_settings(
    settings: Settings, partitions: int, first_state_version: int
) -> StreamSettings:
    return StreamSettings(
        partitions=partitions,
        topics=settings.topics,
        grace_ms=settings.grace_ms,
        max_skew_ms=settings.max_skew_ms,
        checkpoint_ms=settings.checkpoint_ms,
        max_record_bytes=settings.max_record_bytes,
        state_version=settings.state_version or 0,
        first_state_version=settings.state_version or first_state_version,
    )


def _parts(
    settings: Settings,
    stream: StreamSettings,
    plan: Plan,
    telemetry: Telemetry,
    decoder: RecordDecoder,
) -> Parts:
    return Parts(
        settings=stream,
        decider=Pipeline(plan, Limits(exact_events=settings.exact_events)),
        decoder=decoder,
        publisher=Publisher(settings.topics, encoder(settings, tuple(PUBLISHED))),
        telemetry=telemetry,
        currencies=currencies_of(plan),
        stopwatch=time.monotonic,
    )


def run_worker(settings: Settings, *rule_paths: Path) -> None:
    """A worker against a Kafka cluster, until SIGTERM or SIGINT.

    Raises PackRefusedError, RuleFolderError, SchemaIdsError, SettingsError, TopicsError or OSError
    before it starts, and what made it fail. A stop that takes longer than `LAST_CHECKPOINT_S`, or
    that is asked for twice, ends the process at once, with `EX_TEMPFAIL`: what was not committed
    is read again by whoever comes next.
    """
    plan, _ = build_plan(*rule_paths)
    state = group_state(settings)
    worker = RunningWorker(
        settings,
        plan,
        partitions=state.shards,
        first_state_version=state.version or changelog_record.VERSION,
    )
    asyncio.run(_until_signal(worker, settings))


async def _until_signal(worker: RunningWorker, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def run_out() -> None:
        late = f"still working {LAST_CHECKPOINT_S:.0f} s after the signal"
        _give_up(f"{late}: {worker.unfinished()}")

    patience = Timer(LAST_CHECKPOINT_S, run_out)
    patience.daemon = True

    def end() -> None:
        if stop.is_set():
            _give_up("asked to stop twice")
        stop.set()
        patience.start()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        await worker.serve(stop, settings.web_host, settings.web_port)
    finally:
        patience.cancel()
