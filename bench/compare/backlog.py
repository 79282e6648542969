"""One program through a backlog: from its start until it has done everything."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.compare.errors import BenchError
from bench.compare.feed import tell
from bench.compare.figures import Figures, Sample
from bench.compare.instants import instants
from bench.compare.kept import kept
from bench.compare.outputs import Outputs, changes_by_customer
from bench.compare.process import Watched, running
from bench.compare.program import Program
from bench.compare.scene import Progress, Scene
from bench.job.purchases import PARTITIONS, History
from bench.job.truth import Change, differences, expected_changes, missing
from tagger.stream.murmur2 import partition_of
from tests.integration.kafka_server import KafkaServer

EVERY_S = 0.1
TOLD_EVERY_S = 5.0
STUCK_S = 180.0
REST_S = 10.0
TRICKLE = 100
"""A program that has committed everything and publishes no more than so many changes in `REST_S`
is done, as far as it will ever be. Windows go on ending by the wall clock, which is no backlog."""


class Backlog:
    """A history on a topic of a broker whose files are in `data`, and what must follow from it."""

    def __init__(self, topic: str, history: History, data: Path) -> None:
        self.topic = topic
        self.history = history
        self.data = data
        self.expected: Mapping[str, list[Change]] = expected_changes(history)
        self.expected_counts = [0] * PARTITIONS
        for customer, changes in self.expected.items():
            self.expected_counts[partition_of(customer.encode(), PARTITIONS)] += len(changes)

    def event_bytes(self) -> float:
        """What the broker keeps for each event."""
        found = kept(self.data, self.topic).values()
        return sum(each.size for each in found) / len(self.history)


def measure(program: Program, server: KafkaServer, backlog: Backlog, name: str) -> Figures:
    """One run under a name of its own. Raises BenchError when the program ends, or does nothing
    for `STUCK_S` before it has committed everything."""
    with TemporaryDirectory(prefix="tagger-bench-") as folder:
        scene = Scene(server, name, backlog.topic, Path(folder))
        scene.create_topics()
        commands = program.start(scene)
        wanted = backlog.expected_counts if program.check is None else None
        with closing(Progress(scene)) as progress, Outputs(scene) as outputs:
            with running(commands, scene.folder) as process:
                samples = _watched(process, progress, outputs, len(backlog.history), wanted)
                peak_bytes = process.peak_bytes()
            outputs.wait_until_quiet()
    return _figures(program, backlog, outputs, samples, peak_bytes)


def _figures(
    program: Program,
    backlog: Backlog,
    outputs: Outputs,
    samples: Sequence[Sample],
    peak_bytes: int,
) -> Figures:
    history, number = backlog.history, sum(outputs.counts())
    lost = 0
    if program.check is not None:
        wrong = list(program.check(history, outputs.of_partition))
    else:
        found = changes_by_customer(outputs)
        wrong = list(differences(backlog.expected, found, history.job.end_ms))
        lost = missing(backlog.expected, found)
    return Figures(
        *(len(history), samples, peak_bytes, number, wrong, lost),
        kept=kept(backlog.data, outputs.name),
        instants=instants(outputs.of_partition),
    )


def _watched(
    process: Watched,
    progress: Progress,
    outputs: Outputs,
    total: int,
    wanted: Sequence[int] | None,
) -> list[Sample]:
    """Look every `EVERY_S` until all purchases are committed and as many changes are there as are
    `wanted` on each partition, or no more come."""
    begun = time.monotonic()
    samples: list[Sample] = []
    moved_at = told_at = 0.0
    while True:
        done, counts = progress.committed(), outputs.counts()
        now = Sample(time.monotonic() - begun, process.cpu_s(), done, sum(counts))
        if samples and (now.done, now.published) != (samples[-1].done, samples[-1].published):
            moved_at = now.at_s
        samples.append(now)
        if done >= total:
            if wanted and all(a >= b for a, b in zip(counts, wanted, strict=True)):
                return samples
            if rested := at_rest(samples, total):
                return rested
        elif now.at_s - moved_at > STUCK_S:
            raise BenchError(
                f"nothing has moved for {STUCK_S:.0f} s: {done:,} of {total:,} purchases are "
                f"committed, {now.published:,} changes published\n{process.said()}"
            )
        if now.at_s - told_at >= TOLD_EVERY_S:
            told_at = now.at_s
            tell(f"    {now.at_s:4.0f} s  {done:>11,} of {total:,} purchases")
        time.sleep(EVERY_S)


def at_rest(samples: Sequence[Sample], total: int) -> list[Sample]:
    """The samples up to the last one that brought something, once all is committed and no more
    than a trickle came for `REST_S`; none before."""
    last = samples[-1]
    begin = next((n for n, each in enumerate(samples) if each.done >= total), len(samples))
    for number in range(len(samples) - 1, begin - 1, -1):
        if last.published - samples[number].published > TRICKLE:
            return []
        if last.at_s - samples[number].at_s >= REST_S:
            return list(samples[: number + 1])
    return []
