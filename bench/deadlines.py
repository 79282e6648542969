"""What deadlines cost: `python -m bench.deadlines`.

Very many customers of one worker have a deadline each. Printed are the memory that waiting takes,
how long a new owner needs to rebuild it from profiles, and what a call costs in the cases that
events make. Memory is told twice: what the process takes more of the machine, and the sizes of all
objects added up. Profiles are left out: they are the store's, wherever it keeps them, and as after
an assignment they are no garbage to look for.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from bench.machine import machine_text
from bench.memory import reachable_bytes, resident_bytes
from tagger.engine.profile import Profile
from tagger.stream.deadlines import Deadlines
from tagger.stream.stores.memory import MemoryStore

MINUTE, DAY = 60_000, 86_400_000
WAIT, WINDOW = 30 * MINUTE, 30 * DAY
"""How long a cart waits, and the window of the rules that follow it."""
CALLS = 200_000
"""Of each kind, at most."""


class Subject:
    """The customers of one worker. `clock` is where all its shards' clocks stand."""

    def __init__(self, customers: int, shards: int, *, uuids: bool) -> None:
        self.draw = random.Random(7)  # noqa: S311 - the same figures again, and no secrets
        self.clock = 0
        self.stores = [MemoryStore() for _ in range(shards)]
        self.profiles: list[tuple[Profile, int]] = []
        for number in range(customers):
            bits = self.draw.getrandbits(128)
            name = str(UUID(int=bits)) if uuids else f"c-{number:08}"
            at = self.draw.randrange(DAY, WINDOW)
            profile = Profile(name, 0, 0, deadline=at, alarms=(at,))
            self.stores[number % shards].put(name, profile)
            self.profiles.append((profile, number % shards))
        self.let_go()

    def let_go(self) -> None:
        """Forget all deadlines but those in profiles."""
        self.deadlines = [Deadlines(store) for store in self.stores]

    def restore(self) -> None:
        """What a new owner does with the profiles."""
        for store, deadlines in zip(self.stores, self.deadlines, strict=True):
            deadlines.restore(
                (customer_id, profile.deadline, profile.alarms)
                for customer_id, profile in store.items()
            )

    def move(self, customer: tuple[Profile, int], to: int) -> None:
        """An event has moved a customer's deadline."""
        profile, shard = customer
        before, profile.deadline = profile.deadline, to
        self.deadlines[shard].keep(profile, before, self.clock)

    def ring(self) -> int:
        """Run everybody who is due; gives how many alarms rang."""
        rung = 0
        for shard, deadlines in enumerate(self.deadlines):
            for profile in deadlines.ring(self.clock):
                rung += 1
                if profile is not None:
                    self.move((profile, shard), self.clock + WINDOW)
        return rung

    def counted_bytes(self) -> int:
        """All objects of the deadlines, without the profiles."""
        return reachable_bytes(self.deadlines, without=self.stores)

    def alarms(self) -> int:
        """How many alarms wait."""
        return sum(deadlines.count_due(self.clock + 2 * WINDOW) for deadlines in self.deadlines)


def measure(customers: int, shards: int, *, uuids: bool) -> Iterator[tuple[str, str]]:
    """The rows of the table: a name and a figure."""
    _tell("making profiles")
    subject = Subject(customers, shards, uuids=uuids)
    gc.freeze()
    _tell("rebuilding deadlines")
    before, begun = resident_bytes(), time.perf_counter()
    subject.restore()
    yield "rebuilt from profiles in", f"{time.perf_counter() - begun:,.2f} s"
    taken = resident_bytes() - before
    yield "", ""
    yield "memory for each customer", "bytes"
    yield "  rebuilt: taken from the machine", f"{taken / customers:,.1f}"
    yield "  rebuilt: objects added up", f"{subject.counted_bytes() / customers:,.1f}"
    _tell("letting 40 days of sessions pass")
    ring_us = _sessions(subject, customers)
    alarms = subject.alarms()
    yield "  after 40 days: objects added up", f"{subject.counted_bytes() / customers:,.1f}"
    before = resident_bytes()
    subject.let_go()
    given = before - resident_bytes()
    yield "  after 40 days: given back when let go", f"{given / customers:,.1f}"
    yield "", ""
    yield "alarms of a customer after 40 days", f"{alarms / customers:.2f}"
    yield "", ""
    yield "a call, in microseconds", f"mean{'worst':>12}"
    yield "  an alarm rings", f"{ring_us:,.2f}{'':>12}"
    _tell("timing calls")
    subject.restore()
    yield from _calls(subject)


def _sessions(subject: Subject, customers: int) -> float:
    """Let each customer come twice within 40 days, on average: a cart, then its order. Gives what
    an alarm that rings costs, in microseconds."""
    rounds, rung, rings_s = 400, 0, 0.0
    for _ in range(rounds):
        subject.clock += 40 * DAY // rounds
        begun = time.process_time()
        rung += subject.ring()
        rings_s += time.process_time() - begun
        for customer in subject.draw.choices(subject.profiles, k=2 * customers // rounds):
            subject.move(customer, subject.clock + WAIT)
            subject.move(customer, subject.clock + WINDOW)
    return rings_s / rung * 1e6


def _calls(subject: Subject) -> Iterator[tuple[str, str]]:
    customers = subject.draw.sample(subject.profiles, min(CALLS, len(subject.profiles)))
    at = [profile.deadline or 0 for profile, _ in customers]
    clock, deadlines = subject.clock, subject.deadlines

    def session(number: int) -> None:
        subject.move(customers[number], clock + WAIT)
        subject.move(customers[number], clock + WINDOW)

    def new(number: int) -> None:
        profile = Profile(f"new-{number}", 0, 0, deadline=clock + WINDOW)
        deadlines[number % len(deadlines)].keep(profile, None, clock)

    def count(number: int) -> None:
        deadlines[number % len(deadlines)].count_due(clock + WINDOW // 2)

    kinds: list[tuple[str, int, Callable[[int], None]]] = [
        ("an event leaves the deadline", len(at), lambda n: subject.move(customers[n], at[n])),
        ("it moves later", len(at), lambda n: subject.move(customers[n], at[n] + DAY)),
        ("it moves to half an hour, then to 30 days", len(at), session),
        ("a new customer", len(at), new),
        ("half of a shard is due: counting", 100, count),
    ]
    for name, calls, call in kinds:
        yield f"  {name}", _us(calls, call)


def _us(calls: int, call: Callable[[int], None]) -> str:
    """What `call` of 0, 1, ... takes: the mean of processor time, and the longest by the clock."""
    worst_s, begun = 0.0, time.process_time()
    for number in range(calls):
        before = time.perf_counter()
        call(number)
        worst_s = max(worst_s, time.perf_counter() - before)
    mean_s = (time.process_time() - begun) / calls
    return f"{mean_s * 1e6:,.2f}{worst_s * 1e6:>12,.0f}"


def _tell(progress: str) -> None:
    sys.stderr.write(progress + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.deadlines", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000, help="all together")
    parser.add_argument("--shards", type=int, default=16, help="of one worker")
    parser.add_argument("--uuids", action="store_true", help="customer ids of 36 characters")
    asked = parser.parse_args(arguments)
    ids = 36 if asked.uuids else 10
    rows = list(measure(asked.customers, asked.shards, uuids=asked.uuids))
    title = f"{asked.customers:,} customers over {asked.shards} shards, ids of {ids} characters"
    sys.stdout.write(f"{title}\n\n")
    for name, figure in rows:
        sys.stdout.write(f"{name:<48}{figure:>24}".rstrip() + "\n")
    sys.stdout.write(f"\n{machine_text()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
