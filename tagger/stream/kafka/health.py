"""Whether the worker is ready, alive and moving, and the small web server that says so.

`/ready`: shards are open and the brokers answer. `/live`: the loop turns, and it is not so that
records wait while nothing has moved for a minute. `/metrics`: for Prometheus.
"""

from collections.abc import Callable
from time import monotonic

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tagger.stream.progress import WorkerProgress

STALLED_S = 60.0


class Watch:
    """Notices a worker that stands still although records wait and the brokers answer."""

    def __init__(self, clock_s: Callable[[], float] = monotonic) -> None:
        self._clock_s = clock_s
        self._seen: object = None
        self._moved_s = clock_s()

    def is_stalled(self, progress: WorkerProgress) -> bool:
        """Look at the worker; to be called every second or so."""
        state = (progress.records_read, [shard.frontier for shard in progress.shards])
        waiting = progress.is_ready and not progress.caught_up
        if state != self._seen or not waiting:
            self._seen = state
            self._moved_s = self._clock_s()
        return self._clock_s() - self._moved_s > STALLED_S


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

    def is_stalled(self) -> bool:
        """See `Watch.is_stalled`; also brings the gauges up to date."""
        return self._watch.is_stalled(self._progress())

    async def _metrics(self, _: web.Request) -> web.Response:
        self._progress()
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _live(self, _: web.Request) -> web.Response:
        return _answer(not self.is_stalled(), "alive", "records wait and nothing moves")

    async def _ready(self, _: web.Request) -> web.Response:
        ready = self._progress().is_ready and self._settled()
        return _answer(ready, "ready", "shards are not open, or the brokers do not answer")


def _answer(good: bool, yes: str, no: str) -> web.Response:
    return web.Response(text=f"{yes if good else no}\n", status=200 if good else 503)
