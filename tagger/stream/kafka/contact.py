"""The first question to a cluster: which topics are there, and what may we do with them?

A client that cannot log in, or does not trust its brokers, tries for ever and says so to its error
callback alone. Whoever begins by asking here gets the reason instead, with the setting to look at.
"""

import time
from collections.abc import Iterable

import msgspec
from confluent_kafka import KafkaError, KafkaException, TopicCollection, TopicPartitionInfo
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    PartitionMetadata,
    TopicDescription,
)

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.complaints import Complaints

PATIENCE_S = 2.0
"""How long is waited for brokers that do better, after one has turned us away."""
ASK_S = 0.5
PAUSE_S = 0.05


class ContactError(Exception):
    """The brokers do not answer, or do not let us in: a sentence for the operator."""


class FoundTopic(msgspec.Struct, frozen=True):
    """A topic as the brokers show it to us. `replicas` is the fewest that a partition of it has.
    `allowed` are the operations that we may do, in capitals, None where brokers do not tell."""

    partitions: int
    replicas: int
    allowed: frozenset[str] | None = None


class SeenTopics(msgspec.Struct, frozen=True):
    """What was asked about, by name: the topics that are `found`, those that are `hidden`, for we
    may not describe them, and nothing of those that do not exist."""

    found: dict[str, FoundTopic]
    hidden: frozenset[str]


def look(settings: Settings, names: Iterable[str], within_s: float) -> SeenTopics:
    """Ask about topics. Raises ContactError, and SettingsError when the client refuses its
    settings."""
    complaints = Complaints(settings)
    admin = clients.admin(settings, complaints.hear)
    listed = _listed(admin, complaints, within_s)
    if settings.security.protocol == "plaintext":
        return SeenTopics({name: listed[name] for name in names if name in listed}, frozenset())
    return _described(admin, complaints, list(names), within_s)


def _listed(admin: AdminClient, complaints: Complaints, within_s: float) -> dict[str, FoundTopic]:
    """All topics that we may see, as soon as a broker answers."""
    deadline_s = time.monotonic() + within_s
    while True:
        try:
            known = admin.list_topics(timeout=min(ASK_S, within_s)).topics
        except KafkaException as failure:
            admin.poll(PAUSE_S)
            if complaints.is_turned_away:
                deadline_s = min(deadline_s, time.monotonic() + PATIENCE_S)
            if time.monotonic() >= deadline_s:
                raise ContactError(complaints.told(failure.args[0])) from failure
        else:
            return {
                name: FoundTopic(
                    partitions=len(topic.partitions),
                    replicas=_fewest(topic.partitions.values()),
                )
                for name, topic in known.items()
                if topic.error is None
            }


def _described(
    admin: AdminClient, complaints: Complaints, names: list[str], within_s: float
) -> SeenTopics:
    """Topics with what we may do: of use where brokers know who we are."""
    answers = admin.describe_topics(
        TopicCollection(names), include_authorized_operations=True, request_timeout=within_s
    )
    found: dict[str, FoundTopic] = {}
    hidden = set()
    for name, answer in answers.items():
        try:
            found[name] = _found(answer.result())
        except KafkaException as failure:
            code = failure.args[0].code()
            if code == KafkaError.TOPIC_AUTHORIZATION_FAILED:
                hidden.add(name)
            elif code != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise ContactError(complaints.told(failure.args[0])) from failure
    return SeenTopics(found, frozenset(hidden))


def _found(topic: TopicDescription) -> FoundTopic:
    operations = topic.authorized_operations
    return FoundTopic(
        partitions=len(topic.partitions),
        replicas=_fewest(topic.partitions),
        allowed=None if operations is None else frozenset(each.name for each in operations),
    )


def _fewest(partitions: Iterable[PartitionMetadata | TopicPartitionInfo]) -> int:
    return min((len(each.replicas) for each in partitions), default=0)
