"""One program beside live purchases at a rate: how soon the world has a committed change."""

import random
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.compare.errors import BenchError
from bench.compare.feed import Feed
from bench.compare.outputs import ChangeReader, Output, Outputs
from bench.compare.process import running, wait_until
from bench.compare.program import Program
from bench.compare.scene import KEPT_FOR_EVER, Progress, Scene
from bench.job.purchases import PARTITIONS, Baskets
from bench.job.rule import LEAST
from bench.machine import now_ms
from bench.percentiles import percentile
from tagger.stream.parts import StreamSettings
from tests.integration.kafka_server import KafkaServer

START_S = 60.0
"""Until the program must have done its first purchase."""
REST_S = 30.0
"""Until it must have published the last change."""
LATE_S = StreamSettings(partitions=PARTITIONS).grace_ms / 1_000
"""A purchase that takes longer to the broker may be late."""
_LINGER_MS = 2
_BURST_S = 0.002
"""Purchases within so many seconds are written together."""


@dataclass(frozen=True)
class Asked:
    """Purchases a second; `warm_s` of them come before those that are measured."""

    rate: int
    warm_s: float
    seconds: float


@dataclass(frozen=True)
class Delays:
    """Of each change, milliseconds from its purchase until it was seen, in ascending order; and
    the processor time meanwhile, in percent of one processor."""

    delays_ms: Sequence[int]
    cpu_percent: float
    wrong: list[str] = field(default_factory=list)
    missing: int = 0

    def percentile(self, percent: int) -> int:
        """The smallest delay that so many percent of all do not exceed (nearest rank)."""
        return percentile(self.delays_ms, percent)


class LivePurchases:
    """Purchases as they happen. Every customer comes as often as makes them active, at times drawn
    by chance; `due` is when each of these customers has to become so, milliseconds."""

    def __init__(self, feed: Feed, asked: Asked) -> None:
        number = round(asked.rate * (asked.warm_s + asked.seconds)) // LEAST * LEAST
        self.buyers = [each for each in range(number // LEAST) for _ in range(LEAST)]
        random.Random(11).shuffle(self.buyers)  # noqa: S311 - the same order again, no secret
        self.due: dict[bytes, int] = {}
        self._feed = feed
        self._rate = asked.rate
        self._baskets = Baskets(11)
        self._left: dict[int, int] = {}

    def write(self, begin: int, end: int) -> None:
        """Those with numbers from `begin` to before `end`, each at its time."""
        started = time.monotonic()
        for number in range(begin, end):
            wait_s = started + (number - begin) / self._rate - time.monotonic()
            if wait_s > _BURST_S:
                time.sleep(wait_s)
            self._write(number)
        self._feed.flush()

    def _write(self, number: int) -> None:
        buyer, at = self.buyers[number], now_ms()
        name = f"c-{buyer:08}"
        self._feed.write(self._baskets.purchase(number, name, at))
        left = self._left[buyer] = self._left.get(buyer, LEAST) - 1
        if not left:
            self.due[name.encode()] = at


def measure_live(program: Program, server: KafkaServer, asked: Asked, name: str) -> Delays:
    """One run under a name of its own. Raises BenchError."""
    with TemporaryDirectory(prefix="tagger-bench-") as folder:
        scene = Scene(server, name, f"{name}.live", Path(folder))
        server.create_topics([scene.events], PARTITIONS, KEPT_FOR_EVER)
        scene.create_topics()
        feed = Feed(server.brokers, scene.events, linger_ms=_LINGER_MS)
        purchases = LivePurchases(feed, asked)
        commands = program.start(scene)
        warm = round(asked.rate * asked.warm_s)
        with (
            closing(Progress(scene)) as progress,
            Outputs(scene) as outputs,
            running(commands, scene.folder) as process,
        ):
            purchases.write(0, 1)
            wait_until(lambda: progress.committed() > 0, START_S, process, "its first purchase")
            purchases.write(1, warm)
            from_ms = now_ms()
            begun_s, used_s = time.monotonic(), process.cpu_s()
            purchases.write(warm, len(purchases.buyers))
            cpu_percent = 100 * (process.cpu_s() - used_s) / (time.monotonic() - begun_s)
            wait_until(
                lambda: sum(outputs.counts()) >= len(purchases.due),
                REST_S,
                process,
                "its last change",
            )
            outputs.wait_until_quiet()
    if feed.slowest_s > LATE_S:
        raise BenchError(
            f"the machine is too busy: a purchase was on its way to the broker for "
            f"{feed.slowest_s:.1f} s, and programs may rightly take it for a late one"
        )
    return delays_of(outputs.of_partition, purchases.due, from_ms, cpu_percent)


def delays_of(
    outputs: Sequence[Sequence[Output]], due: dict[bytes, int], from_ms: int, cpu_percent: float
) -> Delays:
    """What was published, held against when each customer was `due`; delays are told of changes due
    at `from_ms` or later. Raises BenchError when there is none."""
    read = ChangeReader().read
    missing, wrong, delays_ms = dict(due), list[str](), list[int]()
    for output in (each for partition in outputs for each in partition):
        change = read(output.value)
        at = missing.pop(output.key, None)
        if at is None or change != ("added", at):
            wrong.append(f"{output.key.decode()}: {change}, should be added at {at}")
        elif at >= from_ms:
            delays_ms.append(output.seen_at - at)
    if not delays_ms:
        raise BenchError("no change was due in the time that was measured: ask for more seconds")
    wrong += [f"{key.decode()}: never became active" for key in missing]
    return Delays(sorted(delays_ms), cpu_percent, wrong, len(missing))
