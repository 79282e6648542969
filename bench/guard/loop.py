"""What is counted: the engine's loop under a pack of one rule of each kind.

A process of its own: it says `ready`, waits for a line on its standard input, lets the engine
decide about all events, and ends there and then, so that nothing else is counted. Nothing depends
on chance or on the date.
"""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tagger.domain.events import Browse, Event, Line, Purchase
from tagger.engine.engine import Engine
from tagger.engine.profile import Profile
from tagger.engine.step import Clock
from tagger.rules.build import build_plan

PACK = Path(__file__).with_name("pack.yaml")
EVENTS = 1_000
CUSTOMERS = 100
_START_MS = 1_704_067_200_000
_BETWEEN_MS = 4_000_000
_GRACE_MS = 2_000
_WARM = 200
"""Events before, with which caches of the interpreter and of the engine are filled."""


def events(count: int) -> Iterator[Event]:
    """Views, carts and purchases of customers in turns, in order of time."""
    for number in range(count):
        at = _START_MS + number * _BETWEEN_MS
        customer = f"customer-{number * 37 % CUSTOMERS:03}"
        if number % 3:
            yield Browse(
                event_id=f"browse-{number}",
                customer_id=customer,
                occurred_at=at,
                source="web",
                action="cart_add" if number % 6 == 1 else "page_view",
                cart_id=f"cart-{number % 11}",
            )
            continue
        amount = number * 7_919 % 20_000
        yield Purchase(
            event_id=f"purchase-{number}",
            customer_id=customer,
            occurred_at=at,
            source="web",
            kind="sale",
            order_id=f"order-{number}",
            amount_minor=amount,
            currency="USD",
            lines=(Line(product_id="sku-1", amount_minor=amount),),
        )


def decide(engine: Engine, profiles: dict[str, Profile], taken: list[Event]) -> None:
    """Let the engine take events in order."""
    for event in taken:
        at = event.occurred_at
        step = engine.step(profiles.get(event.customer_id), event, Clock(at - _GRACE_MS, at))
        if step.profile is not None:
            profiles[event.customer_id] = step.profile


def main() -> None:
    """Do as the process that counts says."""
    plan, _ = build_plan(PACK)
    engine, profiles = Engine(plan), dict[str, Profile]()
    made = list(events(_WARM + EVENTS))
    decide(engine, profiles, made[:_WARM])
    gc.collect()
    gc.disable()
    print("ready", flush=True)  # noqa: T201 - for the process that counts
    sys.stdin.readline()
    decide(engine, profiles, made[_WARM:])
    os._exit(0)


if __name__ == "__main__":
    main()
