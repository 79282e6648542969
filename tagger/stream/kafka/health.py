"""Whether the worker is ready, alive and moving, and the small web server that says so.

`/ready`: shards are open, the brokers answer and the topics are as they should be; if not, it says
what is wrong. A worker that is spare is ready. `/live`: the loop turns, and no partition has
stood still for a minute while records wait in it. `/metrics`: for Prometheus.
"""

from collections.abc import Callable, Iterator
from time import monotonic

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tagger.stream.kafka.assignment import Partition
from tagger.stream.progress import ShardProgress, TopicProgress, WorkerProgress

STALLED_S = 60.0


class Watch:
    """Notices a partition that stands still although records wait in it and the brokers answer.

    A paused topic waits for the others of its shard, so that it moves when any of them does.
    """

    def __init__(self, clock_s: Callable[[], float] = monotonic) -> None:
        self._clock_s = clock_s
        self._moved: dict[Partition, tuple[object, float]] = {}
        """What was seen of each partition that lags, and since when."""

    def stalled(self, progress: WorkerProgress) -> Partition | None:
        """Look at the worker; to be called every second or so. Gives a partition that has stood
        still for too long."""
        now_s = self._clock_s()
        before, self._moved = self._moved, {}
        for at, state in _lagging(progress):
            seen = before.get(at)
            self._moved[at] = (state, now_s) if seen is None or seen[0] != state else seen
        stalled = (at for at, (_, since_s) in self._moved.items() if now_s - since_s > STALLED_S)
        return next(stalled, None)


def _lagging(progress: WorkerProgress) -> Iterator[tuple[Partition, object]]:
    """The partitions with records to read, and what changes when one of them moves; none while
    records have to wait for something that another worker would wait for too."""
    if progress.is_held:
        return
    for shard in progress.shards:
        for topic in shard.topics:
            if shard.is_fresh and topic.lag_records:
                yield (topic.topic, shard.shard), _state(shard, topic)


def _state(shard: ShardProgress, topic: TopicProgress) -> object:
    if topic.is_paused:
        return [shard.frontier, *(each.position for each in shard.topics)]
    return topic.position


class HealthServer:
    """Answers on the event loop that runs the worker, so that an answer proves that it turns."""

    def __init__(
        self,
        registry: CollectorRegistry,
        progress: Callable[[], WorkerProgress],
        settled: Callable[[], bool],
    ) -> None:
        self._registry = registry
        self._progress = progress
        self._settled = settled
        self._watch = Watch()
        self._runner: web.AppRunner | None = None
        self.port = 0
        """The port that it listens on, once started."""

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises OSError when the port is taken."""
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/live", self._live)
        app.router.add_get("/ready", self._ready)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def stalled(self) -> str:
        """What stands still, in words, and empty when nothing does; also brings the gauges up to
        date."""
        at = self._watch.stalled(self._progress())
        if at is None:
            return ""
        return f"records wait in {at[0]}/{at[1]} and nothing has moved there for {STALLED_S:.0f} s"

    async def _metrics(self, _: web.Request) -> web.Response:
        self._progress()
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _live(self, _: web.Request) -> web.Response:
        stalled = self.stalled()
        return _answer(not stalled, "alive", stalled)

    async def _ready(self, _: web.Request) -> web.Response:
        progress = self._progress()
        return _answer(
            progress.is_ready and self._settled(),
            f"ready; {progress.reason}" if progress.reason else "ready",
            progress.reason or "shards are being opened",
        )


def _answer(good: bool, yes: str, no: str) -> web.Response:
    return web.Response(text=f"{yes if good else no}\n", status=200 if good else 503)
