"""Purchases of many customers over a year, in order of time; the same ones for the same seed.

Each is what a shop writes: one to three lines, a discount now and then, a cart it came from. Who
buys, and when, is even chance: customers come about 20 times in the year. The last ones are of
customers of their own, one on each partition, at the job's very last instant, so that the clock of
every partition comes to the end.
"""

import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from bench.machine import now_ms
from tagger.domain.events import Line, Purchase
from tagger.stream.murmur2 import partition_of

YEAR_MS = 365 * 86_400_000
EVENTS_OF_CUSTOMER = 20
PARTITIONS = 4
_BASKETS = 4_096
_BRANDS = ("acme", "borealis", "corvus", "delta", "")
_CATEGORIES = tuple(f"category-{number:02}" for number in range(40))
_CHANNELS = ("web", "web", "app", "store")


@dataclass(frozen=True)
class Job:
    """So many events of a twentieth as many customers, in the year that ends at `end_ms`,
    milliseconds since the epoch, that instant included."""

    events: int
    end_ms: int
    seed: int = 7

    @classmethod
    def until_now(cls, events: int) -> "Job":
        """The year ends a minute ago."""
        return cls(events, now_ms() - 60_000)

    @property
    def customers(self) -> int:
        """How many there are, but for those of the last instant."""
        return max(1, self.events // EVENTS_OF_CUSTOMER)


class History:
    """Who bought when: `instants` in order, milliseconds, and beside them `buyers`, numbers of
    `names`."""

    def __init__(self, job: Job) -> None:
        draw = random.Random(job.seed)  # noqa: S311 - the same history again, and no secrets
        closing = _closing_names()
        number = max(0, job.events - len(closing))
        begin = job.end_ms - YEAR_MS
        self.job = job
        self.names = [f"c-{each:08}" for each in range(job.customers)] + closing
        self.instants = array("q", sorted(begin + draw.randrange(YEAR_MS) for _ in range(number)))
        self.buyers = array("L", (draw.randrange(job.customers) for _ in range(number)))
        for each in range(len(closing)):
            self.instants.append(job.end_ms)
            self.buyers.append(job.customers + each)

    def __len__(self) -> int:
        return len(self.instants)

    def purchases(self) -> Iterator[Purchase]:
        """All of them in order of time."""
        baskets = Baskets(self.job.seed)
        for number, (at, buyer) in enumerate(zip(self.instants, self.buyers, strict=True)):
            yield baskets.purchase(number, self.names[buyer], at)


class Baskets:
    """What is bought: `_BASKETS` different orders, one after the other."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed + 1)  # noqa: S311 - the same ones again, and no secrets
        self._baskets = [_basket(draw) for _ in range(_BASKETS)]

    def purchase(self, number: int, customer_id: str, at: int) -> Purchase:
        """A customer's purchase; `number` makes its ids."""
        lines, discount, channel = self._baskets[number % _BASKETS]
        return Purchase(
            event_id=f"e-{number:010}",
            customer_id=customer_id,
            occurred_at=at,
            order_id=f"o-{number:010}",
            kind="sale",
            amount_minor=sum(line.amount_minor for line in lines) - discount,
            currency="USD",
            source="shop",
            discount_minor=discount,
            channel=channel,
            cart_id=f"k-{number:010}",
            lines=lines,
        )


def _basket(draw: random.Random) -> tuple[tuple[Line, ...], int, str]:
    """Lines, the discount on them, and where they were sold."""
    lines = tuple(_line(draw) for _ in range(draw.randrange(1, 4)))
    return lines, draw.choice((0, 0, 0, 250)), draw.choice(_CHANNELS)


def _line(draw: random.Random) -> Line:
    return Line(
        product_id=f"p-{draw.randrange(50_000):05}",
        category=draw.choice(_CATEGORIES),
        brand=draw.choice(_BRANDS),
        quantity=float(draw.randrange(1, 4)),
        amount_minor=draw.randrange(500, 20_000),
    )


def _closing_names() -> list[str]:
    """A customer for each partition, in order of partition."""
    found: dict[int, str] = {}
    number = 0
    while len(found) < PARTITIONS:
        name = f"end-{number}"
        found.setdefault(partition_of(name.encode(), PARTITIONS), name)
        number += 1
    return [found[partition] for partition in range(PARTITIONS)]
