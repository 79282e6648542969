"""One program through a backlog: from its start until it has done everything."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.compare.errors import BenchError
from bench.compare.feed import tell
from bench.compare.outputs import Outputs, changes_by_customer
from bench.compare.process import Watched, running
from bench.compare.programs import Program
from bench.compare.scene import Progress, Scene
from bench.job.purchases import PARTITIONS, History
from bench.job.truth import Change, differences, expected_changes
from tagger.stream.murmur2 import partition_of
from tests.integration.kafka_server import KafkaServer

EVERY_S = 0.1
TOLD_EVERY_S = 5.0
STUCK_S = 60.0
_WARM = 10
"""A tenth of the records is left out of the steady backlog: programs get warm."""


@dataclass(frozen=True)
class Sample:
    """Seconds since the start, processor seconds since the start, and purchases committed."""

    at_s: float
    cpu_s: float
    done: int


@dataclass(frozen=True)
class Figures:
    """What one run took. `wrong` tells what was not right, in a sentence for each customer."""

    records: int
    samples: list[Sample]
    peak_bytes: int
    changes: int
    wrong: list[str] = field(default_factory=list)

    @property
    def _warm(self) -> Sample:
        """Where the steady backlog begins; in a very short run at the start."""
        warm = next(each for each in self.samples if each.done * _WARM >= self.records)
        return warm if warm.done * 2 <= self.records else self.samples[0]

    @property
    def steady_us(self) -> float:
        """Processor time for each record of the steady backlog."""
        end, warm = self.samples[-1], self._warm
        return (end.cpu_s - warm.cpu_s) * 1e6 / (end.done - warm.done)

    @property
    def whole_us(self) -> float:
        """The same, from the start of the process."""
        return self.samples[-1].cpu_s * 1e6 / self.records

    @property
    def records_per_s(self) -> float:
        """Of the steady backlog."""
        end, warm = self.samples[-1], self._warm
        return (end.done - warm.done) / (end.at_s - warm.at_s)

    @property
    def start_s(self) -> float:
        """Until the first records were committed."""
        return next(each.at_s for each in self.samples if each.done)

    @property
    def wall_s(self) -> float:
        """From the start until everything was done."""
        return self.samples[-1].at_s


class Backlog:
    """A history on a topic, and what must follow from it."""

    def __init__(self, topic: str, history: History) -> None:
        self.topic = topic
        self.history = history
        self.expected: Mapping[str, list[Change]] = expected_changes(history)
        self.expected_counts = [0] * PARTITIONS
        for customer, changes in self.expected.items():
            self.expected_counts[partition_of(customer.encode(), PARTITIONS)] += len(changes)


def measure(
    program: Program,
    server: KafkaServer,
    backlog: Backlog,
    name: str,
) -> Figures:
    """One run under a name of its own. Raises BenchError when the program ends, or does nothing
    for `STUCK_S` before it is done."""
    with TemporaryDirectory(prefix="tagger-bench-") as folder:
        scene = Scene(server, name, backlog.topic, Path(folder))
        scene.create_topics()
        command = program.start(scene)
        progress = Progress(scene)
        try:
            with Outputs(scene) as outputs:
                with running(command, scene.folder) as process:
                    samples = _watched(process, progress, outputs, backlog)
                    peak_bytes = process.peak_bytes()
                outputs.wait_until_quiet()
                found = changes_by_customer(outputs)
        finally:
            progress.close()
    wrong = list(differences(backlog.expected, found, backlog.history.job.end_ms))
    return Figures(len(backlog.history), samples, peak_bytes, sum(map(len, found.values())), wrong)


def _watched(
    process: Watched, progress: Progress, outputs: Outputs, backlog: Backlog
) -> list[Sample]:
    """Look every `EVERY_S` until all purchases are committed and as many changes are there as have
    to be."""
    begun = time.monotonic()
    total, wanted = len(backlog.history), backlog.expected_counts
    samples: list[Sample] = []
    moved_at = told_at = 0.0
    state: tuple[int, int] = (0, 0)
    while True:
        done, counts = progress.committed(), outputs.counts()
        at_s = time.monotonic() - begun
        samples.append(Sample(at_s, process.cpu_s(), done))
        if done >= total and all(a >= b for a, b in zip(counts, wanted, strict=True)):
            return samples
        if (done, sum(counts)) != state:
            state, moved_at = (done, sum(counts)), at_s
        elif at_s - moved_at > STUCK_S:
            raise BenchError(
                f"nothing has moved for {STUCK_S:.0f} s: {done:,} of {total:,} purchases are "
                f"committed, {sum(counts):,} of {sum(wanted):,} changes published\n"
                f"{process.said()}"
            )
        if at_s - told_at >= TOLD_EVERY_S:
            told_at = at_s
            tell(f"    {at_s:4.0f} s  {done:>11,} of {total:,} purchases")
        time.sleep(EVERY_S)
