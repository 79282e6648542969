"""Who needs which rights on a cluster that has ACLs: the least that each part can work with. Pure.

The right to read or to write implies the one to describe, and the one to alter settings implies
the one to see them, so neither stands beside the other. A producer needs no right beyond that to
its topics, also where it is idempotent.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from tagger.stream.topics import Topics

Resource = Literal["topic", "group", "transactional-id"]
Operation = Literal["Read", "Write", "Describe", "Create", "AlterConfigs"]
LoneReader = Literal["watch", "dead-letters"]


class Grant(msgspec.Struct, frozen=True):
    """Operations on resources of one kind. `is_prefix`: on all whose names begin so."""

    operations: tuple[Operation, ...]
    resource: Resource
    names: tuple[str, ...]
    is_prefix: bool = False


class Role(msgspec.Struct, frozen=True):
    """A part of the system with its grants, given the topics and the workers' group."""

    summary: str
    grants: Callable[[Topics, str], list[Grant]]


def reader_group(group: str, reader: LoneReader) -> str:
    """The group in whose name a command reads; it never joins it."""
    return f"{group}-{reader}"


def transaction_prefix(group: str) -> str:
    """What the transactional ids of all workers of a group begin with."""
    return f"{group}-"


def worker(topics: Topics, group: str) -> list[Grant]:
    """Of `tagger run`."""
    outputs = (
        topics.tag_change,
        topics.current_tags,
        topics.workflow_action,
        topics.command_outcome,
        topics.dead_letter,
    )
    return [
        Grant(("Read",), "topic", tuple(topics.inputs())),
        Grant(("Read", "Write"), "topic", (topics.profile_changelog,)),
        Grant(("Write",), "topic", outputs),
        Grant(("Read",), "group", (group,)),
        Grant(("Write",), "transactional-id", (transaction_prefix(group),), is_prefix=True),
    ]


def producer(topics: Topics, _: str) -> list[Grant]:
    """Of whoever writes events, and of `tagger produce` with a file of events."""
    return [
        Grant(("Write",), "topic", topics.events()),
        Grant(("Describe",), "topic", (topics.command,)),
    ]


def command_writer(topics: Topics, _: str) -> list[Grant]:
    """Of the application through which staff change tags by hand."""
    return [Grant(("Write",), "topic", (topics.command,))]


def consumer(topics: Topics, group: str) -> list[Grant]:
    """Of an application that acts on what is published; `group` is its own."""
    published = (
        topics.tag_change,
        topics.current_tags,
        topics.workflow_action,
        topics.command_outcome,
    )
    return [
        Grant(("Read",), "topic", published),
        Grant(("Read",), "group", (group,)),
    ]


def watcher(topics: Topics, group: str) -> list[Grant]:
    """Of whoever runs `tagger watch`."""
    return [
        Grant(("Read",), "topic", (topics.tag_change,)),
        Grant(("Describe",), "group", (reader_group(group, "watch"),)),
    ]


def mender(topics: Topics, group: str) -> list[Grant]:
    """Of whoever runs `tagger dead-letters`. Commands can be looked at but not put back."""
    return [
        Grant(("Read",), "topic", (topics.dead_letter,)),
        Grant(("Write",), "topic", topics.events()),
        Grant(("Describe",), "group", (reader_group(group, "dead-letters"),)),
    ]


def administrator(topics: Topics, _: str) -> list[Grant]:
    """Of whoever runs `tagger topics`."""
    names = msgspec.structs.astuple(topics)
    return [Grant(("Describe", "Create", "AlterConfigs"), "topic", names)]


ROLES = {
    "worker": Role("runs tagger run", worker),
    "producer": Role("writes events, or runs tagger produce", producer),
    "command-writer": Role(
        "writes commands: the application for staff, nobody else", command_writer
    ),
    "consumer": Role("acts on what is published", consumer),
    "watcher": Role("runs tagger watch", watcher),
    "mender": Role("runs tagger dead-letters", mender),
    "administrator": Role("runs tagger topics", administrator),
}
