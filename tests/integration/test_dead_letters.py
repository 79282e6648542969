"""From a record that cannot be used to the tag it belongs to, by way of `tagger dead-letters`."""

import asyncio
import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from tagger.cli.main import cli
from tagger.codecs.json_fields import to_json
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.murmur2 import partition_of
from tagger.wiring import RunningWorker

from .conftest import MakeSettings
from .reading import committed_in
from .working import purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("kafka")]

PARTITIONS = 2


def run(settings: Settings, *words: str) -> Result:
    roles = msgspec.structs.asdict(settings.topics)
    names = {f"TAGGER_TOPIC_{role.upper()}": name for role, name in roles.items()}
    arguments = ["dead-letters", *words, "--brokers", settings.brokers]
    return CliRunner().invoke(cli, arguments, env=names)


def write(settings: Settings, key: str, value: bytes, partition: int) -> None:
    producer = clients.producer(settings)
    producer.produce(settings.topics.purchase, value, key.encode(), partition)
    assert producer.flush(30) == 0


async def read_by(worker: RunningWorker, records: int) -> None:
    await until(lambda: worker.progress().records_read == records)


def tagged(settings: Settings) -> set[bytes | None]:
    """Keys of the customers who got a tag, once all checkpoints are made."""
    read = committed_in(settings.brokers, settings.topics.tag_change, PARTITIONS)
    return {message.key() for message in read}


def test_what_lay_in_a_wrong_partition_counts_once_it_is_put_back(kafka: MakeSettings) -> None:
    settings = kafka(PARTITIONS)
    right = partition_of(b"c-1", PARTITIONS)

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            write(settings, "c-1", to_json(purchase("c-1", 1, 500)), 1 - right)
            await read_by(worker, 1)
        assert tagged(settings) == set()
        listed = await asyncio.to_thread(run, settings, "list")
        assert listed.exit_code == 1
        assert "wrong-partition" in listed.output
        assert listed.output.endswith("1 dead letters\n")
        dry = await asyncio.to_thread(run, settings, "retry", "--all", "--dry-run")
        assert dry.output.endswith("1 would be put back\n")
        back = await asyncio.to_thread(run, settings, "retry", "--code", "wrong-partition")
        assert (back.exit_code, back.output.splitlines()[-1]) == (0, "1 put back")
        async with working(settings, PARTITIONS) as worker:
            await read_by(worker, 1)

    asyncio.run(scene())
    assert tagged(settings) == {b"c-1"}


def test_what_a_producer_got_wrong_is_mended_and_put_back(
    kafka: MakeSettings, tmp_path: Path
) -> None:
    settings = kafka(PARTITIONS)
    event = json.loads(to_json(purchase("c-2", 1, 500)))
    currency = event.pop("currency")
    letters = tmp_path / "letters.jsonl"

    async def scene() -> None:
        async with working(settings, PARTITIONS) as worker:
            partition = partition_of(b"c-2", PARTITIONS)
            write(settings, "c-2", json.dumps(event).encode(), partition)
            await read_by(worker, 1)
        shown = await asyncio.to_thread(run, settings, "show", f"{partition}/0")
        assert "missing-field" in shown.output
        assert '"order_id":' in shown.output.replace('" :', '":')
        listed = await asyncio.to_thread(run, settings, "list", "--json")
        (line,) = listed.output.splitlines()
        mended = json.loads(line)
        mended["value"] = json.dumps({**json.loads(mended["value"]), "currency": currency})
        letters.write_text(json.dumps(mended), "utf-8")
        back = await asyncio.to_thread(run, settings, "retry", "--from", str(letters))
        assert back.exit_code == 0
        async with working(settings, PARTITIONS) as worker:
            await read_by(worker, 1)

    asyncio.run(scene())
    assert tagged(settings) == {b"c-2"}


def test_nothing_is_put_back_that_nobody_asked_for(kafka: MakeSettings) -> None:
    settings = kafka(PARTITIONS)
    assert run(settings, "list").output == "no dead letters\n"
    refused = run(settings, "retry")
    assert refused.exit_code == 2
    assert "say which" in refused.output
    missing = run(settings, "retry", "0/17")
    assert missing.exit_code == 2
    assert "no dead letter lies at 0/17" in missing.output
