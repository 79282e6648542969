"""What a cluster's topics should be, and what has to be done to make them so. Pure.

All input topics and the changelog have the same number of partitions, for one partition number of
all of them makes a shard. That number is never raised for topics that are there: customers would
land on other partitions than their state and their past. Topics that hold a latest value are
compacted. With three replicas or more two of them have to take a record before it counts; a topic
that was made with fewer is left as it is, for nobody might be able to write to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from tagger.stream.topics import Topics

DAY_MS = 86_400_000
COMPACTED = ("current_tags", "rule_pack", "profile_changelog")

ActionKind = Literal["create", "configure", "refuse"]


class Wanted(msgspec.Struct, frozen=True):
    """What a topic should be. `is_fixed`: its partitions are those of the shards, and another
    number will not do. `is_ours`: this program writes it; the settings of an input that is there
    are its producers' own."""

    name: str
    partitions: int
    is_fixed: bool
    is_ours: bool
    settings: dict[str, str]


class Present(msgspec.Struct, frozen=True):
    """What a topic is: `settings` with the broker's defaults filled in, `replicas` the fewest that
    a partition of it has."""

    partitions: int
    settings: Mapping[str, str]
    replicas: int


class Action(msgspec.Struct, frozen=True):
    """Something to be done about one topic, or, `refuse`, what is wrong and cannot be mended here.
    `settings` are those that change."""

    kind: ActionKind
    topic: str
    text: str
    partitions: int = 0
    settings: dict[str, str] = {}


def wanted_topics(
    topics: Topics, partitions: int, replicas: int, max_record_bytes: int
) -> Iterator[Wanted]:
    """Every topic of the program, in the order of `Topics`."""
    sharded = {*topics.inputs(), topics.profile_changelog}
    for role, name in msgspec.structs.asdict(topics).items():
        settings = {"cleanup.policy": "compact" if role in COMPACTED else "delete"}
        if replicas > 2:
            settings["min.insync.replicas"] = "2"
        if role == "dead_letter":
            settings["max.message.bytes"] = str(2 * max_record_bytes + 97_152)
        if role == "profile_changelog":
            settings["max.compaction.lag.ms"] = str(7 * DAY_MS)
        count = 1 if role == "rule_pack" else partitions
        yield Wanted(name, count, name in sharded, name not in topics.inputs(), settings)


def actions(wanted: Iterable[Wanted], present: Mapping[str, Present]) -> list[Action]:
    """What has to be done, topic by topic; nothing when all is as it should be."""
    return [action for topic in wanted for action in _actions(topic, present.get(topic.name))]


def _actions(wanted: Wanted, present: Present | None) -> Iterator[Action]:
    if present is None:
        told = ", ".join(f"{name}={value}" for name, value in wanted.settings.items())
        text = f"{wanted.partitions} partitions, {told}"
        yield Action("create", wanted.name, text, wanted.partitions, wanted.settings)
        return
    if wanted.is_fixed and present.partitions != wanted.partitions:
        yield Action(
            "refuse",
            wanted.name,
            f"it has {present.partitions} partitions, not {wanted.partitions}; all inputs and the "
            "changelog need the same number, and another one would part customers from their state",
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


def _suffices(name: str, present: str | None, wanted: str) -> bool:
    """Whether a setting may stay: more room, or a shorter lag, is as good."""
    if present is None:
        return False
    if name in ("max.message.bytes", "min.insync.replicas"):
        return int(present) >= int(wanted)
    if name == "max.compaction.lag.ms":
        return int(present) <= int(wanted)
    return present == wanted
