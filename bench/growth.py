"""How what an event costs grows with the number of customers, and with what one of them has done:
`python -m bench.growth`, or `make growth`.

A shard as a worker has it, in this process and without a broker. First its disk holds profiles of
few customers, each of whom has bought once in the month before, then of very many, far more than
are kept in memory; purchases come from customers drawn by Zipf's law: the n-th busiest one comes
with a probability like 1/n. Then all purchases are one customer's, few of them within the window of
the rules, then many. Counted is the processor time of the whole process, RocksDB's threads
included, for each event: decoding, deciding, checkpoints and writing. Reading from Kafka and
publishing to it are left out.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench.job.purchases import Baskets
from bench.machine import machine_text
from bench.midnight_customers import Customers
from bench.results import FOLDER, Growth, write
from bench.stages.staged import empty_but
from bench.stages.subject import BATCH, END_MS, Subject, new_store
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.stream.log import Batch, LogRecord
from tagger.stream.shard import Shard
from tagger.stream.stores.store import ProfileStore

DAY_MS = 86_400_000
WINDOW_DAYS = 30
WINDOW_MS = WINDOW_DAYS * DAY_MS
PACK = f"""\
pack: growth
currency: USD
defaults: {{owner: bench}}
tags:
  active:
    title: {{en: Active}}
    assign: {{when: {{count: {{event: purchase, within: {WINDOW_DAYS}d}}, gte: 3}}}}
  recent:
    title: {{en: Recent}}
    assign: {{when: {{count: {{event: purchase, within: {WINDOW_DAYS}d}}, gte: 1}}}}
  spender:
    title: {{en: Spender}}
    assign: {{when: {{sum: {{event: purchase, of: amount, within: {WINDOW_DAYS}d}}, gte: 500}}}}
"""
CHECKPOINT_EVENTS = 1_000
QUIET_S, QUIET_TIMES = 0.1, 10
PATIENCE_S = 120.0
_CHUNK = 10_000
TARGET = 1.5
"""How much more an event may cost."""


class Measured:
    """A shard, and what its events cost."""

    def __init__(self, subject: Subject, store: ProfileStore) -> None:
        parts = subject.parts()
        topics = parts.settings.topics
        self.shard = Shard(0, parts, {}, store)
        self._store = store
        self._topic = topics.purchase
        self._subject = subject
        self._others = topics.events()

    def begin(self, customers: Iterator[tuple[bytes, bytes]]) -> None:
        """With these records on disk, as the shard's owner after a restart."""
        while rows := list(islice(customers, _CHUNK)):
            self._store.restore(rows, None)
        self.shard.take_over(self._store.records())
        self.shard.answered(empty_but(self._topic, self._others, END_MS), 0, END_MS)
        _wait_until_idle()
        gc.collect()
        gc.freeze()

    def run(self, warm: int) -> float:
        """Microseconds for each event that follows the first `warm` ones."""
        done, begun_ns = 0, time.process_time_ns()
        for records, is_due in self._subject.batches():
            self.shard.receive(Batch(self._topic, 0, records), END_MS)
            self.shard.sweep(END_MS, lambda: True)
            if is_due and (checkpoint := self.shard.take_checkpoint()) is not None:
                self._store.committed(checkpoint.changelog, None, END_MS)
            done += len(records)
            if done == warm:
                begun_ns = time.process_time_ns()
        return (time.process_time_ns() - begun_ns) / 1_000 / (done - warm)


def _wait_until_idle() -> None:
    """Return when RocksDB has put what was written into its files, and this process does nothing
    any more. Other threads of it may keep that from being seen: then say so, and go on."""
    quiet, until_s = 0, time.monotonic() + PATIENCE_S
    while quiet < QUIET_TIMES and time.monotonic() < until_s:
        begun_s = time.process_time()
        time.sleep(QUIET_S)
        quiet = quiet + 1 if time.process_time() - begun_s < QUIET_S / 20 else 0
    if quiet < QUIET_TIMES:
        sys.stderr.write(f"not quiet after {PATIENCE_S:.0f} s: what follows may cost too much\n")


