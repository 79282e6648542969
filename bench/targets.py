"""Writes what is wanted and what is reached: `python -m bench.targets --write docs/performance.md`.

The table stands between marks and is written from the benches' files. `--check FILE` writes nothing
and exits 1 when it is old.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.compare.tagger_programs import (
    FEW_UNTOUCHED,
    MANY_UNTOUCHED,
    PACKS,
    TAGGER,
    TWO_WORKERS,
    UNTOUCHED,
)
from bench.filled import Line, filled
from bench.idle import PROMISE_MS
from bench.results import FOLDER, ROOT, Growth, Idle, Live, Restart, Year, read
from tagger.generated_page import write_or_check

PAGE = ROOT / "docs/performance.md"
BASE = "kafka-streams"
_PACKS = "core packs and one kind of business"


class Target(NamedTuple):
    """`reached` is None when it was never measured. With `is_least` more is better. `form` is how
    figures are told, with their unit."""

    measure: str
    wanted: float
    reached: float | None
    command: str
    form: str = "{:.2f} times"
    is_least: bool = False

    def line(self) -> Line:
        """Of the table."""
        limit = "at least" if self.is_least else "at most"
        wanted = f"{limit} {self.form.format(self.wanted)}"
        if self.reached is None:
            return self.measure, wanted, "not measured yet", "", f"`{self.command}`"
        is_met = self.reached >= self.wanted if self.is_least else self.reached <= self.wanted
        told = self.form.format(self.reached)
        return self.measure, wanted, told, "yes" if is_met else "no", f"`{self.command}`"


def targets(folder: Path) -> Iterator[Target]:
    """All of them, out of what was measured."""
    yield from _of_peers(read(folder / "full.json", Year))
    yield from _of_rules(read(folder / "rules.json", Year))
    yield from _of_live(read(folder / "live.json", Live))
    yield _of_idle(read(folder / "idle.json", Idle))
    yield from _of_growth(read(folder / "growth.json", Growth))
    yield from _of_restart(folder)


def _of_peers(year: Year | None) -> Iterator[Target]:
    command = "make bench-full"
    what = "beside Kafka Streams with exactly once"
    us = _times(year, "cpu_us", TAGGER.key, BASE)
    yield Target(f"processor time of a purchase, {what}", 0.25, us, command)
    pace = _times(year, "records_per_s", TAGGER.key, BASE)
    yield Target(f"purchases a second, {what}", 4, pace, command, is_least=True)


def _of_rules(year: Year | None) -> Iterator[Target]:
    command = "make bench-rules"
    more = f"{10 * UNTOUCHED} rules that no event touches, to {UNTOUCHED}"
    for measure, wanted, key, base in (
        ("two workers, to one", 1.18, TWO_WORKERS.key, TAGGER.key),
        (f"{_PACKS}, to one rule", 3.0, PACKS.key, TAGGER.key),
        (more, 1.1, MANY_UNTOUCHED.key, FEW_UNTOUCHED.key),
    ):
        yield Target(measure, wanted, _times(year, "cpu_us", key, base), command)


def _of_live(live: Live | None) -> Iterator[Target]:
    programs = () if live is None else live.programs
    own = next((each for each in programs if each.key == TAGGER.key), None)
    for measure, form, wanted, figure in (
        ("p50", "{:,.0f} ms", 90, "p50_ms"),
        ("p99", "{:,.0f} ms", 160, "p99_ms"),
        ("processor", "{:.0f} %", 25, "cpu_percent"),
    ):
        what = f"5,000 purchases a second, live: {measure}"
        reached = None if own is None else getattr(own, figure)
        yield Target(what, wanted, reached, "make latency", form)


def _of_idle(idle: Idle | None) -> Target:
    reached = None if idle is None else idle.p99_ms - idle.grace_ms
    what = "a tag that time alone ends, p99 beyond the grace"
    return Target(what, PROMISE_MS, reached, "make idle", "{:,.0f} ms")


def _of_growth(growth: Growth | None) -> Iterator[Target]:
    found = ({}, {}) if growth is None else (growth.by_customers, growth.by_window)
    names = ("10 million customers on disk, to 100,000", "10,000 events in a window, to 10")
    for measure, us in zip(names, found, strict=True):
        reached = us[max(us)] / us[min(us)] if us else None
        yield Target(measure, 1.5, reached, "make growth")


def _of_restart(folder: Path) -> Iterator[Target]:
    command = "make restart"
    one = read(folder / "restart.json", Restart)
    packs = read(folder / "restart-packs.json", Restart)
    size = None if one is None else one.memory_bytes_each
    local_s = None if one is None else one.local_start_s
    yield Target("a customer not seen lately, in memory", 64, size, command, "{:.1f} bytes")
    yield Target("a million customers back from local disk", 10, local_s, command, "{:.1f} s")
    for rules, found in (("one rule", one), (_PACKS, packs)):
        rate = None if found is None else found.restored_per_s
        what = f"profiles a second out of the changelog, {rules}"
        yield Target(what, 150_000, rate, command, "{:,.0f}", is_least=True)


def _times(year: Year | None, figure: str, key: str, base: str) -> float | None:
    own = None if year is None else year.program(key)
    other = None if year is None else year.program(base)
    return own.middle(figure) / other.middle(figure) if own and other else None


def with_table(page: str, folder: Path) -> str:
    """The page with the table out of what was measured."""
    lines = [each.line() for each in targets(folder)]
    headings = ("measure", "wanted", "reached", "met", "measured by")
    return filled(page, {"targets": [headings, *lines]})


if __name__ == "__main__":
    sys.exit(write_or_check("bench.targets", with_table(PAGE.read_text("utf-8"), FOLDER), None))
