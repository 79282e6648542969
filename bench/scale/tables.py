"""The tables: each line says what it is of, its arithmetic, and what comes out."""

from collections.abc import Iterator, Sequence
from math import ceil

from bench.filled import Line
from bench.scale.costs import Costs

CUSTOMERS = 100_000_000
EVENTS_PER_S = 1_000_000
BUSY = 0.6
"""Of a processor: the rest is for catching up, and for peaks."""
SHARDS = 2
"""Partitions for each worker, so that workers can be added without moving customers."""
COPIES = 3
KEPT_DAYS = 7
UNCOMPACTED = 1.5
"""A compacted topic has so many times what it would have if it were compacted at every moment."""
COMPACTION = 2
"""Room on a worker's disk, while RocksDB writes files anew."""
BROKER_MB_PER_S = 200
BROKER_TB = 12
COMMITS_PER_S = 10
DAY_S = 86_400
_MB, _TB, _MIB, _GIB = 1e6, 1e12, 1 << 20, 1 << 30


def units(found: Sequence[Costs]) -> Iterator[Line]:
    """What was measured."""
    yield ("unit cost", *(each.rules for each in found), "measured by")
    for name, form, measured, figure in (
        ("processor time of an event, us", ".1f", "make bench-rules", "cpu_us"),
        (
            "events/s out of a backlog, broker beside it",
            ",.0f",
            "make bench-rules",
            "records_per_s",
        ),
        ("tag changes of an event", ".2f", "make bench-rules", "changes_each"),
        ("processor time of a tag change, us", ".1f", "make bench-rules", "change_us"),
        ("an event with two workers, times", ".2f", "make bench-rules", "of_workers"),
        ("what very many customers add to an event, us", ".1f", "make growth", "customers_us"),
        ("changelog records of an event", ".2f", "make bench-rules", "changelog_each"),
        ("records of current tags of an event", ".2f", "make bench-rules", "tags_each"),
        ("an event, bytes", ",.0f", "make bench-rules", "event_bytes"),
        ("a changelog record, bytes", ",.0f", "make bench-rules", "changelog_bytes"),
        ("a tag change, bytes", ",.0f", "make bench-rules", "change_bytes"),
        ("a record of current tags, bytes", ",.0f", "make bench-rules", "tags_bytes"),
        ("a customer in memory, bytes", ",.0f", "make restart", "memory_bytes_each"),
        ("a customer on disk, bytes", ",.0f", "make restart", "disk_bytes_each"),
        ("profiles/s from the changelog", ",.0f", "make restart", "restored_per_s"),
    ):
        cells = (f"{getattr(each, figure):{form}}" for each in found)
        yield (name, *cells, f"`{measured}`")


def workers(found: Sequence[Costs]) -> Iterator[Line]:
    """How much more can be taken with more workers."""
    yield ("workers", *(f"events/s, {each.rules}" for each in found), "partitions")
    for number in (1, 2, 4, 8, 16, 32, 64):
        rates = (number * worker_rate(each, alone=number == 1) for each in found)
        yield (f"{number}", *(f"{rate:,.0f}" for rate in rates), f"{SHARDS * number}")


def worker_rate(costs: Costs, *, alone: bool = False) -> float:
    """Events a second of one worker."""
    us = costs.cpu_us + costs.customers_us if alone else costs.grown_us
    return BUSY * 1e6 / us


def cluster(costs: Costs) -> Iterator[Line]:
    """For `CUSTOMERS` and `EVENTS_PER_S`."""
    yield ("what", "arithmetic", "comes to")
    yield from _of_workers(costs)
    yield from _of_brokers(costs)


def needed_workers(costs: Costs) -> int:
    """How many take all events."""
    return ceil(round(EVENTS_PER_S / worker_rate(costs), 6))


