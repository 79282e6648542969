"""Schedules: rule packs, and all that happens to a stream that runs them, as data and as files.

A schedule that once told the stream from the oracle stays in `found_schedules/` and is run as a
test.
"""

import json
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, Literal

import msgspec

from tagger import testing
from tagger.stream.parts import StreamSettings
from tagger.testing import Raw, Step, Write

from .documents import yaml_of
from .packs import load
from .values import Doc

Promise = Literal["changes", "tags", "nothing"]

FOLDER = Path(__file__).with_name("found_schedules")
_KNOWN = [getattr(testing, name) for name in testing.__all__]
_STEPS: Any = reduce(
    or_, [each for each in _KNOWN if isinstance(each, type) and issubclass(each, Step)]
)
_decode_step = msgspec.json.Decoder(_STEPS).decode


class Knobs(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many records come at once, and after how many a worker pauses, commits or goes on with
    other things; small ones make these things happen. `cached_profiles` above 0: workers have
    disks, and so many profiles in memory besides changed ones."""

    batch: int = 1_000
    high_water: int = 20_000
    low_water: int = 5_000
    checkpoint_records: int = 20_000
    slice_records: int = 1_000
    sweep_limit: int = 500
    cached_profiles: int = 0

    def settings(self, shards: int) -> StreamSettings:
        """A worker asks for ends at every tick, so that steps decide when it knows what."""
        return StreamSettings(
            partitions=shards,
            ends_every_ms=0,
            high_water=self.high_water,
            low_water=self.low_water,
            checkpoint_records=self.checkpoint_records,
            slice_records=self.slice_records,
            sweep_limit=self.sweep_limit,
        )


class Schedule(msgspec.Struct, frozen=True):
    """`promise` is what has to be the oracle's: the `changes` one by one, where each customer's
    events are processed in order of time; the `tags` at the end, where the packs remember nothing;
    `nothing` otherwise. `read_at` are the instants at which the oracle reads commands that come
    late, by their ids: in order, and where the promise is `changes` those at which workers do."""

    packs: list[Doc]
    steps: list[Step]
    starts_at: int
    promise: Promise
    shards: int = 1
    workers: int = 1
    transactional: bool = True
    knobs: Knobs = Knobs()
    read_at: dict[str, int] = {}

    @property
    def events(self) -> list[Doc]:
        """The lines of an event file that says the same, in the order in which they are written."""
        return [
            {"type": step.kind, "customer_id": step.customer, **step.fields, **self._late(step)}
            for step in self.steps
            if isinstance(step, Write)
        ]

    def _late(self, step: Write) -> Doc:
        read_at = self.read_at.get(step.fields.get("command_id", ""))
        return {} if read_at is None else {"read_at": read_at}

    @property
    def repeats(self) -> bool:
        """Whether any id is written twice."""
        ids = [event.get("event_id") or event["command_id"] for event in self.events]
        return len(set(ids)) < len(ids)

    @property
    def broken(self) -> list[Raw]:
        """What is written that nobody can use."""
        return [step for step in self.steps if isinstance(step, Raw)]


def read(path: Path) -> Schedule:
    """The schedule of a file."""
    document = load(path)
    steps = [_decode_step(line) for line in document.pop("steps").splitlines()]
    knobs = msgspec.convert(document.pop("knobs"), Knobs)
    return Schedule(steps=steps, knobs=knobs, **document)


def write(schedule: Schedule, path: Path) -> None:
    """Write a schedule as a file that `read` takes."""
    head = {
        word: getattr(schedule, word)
        for word in ("starts_at", "promise", "shards", "workers", "transactional")
    }
    head |= {"read_at": schedule.read_at} if schedule.read_at else {}
    head |= {"knobs": msgspec.to_builtins(schedule.knobs), "packs": schedule.packs}
    lines = "".join(f"  {_line(step)}\n" for step in schedule.steps)
    path.write_text(yaml_of(head) + f"steps: |\n{lines}", encoding="utf-8")


def _line(step: Step) -> str:
    return json.dumps(msgspec.to_builtins(step, str_keys=True), ensure_ascii=False)
