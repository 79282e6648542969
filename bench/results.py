"""What benches have measured, in files for programs: charts are drawn from them, and what a large
cluster needs is computed from them. Written by the benches alone."""

from pathlib import Path
from statistics import median
from typing import TypeVar

import msgspec

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bench/results"

Document = TypeVar("Document", bound=msgspec.Struct)


class YearTopic(msgspec.Struct, frozen=True):
    """What a program made the broker keep in a topic, in bytes: for each record of the job, and
    for each record of the topic."""

    bytes_each_event: float
    bytes_each: float


class YearRun(msgspec.Struct, frozen=True):
    """One run of a program through the backlog. `cpu_us` is processor time for each record of the
    steady backlog, `with_start_us` that from the start of the process; `changed_at` is the number
    of instants at which customers' tags changed, `changed_by_time_at` of those at which time alone
    did it, as far as that is known; `topics` are those that it wrote."""

    records: int
    cpu_us: float
    with_start_us: float
    records_per_s: float
    start_s: float
    wall_s: float
    peak_bytes: int
    changes: int
    is_right: bool
    changed_at: int
    changed_by_time_at: int
    topics: dict[str, YearTopic]


class YearProgram(msgspec.Struct, frozen=True):
    """All runs of a program; `failure` says why one did not come to its end."""

    key: str
    title: str
    guarantee: str
    runs: tuple[YearRun, ...]
    failure: str = ""

    def middle(self, figure: str) -> float:
        """The median of a figure of the runs."""
        middle: float = median(getattr(run, figure) for run in self.runs)
        return middle

    @property
    def name(self) -> str:
        """With what it promises."""
        return f"{self.title}, {self.guarantee}"

    @property
    def is_right(self) -> bool:
        """Whether every run came to its end with the right changes."""
        return bool(self.runs) and not self.failure and all(run.is_right for run in self.runs)


class Year(msgspec.Struct, frozen=True):
    """A suite, as `command` measured it. `events` are the purchases of the whole job, `event_bytes`
    what the broker keeps for each."""

    machine: str
    command: str
    events: int
    event_bytes: float
    programs: tuple[YearProgram, ...]

    def program(self, key: str) -> YearProgram | None:
        """None when it has no run that came to its end."""
        return next((each for each in self.programs if each.key == key and each.runs), None)


class LiveProgram(msgspec.Struct, frozen=True):
    """Delays of a program, milliseconds, and its processor time in percent of one processor."""

    key: str
    title: str
    guarantee: str
    p50_ms: float
    p99_ms: float
    cpu_percent: float
    is_right: bool

    @property
    def name(self) -> str:
        """With what it promises."""
        return f"{self.title}, {self.guarantee}"


class Live(msgspec.Struct, frozen=True):
    """Live purchases, `rate` a second."""

    machine: str
    rate: int
    programs: tuple[LiveProgram, ...]


class Restart(msgspec.Struct, frozen=True):
    """A worker that comes back with all `profiles`: with local state, and from the changelog.
    `restored_per_s` is None when there were too few to tell."""

    machine: str
    profiles: int
    profile_bytes: int
    restored_per_s: int | None
    local_start_s: float
    memory_bytes_each: float
    disk_bytes_each: float


class Idle(msgspec.Struct, frozen=True):
    """Milliseconds from the instant at which time alone ends a tag until a consumer has the
    committed change; `grace_ms` of them are waited for late events."""

    machine: str
    grace_ms: int
    p50_ms: int
    p99_ms: int


class Growth(msgspec.Struct, frozen=True):
    """Processor time for each event, microseconds, by number of customers on disk, and by number
    of events in one customer's window."""

    machine: str
    by_customers: dict[int, float]
    by_window: dict[int, float]


def write(file: Path, document: msgspec.Struct) -> None:
    """Keep it, in a form in which versions can be compared line by line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")


def read(file: Path, kind: type[Document]) -> Document | None:
    """None when it was never measured. Raises msgspec.ValidationError for another form."""
    return msgspec.json.decode(file.read_bytes(), type=kind) if file.exists() else None
