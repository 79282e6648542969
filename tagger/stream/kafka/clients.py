"""librdkafka configurations from settings: one function a client, in one place."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from tagger.environment import SettingsError
from tagger.settings import Security, Settings

Isolation = Literal["read_committed", "read_uncommitted"]
Config = dict[str, str | int | float | bool]

logger = logging.getLogger("tagger.kafka")

PARTITION_EOF = KafkaError._PARTITION_EOF  # noqa: SLF001 - how the client spells its own codes
AUTO_OFFSET_RESET = KafkaError._AUTO_OFFSET_RESET  # noqa: SLF001
STATE = KafkaError._STATE  # noqa: SLF001
LATEST = OffsetSpec.latest()  # type: ignore[no-untyped-call]
TRANSACTION_TIMEOUT_MS = 10_000
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
    SettingsError."""
    try:
        yield
    except KafkaException as refusal:
        fault = (
            f"the Kafka client refuses its settings: {refusal.args[0].str()}; check "
            "TAGGER_BROKERS, TAGGER_SECURITY_PROTOCOL, TAGGER_SASL_... and the files that "
            "TAGGER_TLS_... name"
        )
        raise SettingsError([fault]) from refusal


def connection(settings: Settings) -> Config:
    """What every client needs to reach the brokers. Holds secrets: never log it."""
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
        "sasl.password": security.password.reveal() if security.password else None,
        "ssl.ca.location": str(security.ca_path) if security.ca_path else None,
        "ssl.certificate.location": (
            str(security.certificate_path) if security.certificate_path else None
        ),
        "ssl.key.location": str(security.key_path) if security.key_path else None,
        "ssl.key.password": security.key_password.reveal() if security.key_password else None,
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
        "fetch.wait.max.ms": 20,
        "allow.auto.create.topics": False,
    }
    if settings.group_protocol == "consumer":
        return config | {"group.protocol": "consumer", "group.remote.assignor": "range"}
    config |= {
        "partition.assignment.strategy": "range",
        "session.timeout.ms": 6_000,
        "heartbeat.interval.ms": 1_000,
    }
    if settings.instance is not None:
        config["group.instance.id"] = settings.instance
    return config


@construction()
def group_member(config: Config) -> Consumer:
    """The subscribed consumer, of `group_config`. Raises SettingsError."""
    return Consumer(config, logger=logger)


@construction()
def changelog_reader(settings: Settings, isolation: Isolation = "read_committed") -> Consumer:
    """Reads committed offsets and the changelog; never subscribes, so it never joins the group.
    Offsets that a transaction under way may move are waited for, unless `isolation` says otherwise.
    Raises SettingsError."""
    return Consumer(
        connection(settings)
        | {
            "group.id": settings.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "error",
            "enable.partition.eof": True,
            "isolation.level": isolation,
            "queued.min.messages": 100_000,
            "fetch.wait.max.ms": 10,
        },
        logger=logger,
    )


@construction()
def producer(settings: Settings, linger_ms: int = 2) -> Producer:
    """Partitions by murmur2 as Java clients do; a record is delivered once and in order. Raises
    SettingsError."""
    config = _producer_config(settings, linger_ms) | {"delivery.timeout.ms": 120_000}
    return Producer(config, logger=logger)


@construction()
def transactional_producer(settings: Settings, name: str) -> Producer:
    """A `producer` for transactions under `name`, which no other process may use at the same
    time. The brokers end what a dead one left open after `TRANSACTION_TIMEOUT_MS`. Raises
    SettingsError."""
    config = _producer_config(settings, linger_ms=2) | {
        "transactional.id": name,
        "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS,
    }
    return Producer(config, logger=logger)


def _producer_config(settings: Settings, linger_ms: int) -> Config:
    return connection(settings) | {
        "partitioner": "murmur2_random",
        "enable.idempotence": True,
        "compression.type": settings.compression,
        "linger.ms": linger_ms,
        "queue.buffering.max.messages": 500_000,
        "queue.buffering.max.kbytes": 1_048_576,
        "message.max.bytes": max(1_000_000, 2 * settings.max_record_bytes),
    }


@construction()
def admin(settings: Settings) -> AdminClient:
    """Asks about topics and offsets; writes nothing. Raises SettingsError."""
    return AdminClient(connection(settings), logger=logger)
