"""Batches wait for their schemas; everything else goes on."""

import asyncio
from collections.abc import Collection

import pytest

from tagger.codecs.framing import registry_header
from tagger.codecs.registry_client import RegistryAwayError
from tagger.stream.kafka import schema_gate
from tagger.stream.kafka.assignment import Assignment, Partition
from tagger.stream.kafka.batches import Delivery
from tagger.stream.kafka.schema_gate import FIRST_WAIT_S, LONGEST_WAIT_S, SchemaGate
from tagger.stream.log import Batch, LogRecord

TOPIC, OTHER = "crm.purchase.v1", "crm.browse.v1"


class Reader:
    def __init__(self) -> None:
        self.assignment = Assignment([TOPIC, OTHER])
        self.assignment.gain([(TOPIC, 0), (TOPIC, 1), (OTHER, 0), (OTHER, 1)])
        self.assignment.open({(topic, shard): 0 for topic in (TOPIC, OTHER) for shard in (0, 1)})
        self.held: set[Partition] = set()
        self.holds = asyncio.Event()

    def hold(self, partition: Partition) -> None:
        self.held.add(partition)
        self.holds.set()

    def release(self, partition: Partition) -> None:
        self.held.remove(partition)


class Ids:
    """Away for so many questions."""

    def __init__(self, away: int = 0) -> None:
        self.known: set[int] = set()
        self.away = away
        self.asked: list[list[int]] = []

    def missing(self, ids: Collection[int]) -> set[int]:
        return set(ids) - self.known

    async def look_up(self, ids: Collection[int]) -> None:
        self.asked.append(sorted(ids))
        if self.away:
            self.away -= 1
            raise RegistryAwayError("the schema registry does not answer")
        self.known |= set(ids)


class Gate:
    """A gate with everything around it; `during` is called in every wait."""

    def __init__(self, ids: Ids) -> None:
        self.reader = Reader()
        self.failures = 0
        self.waiting: list[int] = []
        self.waits_s: list[float] = []
        self.seen: list[tuple[str, set[Partition]]] = []
        self.gate = SchemaGate(
            ids, self.reader, failed=self._failed, waiting=self.waiting.append, sleep=self.sleep
        )

    def _failed(self) -> None:
        self.failures += 1

    async def sleep(self, seconds: float) -> None:
        self.waits_s.append(seconds)
        self.seen.append((self.gate.fault, set(self.reader.held)))
        self.during()

    def during(self) -> None:
        """Nothing happens."""

    def passes(self, *values: bytes | None, topic: str = TOPIC) -> None:
        records = tuple(LogRecord(at, 0, b"k", value) for at, value in enumerate(values))
        asyncio.run(self.gate.passes(Delivery(Batch(topic, 0, records), 0)))


def test_what_a_batch_names_is_looked_up_before_it_passes() -> None:
    ids = Ids()
    gate = Gate(ids)
    framed = [registry_header(id_) + b"x" for id_ in (3, 4, 3, 2**32 - 1)]
    others = [None, b"", b"{}", b"\x00", b"\x00\x00\x00\x01", b"\xc3\x01\x00\x00\x00\x00\x05"]
    gate.passes(*framed, *others)
    assert ids.asked == [[3, 4, 2**32 - 1]]
    gate.passes(*framed)
    gate.passes(*others)
    assert len(ids.asked) == 1
    assert gate.reader.held == set()


def test_while_the_registry_is_away_the_topic_waits_and_says_why() -> None:
    gate = Gate(Ids(away=8))
    gate.passes(registry_header(1) + b"x")
    assert gate.failures == 8
    fault = f"{TOPIC} must wait: the schema registry does not answer"
    assert gate.seen == [(fault, {(TOPIC, 0), (TOPIC, 1)})] * 8
    assert gate.waits_s[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert gate.waits_s[-1] == LONGEST_WAIT_S
    assert (gate.gate.fault, gate.reader.held) == ("", set())
    assert (max(gate.waiting), gate.waiting[-1]) == (1, 0)


def test_a_registry_that_says_nothing_keeps_its_topic_waiting_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What waits behind the batch would take the room of the other topics."""
    monkeypatch.setattr(schema_gate, "SILENCE_S", 0.0)
    gate = Gate(Ids())
    held: list[tuple[str, set[Partition]]] = []

    async def answers_late(ids: Collection[int]) -> None:
        async with asyncio.timeout(30):
            await gate.reader.holds.wait()
        held.append((gate.gate.fault, set(gate.reader.held)))

    monkeypatch.setattr(gate.gate._ids, "look_up", answers_late)
    gate.passes(registry_header(1) + b"x")
    fault = f"{TOPIC} must wait: the schema registry has not answered yet"
    assert held == [(fault, {(TOPIC, 0), (TOPIC, 1)})]
    assert (gate.gate.fault, gate.reader.held, gate.failures) == ("", set(), 0)


def test_a_partition_that_comes_while_the_registry_says_nothing_is_held_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(schema_gate, "SILENCE_S", 0.0)
    gate = Gate(Ids())
    come = (TOPIC, 7)

    async def answers_late(ids: Collection[int]) -> None:
        async with asyncio.timeout(30):
            await gate.reader.holds.wait()
            gate.reader.assignment.gain([come])
            gate.reader.holds.clear()
            await gate.reader.holds.wait()
            assert come in gate.reader.held

    monkeypatch.setattr(gate.gate._ids, "look_up", answers_late)
    gate.passes(registry_header(1) + b"x")
    assert gate.reader.held == set()


def test_a_registry_that_answers_in_time_holds_nothing() -> None:
    gate = Gate(Ids())
    gate.passes(registry_header(1) + b"x")
    assert gate.waiting == []


def test_a_batch_whose_shard_is_closed_meanwhile_waits_no_longer() -> None:
    gate = Gate(Ids(away=1_000))

    def close() -> None:
        if len(gate.waits_s) == 3:
            gate.reader.assignment.give([(TOPIC, 0)])
            gate.reader.held.discard((TOPIC, 0))

    gate.during = close  # type: ignore[method-assign]
    gate.passes(registry_header(1) + b"x")
    assert len(gate.waits_s) == 3
    assert (gate.gate.fault, gate.reader.held) == ("", set())
