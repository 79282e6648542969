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
Operation = Literal["Read", "Write", "Describe", "Create", "DescribeConfigs", "AlterConfigs"]
LoneReader = Literal["watch", "dead-letters"]


class Grant(msgspec.Struct, frozen=True):
    """Operations on resources of one kind. `is_prefix`: on all whose names begin so."""

    operations: tuple[Operation, ...]
    resource: Resource
    names: tuple[str, ...]
    is_prefix: bool = False


class Names(msgspec.Struct, frozen=True):
    """What rights are about. `group` is the workers', for a consumer its own. `moved_to` are the
    topics to which customers are to be moved; None where no move is planned."""

    topics: Topics
    group: str
    moved_to: Topics | None = None


class Role(msgspec.Struct, frozen=True):
    """A part of the system with its grants."""

    summary: str
    grants: Callable[[Names], list[Grant]]


def reader_group(group: str, reader: LoneReader) -> str:
    """The group in whose name a command reads; it never joins it."""
    return f"{group}-{reader}"


def worker_transactions(group: str) -> str:
    """What the transactional ids of a group's workers begin with, and nothing else does."""
    return f"{_group_part(group)}/worker/"


def worker_transaction_id(group: str, instance: str) -> str:
    """The transactional id of one worker; `instance` is unique in its group."""
    return worker_transactions(group) + instance


def migration_transaction_id(group: str) -> str:
    """The transactional id of whoever moves a group's customers; none of its workers has it."""
    return f"{_group_part(group)}/migration"


def _group_part(group: str) -> str:
    return group.replace("%", "%25").replace("/", "%2F")


def worker(names: Names) -> list[Grant]:
    """Of `tagger run`."""
    outputs = (
        names.topics.tag_change,
        names.topics.current_tags,
        names.topics.workflow_action,
        names.topics.command_outcome,
        names.topics.dead_letter,
    )
    return [
        Grant(("Read",), "topic", tuple(names.topics.inputs())),
        Grant(("Read", "Write"), "topic", (names.topics.profile_changelog,)),
        Grant(("Write",), "topic", outputs),
        Grant(("Read",), "group", (names.group,)),
        Grant(("Write",), "transactional-id", (worker_transactions(names.group),), is_prefix=True),
    ]


def producer(names: Names) -> list[Grant]:
    """Of whoever writes events, and of `tagger produce` with a file of events."""
    return [
        Grant(("Write",), "topic", names.topics.events()),
        Grant(("Describe",), "topic", (names.topics.command,)),
    ]


def command_writer(names: Names) -> list[Grant]:
    """Of the application through which staff change tags by hand."""
    return [Grant(("Write",), "topic", (names.topics.command,))]


def consumer(names: Names) -> list[Grant]:
    """Of an application that acts on what is published; `group` is its own."""
    published = (
        names.topics.tag_change,
        names.topics.current_tags,
        names.topics.workflow_action,
        names.topics.command_outcome,
    )
    return [
        Grant(("Read",), "topic", published),
        Grant(("Read",), "group", (names.group,)),
    ]


def watcher(names: Names) -> list[Grant]:
    """Of whoever runs `tagger watch`."""
    return [
        Grant(("Read",), "topic", (names.topics.tag_change,)),
        Grant(("Describe",), "group", (reader_group(names.group, "watch"),)),
    ]


def mender(names: Names) -> list[Grant]:
    """Of whoever runs `tagger dead-letters`. Commands can be looked at but not put back."""
    return [
        Grant(("Read",), "topic", (names.topics.dead_letter,)),
        Grant(("Write",), "topic", names.topics.events()),
        Grant(("Describe",), "group", (reader_group(names.group, "dead-letters"),)),
    ]


def administrator(names: Names) -> list[Grant]:
    """Of whoever runs `tagger topics plan` and `apply`."""
    topics = msgspec.structs.astuple(names.topics)
    return [Grant(("Describe", "Create", "AlterConfigs"), "topic", topics)]


def migrator(names: Names) -> list[Grant]:
    """Of whoever runs `tagger topics migrate`, for that one move; commands too are put into the new
    topics."""
    if names.moved_to is None:
        return []
    old, new = names.topics.sharded(), names.moved_to.sharded()
    return [
        Grant(("Read", "DescribeConfigs"), "topic", old),
        Grant(("Read", "Write", "Create", "DescribeConfigs"), "topic", new),
        Grant(("Read",), "group", (names.group,)),
        Grant(("Write",), "transactional-id", (migration_transaction_id(names.group),)),
    ]


ROLES = {
    "worker": Role("runs tagger run", worker),
    "producer": Role("writes events, or runs tagger produce", producer),
    "command-writer": Role(
        "writes commands: the application for staff, nobody else", command_writer
    ),
    "consumer": Role("acts on what is published", consumer),
    "watcher": Role("runs tagger watch", watcher),
    "mender": Role("runs tagger dead-letters", mender),
    "administrator": Role("runs tagger topics plan and apply", administrator),
    "migrator": Role("runs tagger topics migrate, for one move", migrator),
}
