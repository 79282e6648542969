"""Which accidents a run meets: a deck, so that none of them is left to chance, dealt in an order
that is."""

import random
from itertools import cycle, islice
from typing import Literal

import msgspec

from .orders import Point

Kind = Literal[
    "kill",
    "die",
    "freeze",
    "freeze at",
    "restart a broker",
    "kill a broker",
    "kill all brokers",
]
"""A worker is killed anywhere, or at a point; it stands still for longer than its session, from
anywhere or from a point on; a broker is shut down and started again, or killed."""

DEADLY: tuple[Point, ...] = ("produced", "offsets sent", "committed", "stored", "restoring")
"""Where workers die: to die before anything was done shows nothing."""
BROKERS: tuple[Kind, ...] = ("restart a broker", "kill a broker", "kill all brokers")


class Accident(msgspec.Struct, frozen=True):
    """`point` is that of `die` and `freeze at`."""

    kind: Kind
    point: Point | None = None

    @property
    def kills(self) -> int:
        """How many workers it kills: whoever is to die restoring is killed first."""
        if self.kind == "die":
            return 2 if self.point == "restoring" else 1
        return int(self.kind == "kill")

    @property
    def is_broker(self) -> bool:
        """Whether it is about brokers."""
        return self.kind in BROKERS

    def __str__(self) -> str:
        return self.kind if self.point is None else f"{self.kind} {self.point}"


OTHERS = (
    Accident("freeze"),
    Accident("freeze at", "begun"),
    Accident("freeze at", "produced"),
    *(Accident(kind) for kind in BROKERS),
)
"""Accidents that kill no worker; each deck has all of them."""


def deck(draw: random.Random, kills: int, armed: int) -> list[Accident]:
    """Accidents with at least so many kills, and `armed` of these at points, all points alike."""
    dealt = [Accident("die", point) for point in islice(cycle(DEADLY), armed)]
    plain = kills - sum(accident.kills for accident in dealt)
    dealt += [Accident("kill")] * max(plain, 0)
    dealt += OTHERS
    draw.shuffle(dealt)
    return dealt


def another(draw: random.Random) -> Accident:
    """One more, when time is left after the deck."""
    return draw.choice((Accident("kill"), *(Accident("die", point) for point in DEADLY), *OTHERS))
