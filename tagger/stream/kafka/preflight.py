"""Looks at the topics before a worker joins its group, so that an operator's mistake is told in a
sentence and not by a worker that waits for ever."""

from collections.abc import Iterable, Mapping

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.changelog import patiently
from tagger.stream.log import LogUnavailableError
from tagger.stream.metadata import decode_metadata

TIMEOUT_S = 15.0


class TopicsError(Exception):
    """The cluster's topics cannot carry the stream: one sentence for each fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("\n".join(faults))


def input_partitions(settings: Settings) -> int:
    """The number of partitions that all input topics have.

    Raises TopicsError when the cluster does not answer, a topic is missing, or the inputs are not
    co-partitioned, and SettingsError when the client refuses the settings.
    """
    counts = _partition_counts(clients.admin(settings), settings.brokers)
    inputs = settings.topics.inputs()
    shards = max((counts.get(topic, 0) for topic in inputs), default=0)
    needed = dict.fromkeys(inputs, shards) | {settings.topics.profile_changelog: shards}
    faults = [
        f"topic {topic} is missing; create it"
        + (f" with {needed[topic] or 'as many'} partitions" if topic in needed else "")
        for topic in _used(settings)
        if topic not in counts
    ]
    faults += [
        f"topic {topic} has {counts[topic]} partitions and others have {partitions}; all input "
        "topics and the changelog need the same number. Partitions cannot be taken away: if some "
        "were added to a topic that is in use, make that topic anew"
        for topic, partitions in needed.items()
        if counts.get(topic, partitions) != partitions
    ]
    if faults:
        raise TopicsError(faults)
    return shards


def shard_count(settings: Settings) -> int:
    """The number of partitions that all input topics have, and always had for this group.

    Raises what `input_partitions` raises, and TopicsError when the group's committed offsets are
    of another number of partitions, or are not tagger's.
    """
    shards = input_partitions(settings)
    before = _committed_partitions(settings, shards)
    others = before - {shards}
    if others:
        fault = (
            f"the input topics have {shards} partitions, and had {min(others)} when group "
            f"{settings.group} worked on them: its profiles belong to other partitions now, and "
            "records of one customer lie on two. Make the topics anew with their old number of "
            "partitions, or begin with new topics, a new group and a new changelog"
        )
        raise TopicsError([fault])
    return shards


def _committed_partitions(settings: Settings, shards: int) -> set[int]:
    """The numbers of partitions that stand beside the group's committed offsets."""
    asked = [TopicPartition(topic, n) for topic in settings.topics.inputs() for n in range(shards)]
    consumer = clients.changelog_reader(settings, "read_uncommitted")
    try:
        found = patiently(lambda: consumer.committed(asked, timeout=TIMEOUT_S))
        numbers = {decode_metadata(each.metadata or "").partitions for each in found}
    except LogUnavailableError as failure:
        raise TopicsError([f"no answer about group {settings.group}: {failure}"]) from failure
    except ValueError as fault:
        raise TopicsError([str(fault)]) from fault
    finally:
        consumer.close()
    return numbers - {0}


def _partition_counts(admin: AdminClient, brokers: str) -> Mapping[str, int]:
    try:
        found = admin.list_topics(timeout=TIMEOUT_S).topics
    except KafkaException as failure:
        raise TopicsError([f"no answer from {brokers}: {failure.args[0].str()}"]) from failure
    return {name: len(topic.partitions) for name, topic in found.items() if topic.error is None}


def _used(settings: Settings) -> tuple[str, ...]:
    topics = settings.topics
    return (
        *topics.inputs(),
        topics.tag_change,
        topics.current_tags,
        topics.workflow_action,
        topics.command_outcome,
        topics.dead_letter,
        topics.profile_changelog,
    )
