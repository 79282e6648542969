"""What one run through a backlog took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.compare.instants import Instants
from bench.compare.kept import Kept
from bench.results import YearRun, YearTopic

_NONE = Instants(0, 0)
_WARM = 10
"""A tenth of the records is left out of the steady backlog: programs get warm."""


@dataclass(frozen=True)
class Sample:
    """Seconds since the start, processor seconds since the start, purchases committed, and changes
    published."""

    at_s: float
    cpu_s: float
    done: int
    published: int = 0


@dataclass(frozen=True)
class Figures:
    """`wrong` tells what was not right, in a sentence for each customer; `missing` is how many
    changes were not there. `kept` is what the program made the broker keep, by topic, `instants` at
    how many instants this program changed tags."""

    records: int
    samples: Sequence[Sample]
    peak_bytes: int
    changes: int
    wrong: Sequence[str] = ()
    missing: int = 0
    kept: Mapping[str, Kept] = field(default_factory=dict)
    instants: Instants = _NONE

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

    def document(self) -> YearRun:
        """The same in the form in which it is kept."""
        return YearRun(
            records=self.records,
            cpu_us=round(self.steady_us, 2),
            with_start_us=round(self.whole_us, 2),
            records_per_s=round(self.records_per_s),
            start_s=round(self.start_s, 1),
            wall_s=round(self.wall_s, 1),
            peak_bytes=self.peak_bytes,
            changes=self.changes,
            is_right=not self.wrong,
            changed_at=self.instants.all,
            changed_by_time_at=self.instants.by_time,
            topics={
                topic: YearTopic(
                    round(each.size / self.records, 1), round(each.size / (each.records or 1), 1)
                )
                for topic, each in self.kept.items()
            },
        )
