"""The composition root: the one place where settings become a running worker.

Nothing else knows both the pure parts and the clients. Importing it imports Faust, so commands
that need no broker must not.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Timer
from typing import NoReturn

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.codecs.schema_ids import NO_SCHEMA_IDS, schema_ids_from
from tagger.engine.profile import Limits
from tagger.rules.build import build_plan
from tagger.rules.plan import Plan
from tagger.settings import Settings
from tagger.stream.kafka.app import StreamApp
from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.clients import group_config, logger
from tagger.stream.kafka.health import HealthServer
from tagger.stream.kafka.log import KafkaLog
from tagger.stream.kafka.preflight import shard_count
from tagger.stream.kafka.reader import GroupReader
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings, currencies_of
from tagger.stream.progress import WorkerProgress
from tagger.stream.worker import Worker
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

EX_TEMPFAIL = 75
"""Exit code of a worker that stood still, or left without its last checkpoint: start it again."""
LAST_CHECKPOINT_S = 10.0
"""How long a worker that is asked to stop tries to make its last checkpoints."""
WATCH_S = 1.0


def encoder(settings: Settings) -> Encoder:
    """Outputs, and inputs of producers, in the encoding that the settings name. Raises
    SchemaIdsError."""
    if settings.schema_ids is None:
        return Encoder(settings.encoding)
    return Encoder(settings.encoding, schema_ids_from(settings.schema_ids))


class RunningWorker:
    """A worker with its log, its app and its telemetry, not started yet.

    `partitions` is the number that all input topics have; `feed_clock` see `KafkaLog`.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        *,
        partitions: int,
        feed_clock: Callable[[], int | None] = lambda: None,
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
        self._worker = Worker(self._log, _parts(settings, plan, partitions, self.telemetry))
        self._app = StreamApp(settings, self._reader, self._worker)
        self._health = HealthServer(self.telemetry.registry, self.progress, self.is_settled)

    def progress(self) -> WorkerProgress:
        """How the worker is getting on; on the event loop that runs it."""
        return self._worker.progress()

    def is_settled(self) -> bool:
        """Every partition that the group gave us belongs to an open shard."""
        return self._reader.assignment.settled

    def committed_offsets(self) -> Mapping[Partition, int]:
        """See `KafkaLog.committed_offsets`."""
        return self._log.committed_offsets

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then make the last checkpoints and leave. Raises what made
        the worker fail."""
        try:
            await self._app.run(stop)
        finally:
            await self._worker.settled()
            self._log.close()

    async def serve(self, stop: asyncio.Event, host: str, port: int) -> None:
        """`run`, with the web server, and with a watch that ends the process when the worker
        stands still. Raises OSError when the port is taken."""
        await self._health.start(host, port)
        watching = asyncio.ensure_future(self._watch())
        try:
            await self.run(stop)
        finally:
            watching.cancel()
            await self._health.stop()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            if self._health.is_stalled():
                _give_up("records wait and nothing has moved for a minute")


def _give_up(reason: str) -> NoReturn:
    logger.critical("%s: giving up", reason)
    os._exit(EX_TEMPFAIL)


def _parts(settings: Settings, plan: Plan, partitions: int, telemetry: Telemetry) -> Parts:
    ids = NO_SCHEMA_IDS if settings.schema_ids is None else schema_ids_from(settings.schema_ids)
    return Parts(
        settings=StreamSettings(
            partitions=partitions,
            topics=settings.topics,
            grace_ms=settings.grace_ms,
            max_skew_ms=settings.max_skew_ms,
            checkpoint_ms=settings.checkpoint_ms,
            max_record_bytes=settings.max_record_bytes,
        ),
        decider=Pipeline(plan, Limits(exact_events=settings.exact_events)),
        decoder=RecordDecoder(
            ids, strict=settings.strict_json, max_bytes=settings.max_record_bytes
        ),
        publisher=Publisher(settings.topics, encoder(settings)),
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
    worker = RunningWorker(settings, plan, partitions=shard_count(settings))
    asyncio.run(_until_signal(worker, settings))


async def _until_signal(worker: RunningWorker, settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    patience = Timer(LAST_CHECKPOINT_S, _give_up, ["the brokers do not take the last checkpoint"])
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
