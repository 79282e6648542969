"""librdkafka configurations from settings: one function a client, in one place.

Secrets stay wrapped in every configuration. They are revealed to the client alone, in the call that
makes it, so that no variable holds one that a log or a traceback could show.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import clear_frames
from typing import Any, Literal

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from tagger.environment import Secret, SettingsError
from tagger.settings import Security, Settings
from tagger.stream.kafka.seldom import ConnectionLines
from tagger.stream.limits import producer_bytes

Isolation = Literal["read_committed", "read_uncommitted"]
Config = dict[str, str | int | float | bool | Secret | Callable[[KafkaError], None]]

logger = logging.getLogger("tagger.kafka")
logger.addFilter(ConnectionLines())
unheard = logging.getLogger("tagger.unheard")
unheard.setLevel(logging.CRITICAL)

PARTITION_EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - how the client spells its own codes
AUTO_OFFSET_RESET = KafkaError._AUTO_OFFSET_RESET  # noqa: SLF001
FATAL = KafkaError._FATAL  # noqa: SLF001
STATE = KafkaError._STATE  # noqa: SLF001
LATEST = OffsetSpec.latest()  # type: ignore[no-untyped-call]
TRANSACTION_TIMEOUT_MS = 10_000
POLL_INTERVAL_MS = 45_000
"""After so long without a poll a member counts as dead. The brokers wait as long for members that
do not join when the group is formed anew, and so do all the others; the client waits as long for
the answer to a member that asks to join. After a restart of all brokers there may be members that
no longer exist, and answers that never come. We poll every 20 ms, a slow worker makes that 5 s, and
shards that are taken away make it some 10 s more. The client takes nothing below the session of
the consumer protocol, which is this."""
CRITICAL = 2
"""The `log_level` of clients that may not be called for long: what they log waits in memory until
they are, a line for every attempt to reach a broker. The subscribed consumer logs the same."""
LARGEST_ANSWER_BYTES = 2**31 - 1
"""What a consumer takes at once. Less would stop it for ever in front of a larger record, which
can be there: how large the records of an input are is not ours to say."""
GATHERED_BYTES = 1_000_000
"""Brokers answer the subscribed consumer when they have so much, or `fetch.wait.max.ms` are over:
for both sides an answer costs much the same, whether it has one record or a hundred."""
PASSING = (
    KafkaError.REBALANCE_IN_PROGRESS,
    KafkaError.ILLEGAL_GENERATION,
    KafkaError.STALE_MEMBER_EPOCH,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.REQUEST_TIMED_OUT,
    KafkaError.NETWORK_EXCEPTION,
    KafkaError._TRANSPORT,  # noqa: SLF001
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._TIMED_OUT_QUEUE,  # noqa: SLF001
    KafkaError._WAIT_COORD,  # noqa: SLF001
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
)
"""Offset commits that failed for these reasons may be tried again: brokers are away for a while,
or the group's epoch has moved under shards that stay."""


@contextmanager
def construction() -> Iterator[None]:
    """Around the making of a client: what it refuses is the operator's, so it is raised as a
    SettingsError. The client's own variables, which hold secrets, do not go with it."""
    try:
        yield
    except KafkaException as refusal:
        clear_frames(refusal.__traceback__)
        fault = (
            f"the Kafka client refuses its settings: {refusal.args[0].str()}; check "
            "TAGGER_BROKERS, TAGGER_SECURITY_PROTOCOL, TAGGER_SASL_... and the files that "
            "TAGGER_TLS_... name"
        )
        raise SettingsError([fault]) from refusal


def connection(settings: Settings) -> Config:
    """What every client needs to reach the brokers."""
    return {
        "bootstrap.servers": settings.brokers,
        "client.id": settings.group,
        "reconnect.backoff.max.ms": 1_000,
        **_security(settings.security),
    }


def _security(security: Security) -> Config:
    given = {
        "sasl.mechanism": security.mechanism,
        "sasl.username": security.username,
        "sasl.password": security.password,
        "ssl.ca.location": str(security.ca_path) if security.ca_path else None,
        "ssl.certificate.location": (
            str(security.certificate_path) if security.certificate_path else None
        ),
        "ssl.key.location": str(security.key_path) if security.key_path else None,
        "ssl.key.password": security.key_password,
    }
    return {
        "security.protocol": security.protocol,
        **{name: value for name, value in given.items() if value is not None},
    }