def among(customers: int, events: int) -> float:
    """Microseconds for each event of one of so many customers, whose profiles are on disk."""
    plan = compile_packs(load_texts({"growth.yaml": PACK}).packs)
    begin = END_MS - DAY_MS
    ends = END_MS + DAY_MS, begin + WINDOW_MS
    known = Customers(plan, ends, begin, customers, 1)
    warm = -(-events // BATCH) * BATCH
    draw = random.Random(5)  # noqa: S311 - the same figures again, and no secrets
    names = (known.name(_spread(_zipf(draw, customers), customers)) for _ in range(warm + events))
    apart_ms = max(1, DAY_MS // (warm + events))
    subject = Subject(plan, _records(names, begin, apart_ms), CHECKPOINT_EVENTS)
    with new_store(subject.parts().telemetry) as store:
        measured = Measured(subject, store)
        measured.begin(known.rows(0))
        return measured.run(warm)


def within(window: int, events: int) -> float:
    """Microseconds for each event of a customer who always has so many in the window."""
    plan = compile_packs(load_texts({"growth.yaml": PACK}).packs)
    warm = -(-max(window, CHECKPOINT_EVENTS) // BATCH) * BATCH
    apart_ms = WINDOW_MS // window
    begin = END_MS - apart_ms * (warm + events)
    names = ("c-1" for _ in range(warm + events))
    subject = Subject(plan, _records(names, begin, apart_ms), CHECKPOINT_EVENTS)
    with new_store(subject.parts().telemetry) as store:
        measured = Measured(subject, store)
        measured.begin(iter(()))
        return measured.run(warm)


def _records(names: Iterable[str], begin: int, apart_ms: int) -> tuple[LogRecord, ...]:
    encode, baskets = Encoder(records=[Purchase]).encode, Baskets(5)
    found: list[LogRecord] = []
    for number, name in enumerate(names):
        at = begin + number * apart_ms
        value = encode(baskets.purchase(number, name, at))
        found.append(LogRecord(number, at, name.encode(), value))
    return tuple(found)


def _zipf(draw: random.Random, customers: int) -> int:
    """A rank from 0; that of n has a probability close to 1 / (n + 1), by the inverse of the
    continuous distribution."""
    return min(customers - 1, int(customers ** draw.random()) - 1)


def _spread(rank: int, customers: int) -> int:
    """The customer of a rank, so that busy ones do not lie side by side on disk. A bijection, as
    the factor is a prime."""
    return rank * 2_654_435_761 % customers


def text(figures: Growth) -> Iterator[str]:
    """Both ratios with what they are of, line by line."""
    for found, what in (
        (figures.by_customers, "customers on disk"),
        (figures.by_window, "events in one customer's window"),
    ):
        few, many = sorted(found)
        for number in (few, many):
            yield f"{number:>12,} {what}: {found[number]:.1f} us an event"
        yield f"{'ratio':>12} {found[many] / found[few]:.2f}, at most {TARGET} is wanted"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both and print both ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    customers, window = (100_000, 10_000_000), (10, 10_000)
    parser.add_argument("--customers", type=int, nargs=2, default=customers, help="on disk")
    parser.add_argument("--window", type=int, nargs=2, default=window, help="events in it")
    parser.add_argument("--events", type=int, default=100_000, help="that are measured")
    parser.add_argument("--results", type=Path, default=FOLDER, help="a folder for the figures")
    asked = parser.parse_args(arguments)
    figures = Growth(
        machine_text(),
        {number: round(among(number, asked.events), 2) for number in asked.customers},
        {number: round(within(number, asked.events), 2) for number in asked.window},
    )
    write(asked.results / "growth.json", figures)
    sys.stdout.write("\n".join([*text(figures), "", figures.machine]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
