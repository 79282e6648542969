"""What a cluster's topics should be, and what has to be done to make them so. Pure.

All input topics and the changelog have the same number of partitions, for one partition number of
all of them makes a shard. That number is never changed for topics that are there: customers would
land on other partitions than their state and their past. Topics that hold a latest value are
compacted, the others forget after a week at the earliest. With three replicas or more two of them
have to take a record before it counts; a topic that was made with fewer is left as it is, for
nobody might be able to write to it. Copies cannot be added here: that is said, and nothing else
waits for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from tagger.stream.limits import input_topic_bytes, written_topic_bytes
from tagger.stream.topics import Topics

DAY_MS = 86_400_000
COMPACTED = ("current_tags", "rule_pack", "profile_changelog")
FEWEST_PARTITIONS = 4
"""Of topics that are made where there are none yet, unless an operator says how many."""

ActionKind = Literal["create", "configure", "warn", "refuse"]


class Wanted(msgspec.Struct, frozen=True):
    """What a topic should be. `is_fixed`: its partitions are those of the shards, and another
    number will not do. `is_ours`: this program writes it; the settings of an input that is there
    are its producers' own."""

    name: str
    partitions: int
    is_fixed: bool
    is_ours: bool
    settings: dict[str, str]
    replicas: int = 1


class Present(msgspec.Struct, frozen=True):
    """What a topic is: `settings` with the broker's defaults filled in, `own` those that were set
    for this topic, `replicas` the fewest that a partition of it has."""

    partitions: int
    settings: Mapping[str, str]
    replicas: int
    own: Mapping[str, str] = {}


class Action(msgspec.Struct, frozen=True):
    """Something to be done about one topic, or what cannot be mended here: `warn`, the program
    works all the same; `refuse`, it does not. `settings` are those that change. `replicas` is how
    many copies a topic that is made gets."""

    kind: ActionKind
    topic: str
    text: str
    partitions: int = 0
    settings: dict[str, str] = {}
    replicas: int = 0


def wanted_topics(
    topics: Topics, partitions: int, replicas: int, max_record_bytes: int
) -> Iterator[Wanted]:
    """Every topic of the program, in the order of `Topics`."""
    sharded = topics.sharded()
    for role, name in msgspec.structs.asdict(topics).items():
        is_ours = name not in topics.inputs()
        room = written_topic_bytes if is_ours else input_topic_bytes
        settings = {
            "cleanup.policy": "compact" if role in COMPACTED else "delete",
            "max.message.bytes": str(room(max_record_bytes)),
            "unclean.leader.election.enable": "false",
        }
        if role not in COMPACTED:
            settings["retention.ms"] = str(7 * DAY_MS)
        if replicas > 2:
            settings["min.insync.replicas"] = "2"
        if role == "profile_changelog":
            settings["max.compaction.lag.ms"] = str(7 * DAY_MS)
            settings["delete.retention.ms"] = str(DAY_MS)
        count = 1 if role == "rule_pack" else partitions
        yield Wanted(name, count, name in sharded, is_ours, settings, replicas)


def present_partitions(topics: Topics, present: Mapping[str, Present]) -> int:
    """The most partitions that an input or the changelog has; `FEWEST_PARTITIONS` when there are
    none yet."""
    counts = [present[name].partitions for name in topics.sharded() if name in present]
    return max(counts, default=FEWEST_PARTITIONS)


def actions(wanted: Iterable[Wanted], present: Mapping[str, Present]) -> list[Action]:
    """What has to be done, topic by topic; nothing when all is as it should be."""
    return [action for topic in wanted for action in _actions(topic, present.get(topic.name))]


def successors(
    old: Topics, new: Topics, partitions: int, present: Mapping[str, Present], max_record_bytes: int
) -> Iterator[Action]:
    """The new topics that take the place of old inputs and of the old changelog, and are not there
    yet. An input keeps what the old one had, also what came from the brokers' defaults, and a
    changelog what is good enough for it. Copies are as many as before."""
    replicas = present[old.profile_changelog].replicas
    olds, news = msgspec.structs.astuple(old), msgspec.structs.astuple(new)
    replaced = {after: before for before, after in zip(olds, news, strict=True) if before != after}
    for wanted in wanted_topics(new, partitions, replicas, max_record_bytes):
        if wanted.name in replaced and wanted.name not in present:
            before = present[replaced[wanted.name]]
            kept = {
                name: value
                for name, value in before.settings.items()
                if name in wanted.settings
                and (not wanted.is_ours or _suffices(name, value, wanted.settings[name]))
            }
            settings = wanted.settings | kept
            own = dict(before.own)
            settings = own | settings if wanted.is_ours else settings | own
            yield Action("create", wanted.name, "", partitions, settings, before.replicas)


def _actions(wanted: Wanted, present: Present | None) -> Iterator[Action]:
    if present is None:
        told = ", ".join(f"{name}={value}" for name, value in wanted.settings.items())
        text = f"{wanted.partitions} partitions, {told}"
        yield Action(
            "create", wanted.name, text, wanted.partitions, wanted.settings, wanted.replicas
        )
        return
    if wanted.is_fixed and present.partitions != wanted.partitions:
        yield Action(
            "refuse",
            wanted.name,
            f"it has {present.partitions} partitions, not {wanted.partitions}; all inputs and the "
            "changelog need the same number, and partitions that are added in place would part "
            "customers from their state: for another number see tagger topics migrate",
        )
    if present.replicas < wanted.replicas:
        yield Action(
            "warn",
            wanted.name,
            f"a partition of it has {present.replicas} of {wanted.replicas} copies: add some with "
            "Kafka's kafka-reassign-partitions.sh, then plan again",
        )
    differing = {
        name: value
        for name, value in wanted.settings.items()
        if wanted.is_ours
        and not _suffices(name, present.settings.get(name), value)
        and (name != "min.insync.replicas" or present.replicas > int(value))
    }
    if differing:
        told = ", ".join(
            f"{name}={value} (is {present.settings.get(name, 'not set')})"
            for name, value in differing.items()
        )
        yield Action("configure", wanted.name, told, settings=differing)


_AT_LEAST = ("max.message.bytes", "min.insync.replicas", "retention.ms", "delete.retention.ms")


def _suffices(name: str, present: str | None, wanted: str) -> bool:
    """Whether a setting may stay: more room, a longer memory, or a shorter lag, is as good."""
    if present is None:
        return False
    if name in _AT_LEAST:
        return int(present) >= int(wanted) or (name == "retention.ms" and int(present) < 0)
    if name == "max.compaction.lag.ms":
        return int(present) <= int(wanted)
    return present == wanted
