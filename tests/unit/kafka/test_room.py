"""Too much that waits for the worker stops the reading, and nothing else."""

import asyncio

import pytest
from confluent_kafka import KafkaError

from tagger.stream.kafka import reader as reader_module
from tagger.stream.kafka.refusals import FencedError

from .fake_consumer import Scene, reading

AT, OTHER = ("a", 0), ("b", 0)
MOST = 30
NEVER_S = 3_600.0


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Little room, and no patience with a worker that takes nothing over."""
    monkeypatch.setattr(reader_module, "MAX_OUTSTANDING", MOST)
    monkeypatch.setattr(reader_module, "STILL_S", 0.0)


async def _full(scene: Scene) -> None:
    """Let more be outstanding than there is room for."""
    scene.consumer.ends = {AT: 1_000}
    scene.consumer.assigned(AT)
    await scene.until(lambda: scene.reader.outstanding > MOST)


def test_a_loss_is_heard_while_the_worker_takes_nothing_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            await _full(scene)
            scene.consumer.lost(AT)
            await scene.until(lambda: "lost [0]" in scene.member.told)
            scene.consumer.assigned(AT)
            await scene.until(lambda: scene.member.told.count("assigned [0]") == 2)

    asyncio.run(scenario())


def test_another_process_of_the_same_name_is_heard_of_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            await _full(scene)
            scene.consumer.refused(KafkaError(KafkaError.FENCED_INSTANCE_ID, fatal=True))
            await scene.until(lambda: bool(scene.failures))
            assert isinstance(scene.failures.pop(), FencedError)
            await scene.until(lambda: "lost [0]" in scene.member.told)

    asyncio.run(scenario())


def test_a_worker_that_takes_nothing_over_gets_nothing_more_until_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            await _full(scene)
            await scene.until(lambda: scene.consumer.paused == {AT})
            outstanding = scene.reader.outstanding
            await scene.polls()
            assert scene.reader.outstanding == outstanding
            emptied = scene.reader.emptied
            await scene.polls()
            assert scene.reader.emptied == emptied, "paused partitions have more to give"
            while len(scene.offsets[AT]) < 1_000:
                seen = len(scene.offsets[AT])
                scene.take_over()
                await scene.until(lambda: len(scene.offsets[AT]) > seen)  # noqa: B023
            assert scene.offsets[AT] == list(range(1_000))

    asyncio.run(scenario())


def test_shards_that_are_opened_meanwhile_wait_for_room_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            await _full(scene)
            scene.consumer.ends["a", 1] = 1_000
            scene.consumer.assigned(("a", 1))
            await scene.until(lambda: scene.consumer.paused == {AT, ("a", 1)})
            outstanding = scene.reader.outstanding
            await scene.polls()
            assert scene.reader.outstanding == outstanding
            seen = len(scene.offsets.get(("a", 1), []))
            scene.take_over()
            await scene.until(lambda: len(scene.offsets.get(("a", 1), [])) > seen)

    asyncio.run(scenario())


def test_a_worker_that_makes_room_in_time_pauses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the client has read ahead would be dropped."""
    monkeypatch.setattr(reader_module, "STILL_S", NEVER_S)
    monkeypatch.setattr(reader_module, "LONGEST_STOP_S", NEVER_S)

    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            await _full(scene)
            while len(scene.offsets[AT]) < 1_000:
                scene.take_over()
                await asyncio.sleep(0)
            assert scene.consumer.pauses == 0

    asyncio.run(scenario())


def test_a_worker_that_is_too_slow_does_not_keep_the_group_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It takes over batch after batch, and never enough of them."""
    monkeypatch.setattr(reader_module, "STILL_S", NEVER_S)
    monkeypatch.setattr(reader_module, "LONGEST_STOP_S", 0.0)

    async def scenario() -> None:
        async with reading(monkeypatch, "a") as scene:
            await _full(scene)
            scene.consumer.lost(AT)
            await scene.until(lambda: "lost [0]" in scene.member.told)

    asyncio.run(scenario())


def test_a_topic_that_is_held_leaves_its_room_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def scenario() -> None:
        async with reading(monkeypatch, "ab") as scene:
            scene.consumer.ends = {AT: 1_000, OTHER: 0}
            scene.consumer.assigned(AT, OTHER)
            await scene.until(lambda: scene.reader.outstanding > MOST)
            held = scene.reader.outstanding
            scene.reader.hold(AT)
            scene.consumer.ends[OTHER] = 1_000
            await scene.until(lambda: bool(scene.offsets.get(OTHER)))
            while len(scene.offsets[OTHER]) < 1_000:
                for _ in range(len(scene.waiting)):
                    delivery = scene.waiting.popleft()
                    if delivery.batch.topic == OTHER[0]:
                        scene.reader.done(delivery)
                    else:
                        scene.waiting.append(delivery)
                await asyncio.sleep(0)
            assert scene.offsets[AT] == list(range(held))
            scene.reader.release(AT)
            scene.take_over()
            await scene.until(lambda: len(scene.offsets[AT]) > held)

    asyncio.run(scenario())


def test_what_will_be_dropped_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody gives it back while its topic is held."""

    async def scenario() -> None:
        async with reading(monkeypatch, "ab") as scene:
            scene.consumer.ends = {AT: 1_000, ("b", 1): 0}
            scene.consumer.assigned(AT, OTHER, ("a", 1), ("b", 1))
            await scene.until(lambda: scene.reader.outstanding > MOST)
            scene.consumer.revoked(AT, OTHER)
            await scene.until(lambda: "revoked [0]" in scene.member.told)
            scene.consumer.ends["b", 1] = 10
            await scene.until(lambda: scene.offsets.get(("b", 1)) == list(range(10)))

    asyncio.run(scenario())
