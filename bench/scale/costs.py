"""What one event and one customer cost, out of the files that the benches have written."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.compare.tagger_programs import PACKS, TAGGER, TWO_WORKERS
from bench.results import Growth, Restart, Year, YearProgram, read
from tagger.stream.topics import Topics

CHANGES = "changes"
"""What the comparison calls the topic of tag changes."""

_OF_PACKS = "--rules rules rules/business/online_retail.yaml"


class UnmeasuredError(Exception):
    """Something was never measured; the message says what does it."""


@dataclass(frozen=True)
class Costs:
    """Of one set of rules. `cpu_us` is of one worker for each event, on a small number of
    customers. `of_workers` is how many times that is with two workers, never less than once, and
    `customers_us` what very many customers add, never less than nothing: a larger cluster is not
    planned on luck. `changes_each` is how many tag changes an event comes to, `changelog_each` and
    `tags_each` how many records of the changelog and of the current tags, where hardly any customer
    comes twice between two checkpoints. Bytes are of one copy, for each record; those of a customer
    are of a worker, and `worker_bytes` is what it has in memory besides."""

    rules: str
    cpu_us: float
    records_per_s: float
    changes_each: float
    of_workers: float
    customers_us: float
    changelog_each: float
    tags_each: float
    event_bytes: float
    changelog_bytes: float
    change_bytes: float
    tags_bytes: float
    worker_bytes: int
    memory_bytes_each: float
    disk_bytes_each: float
    restored_per_s: int

    @property
    def change_us(self) -> float:
        """Processor time for each tag change that is published."""
        return self.cpu_us / self.changes_each

    @property
    def grown_us(self) -> float:
        """Processor time for each event in a large cluster."""
        return self.cpu_us * self.of_workers + self.customers_us


def all_costs(folder: Path) -> list[Costs]:
    """Under one rule, and under the shipped packs. Raises UnmeasuredError."""
    year = read(folder / "rules.json", Year)
    growth = read(folder / "growth.json", Growth)
    if year is None:
        raise UnmeasuredError("make bench-rules")
    if growth is None:
        raise UnmeasuredError("make growth")
    one, two, packs = (_program(year, key) for key in (TAGGER.key, TWO_WORKERS.key, PACKS.key))
    of_workers = max(1.0, two.middle("cpu_us") / one.middle("cpu_us"))
    customers_us = max(0.0, _added(growth.by_customers))
    small = _restart(folder, "restart", "make restart")
    whole = _restart(folder, "restart-packs", f'make restart RESTART="{_OF_PACKS}"')
    return [
        _costs("one rule", one, year, of_workers, customers_us, small),
        _costs("core packs and online retail", packs, year, of_workers, customers_us, whole),
    ]


def _program(year: Year, key: str) -> YearProgram:
    found = year.program(key)
    if found is None:
        raise UnmeasuredError("make bench-rules")
    return found


def _restart(folder: Path, name: str, command: str) -> Restart:
    found = read(folder / f"{name}.json", Restart)
    if found is None or found.restored_per_s is None:
        raise UnmeasuredError(command)
    return found


def _costs(
    rules: str,
    program: YearProgram,
    year: Year,
    of_workers: float,
    customers_us: float,
    restart: Restart,
) -> Costs:
    run, names = program.runs[-1], Topics()

    def record_bytes(topic: str) -> float:
        return run.topics[topic].bytes_each if topic in run.topics else 0.0

    return Costs(
        rules=rules,
        cpu_us=program.middle("cpu_us"),
        records_per_s=program.middle("records_per_s"),
        changes_each=program.middle("changes") / program.middle("records"),
        of_workers=of_workers,
        customers_us=customers_us,
        changelog_each=1 + run.changed_by_time_at / run.records,
        tags_each=run.changed_at / run.records,
        event_bytes=year.event_bytes,
        changelog_bytes=record_bytes(names.profile_changelog),
        change_bytes=record_bytes(CHANGES),
        tags_bytes=record_bytes(names.current_tags),
        worker_bytes=round(program.middle("peak_bytes")),
        memory_bytes_each=max(0.0, restart.memory_bytes_each),
        disk_bytes_each=restart.disk_bytes_each,
        restored_per_s=restart.restored_per_s or 1,
    )


def _added(found: Mapping[int, float]) -> float:
    return found[max(found)] - found[min(found)]
