"""Whether the worker is ready, alive and moving, and the small web server that says so.

`/ready`: shards are open, the brokers answer and the topics are as they should be; if not, it says
what is wrong. A worker that is spare is ready. `/live`: the loop turns, and no partition has
stood still for a minute while records wait in it. Both name the partitions in which a producer has
left a transaction open. `/metrics`: for Prometheus.
"""

from collections.abc import Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from tagger.stream.kafka.stall_watch import STALLED_S, StallWatch
from tagger.stream.progress import WorkerProgress


class HealthServer:
    """Answers on the event loop that runs the worker, so that an answer proves that it turns."""

    def __init__(
        self,
        registry: CollectorRegistry,
        progress: Callable[[], WorkerProgress],
        settled: Callable[[], bool],
        watch: StallWatch,
    ) -> None:
        self._registry = registry
        self._progress = progress
        self._settled = settled
        self._watch = watch
        self._stalled = ""
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

    async def look(self, progress: WorkerProgress) -> str:
        """What stands still, in words, and empty when nothing does; to be called every second or
        so with the newest progress, for `/live` answers what was found last."""
        at = await self._watch.stalled(progress)
        self._stalled = (
            f"records wait in {at[0]}/{at[1]} and nothing has moved there for {STALLED_S:.0f} s"
            if at
            else ""
        )
        return self._stalled

    async def _metrics(self, _: web.Request) -> web.Response:
        self._progress()
        return web.Response(
            body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    async def _live(self, _: web.Request) -> web.Response:
        return _answer(not self._stalled, _with("alive", self._watch.reason), self._stalled)

    async def _ready(self, _: web.Request) -> web.Response:
        progress = self._progress()
        return _answer(
            progress.is_ready and self._settled(),
            _with("ready", progress.reason or self._watch.reason),
            progress.reason or "shards are being opened",
        )


def _with(word: str, remark: str) -> str:
    return f"{word}; {remark}" if remark else word


def _answer(good: bool, yes: str, no: str) -> web.Response:
    return web.Response(text=f"{yes if good else no}\n", status=200 if good else 503)
