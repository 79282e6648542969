"""A member that its group goes on without while it makes the last checkpoints of shards."""

import asyncio
from dataclasses import replace

import pytest
from confluent_kafka import Message

from tagger.codecs.decode_outputs import decode_change
from tagger.settings import GroupProtocol
from tagger.stream.worker import Worker
from tagger.wiring import RunningWorker

from .conftest import MakeSettings
from .expelling import expel
from .working import produce, published, purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2
PURCHASES = 3
CUSTOMERS = [f"c{number}" for number in range(10)]


def _spent(found: list[Message]) -> list[tuple[str, object]]:
    changes = [decode_change(each.value()) for each in found]
    return sorted((each.customer_id, each.value) for each in changes if each.tag == "spend_90d")


def _share(worker: RunningWorker) -> list[int]:
    """The shards of a worker that is ready."""
    progress = worker.progress()
    return [each.shard for each in progress.shards] if progress.is_ready else []


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_worker_that_is_expelled_while_it_gives_shards_away_goes_on(
    kafka: MakeSettings, monkeypatch: pytest.MonkeyPatch, protocol: GroupProtocol
) -> None:
    """Its last checkpoints are refused for good, and it can hear of that only afterwards."""
    settings = kafka(PARTITIONS, protocol)
    elsewhere = replace(settings, state_dir=settings.state_dir / "other")
    expelled = asyncio.Event()

    async def scene() -> None:
        async with working(settings, PARTITIONS) as first:
            revoke = first._worker.revoked
            name = await asyncio.wrap_future(first._reader.request(lambda it: it.memberid()))
            assert name

            async def revoked(shards: frozenset[int]) -> None:
                if not expelled.is_set():
                    await asyncio.to_thread(expel, settings.brokers, settings.group, name, protocol)
                    expelled.set()
                await revoke(shards)

            monkeypatch.setattr(first._worker, "revoked", revoked)
            with monkeypatch.context() as never:
                never.setattr(Worker, "_is_due", lambda *_: False)
                for number in range(1, PURCHASES + 1):
                    produce(settings, *(purchase(name, number, 10_000) for name in CUSTOMERS))
                await until(lambda: first.progress().records_read == PURCHASES * len(CUSTOMERS))
                async with working(elsewhere, PARTITIONS) as second:
                    await expelled.wait()
                    never.undo()
                    await until(lambda: sorted(map(_share, (first, second))) == [[0], [1]])
                    changes = settings.topics.tag_change
                    spent = _spent(await published(settings, changes, PARTITIONS, enough))
        assert spent == all_spent

    all_spent = [(name, 100 * n) for name in CUSTOMERS for n in range(1, PURCHASES + 1)]

    def enough(found: list[Message]) -> bool:
        return set(_spent(found)) == set(all_spent)

    asyncio.run(scene())
