"""Reads lines of `kafka-acls.sh` as its own help describes them, for a client to carry out."""

import shlex
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

_OPERATIONS = {
    "Read": AclOperation.READ,
    "Write": AclOperation.WRITE,
    "Describe": AclOperation.DESCRIBE,
    "Create": AclOperation.CREATE,
    "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS,
    "AlterConfigs": AclOperation.ALTER_CONFIGS,
}
_RESOURCES = {
    "topic": ResourceType.TOPIC,
    "group": ResourceType.GROUP,
    "transactional_id": ResourceType.TRANSACTIONAL_ID,
}
_PATTERNS = {"literal": ResourcePatternType.LITERAL, "prefixed": ResourcePatternType.PREFIXED}


def acl_lines(text: str) -> list[str]:
    """The lines that are commands."""
    return [line for line in text.splitlines() if not line.startswith("#")]


def bindings(line: str) -> list[AclBinding]:
    """What one line adds. Ends the test when it is no line that kafka-acls.sh would take."""
    program, *words = shlex.split(line)
    assert program == "kafka-acls.sh"
    return list(_bindings(_parser().parse_args(words)))


def _bindings(given: Namespace) -> Iterator[AclBinding]:
    assert given.add
    for principal in given.allow_principal:
        for operation in given.operation:
            for attribute, resource in _RESOURCES.items():
                for name in getattr(given, attribute):
                    yield AclBinding(
                        resource,
                        name,
                        _PATTERNS[given.resource_pattern_type],
                        principal,
                        "*",
                        _OPERATIONS[operation],
                        AclPermissionType.ALLOW,
                    )


def _parser() -> ArgumentParser:
    parser = ArgumentParser(allow_abbrev=False)
    parser.add_argument("--bootstrap-server", required=True)
    parser.add_argument("--command-config")
    parser.add_argument("--add", action="store_true")
    parser.add_argument("--allow-principal", action="append", required=True)
    parser.add_argument("--operation", action="append", required=True, choices=_OPERATIONS)
    parser.add_argument("--topic", action="append", default=[])
    parser.add_argument("--group", action="append", default=[])
    parser.add_argument("--transactional-id", action="append", default=[])
    parser.add_argument("--resource-pattern-type", default="literal", choices=_PATTERNS)
    return parser
