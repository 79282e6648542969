"""The Kafka adapter on the embedded broker: from a producer to the host and back."""

import asyncio
from random import Random

import pytest

from tagger.settings import Settings
from tagger.stream.kafka.feed import Feed, FeedRecord
from tagger.stream.log import Checkpoint, NotOurShardError, Output

from .running import running
from .writing import numbered, write


async def _reads_everything_once(settings: Settings) -> None:
    write(settings, numbered(2_000), timestamp=77, headers=(("a", b"1"), ("none", None)))
    async with running(settings) as worker:
        await worker.until(lambda: worker.host.count == 2_000)
        read = [record for records in worker.host.records.values() for record in records]
        assert sorted(record.value or b"" for record in read) == sorted(numbered(2_000))
        assert {record.timestamp for record in read} == {77}
        assert {record.headers for record in read} == {(("a", b"1"), ("none", None))}
        for offsets in worker.host.offsets.values():
            assert offsets == list(range(len(offsets)))
        assert worker.host.open == {0, 1, 2, 3}


def test_every_record_is_read_once_and_in_order(embedded: Settings) -> None:
    asyncio.run(_reads_everything_once(embedded))


async def _goes_on_after_restart(settings: Settings) -> None:
    write(settings, numbered(500))
    async with running(settings) as first:
        await first.until(lambda: first.host.count == 500)
        await first.end()
        assert first.host.calls[-1] == "revoked [0, 1, 2, 3]"
    write(settings, numbered(300, "later"))
    async with running(settings) as second:
        await second.until(lambda: second.host.count == 300)
        read = [record.value for records in second.host.records.values() for record in records]
        assert sorted(filter(None, read)) == sorted(numbered(300, "later"))
        committed = await second.log.committed(0)
        assert {each.metadata for each in committed.values()} == {"read"}


def test_a_restart_goes_on_at_the_committed_offsets(embedded: Settings) -> None:
    asyncio.run(_goes_on_after_restart(embedded))


async def _failure_loses_the_shards(settings: Settings) -> None:
    write(settings, numbered(50))
    async with running(settings) as worker:
        worker.host.fails_on = b"bad"
        await worker.until(lambda: worker.host.count == 50)
        write(settings, [b"bad"])
        with pytest.raises(RuntimeError, match="the host breaks"):
            await asyncio.wait_for(worker.task, 30)
        assert worker.host.calls[-1] == "lost [0, 1, 2, 3]"
    async with running(settings) as next_worker:
        await next_worker.until(lambda: next_worker.host.count == 1)
        (records,) = next_worker.host.records.values()
        assert records[0].value == b"bad"


def test_an_unexpected_exception_ends_the_worker_and_acknowledges_nothing(
    embedded: Settings,
) -> None:
    asyncio.run(_failure_loses_the_shards(embedded))


async def _pause_holds_back(settings: Settings) -> None:
    paused = (settings.topics.purchase, 1)
    async with running(settings) as worker:
        await worker.until(lambda: bool(worker.host.open))
        worker.log.pause(*paused)
        await asyncio.wrap_future(worker.reader.request(lambda _: None))
        write(settings, numbered(1_000))
        ends = (await worker.log.ends()).offsets
        here = ends[paused]
        assert here > 0
        await worker.until(lambda: worker.host.count == 1_000 - here)
        assert paused not in worker.host.records
        worker.log.resume(*paused)
        await worker.until(lambda: worker.host.count == 1_000)
        assert worker.host.offsets[paused] == list(range(here))


def test_a_paused_partition_waits_and_goes_on_from_where_it_stopped(embedded: Settings) -> None:
    asyncio.run(_pause_holds_back(embedded))


async def _feed_waits_for_readers(settings: Settings) -> None:
    topic = settings.topics.browse
    kept = 5 * 1024 * 1024
    count = 4 * kept // 1_000
    incompressible = Random(1)
    records = (
        FeedRecord(
            topic,
            b"one-customer",
            number.to_bytes(4) + incompressible.randbytes(996),
            1_000 + number,
        )
        for number in range(count)
    )
    feed = Feed(settings, taken=lambda: worker.log.committed_offsets)
    async with running(settings, feed.clock) as worker:
        await asyncio.to_thread(feed.write, records)
        await worker.until(lambda: worker.host.count == count)
        (values,) = worker.host.records.values()
        assert [int.from_bytes((each.value or b"")[:4]) for each in values] == list(range(count))
        assert {each.timestamp - 1_000 for each in values} == set(range(count))
        ends = await worker.log.ends()
        assert (ends.as_of, ends.fed) == (1_000 + count - 1, True)
        feed.end_history()
        assert not (await worker.log.ends()).fed


def test_a_feed_of_four_times_what_the_broker_keeps_loses_nothing(embedded: Settings) -> None:
    asyncio.run(_feed_waits_for_readers(embedded))


def test_history_out_of_order_is_refused(embedded: Settings) -> None:
    topic = embedded.topics.chat
    records = [FeedRecord(topic, b"c", b"v", at) for at in (2_000, 1_999)]
    with pytest.raises(ValueError, match="1999 after 2000"):
        Feed(embedded, taken=dict).write(records)


def test_the_feed_clock_stands_at_what_is_written_and_ends_with_history(
    embedded: Settings,
) -> None:
    topic = embedded.topics.chat
    laps: list[int] = []
    feed = Feed(embedded, on_lap=laps.append)
    before = feed.clock()
    feed.write(FeedRecord(topic, b"c", b"v" * 1_000, at) for at in range(1_000, 2_000))
    assert before is not None
    assert before < 1_000
    assert feed.clock() == 1_999
    assert len(laps) > 1
    assert laps[-1] == feed.written == 1_000
    feed.end_history()
    assert feed.clock() is None


async def _late_commit_is_refused(settings: Settings) -> None:
    async with running(settings) as worker:
        await worker.until(lambda: bool(worker.host.open))
        offsets = {settings.topics.chat: 1}
        outputs = (Output(settings.topics.tag_change, b"c", b"v"),)
        committing = asyncio.create_task(worker.log.commit(Checkpoint(0, outputs, (), offsets, "")))
        await asyncio.sleep(0)
        worker.reader.assignment.end_tenure([0])
        with pytest.raises(NotOurShardError, match="shard 0"):
            await committing
        assert await worker.log.committed(0) == {}


def test_a_commit_that_outlives_the_ownership_moves_no_offsets(embedded: Settings) -> None:
    asyncio.run(_late_commit_is_refused(embedded))
