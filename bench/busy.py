"""What one busy customer costs under the packs of `rules/`: `python -m bench.busy`.

Purchases, messages and browsing of a customer who never stops, spread evenly by chance over some
days, are decided one after the other as a worker does, and the profile is stored and read back
like at checkpoints. Printed for each tenth: the time of an event, how large the profile is stored,
and how often series were shortened. Exit code 1 when the profile grew beyond what is stored.
"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.machine import machine_text
from tagger.domain.events import Browse, BrowseAction, ChatMessage, Event, Purchase
from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import Clock
from tagger.rules.build import build_plan
from tagger.stream.parts import StreamSettings
from tagger.workflows.pipeline import Pipeline

_START = 1_767_225_600_000
_DAY_MS = 86_400_000
_GRACE_MS = 2_000
_ACTIONS: tuple[BrowseAction, ...] = (
    *("page_view", "product_view", "search", "cart_add", "category_view", "favourite"),
)


def busy_events(number: int, days: float, seed: int) -> Iterator[Event]:
    """Events of one customer in order of time: a third each of purchases, now and then with a
    refund, of messages and of browsing."""
    chance = random.Random(seed)  # noqa: S311 - a fixed history, no secret
    at, mean_ms = _START, days * _DAY_MS / number
    for index in range(number):
        at += max(1, round(chance.expovariate(1) * mean_ms))
        if index % 3 == 0:
            yield _purchase(chance, index, at)
        elif index % 3 == 1:
            yield ChatMessage(
                f"m-{index}",
                "c-1",
                at,
                f"v-{index // 30}",
                "inbound" if chance.random() < 0.5 else "outbound",
                "hello there",
                rating=chance.choice([None, None, 2, 5]),
            )
        else:
            yield Browse(
                f"b-{index}",
                "c-1",
                at,
                chance.choice(_ACTIONS),
                product_id=f"p-{chance.randrange(5_000)}",
                category=f"c-{chance.randrange(40)}",
                cart_id=f"k-{index // 20}",
            )


def _purchase(chance: random.Random, index: int, at: int) -> Purchase:
    refunds = index > 0 and chance.random() < 0.05
    order = max(0, index - 3 * chance.randrange(1, 300)) if refunds else index
    return Purchase(
        f"p-{index}",
        "c-1",
        at,
        f"o-{order}",
        "refund" if refunds else "sale",
        chance.randrange(100, 90_000),
        "USD",
        cost_minor=chance.randrange(5_000),
        discount_minor=chance.choice([0, 100, 3_000]),
        channel=chance.choice(["web", "shop"]),
    )


def measure(rules: Path, number: int, days: float, seed: int, stored_every: int) -> int:
    """Decide about all of the events and print; gives how large the profile became, in bytes."""
    pipeline = Pipeline(build_plan(rules)[0])
    profile: Profile | None = None
    times_us: list[float] = []
    largest = shortened = tenth = 0
    for index, event in enumerate(busy_events(number, days, seed), 1):
        clock = Clock(event.occurred_at - _GRACE_MS)
        begun = time.perf_counter()
        step = pipeline.step(profile, event, clock)
        times_us.append((time.perf_counter() - begun) * 1e6)
        profile, shortened = step.profile, shortened + step.shortened
        if profile is not None and (index % stored_every == 0 or index == number):
            stored = encode_profile(profile)
            profile, largest = decode_profile(stored), max(largest, len(stored))
        if index * 10 // number > tenth:
            tenth = index * 10 // number
            _say(_line(index, times_us, largest, shortened))
            times_us, shortened = [], 0
    return largest


def _line(events: int, times_us: list[float], largest: int, shortened: int) -> str:
    ordered = sorted(times_us)
    mean = sum(ordered) / len(ordered)
    return (
        f"{events:>9,} events: {mean:>6,.0f} us an event, 99th percentile"
        f" {ordered[len(ordered) * 99 // 100]:>7,.0f} us; largest profile {largest:>8,} bytes,"
        f" series shortened {shortened} times"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the profile always fitted."""
    parser = argparse.ArgumentParser(prog="python -m bench.busy", description=__doc__)
    parser.add_argument("--rules", type=Path, default=Path("rules"), help="the packs")
    parser.add_argument("--events", type=int, default=20_000, help="how many")
    parser.add_argument("--days", type=float, default=90, help="over how many days")
    parser.add_argument("--seed", type=int, default=0, help="another history")
    parser.add_argument("--stored-every", type=int, default=20, help="events between checkpoints")
    asked = parser.parse_args(arguments)
    most = StreamSettings(partitions=1).max_profile_bytes
    largest = measure(asked.rules, asked.events, asked.days, asked.seed, asked.stored_every)
    _say(f"{largest:,} of {most:,} bytes at most; {machine_text()}")
    return int(largest > most)


if __name__ == "__main__":
    sys.exit(main())
