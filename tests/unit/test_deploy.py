"""What is shipped for running tagger elsewhere, held against the program and its tests."""

import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from ruamel.yaml import YAML

from tagger.settings import Settings
from tagger.stream.topics import Topics

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.kafka.yml"
KAFKA = ROOT / "deploy" / "kafka"
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
COMPACTED = {"current_tags", "rule_pack", "profile_changelog"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]
    return found


def _listed() -> dict[str, dict[str, str]]:
    """Settings by topic, as the list has them."""
    lines = (KAFKA / "topics.txt").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return {name: dict(pair.split("=") for pair in pairs.split(",")) for name, pairs in rows}


def test_the_list_has_every_topic_and_compacts_those_that_hold_a_latest_value() -> None:
    expected = {
        name: "compact" if role in COMPACTED else "delete"
        for role, name in msgspec.structs.asdict(Topics()).items()
    }
    assert {name: pairs["cleanup.policy"] for name, pairs in _listed().items()} == expected


def test_dead_letters_have_room_for_the_largest_record_and_its_headers() -> None:
    room = int(_listed()[Topics().dead_letter]["max.message.bytes"])
    assert room >= 2 * Settings.max_record_bytes


def test_the_script_asks_for_each_topic_with_its_settings(tmp_path: Path) -> None:
    tool, asked = tmp_path / "kafka-topics.sh", tmp_path / "asked"
    tool.write_text(f'#!/bin/bash\ncat\necho "$@" >>"{asked}"\n')
    tool.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "BROKERS": "somewhere:9092"}
    script = KAFKA / "create-topics.sh"
    subprocess.run([script], env=environment, check=True, stdin=subprocess.DEVNULL)
    told = [line.split() for line in asked.read_text("utf-8").splitlines()]
    assert [words[words.index("--topic") + 1] for words in told] == list(_listed())
    for words, pairs in zip(told, _listed().values(), strict=True):
        assert words[words.index("--partitions") + 1] == "4"
        assert [f"{name}={value}" for name, value in pairs.items()] == [
            word for before, word in pairwise(words) if before == "--config"
        ]


def test_kafka_is_the_one_of_the_tests(services: dict[str, Any]) -> None:
    pom = (ROOT / "tests" / "integration" / "kafka" / "pom.xml").read_text("utf-8")
    versions = re.findall(
        r"<groupId>org\.apache\.kafka</groupId>\s*<artifactId>kafka_\S+</artifactId>"
        r"\s*<version>(\S+)</version>",
        pom,
    )
    images = [service["image"] for service in services.values() if "image" in service]
    assert len(versions) == 1
    assert set(images) == {f"apache/kafka:{versions[0]}"}


def test_the_worker_finds_its_broker_its_rules_and_its_image(services: dict[str, Any]) -> None:
    kafka, topics, worker = (services[name] for name in ("kafka", "topics", "worker"))
    settings = Settings.from_environment(worker["environment"])
    assert f"INSIDE://{settings.brokers}" in kafka["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert topics["environment"]["BROKERS"] == settings.brokers
    assert worker["ports"] == [f"{settings.web_port}:{settings.web_port}"]
    assert ROOT / worker["build"]["dockerfile"] == DOCKERFILE
    mounts = [each for service in services.values() for each in service.get("volumes", ())]
    folders = [each.partition(":")[0] for each in mounts if each.startswith(".")]
    assert folders == ["./deploy/kafka", "./rules"]
    assert all((ROOT / folder).is_dir() for folder in folders)


def test_the_image_installs_from_the_lock_and_runs_as_nobody_special() -> None:
    text = DOCKERFILE.read_text("utf-8")
    ignored = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text("utf-8").split()
    copied = [
        name
        for names in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
        for name in names.split()
    ]
    assert copied
    assert [
        name for name in copied if not (ROOT / name).exists() or f"!{name}" not in ignored
    ] == []
    assert "--require-hashes" in text
    last_stage = text.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", last_stage, re.MULTILINE)
