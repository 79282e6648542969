"""Short words for the tests of the stream core: records, hosts and what was published."""

import json
from collections.abc import Iterable

import msgspec

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.decode_outputs import decode_change, decode_current_tags
from tagger.codecs.encode import Encoder
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.stream.decider import Decider
from tagger.stream.log import Batch, LogRecord, Output
from tagger.stream.murmur2 import partition_of
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings
from tagger.stream.script import Produce
from tagger.stream.topics import InputKind, Topics
from tagger.telemetry import Telemetry

from .deciding import TwoWithinTenSeconds

TOPICS = Topics()
TOPIC_OF: dict[InputKind, str] = {kind: topic for topic, kind in TOPICS.inputs().items()}
START = 1_780_000_000_000
"""The instant at which the tests' clocks start."""

_FIELDS: dict[InputKind, dict[str, object]] = {
    "profile": {"attributes": {}},
    "browse": {"action": "page_view"},
    "chat": {"conversation_id": "k", "direction": "inbound", "text": "hello"},
    "purchase": {
        "order_id": "o",
        "kind": "sale",
        "amount_minor": 100,
        "currency": "EUR",
        "lines": [],
    },
}


def parts(decider: Decider | None = None, **settings: int) -> Parts:
    """Parts with the real codecs, in JSON; `settings` replace the defaults of one partition."""
    stream = msgspec.structs.replace(StreamSettings(partitions=1), **settings)
    return Parts(
        settings=stream,
        decider=TwoWithinTenSeconds() if decider is None else decider,
        decoder=RecordDecoder(),
        publisher=Publisher(stream.topics, Encoder("json")),
        telemetry=Telemetry(),
    )


def event(kind: InputKind, event_id: str, customer: str, at: int) -> bytes:
    """An event in JSON; `at` counts from START."""
    return json.dumps(
        {
            "event_id": event_id,
            "customer_id": customer,
            "occurred_at": START + at,
            **_FIELDS[kind],
        }
    ).encode()


def command(command_id: str, customer: str, at: int, op: str = "assign") -> bytes:
    """A command in JSON."""
    return json.dumps(
        {
            "command_id": command_id,
            "customer_id": customer,
            "issued_at": START + at,
            "actor": "ann",
            "role": "agent",
            "op": op,
            "tag": "marked",
            "value": True,
        }
    ).encode()


def written(
    kind: InputKind, event_id: str, customer: str, at: int, *, partitions: int = 1, lag: int = 0
) -> Produce:
    """The step that writes an event, `lag` after it happened, to the customer's partition."""
    key = customer.encode()
    value = event(kind, event_id, customer, at)
    partition = partition_of(key, partitions)
    return Produce(TOPIC_OF[kind], partition, key, value, START + at + lag)


def batch(kind: InputKind, *records: tuple[int, int, bytes], key: str = "c") -> Batch:
    """A batch of one customer's records: offset, timestamp from START, value."""
    return Batch(
        TOPIC_OF[kind],
        0,
        tuple(LogRecord(offset, START + at, key.encode(), value) for offset, at, value in records),
    )


def changes(published: Iterable[Output]) -> list[TagChange]:
    """The tag changes among what was published, repeats left out, in order."""
    found: dict[str, TagChange] = {}
    for output in published:
        if output.topic == TOPICS.tag_change:
            change = decode_change(output.value)
            found.setdefault(change.id, change)
    return list(found.values())


def folded(published: Iterable[Output]) -> dict[str, CurrentTags]:
    """Current tags by customer, as a consumer of the changes keeps them."""
    current: dict[str, CurrentTags] = {}
    for change in changes(published):
        current[change.customer_id] = fold(current.get(change.customer_id), change)
    return current


def compacted(published: Iterable[Output]) -> dict[str, CurrentTags]:
    """The topic of current tags as compaction leaves it."""
    return {
        tags.customer_id: tags
        for output in published
        if output.topic == TOPICS.current_tags
        for tags in [decode_current_tags(output.value)]
    }


def names(current: dict[str, CurrentTags]) -> dict[str, list[str]]:
    """The names of the tags held, for customers who hold any."""
    return {customer: sorted(c.tags) for customer, c in sorted(current.items()) if c.tags}
