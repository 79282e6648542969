"""Random runs: writes, deliveries, the passing of time, and everything that can go wrong."""

import json

import msgspec
from hypothesis import strategies as st

from tagger.domain.commands import TagCommand
from tagger.stream.murmur2 import partition_of
from tagger.stream.script import (
    Advance,
    Crash,
    CrashInCommit,
    Deliver,
    Drain,
    Duplicate,
    HoldCommits,
    Outage,
    Rebalance,
    SkipOffsets,
    Step,
    Tick,
    Withhold,
)
from tagger.stream.simulation import Simulation
from tagger.stream.topics import InputKind

from .kit import START, TOPIC_OF, TOPICS, command, event

PARTITIONS = 2
CUSTOMERS = ("c-1", "c-2", "c-3", "c-4")
EVENT_TOPICS = TOPICS.events()
MEMBERS = ("a", "b")


class Write(Step, frozen=True):
    """Write a record now, of something that happened `lag` ago. Kind None is no record at all."""

    kind: InputKind | None
    customer: str
    lag: int
    number: int = 0

    async def happen(self, simulation: Simulation) -> None:
        log, key = simulation.log, self.customer.encode()
        at = log.now - START - self.lag
        name = f"r{self.number:05}"
        if self.kind is None:
            topic, value = TOPICS.browse, b"{broken"
        elif self.kind == "command":
            topic = TOPICS.command
            value = command(name, self.customer, at, "assign" if self.number % 3 else "remove")
        else:
            topic, value = TOPIC_OF[self.kind], event(self.kind, name, self.customer, at)
        log.produce(topic, partition_of(key, PARTITIONS), key, value)


def numbered(script: list[Step]) -> list[Step]:
    """`script` whose records all have names of their own."""
    return [
        msgspec.structs.replace(step, number=number) if isinstance(step, Write) else step
        for number, step in enumerate(script)
    ]


_partitions = st.integers(0, PARTITIONS - 1)
_counts = st.integers(1, 4)
_kinds: st.SearchStrategy[InputKind | None] = st.sampled_from(
    ["profile", "browse", "chat", "purchase", "browse", "purchase", "command", None]
)
_lags = st.one_of(st.integers(0, 1_900), st.integers(0, 9_000))
_writes = st.builds(Write, _kinds, st.sampled_from(CUSTOMERS), _lags)
_deliveries = st.builds(Deliver, st.sampled_from(list(TOPICS.inputs())), _partitions, _counts)
_ordinary: list[st.SearchStrategy[Step]] = [
    *[_writes] * 10,
    *[_deliveries] * 3,
    *[st.just(Drain(batch=3, rounds=1, by_ms=40))] * 3,
    st.just(Tick()),
    st.builds(Advance, st.integers(1, 4_000)),
]
_long_wait = st.builds(Advance, st.sampled_from([9_000, 130_000]))
_accidents: list[st.SearchStrategy[Step]] = [
    st.builds(Duplicate, st.sampled_from(EVENT_TOPICS), _partitions, _counts),
    st.builds(SkipOffsets, st.sampled_from(EVENT_TOPICS), _partitions, _counts),
    st.builds(Withhold, st.sampled_from(EVENT_TOPICS), st.booleans()),
    st.builds(Outage, st.booleans()),
    st.builds(HoldCommits, st.sampled_from(MEMBERS), st.booleans()),
    st.builds(Crash, st.sampled_from(MEMBERS)),
    st.builds(
        CrashInCommit, st.sampled_from(MEMBERS), st.sampled_from(["before", "between", "after"])
    ),
    st.builds(
        Rebalance,
        st.fixed_dictionaries({n: st.sampled_from(MEMBERS) for n in range(PARTITIONS)}),
        st.booleans(),
    ),
]


def scripts() -> st.SearchStrategy[list[Step]]:
    """A first assignment, then anything, then quiet until everything is in."""
    anything = st.lists(st.one_of(_ordinary + _accidents), min_size=10, max_size=50)
    return st.builds(
        lambda before, wait, after: numbered([*BEGIN, *before, wait, *after, *FINISH]),
        anything,
        _long_wait,
        anything,
    )


BEGIN: list[Step] = [Rebalance({0: "a", 1: "b"})]
FINISH: list[Step] = [
    Outage(over=True),
    *(HoldCommits(member, released=True) for member in MEMBERS),
    *(Withhold(topic, released=True) for topic in EVENT_TOPICS),
    *(Crash(member) for member in MEMBERS),
    Rebalance({0: "last", 1: "last"}),
    Drain(rounds=30, by_ms=100),
    Drain(rounds=5, by_ms=0),
    Rebalance({}),
]


def final_busy(simulation: Simulation, at: int, within_ms: int, minimum: int) -> set[str]:
    """Customers with enough events in (at - within, at], by counting all that was written."""
    times: dict[str, set[tuple[str, int]]] = {}
    for (topic, _), records in simulation.log.records.items():
        for record in records:
            if topic != TOPICS.command and record.value and record.value != b"{broken":
                read = json.loads(record.value)
                happened = (read["event_id"], read["occurred_at"])
                times.setdefault(read["customer_id"], set()).add(happened)
    return {
        customer
        for customer, events in times.items()
        if sum(at - within_ms < happened <= at for _, happened in events) >= minimum
    }


def issued(simulation: Simulation) -> list[TagCommand]:
    """All commands that were written, by partition and in order."""
    return [
        msgspec.json.decode(record.value or b"", type=TagCommand)
        for (topic, _), records in simulation.log.records.items()
        for record in records
        if topic == TOPICS.command
    ]