def _of_workers(costs: Costs) -> Iterator[Line]:
    number, rate = needed_workers(costs), worker_rate(costs)
    each = CUSTOMERS / number
    memory = costs.worker_bytes + each * costs.memory_bytes_each
    yield (
        "an event, us of a processor",
        f"{costs.cpu_us:.1f} x {costs.of_workers:.2f} + {costs.customers_us:.1f}",
        f"{costs.grown_us:.1f}",
    )
    yield (
        "a worker, events/s",
        f"{BUSY:.0%} of 1,000,000 us / {costs.grown_us:.1f} us",
        f"{rate:,.0f}",
    )
    yield ("workers", f"{EVENTS_PER_S:,} / {rate:,.0f}", f"{number:,}")
    yield ("partitions of each topic", f"{SHARDS} x {number:,}", f"{SHARDS * number:,}")
    yield ("customers of a worker", f"{CUSTOMERS:,} / {number:,}", f"{each:,.0f}")
    yield (
        "memory of a worker, MiB",
        f"{costs.worker_bytes / _MIB:,.0f} + {each:,.0f} x {costs.memory_bytes_each:.0f} bytes",
        f"{memory / _MIB:,.0f}",
    )
    yield (
        "disk of a worker, GiB",
        f"{each:,.0f} x {costs.disk_bytes_each:.0f} bytes x {COMPACTION}",
        f"{each * costs.disk_bytes_each * COMPACTION / _GIB:.1f}",
    )
    yield (
        "a worker back without its disk, s",
        f"{each:,.0f} / {costs.restored_per_s:,} profiles/s",
        f"{each / costs.restored_per_s:.0f}",
    )
    yield ("transactions/s", f"{COMMITS_PER_S} x {number:,}", f"{COMMITS_PER_S * number:,}")


def _of_brokers(costs: Costs) -> Iterator[Line]:
    written = (
        ("events", 1.0, costs.event_bytes),
        ("changelog", costs.changelog_each, costs.changelog_bytes),
        ("tag changes", costs.changes_each, costs.change_bytes),
        ("current tags", costs.tags_each, costs.tags_bytes),
    )
    for name, each, size in written:
        number = f"{EVENTS_PER_S:,}" if each == 1 else f"{EVENTS_PER_S:,} x {each:.2f}"
        yield (f"{name}, MB/s", f"{number} x {size:,.0f} bytes", _mb(EVENTS_PER_S * each * size))
    together = sum(each * size for _, each, size in written)
    writes = EVENTS_PER_S * together * COPIES
    yield (
        "written by all brokers, MB/s",
        f"{COPIES} copies x {_mb(EVENTS_PER_S * together)}",
        _mb(writes),
    )
    kept_bytes = costs.event_bytes + costs.changes_each * costs.change_bytes
    lasting = kept_bytes * EVENTS_PER_S * DAY_S * KEPT_DAYS * COPIES
    yield (
        f"events and changes of {KEPT_DAYS} days, TB",
        f"{KEPT_DAYS} days x {_mb(EVENTS_PER_S * kept_bytes)} MB/s x {COPIES} copies",
        f"{lasting / _TB:,.1f}",
    )
    each_bytes = costs.changelog_bytes + costs.tags_bytes
    compacted = each_bytes * CUSTOMERS * UNCOMPACTED * COPIES
    yield (
        "changelog and current tags, TB",
        f"{CUSTOMERS:,} x {each_bytes:,.0f} bytes x {UNCOMPACTED} x {COPIES} copies",
        f"{compacted / _TB:.2f}",
    )
    yield _brokers(writes / _MB, (lasting + compacted) / _TB)


def _brokers(mb_per_s: float, tb: float) -> Line:
    by_writes = f"{mb_per_s:,.0f} / {BROKER_MB_PER_S} MB/s"
    by_disk = f"{tb:,.1f} / {BROKER_TB} TB"
    number = max(COPIES, ceil(mb_per_s / BROKER_MB_PER_S), ceil(tb / BROKER_TB))
    return ("brokers", f"the greater of {by_writes} and {by_disk}", f"{number:,}")


def _mb(size: float) -> str:
    return f"{size / _MB:,.0f}"
