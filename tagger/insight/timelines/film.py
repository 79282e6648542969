"""A story as a worker lived it: what it published, and where its clock stood when.

The worker is the product's own, with one shard; the broker is in memory and time moves only as the
script says, so that the same script is the same film.
"""

import asyncio
from collections.abc import Iterable

import msgspec

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tagger.domain.tags import Cause, Op, TagChange
from tagger.domain.times import format_instant
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.stream.log import Host, Log
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings
from tagger.stream.script import Advance, Deliver, Drain, Produce, Rebalance, Step, Tick
from tagger.stream.simulated import SimulatedLog
from tagger.stream.simulation import Simulation
from tagger.stream.topics import Topics
from tagger.stream.worker import Worker
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

TOPICS = Topics()
TICK_MS = 20
"""Between two looks of a worker at its clock."""


class Frame(msgspec.Struct, frozen=True):
    """Where the shard's clock stood at an instant; None while no worker had the shard."""

    at: int
    frontier: int | None


class Film(msgspec.Struct, frozen=True):
    """Changes in the order of publication, a frame after each step, and how many events the
    worker found late, and too late to count anywhere."""

    changes: tuple[TagChange, ...]
    frames: tuple[Frame, ...]
    late: int
    too_late: int

    def only(self, customer: str, op: Op, cause: Cause) -> TagChange:
        """The customer's one change of this kind. Raises ValueError for another number of them."""
        (found,) = (
            each
            for each in self.changes
            if (each.customer_id, each.op, each.cause) == (customer, op, cause)
        )
        return found


class Script:
    """Writes down, step by step, what happens from `at` on."""

    def __init__(self, starts_at: int) -> None:
        self.starts_at = self.at = starts_at
        self.steps: list[Step] = []

    def start(self) -> None:
        """A worker takes the shard."""
        self.steps.append(Rebalance({0: "worker"}))

    def stop(self) -> None:
        """The worker makes its last checkpoint and is gone."""
        self.steps.append(Rebalance({}))

    def buy(self, customer: str, at: int | None = None) -> None:
        """A purchase is written now; it happened now, or at `at`."""
        happened_at = self.at if at is None else at
        purchase = Purchase(
            event_id=f"{customer}-{format_instant(happened_at)}",
            customer_id=customer,
            occurred_at=happened_at,
            order_id="",
            kind="sale",
            amount_minor=0,
            currency="EUR",
        )
        key, value = customer.encode(), Encoder().encode(purchase)
        self.steps.append(Produce(TOPICS.purchase, 0, key, value))

    def read(self, most: int) -> None:
        """The worker, if there is one, reads so many purchases and looks at its clock."""
        self.steps += [Deliver(TOPICS.purchase, 0, most), Tick(), Tick()]

    def wait(self, for_ms: int) -> None:
        """Time goes by, and nobody looks."""
        self.steps.append(Advance(for_ms))
        self.at += for_ms

    def work(self, for_ms: int) -> None:
        """The worker does its work while time goes by, tick by tick."""
        rounds = for_ms // TICK_MS
        self.steps += [Drain(rounds=1, by_ms=TICK_MS)] * rounds
        self.at += rounds * TICK_MS


def shoot(rules: str, script: Script) -> Film:
    """Carry the script out under a pack's YAML text."""
    telemetry = Telemetry()
    parts = Parts(
        settings=StreamSettings(partitions=1),
        decider=Pipeline(compile_packs(load_texts({"pack.yaml": rules}).packs)),
        decoder=RecordDecoder(),
        publisher=Publisher(TOPICS, Encoder()),
        telemetry=telemetry,
    )
    log = SimulatedLog(partitions=1, now=script.starts_at)
    frames = asyncio.run(_perform(log, parts, script.steps))
    changes = [decode_change(o.value) for o in log.published if o.topic == TOPICS.tag_change]
    return Film(tuple(changes), tuple(frames), *_lateness(telemetry))


async def _perform(log: SimulatedLog, parts: Parts, steps: Iterable[Step]) -> list[Frame]:
    workers: list[Worker] = []

    def host(port: Log) -> Host:
        workers.append(Worker(port, parts))
        return workers[-1]

    simulation = Simulation(log, host)
    frames = []
    for step in steps:
        await step.happen(simulation)
        shards = workers[-1].progress().shards if workers else ()
        frames.append(Frame(log.now, shards[0].frontier if shards else None))
    return frames


def _lateness(telemetry: Telemetry) -> tuple[int, int]:
    late, too_late = (
        telemetry.registry.get_sample_value(
            "tagger_events_total", {"type": "purchase", "verdict": verdict}
        )
        for verdict in ("late", "too_late")
    )
    return round(late or 0), round(too_late or 0)
