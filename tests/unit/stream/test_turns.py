"""Turns against records that are read one by one."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.engine.step import BEFORE_TIME
from tagger.stream.frontier import NEVER, Frontier, Reading
from tagger.stream.log import EndOffsets
from tagger.stream.merge import Merge, Read
from tagger.stream.turns import Turn, Turns

TOPICS = ("profile", "browse", "chat", "purchase")
_MAKE = (
    lambda at: ProfileUpdate("e", "c", at, {}),
    lambda at: Browse("e", "c", at, "page_view"),
    lambda at: ChatMessage("e", "c", at, "k", "inbound", "hello"),
    lambda at: Purchase("e", "c", at, "o", "sale", 1, "EUR"),
)
_REJECTED = DeadLetter("t", 0, 0, 0, None, None, (), DeadLetterCode.UNDECODABLE, "broken")
_TIMES = st.integers(0, 20)


class Deliver(NamedTuple):
    """Records of a topic: what each skips in offsets, when it happened, None for a rejected one,
    and how much later it was written."""

    rank: int
    records: list[tuple[int, int | None, int]]


class Answer(NamedTuple):
    """Ends, counted from what has been read."""

    as_of: int
    ahead: tuple[int | None, int | None, int | None, int | None]
    fed: bool


class Age(NamedTuple):
    """Answers grow old."""


class Hold(NamedTuple):
    """The clock is held, or no longer."""

    is_held: bool


_records = st.lists(
    st.tuples(st.integers(0, 1), st.none() | _TIMES, st.integers(-2, 3)), min_size=1, max_size=9
)
_ends = st.sampled_from([0, 0, 2, 5, 100, 100, None])
_answers = st.builds(Answer, _TIMES, st.tuples(_ends, _ends, _ends, _ends), st.booleans())
_deliveries = st.builds(Deliver, st.integers(0, 3), _records)
_others = st.one_of(_answers, st.builds(Age), st.builds(Hold, st.booleans()))
_steps = st.builds(
    lambda first, then: [first, *(step for pair in then for step in pair)],
    _answers,
    st.lists(st.tuples(_deliveries, _deliveries | _others), max_size=8),
)


class Restored(NamedTuple):
    """What a shard is opened with; `held` by rank."""

    positions: tuple[int, ...]
    marks: tuple[int, ...]
    at: int
    proven: tuple[int, int]
    held: dict[int, tuple[int, int]]


_restored = st.builds(
    Restored,
    st.tuples(*[st.integers(0, 3)] * 4),
    st.tuples(*[st.sampled_from([9, 15, BEFORE_TIME])] * 4),
    st.sampled_from([BEFORE_TIME, 0, 7]),
    st.sampled_from([(BEFORE_TIME, 0), (6, 5), (12, 3)]),
    st.dictionaries(st.integers(0, 3), st.tuples(st.integers(0, 9), st.integers(1, 6))),
)


class Party:
    """One shard's clock and merge."""

    def __init__(self, restored: Restored, most: int = 1_000) -> None:
        self.readings = [
            Reading(
                topic,
                rank,
                restored.positions[rank],
                restored.marks[rank],
                restored.proven,
                restored.held.get(rank, (NEVER, 0)),
            )
            for rank, topic in enumerate(TOPICS)
        ]
        self.frontier = Frontier(self.readings, grace_ms=2, fresh_ms=5, at=restored.at)
        self.merge = Merge(self.readings)
        self.turns = Turns(self.frontier, self.merge, most)

    def read(self, rank: int, records: Sequence[Read]) -> list[Turn]:
        """In slices, as a shard does it."""
        lane, turns = self.merge.lanes[TOPICS[rank]], list[Turn]()
        while records:
            found, count = self.turns.read(lane, records)
            turns += [*found, *self.left()]
            records = records[count:]
        return turns

    def left(self) -> list[Turn]:
        """What is behind; each slice brings something."""
        turns: list[Turn] = []
        while self.turns.is_behind:
            found = self.turns.waited()
            assert found
            turns += found
        return turns

    def read_one_by_one(self, rank: int, records: Sequence[Read]) -> list[Turn]:
        """As a batch is defined: each record joins the merge, whatever may leave it leaves it
        under the clock as it stands, and then the clock moves."""
        turns: list[Turn] = []
        lane = self.merge.lanes[TOPICS[rank]]
        for record in records:
            lane.put([record])
            lane.reading.position = record[0] + 1
            self.frontier.look()
            for _, offset, _, event in self.merge.release(
                self.merge.bound(self.frontier.fed_until)
            ):
                turns.append((self.frontier.at, offset, event))
            self.frontier.advance(self.merge.earliest())
        return turns

    def take(self, step: Answer | Age | Hold) -> list[Turn]:
        match step:
            case Answer(as_of, ahead, fed):
                offsets = {
                    (reading.topic, 0): reading.position + more
                    for reading, more in zip(self.readings, ahead, strict=True)
                    if more is not None
                }
                self.frontier.answered(EndOffsets(as_of, offsets, fed=fed), 0, 0)
            case Age():
                self.frontier.age(100)
            case Hold(is_held):
                self.frontier.is_held = is_held
        return [*self.turns.waited(), *self.left()]

    def state(self) -> object:
        return (
            self.frontier.at,
            self.merge.earliest(),
            [
                (len(lane), lane.next_offset(), lane.done_mark(), lane.bound(None))
                for lane in self.merge.lanes.values()
            ],
            [
                (each.position, each.mark, each.proven, each.proven_before, each.caught_up)
                for each in self.readings
            ],
        )


def _read(rank: int, position: int, records: list[tuple[int, int | None, int]]) -> list[Read]:
    found: list[Read] = []
    offset = position - 1
    for skipped, at, delay in records:
        offset += 1 + skipped
        event = _REJECTED if at is None else _MAKE[rank](at)
        found.append((offset, (at or 0) + delay, event))
    return found


@settings(max_examples=600)
@given(_steps, _restored, st.sampled_from([1, 2, 3, 1_000]))
def test_a_batch_is_its_records_one_by_one(
    steps: list[Deliver | Answer | Age | Hold], restored: Restored, most: int
) -> None:
    whole, single = Party(restored, most), Party(restored)
    for step in steps:
        if isinstance(step, Deliver):
            records = _read(step.rank, whole.readings[step.rank].position, step.records)
            assert whole.read(step.rank, records) == single.read_one_by_one(step.rank, records)
        else:
            assert whole.take(step) == single.take(step)
        assert whole.state() == single.state()
