"""Looks at the topics before a worker joins its group, or a command begins, so that an operator's
mistake is told in a sentence and not by a worker that waits for ever."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tagger.settings import Settings
from tagger.stream.access import ROLES, Grant, Names
from tagger.stream.kafka.contact import ContactError, SeenTopics, look
from tagger.stream.kafka.positions import group_positions
from tagger.stream.kafka.refusals import RefusedError
from tagger.stream.log import LogUnavailableError
from tagger.stream.metadata import ClockMetadata, MetadataError, decode_metadata, refuse_moved

TIMEOUT_S = 15.0
GROUP_ASK_S = 3.0


class TopicsError(Exception):
    """The cluster's topics cannot carry the stream: one sentence for each fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        super().__init__("\n".join(faults))


def input_partitions(settings: Settings, role: str = "worker") -> int:
    """The number of partitions that all input topics have.

    Raises TopicsError when the cluster does not answer, a topic is missing or may not be used as
    `role` needs it, or the inputs are not co-partitioned; and SettingsError when the client
    refuses the settings.
    """
    grants = ROLES[role].grants(Names(settings.topics, settings.group))
    seen = seen_by(settings, role, grants)
    inputs = settings.topics.inputs()
    shards = max(seen.found[topic].partitions for topic in inputs)
    needed = [topic for topic in settings.topics.sharded() if topic in seen.found]
    faults = [
        f"topic {topic} has {seen.found[topic].partitions} partitions and others have {shards}; "
        "all input topics and the changelog need the same number. Partitions cannot be taken away: "
        "if some were added to a topic that is in use, make that topic anew, "
        "or see tagger topics migrate"
        for topic in needed
        if seen.found[topic].partitions != shards
    ]
    if faults:
        raise TopicsError(faults)
    return shards


def partitions_of(settings: Settings, role: str, topic: str) -> int:
    """The number of partitions of one topic that `role` reads. Raises TopicsError when the cluster
    does not answer or the topic cannot be read, and SettingsError."""
    return seen_by(settings, role, [Grant(("Read",), "topic", (topic,))]).found[topic].partitions


def seen_by(settings: Settings, role: str, grants: Iterable[Grant]) -> SeenTopics:
    """The topics of `grants`, all of them there and open to what is granted. Raises TopicsError
    with everything that is not so, and SettingsError."""
    wanted = [grant for grant in grants if grant.resource == "topic"]
    names = [name for grant in wanted for name in grant.names]
    try:
        seen = look(settings, names, TIMEOUT_S)
    except ContactError as failure:
        raise TopicsError([str(failure)]) from failure
    faults = [*_missing(settings, names, seen), *denied(settings, role, wanted, seen)]
    if faults:
        raise TopicsError(faults)
    return seen


def _missing(settings: Settings, names: Sequence[str], seen: SeenTopics) -> Iterator[str]:
    counts = {name: topic.partitions for name, topic in seen.found.items()}
    inputs = settings.topics.inputs()
    shards = max((counts[name] for name in inputs if name in counts), default="as many")
    for name in names:
        if name not in counts and name not in seen.hidden:
            is_sharded = name in settings.topics.sharded()
            how_many = f" with {shards} partitions" if is_sharded else ""
            yield f"topic {name} is missing; create it{how_many}"


def denied(settings: Settings, role: str, grants: Iterable[Grant], seen: SeenTopics) -> list[str]:
    """Which of the topics of `grants` we may not use so, and who can tell what to do about it."""
    faults = list(_denied(grants, seen))
    if not faults:
        return []
    return [*faults, rights_of(settings, role)]


def rights_of(settings: Settings, role: str) -> str:
    """Where an administrator finds what `role` must be allowed."""
    who = settings.security.username or "NAME"
    return f"tagger acls --{role} User:{who} prints the rights that this needs"


def _denied(grants: Iterable[Grant], seen: SeenTopics) -> Iterator[str]:
    for grant in grants:
        for name in grant.names:
            topic = seen.found.get(name)
            if name in seen.hidden:
                yield f"topic {name}: our user may not even see it"
            elif topic is not None and topic.allowed is not None:
                for operation in grant.operations:
                    if operation.upper() not in topic.allowed:
                        yield f"topic {name}: our user lacks the right {operation}"


class GroupState(NamedTuple):
    """What a group has to work on: the number of its shards, and the oldest state version among
    those for which anything was committed; None when nothing was."""

    shards: int
    version: int | None


def group_state(settings: Settings) -> GroupState:
    """The number of partitions that all input topics have, and always had for this group, and its
    state version.

    Raises what `input_partitions` raises, and TopicsError when the group's customers were moved to
    other topics, or its committed offsets are of another number of partitions, are not tagger's, or
    are of a state version that this program does not read.
    """
    shards = input_partitions(settings)
    committed = _committed(settings, shards)
    others = {each.partitions for each in committed} - {0, shards}
    if others:
        fault = (
            f"the input topics have {shards} partitions, and had {min(others)} when group "
            f"{settings.group} worked on them: its profiles belong to other partitions now, and "
            "records of one customer lie on two: see tagger topics migrate"
        )
        raise TopicsError([fault])
    return GroupState(shards, min((each.version for each in committed), default=None))


def _committed(settings: Settings, shards: int) -> list[ClockMetadata]:
    """What stands beside each of the group's committed offsets."""
    asked = [(topic, shard) for topic in settings.topics.inputs() for shard in range(shards)]
    try:
        found = group_positions(settings, asked, GROUP_ASK_S, "read_uncommitted")
        clocks = [decode_metadata(each.metadata) for each in found.values()]
        refuse_moved(clocks)
    except (LogUnavailableError, RefusedError) as failure:
        raise TopicsError([f"no answer about group {settings.group}: {failure}"]) from failure
    except MetadataError as fault:
        raise TopicsError([str(fault)]) from fault
    else:
        return clocks
