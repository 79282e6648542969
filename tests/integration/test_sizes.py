"""Records at the limits of size, on topics as `tagger topics apply` makes them: what may be read is
read, what is too large stops nobody, and whatever the program may send, its topics take."""

import asyncio
import random
from dataclasses import replace
from operator import attrgetter

import msgspec
import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)

from tagger.codecs.json_fields import to_json
from tagger.codecs.letter_lines import PlacedLetter
from tagger.domain.dead_letters import DeadLetter, DeadLetterCode
from tagger.domain.events import Purchase
from tagger.settings import Settings
from tagger.stream.access import worker_transaction_id
from tagger.stream.kafka import clients
from tagger.stream.kafka.letters import read_letters
from tagger.stream.kafka.sender import Receipts, Sender
from tagger.stream.limits import producer_bytes
from tagger.stream.log import Headers, Output
from tagger.wiring import RunningWorker

from .guarded import PARTITIONS, TOPICS, Guarded, settings_of
from .working import purchase, until, working

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("secure-kafka")]

MOST = Settings.max_record_bytes
HUGE = 12_000_000
"""More than a consumer asks for at once."""
KEY = b"giant"
HEADERS: Headers = (("trace", b"x" * 1_000),)
AROUND = len(KEY) + sum(len(name) + len(value or b"") for name, value in HEADERS)


def noise(size: int) -> bytes:
    """Bytes that are no event and that nothing compresses."""
    return b"\xff" + random.Random(size).randbytes(size - 1)


def largest_purchase(size: int) -> bytes:
    """A purchase whose JSON has so many bytes."""
    small: Purchase = purchase(KEY.decode(), 1, 700)
    room = size - len(to_json(msgspec.structs.replace(small, channel="-")))
    return to_json(msgspec.structs.replace(small, channel="-" * (room + 1)))


def make_room(guarded: Guarded, topic: str, size: int) -> None:
    """Let a topic take records of a size, as whoever owns it may."""
    entry = ConfigEntry("max.message.bytes", str(size), incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    guarded.server.admin.incremental_alter_configs([resource])[resource].result(30)


def letters_of(guarded: Guarded) -> list[DeadLetter]:
    """The dead letters of the giant, in the order of their offsets."""

    def strange(told: str) -> None:
        raise AssertionError(told)

    found: list[PlacedLetter] = list(read_letters(settings_of(guarded.user("mender")), strange))
    return [
        each.letter
        for each in sorted(found, key=attrgetter("partition", "offset"))
        if each.letter.key == KEY
    ]


def test_no_size_of_an_input_stops_a_worker(guarded: Guarded) -> None:
    make_room(guarded, TOPICS.purchase, 2 * HUGE)
    sender = Sender(replace(settings_of(guarded.user("producer")), max_record_bytes=HUGE))
    values = [
        noise(HUGE),
        noise(MOST - AROUND + 1),
        noise(MOST - AROUND),
        largest_purchase(MOST - AROUND),
    ]
    sender.send([Output(TOPICS.purchase, KEY, value, HEADERS) for value in values])

    def read(worker: RunningWorker) -> bool:
        return worker.progress().records_read >= len(values)

    async def scene() -> None:
        async with working(settings_of(guarded.user("worker")), PARTITIONS) as worker:
            await until(lambda: read(worker))

    asyncio.run(scene())
    letters = letters_of(guarded)
    assert [each.code for each in letters] == [
        DeadLetterCode.TOO_LARGE,
        DeadLetterCode.TOO_LARGE,
        DeadLetterCode.UNDECODABLE,
    ]
    assert [each.value for each in letters] == [None, None, values[2]]
    assert letters[2].headers == HEADERS
    guarded.wait_for_change_of(KEY.decode())


def test_a_topic_takes_whatever_the_program_may_send(guarded: Guarded) -> None:
    settings = replace(settings_of(guarded.user("worker")), compression="none")
    producer = clients.transactional_producer(
        settings, worker_transaction_id(settings.group, "sizes")
    )
    producer.init_transactions(30)
    producer.begin_transaction()
    receipts = Receipts()
    largest = noise(producer_bytes(MOST) - 1_000)
    topics = (TOPICS.tag_change, TOPICS.current_tags, TOPICS.workflow_action)
    for topic in (*topics, TOPICS.command_outcome, TOPICS.dead_letter, TOPICS.profile_changelog):
        producer.produce(topic, largest, KEY, on_delivery=receipts)
    assert producer.flush(30) == 0
    assert receipts.failure is None
    producer.abort_transaction(30)
