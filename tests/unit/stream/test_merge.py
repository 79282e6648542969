"""The merge against a reader who sees all topics at once."""

from collections.abc import Callable

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagger.domain.dead_letters import DeadLetter
from tagger.domain.event_types import type_name
from tagger.domain.events import Browse, ChatMessage, Event, ProfileUpdate, Purchase
from tagger.stream.frontier import NEVER, Reading
from tagger.stream.merge import Entry, Merge, Read

TOPICS = ("profile", "browse", "chat", "purchase")
_MAKE: tuple[Callable[[int], Event], ...] = (
    lambda at: ProfileUpdate("e", "c", at, {}),
    lambda at: Browse("e", "c", at, "page_view"),
    lambda at: ChatMessage("e", "c", at, "k", "inbound", "hello"),
    lambda at: Purchase("e", "c", at, "o", "sale", 1, "EUR"),
)
_times = st.lists(st.integers(0, 12), max_size=8)
_topics = st.tuples(_times, _times, _times, _times)


class Place(msgspec.Struct, frozen=True, order=True):
    """A record by topic and offset."""

    topic: str
    offset: int


def reader_of_all(topics: tuple[list[int], ...]) -> list[Place]:
    """Takes the earliest head again and again."""
    heads, order = [0, 0, 0, 0], []
    while open_ranks := [rank for rank in range(4) if heads[rank] < len(topics[rank])]:
        rank = min(open_ranks, key=lambda rank: (topics[rank][heads[rank]], rank))
        order.append(Place(TOPICS[rank], heads[rank]))
        heads[rank] += 1
    return order


class Reader:
    """Feeds a merge in pieces, as a shard does."""

    def __init__(self, topics: tuple[list[int], ...]) -> None:
        self.topics = topics
        self.readings = [Reading(topic, rank, 0) for rank, topic in enumerate(TOPICS)]
        self.merge = Merge(self.readings)
        self.order: list[Place] = []

    def read(self, rank: int, count: int) -> None:
        reading, times = self.readings[rank], self.topics[rank]
        begin = reading.position
        records: list[Read] = [
            (offset, at, _MAKE[rank](at))
            for offset, at in enumerate(times[begin : begin + count], begin)
        ]
        self.merge.lanes[TOPICS[rank]].put(records)
        reading.position = begin + len(records)
        reading.caught_up = reading.position == len(times)

    def release(self) -> list[Entry]:
        released = self.merge.release(self.merge.bound(None))
        for _, offset, _, event in released:
            assert not isinstance(event, DeadLetter)
            self.order.append(Place(type_name(event), offset))
        return released


@given(_topics, st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=40))
def test_any_split_of_the_deliveries_gives_the_same_order(
    topics: tuple[list[int], ...], reads: list[tuple[int, int]]
) -> None:
    reader = Reader(topics)
    for rank, times in enumerate(topics):
        reader.readings[rank].caught_up = not times
    for rank, count in [*reads, *((rank, 100) for rank in range(4))]:
        reader.read(rank, count)
        reader.release()
    assert reader.order == reader_of_all(topics)
    assert len(reader.merge) == 0


@given(_topics, st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), max_size=40))
def test_knows_what_waits(topics: tuple[list[int], ...], reads: list[tuple[int, int]]) -> None:
    reader = Reader(topics)
    for rank, count in reads:
        reader.read(rank, count)
        reader.release()
        done = set(reader.order)
        waiting = {
            Place(topic, offset): topics[rank][offset]
            for rank, topic in enumerate(TOPICS)
            for offset in range(reader.readings[rank].position)
            if Place(topic, offset) not in done
        }
        assert len(reader.merge) == len(waiting)
        assert reader.merge.earliest() == min(waiting.values(), default=NEVER)
        for reading, topic in zip(reader.readings, TOPICS, strict=True):
            lane = reader.merge.lanes[topic]
            mine = [place.offset for place in waiting if place.topic == topic]
            assert lane.next_offset() == min(mine, default=reading.position)
            released = topics[reading.rank][: lane.next_offset()]
            assert lane.done_mark() == max(released, default=lane.done_mark())


def test_a_topic_with_unread_records_holds_the_others_back() -> None:
    reader = Reader(([], [5], [], [7, 3]))
    for rank in (0, 2):
        reader.readings[rank].caught_up = True
    reader.read(3, 1)
    assert reader.release() == []
    reader.read(1, 1)
    reader.release()
    assert reader.order == [Place("browse", 0), Place("purchase", 0)]


def test_while_history_is_fed_nothing_passes_the_feeds_clock() -> None:
    reader = Reader(([], [], [], [7, 9]))
    for rank in range(3):
        reader.readings[rank].caught_up = True
        reader.readings[rank].end_as_of = 8
    reader.read(3, 2)
    assert [entry[1] for entry in reader.merge.release(reader.merge.bound(8))] == [0]
    reader.readings[0].end_as_of = reader.readings[1].end_as_of = 9
    assert reader.merge.release(reader.merge.bound(9)) == [], (
        "a topic that has not answered since may bring an 8"
    )
    reader.readings[2].end_as_of = 9
    assert [entry[1] for entry in reader.merge.release(reader.merge.bound(9))] == [1]
