"""How soon a worker is back with very many profiles: `python -m bench.restart`.

A real Kafka, and a worker as a process of its own that starts three times: with an empty changelog,
with one record for each of `--profiles` customers, who have bought once in the month before, and no
local state, and with local state. A start before these is not counted: brokers that have just
begun themselves keep their first worker waiting. Before each start two purchases are written that
give one customer a tag; the clock runs from the start of the process to the instant at which a
consumer of committed records has that change. What the start of an empty worker takes is taken off
where profiles a second are told.
"""

import argparse
import shutil
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.idle_stream import PATIENCE_S, Changes, broker, wait_until, worker
from bench.machine import machine_text, now_ms
from bench.midnight_customers import WINDOW_MS, Customers
from bench.results import FOLDER, Restart, write
from tagger.codecs.encode import Encoder
from tagger.domain.events import Purchase
from tagger.rules.build import build_plan
from tagger.rules.plan import Plan
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tests.integration.kafka_server import free_port

PACK = """\
pack: restart
defaults: {owner: bench}
tags:
  recent:
    title: {en: Recent}
    assign: {when: {count: {event: purchase, within: 30d}, gte: 1}}
"""
DAY_MS = 86_400_000
NOISE_S = 1.0
"""Two starts of the same worker differ by less."""
AT_ONCE = 100_000
"""Records that the producer may have in its buffers."""


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process until it is ready, and until its first change is
    committed; changelog records that it read, profiles that it had then, and its memory."""

    ready_s: float
    first_s: float
    records: int
    profiles: int
    resident_bytes: int


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench.restart", description=__doc__)
    parser.add_argument(
        "--profiles", type=int, default=1_000_000, help="customers in the changelog"
    )
    parser.add_argument("--partitions", type=int, default=4, help="shards, all of one worker")
    parser.add_argument(
        "--rules", type=Path, nargs="+", help="packs that made the profiles; else a small one"
    )
    parser.add_argument("--results", type=Path, default=FOLDER, help="a folder for the figures")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        small = Path(folder) / "small.yaml"
        small.write_text(PACK, "utf-8")
        plan, _ = build_plan(*asked.rules or [small])
        found = measure(Path(folder), plan, asked.profiles, asked.partitions)
    write(asked.results / ("restart-packs.json" if asked.rules else "restart.json"), found)
    return 0


def measure(folder: Path, plan: Plan, profiles: int, partitions: int) -> Restart:
    """Print the figures, with profiles that the rules of `plan` have made."""
    now = now_ms()
    ends = now + DAY_MS, now + WINDOW_MS - DAY_MS
    customers = Customers(plan, ends, now, profiles, partitions)
    state = folder / "state"
    with broker(folder, partitions) as settings, Changes(settings, partitions) as changes:
        started(settings, folder, changes, "first")
        shutil.rmtree(state)
        empty = started(settings, folder, changes, "empty")
        _say("with an empty changelog", empty)
        fill(settings, customers, partitions)
        shutil.rmtree(state)
        whole = started(settings, folder, changes, "whole")
        _say("from the changelog, without local state", whole)
        local = started(settings, folder, changes, "local")
        _say("with local state", local)
    taken_s = whole.first_s - empty.first_s
    on_disk = sum(each.stat().st_size for each in state.rglob("*") if each.is_file())
    found = Restart(
        machine=machine_text(),
        profiles=profiles,
        profile_bytes=customers.profile_bytes,
        restored_per_s=round(profiles / taken_s) if taken_s > NOISE_S else None,
        local_start_s=round(local.first_s, 1),
        memory_bytes_each=round((local.resident_bytes - empty.resident_bytes) / profiles, 1),
        disk_bytes_each=round(on_disk / profiles, 1),
    )
    rate = f"{found.restored_per_s:,}" if found.restored_per_s else "too few to tell how many"
    say(
        f"{profiles:,} profiles of {found.profile_bytes} bytes in {partitions} shards: "
        f"{rate} profiles/s from the changelog, {found.memory_bytes_each:.0f} bytes of memory "
        f"and {found.disk_bytes_each:.0f} on disk each"
    )
    say(found.machine)
    return found


def started(settings: Settings, folder: Path, changes: Changes, name: str) -> Start:
    """Start a worker, and end it when it has given the customer `name` a tag."""
    producer, encode = clients.producer(settings), Encoder().encode
    for nth in range(2):
        producer.produce(settings.topics.purchase, encode(_purchase(name, nth)), name.encode())
    producer.flush(PATIENCE_S)
    begun, port = now_ms(), free_port()

    def seen_at() -> list[int]:
        return [each.seen_at for each in changes.of("added") if each.change.customer_id == name]

    with worker(settings, folder, port) as process:
        ready = now_ms()
        wait_until(lambda: bool(seen_at()), "the first change")
        shown = metrics(port)
        resident = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1]) * 4_096
    return Start(
        (ready - begun) / 1_000,
        (seen_at()[0] - begun) / 1_000,
        int(shown["tagger_restored_records_total"]),
        int(shown["tagger_restored_profiles_total"]),
        resident,
    )


def fill(settings: Settings, customers: Customers, partitions: int) -> None:
    """Write the record of each customer to the changelog."""
    producer = clients.producer(settings, linger_ms=50)
    for shard in range(partitions):
        for number, (key, record) in enumerate(customers.rows(shard)):
            producer.produce(settings.topics.profile_changelog, record, key, shard)
            if number % AT_ONCE == AT_ONCE - 1:
                producer.flush(PATIENCE_S)
        producer.flush(PATIENCE_S)


def metrics(port: int) -> dict[str, float]:
    """The worker's metrics that have no labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    pairs = [line.split() for line in lines if "{" not in line and not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def _say(how: str, start: Start) -> None:
    say(
        f"{how}: ready after {start.ready_s:.1f} s, first change after {start.first_s:.1f} s; "
        f"{start.records:,} changelog records read, {start.profiles:,} profiles, "
        f"{start.resident_bytes / 1_048_576:.0f} MiB"
    )


def say(line: str) -> None:
    """A line of the results, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _purchase(customer: str, nth: int) -> Purchase:
    return Purchase(
        event_id=f"{customer}-{nth}",
        customer_id=customer,
        occurred_at=now_ms() + nth,
        order_id=f"{customer}-{nth}",
        kind="sale",
        amount_minor=100,
        currency="EUR",
    )


if __name__ == "__main__":
    sys.exit(main())
