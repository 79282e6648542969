"""When a worker counts as standing still, and when it waits for a producer's transaction."""

import asyncio
from collections.abc import Collection

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.stall_watch import STALLED_S, SUSPECT_S, StallWatch
from tagger.stream.progress import ShardProgress

from .lagging import Emptied, progress_of, shard_of, topic_at

AT, OTHER = ("a", 0), ("b", 0)


class Scene:
    """A watch, its clock, and how far the brokers say that partitions can be read: to the end,
    unless `ends` says otherwise, where None is no answer."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.ends: dict[Partition, int | None] = {}
        self.asked: list[set[Partition]] = []
        self.reader = Emptied()
        self.watch = StallWatch(self.readable_ends, self.reader, lambda: self.now_s)

    async def readable_ends(self, partitions: Collection[Partition]) -> dict[Partition, int]:
        self.asked.append(set(partitions))
        ends = {at: self.ends.get(at, 1_000) for at in partitions}
        return {at: end for at, end in ends.items() if end is not None}

    def look(
        self, *shards: ShardProgress, after_s: float = 1.0, fault: str = ""
    ) -> Partition | None:
        self.now_s += after_s
        return asyncio.run(self.watch.stalled(progress_of(*shards).held(fault)))

    def looks(self, *shards: ShardProgress, for_s: float) -> Partition | None:
        """What one of the looks gave, a second apart."""
        found = [self.look(*shards) for _ in range(int(for_s))]
        return next(filter(None, found), None)


def stalls(*looks: list[ShardProgress]) -> list[bool]:
    """What the watch says at each look, with more than the limit between two looks."""
    scene = Scene()
    return [scene.look(*shards, after_s=STALLED_S + 1) is not None for shards in looks]


def test_nothing_moved_although_records_wait() -> None:
    assert stalls([shard_of(topic_at(5))], [shard_of(topic_at(5))]) == [False, True]


def test_reading_counts_as_moving() -> None:
    assert not any(stalls(*([shard_of(topic_at(n))] for n in (5, 6, 7))))


def test_a_stuck_shard_is_seen_while_another_moves() -> None:
    stuck = shard_of(topic_at(5))
    looks = [[stuck, shard_of(topic_at(n, n % 2), shard=1, frontier=n)] for n in (1, 2, 3)]
    assert stalls(*looks) == [False, True, True]


def test_a_stuck_topic_is_seen_while_another_of_its_shard_moves() -> None:
    looks = [[shard_of(topic_at(5), topic_at(n, name="b"))] for n in (1, 2)]
    assert stalls(*looks) == [False, True]


def test_a_partition_whose_turn_has_not_come_does_not_stand_still() -> None:
    """In a backlog the client gives very many records of one partition before those of another."""
    scene = Scene()
    waits = shard_of(topic_at(0), shard=1)
    scene.reader.is_idle = False
    for number in range(int(3 * STALLED_S)):
        assert scene.look(shard_of(topic_at(number)), waits) is None
    assert scene.asked == []
    scene.reader.is_idle = True
    assert scene.looks(shard_of(topic_at(900, 0)), waits, for_s=STALLED_S) is None
    assert scene.looks(shard_of(topic_at(900, 0)), waits, for_s=2) == ("a", 1)


def test_a_reader_that_gives_nothing_any_more_stands_still_with_all_its_partitions() -> None:
    """Its thread may hang in the client, which tells nobody."""
    scene = Scene()
    scene.look(shard_of(topic_at(5)))
    scene.reader.is_idle, scene.reader.outstanding = False, 0
    assert scene.looks(shard_of(topic_at(5)), for_s=STALLED_S + 2) == AT


def test_a_transaction_is_told_of_also_while_other_partitions_keep_the_worker_busy() -> None:
    scene = Scene()
    scene.ends[AT] = 5
    scene.looks(shard_of(topic_at(5)), for_s=STALLED_S)
    scene.reader.is_idle = False
    for number in range(int(STALLED_S)):
        assert scene.look(shard_of(topic_at(5)), shard_of(topic_at(number), shard=1)) is None
        assert scene.watch.behind_transactions == (AT,)


def test_a_topic_that_waits_for_the_others_stands_still_only_with_them() -> None:
    ahead = topic_at(5, paused=True)
    assert not any(stalls(*([shard_of(ahead, topic_at(n, name="b"))] for n in (1, 2, 3))))
    behind = topic_at(1, 0, name="b")
    assert stalls([shard_of(ahead, behind)], [shard_of(ahead, behind)]) == [False, True]


def test_a_worker_with_nothing_to_read_does_not_stall() -> None:
    idle = [shard_of(topic_at(5, 0))]
    assert not any(stalls(idle, idle, idle))


def test_brokers_that_are_away_are_not_the_workers_fault() -> None:
    away = [shard_of(topic_at(5), fresh=False)]
    assert not any(stalls(away, away, away))


def test_a_shard_that_came_back_is_given_its_time() -> None:
    here = [shard_of(topic_at(5))]
    assert stalls(here, [], here, here) == [False, False, False, True]


def test_a_partition_behind_an_open_transaction_is_no_stall_however_long_it_lasts() -> None:
    scene = Scene()
    scene.ends[AT] = 5
    assert scene.looks(shard_of(topic_at(5)), for_s=10 * STALLED_S) is None
    assert scene.watch.behind_transactions == (AT,)
    assert "a/0" in scene.watch.reason


def test_a_transaction_that_is_under_way_for_a_moment_is_nobodys_concern() -> None:
    scene = Scene()
    scene.ends[AT] = 5
    assert scene.looks(shard_of(topic_at(5)), for_s=SUSPECT_S) is None
    assert (scene.watch.reason, scene.asked) == ("", [])


def test_once_the_transaction_has_ended_the_worker_has_its_time_and_no_more() -> None:
    scene = Scene()
    scene.ends[AT] = 5
    stuck = shard_of(topic_at(5))
    scene.looks(stuck, for_s=3 * STALLED_S)
    scene.ends[AT] = 10
    assert scene.looks(stuck, for_s=STALLED_S) is None
    assert scene.watch.reason == ""
    assert scene.looks(stuck, for_s=2) == AT


def test_a_worker_that_goes_on_after_the_transaction_says_no_more_of_it() -> None:
    scene = Scene()
    scene.ends[AT] = 5
    scene.looks(shard_of(topic_at(5)), for_s=STALLED_S)
    assert scene.watch.reason
    scene.look(shard_of(topic_at(10, 0)))
    assert scene.watch.reason == ""


def test_records_in_front_of_the_transaction_are_to_be_read() -> None:
    scene = Scene()
    scene.ends[AT] = 6
    assert scene.looks(shard_of(topic_at(5)), for_s=STALLED_S + 2) == AT


def test_a_transaction_excuses_no_other_partition() -> None:
    scene = Scene()
    scene.ends[AT] = 5
    shard = shard_of(topic_at(5), topic_at(5, name="b"))
    assert scene.looks(shard, for_s=STALLED_S + 2) == OTHER
    far = shard_of(topic_at(5), shard=1)
    assert scene.looks(shard_of(topic_at(5)), far, for_s=STALLED_S + 2) == ("a", 1)


def test_a_topic_that_is_paused_for_one_behind_a_transaction_waits_with_it() -> None:
    scene = Scene()
    scene.ends[OTHER] = 2
    shard = shard_of(topic_at(5, paused=True), topic_at(2, name="b"))
    assert scene.looks(shard, for_s=3 * STALLED_S) is None
    assert scene.watch.behind_transactions == (OTHER,)
    scene.ends[OTHER] = 3
    assert scene.looks(shard, for_s=STALLED_S + 2) == AT


def test_while_the_brokers_do_not_say_how_far_can_be_read_nothing_is_decided() -> None:
    scene = Scene()
    scene.ends[AT] = None
    stuck = shard_of(topic_at(5))
    assert scene.looks(stuck, for_s=3 * STALLED_S) is None
    assert scene.watch.reason == ""
    scene.ends[AT] = 10
    assert scene.look(stuck) == AT


def test_a_worker_that_waits_for_another_service_is_not_ready_and_not_stalled() -> None:
    scene, stuck = Scene(), shard_of(topic_at(5))
    waiting = progress_of(stuck).held("t must wait")
    assert (waiting.is_ready, waiting.reason) == (False, "t must wait")
    for _ in range(3):
        assert scene.look(stuck, after_s=STALLED_S + 1, fault="t must wait") is None
    assert progress_of(stuck).held("").is_ready
    assert scene.look(stuck) is None
    assert scene.look(stuck, after_s=STALLED_S + 1) == AT