def group_config(settings: Settings) -> Config:
    """The subscribed consumer. Both protocols assign by range, which keeps the topics of a shard
    together. Offsets are committed by checkpoints alone. A position that is gone is an error, for
    to go on from another one would lose records in silence."""
    config = connection(settings) | {
        "group.id": settings.group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "error",
        "enable.partition.eof": True,
        "isolation.level": "read_committed",
        "queued.min.messages": 100_000,
        "queued.max.messages.kbytes": 65_536,
        "max.partition.fetch.bytes": 8_388_608,
        "receive.message.max.bytes": LARGEST_ANSWER_BYTES,
        "fetch.min.bytes": GATHERED_BYTES,
        "fetch.wait.max.ms": 20,
        "max.poll.interval.ms": POLL_INTERVAL_MS,
        "allow.auto.create.topics": False,
    }
    if settings.group_protocol == "consumer":
        return config | {"group.protocol": "consumer", "group.remote.assignor": "range"}
    # With the answer to a heartbeat the others hear that somebody has come or gone.
    config |= {
        "partition.assignment.strategy": "range",
        "session.timeout.ms": 6_000,
        "heartbeat.interval.ms": 200,
    }
    if settings.instance is not None:
        config["group.instance.id"] = settings.instance
    return config


@construction()
def group_member(config: Config) -> Consumer:
    """The subscribed consumer, of `group_config`. Raises SettingsError."""
    return Consumer(_revealed(config), logger=logger)


@construction()
def changelog_reader(settings: Settings, isolation: Isolation = "read_committed") -> Consumer:
    """Reads committed offsets and the changelog; never subscribes, so it never joins the group.
    Offsets that a transaction under way may move are waited for, unless `isolation` says otherwise.
    Raises SettingsError."""
    config = connection(settings) | {
        "group.id": settings.group,
        "enable.auto.commit": False,
        "auto.offset.reset": "error",
        "enable.partition.eof": True,
        "isolation.level": isolation,
        "log_level": CRITICAL,
        "queued.min.messages": 100_000,
        "receive.message.max.bytes": LARGEST_ANSWER_BYTES,
        "fetch.wait.max.ms": 10,
    }
    return Consumer(_revealed(config), logger=logger)


@construction()
def lone_reader(settings: Settings, name: str, more: Config) -> Consumer:
    """Reads the committed records of partitions that it is given, under the name of a group that it
    neither joins nor commits for; `more` is its own. Raises SettingsError."""
    config = connection(settings) | {
        "group.id": name,
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "receive.message.max.bytes": LARGEST_ANSWER_BYTES,
    }
    return Consumer(_revealed(config | more), logger=logger)


@construction()
def producer(settings: Settings, linger_ms: int = 2) -> Producer:
    """Partitions by murmur2 as Java clients do; a record is delivered once and in order. Raises
    SettingsError."""
    config = _producer_config(settings, linger_ms) | {"delivery.timeout.ms": 120_000}
    return Producer(_revealed(config), logger=logger)


@construction()
def transactional_producer(
    settings: Settings, name: str, timeout_ms: int = TRANSACTION_TIMEOUT_MS
) -> Producer:
    """A `producer` for transactions under `name`, which no other process may use at the same
    time. The brokers end what a dead one left open after `timeout_ms`. Raises SettingsError."""
    config = _producer_config(settings, linger_ms=2) | {
        "transactional.id": name,
        "transaction.timeout.ms": timeout_ms,
        "topic.metadata.propagation.max.ms": 5_000,
        "log_level": CRITICAL,
    }
    return Producer(_revealed(config), logger=logger)


def _producer_config(settings: Settings, linger_ms: int) -> Config:
    return connection(settings) | {
        "partitioner": "murmur2_random",
        "enable.idempotence": True,
        "compression.type": settings.compression,
        "linger.ms": linger_ms,
        "queue.buffering.max.messages": 500_000,
        "queue.buffering.max.kbytes": 1_048_576,
        "message.max.bytes": producer_bytes(settings.max_record_bytes),
    }


@construction()
def admin(settings: Settings, error_cb: Callable[[KafkaError], None] | None = None) -> AdminClient:
    """Asks about topics and offsets, and changes topics; `error_cb` hears why brokers cannot be
    reached, while the client is polled, and the log does not. Raises SettingsError."""
    config = connection(settings)
    if error_cb is None:
        return AdminClient(_revealed(config), logger=logger)
    return AdminClient(_revealed(config | {"error_cb": error_cb}), logger=unheard)


def _revealed(config: Config) -> dict[str, Any]:
    return {
        name: value.reveal() if isinstance(value, Secret) else value
        for name, value in config.items()
    }
