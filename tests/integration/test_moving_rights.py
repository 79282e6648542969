"""Customers of a group are moved on a Kafka that trusts nobody, with the rights that `tagger acls`
prints for that one move and no others."""

from pathlib import Path

import msgspec
import pytest

from tagger.codecs.json_fields import to_json
from tagger.stream.topics import Topics

from .acl_lines import bindings
from .guarded import MOVED_TO_PARTITIONS, Guarded, topics_words
from .working import purchase

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("secure-kafka")]

NAMES = {
    f"TAGGER_TOPIC_{role.upper()}": f"moving.{name}"
    for role, name in msgspec.structs.asdict(Topics()).items()
} | {"TAGGER_GROUP": "moving"}


def test_a_migrator_needs_no_other_right(guarded: Guarded, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_bytes(to_json(purchase("ann", 1, 500)) + b"\n")
    roles = ("administrator", "producer", "migrator")
    guarded.server.add_users(f"moving-{role}" for role in roles)
    for line in guarded.printed({role: [f"User:moving-{role}"] for role in roles}, NAMES):
        guarded.server.allow(bindings(line))
    variables = {role: guarded.user(f"moving-{role}") | NAMES for role in roles}

    made = guarded.run(variables["administrator"], *topics_words("apply"))
    assert made.exit_code == 0, made.output
    produced = guarded.run(variables["producer"], "produce", str(file))
    assert produced.exit_code == 0, produced.output
    words = ("topics", "migrate", "--to-partitions", str(MOVED_TO_PARTITIONS))
    for unread in (1, 0):
        moved = guarded.run(variables["migrator"], *words)
        assert moved.exit_code == 0, moved.output
        assert f"0 profiles and {unread} unread records moved" in moved.output
