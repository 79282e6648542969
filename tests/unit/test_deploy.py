"""The compose file, held against the program, its image and the settings the tests run with."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from tagger.cli.main import cli
from tagger.settings import Settings
from tests.integration.kafka_server import PROPERTIES
from tests.integration.registry_server import API

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.kafka.yml"
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
OWN_TO_A_CLUSTER = {
    *("node.id", "listeners", "advertised.listeners", "log.dirs", "process.roles"),
    *("controller.listener.names", "controller.quorum.bootstrap.servers"),
    *("num.network.threads", "num.io.threads"),
    *("offsets.topic.num.partitions", "transaction.state.log.num.partitions"),
    *("broker.session.timeout.ms", "broker.heartbeat.interval.ms"),
}
"""Where a broker is, and what only makes the tests' brokers small and quick."""


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE)
    return found


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]
    return found


@pytest.fixture(scope="module")
def workers(services: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in services.items() if name.startswith("worker-")}


def _text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


def _mounts(service: dict[str, Any]) -> dict[str, str]:
    """What is mounted, by the place inside the container."""
    rows = [each.split(":") for each in service.get("volumes", ())]
    return {row[1]: row[0] for row in rows}


def _from_image(what: str) -> str:
    found = re.search(rf"^{what} (\S+)", _text("deploy/docker/Dockerfile"), re.MULTILINE)
    assert found is not None
    return found.group(1)


def test_kafka_is_the_one_of_the_tests(services: dict[str, Any]) -> None:
    versions = re.findall(
        r"<groupId>org\.apache\.kafka</groupId>\s*<artifactId>kafka_\S+</artifactId>"
        r"\s*<version>(\S+)</version>",
        _text("tests/integration/kafka/pom.xml"),
    )
    assert [services["kafka"]["image"]] == [f"apache/kafka:{version}" for version in versions]


def test_the_broker_is_set_as_the_broker_of_the_tests(services: dict[str, Any]) -> None:
    text = PROPERTIES.format_map(Counter(replicas=1, in_sync=1))
    tested = dict(line.split("=", 1) for line in text.split())
    written = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
        for name, value in services["kafka"]["environment"].items()
        if name.startswith("KAFKA_")
    }
    expected = {name: value for name, value in tested.items() if name not in OWN_TO_A_CLUSTER}
    assert expected
    assert {name: written.get(name) for name in expected} == expected


def test_the_brokers_listeners_are_where_clients_look_for_them(services: dict[str, Any]) -> None:
    environment = services["kafka"]["environment"]
    advertised = dict(
        each.split("://") for each in environment["KAFKA_ADVERTISED_LISTENERS"].split(",")
    )
    listening = dict(each.split("://:") for each in environment["KAFKA_LISTENERS"].split(","))
    assert {name: each.rpartition(":")[2] for name, each in advertised.items()}.items() <= (
        listening.items()
    )
    inside, outside = advertised["INSIDE"], advertised["OUTSIDE"]
    assert services["kafka"]["ports"] == [f"{listening['OUTSIDE']}:{listening['OUTSIDE']}"]
    assert outside == f"localhost:{listening['OUTSIDE']}"
    assert inside in services["kafka"]["healthcheck"]["test"]
    assert services["registry"]["environment"]["APICURIO_KAFKASQL_BOOTSTRAP_SERVERS"] == inside
    quorum = f"1@kafka:{listening['CONTROLLER']}"
    assert environment["KAFKA_CONTROLLER_QUORUM_VOTERS"] == quorum
    for service in services.values():
        assert service.get("environment", {}).get("TAGGER_BROKERS", inside) == inside


def test_the_settings_of_the_workers_are_settings(workers: dict[str, Any]) -> None:
    known = _text("tagger/settings.py") + _text("tagger/registry_access.py")
    assert len(workers) == 3
    for name, worker in workers.items():
        environment = worker["environment"]
        named = [each.removeprefix("TAGGER_") for each in environment]
        assert [each for each in named if f'"{each}"' not in known] == []
        settings = Settings.from_environment(environment)
        assert settings.instance == name
        assert settings.group_protocol == "classic"


def test_each_worker_has_its_rules_and_a_volume_of_its_own(
    compose: dict[str, Any], workers: dict[str, Any]
) -> None:
    state = _from_image("VOLUME")
    volumes = [_mounts(worker)[state] for worker in workers.values()]
    assert len(set(volumes)) == len(workers)
    assert set(volumes) <= compose["volumes"].keys()
    rules = {_mounts(worker)["/srv/rules"] for worker in workers.values()}
    assert rules == {"./rules"}
    assert '"/srv/rules"' in _text("deploy/docker/Dockerfile").rpartition("CMD")[2]


def test_workers_are_stopped_with_time_for_their_last_checkpoint(workers: dict[str, Any]) -> None:
    seconds = re.search(r"^LAST_CHECKPOINT_S = ([\d.]+)", _text("tagger/wiring.py"), re.MULTILINE)
    assert seconds is not None
    for worker in workers.values():
        assert float(worker["stop_grace_period"].removesuffix("s")) > float(seconds.group(1))


def test_the_registry_is_the_one_of_the_tests_and_where_it_is_looked_for(
    services: dict[str, Any],
) -> None:
    version = re.search(r":apicurio-registry-app:([^:]+):", _text("Makefile"))
    assert version is not None
    assert services["registry"]["image"] == f"apicurio/apicurio-registry:{version.group(1)}"
    (port,) = (each.partition(":")[2] for each in services["registry"]["ports"])
    users = [each["environment"] for each in services.values() if each.get("image") == "tagger"]
    found = {environment["TAGGER_REGISTRY_URL"] for environment in users}
    assert found == {f"http://registry:{port}{API}"}


def test_jobs_are_commands_of_the_program(services: dict[str, Any]) -> None:
    jobs = [each for each in services.values() if "command" in each]
    assert len(jobs) == 2
    for job in jobs:
        words = job["command"]
        shown = CliRunner().invoke(cli, [*words, "--help"])
        assert shown.exit_code == 0
        for word in words:
            assert not word.startswith("--") or word in shown.output


def test_our_image_is_built_from_our_file(services: dict[str, Any]) -> None:
    ours = [each for each in services.values() if each.get("image") == "tagger"]
    assert len(ours) == 5
    assert {each["build"]["dockerfile"] for each in ours} == {"deploy/docker/Dockerfile"}


def test_other_images_have_a_version(services: dict[str, Any]) -> None:
    images = {each["image"] for each in services.values()} - {"tagger"}
    assert len(images) == 5
    assert [image for image in images if not re.search(r":v?\d+\.\d+", image)] == []


def test_whoever_waits_waits_for_somebody_who_tells(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for other, wait in service.get("depends_on", {}).items():
            known = services[other]
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in known, (name, other)
            else:
                assert "command" in known, (name, other)
    silent = {
        name for name, each in services.items() if "healthcheck" not in each | each.get("build", {})
    }
    assert silent == {name for name, each in services.items() if each.get("image") == "tagger"}
    assert "HEALTHCHECK" in _text("deploy/docker/Dockerfile")


def test_no_two_services_take_one_port_of_the_machine(services: dict[str, Any]) -> None:
    ports = Counter(
        port.partition(":")[0] for each in services.values() for port in each.get("ports", ())
    )
    assert len(ports) == 8
    assert set(ports.values()) == {1}
    for name, service in services.items():
        if name.startswith("worker-"):
            assert service["ports"][0].endswith(f":{Settings.web_port}")


def test_mounted_files_are_there_and_named_volumes_are_declared(
    compose: dict[str, Any], services: dict[str, Any]
) -> None:
    sources = {source for each in services.values() for source in _mounts(each).values()}
    files = {source for source in sources if source.startswith(".")}
    assert sources - files == compose["volumes"].keys()
    assert [each for each in sorted(files) if not (ROOT / each).exists()] == []


def test_prometheus_finds_the_workers_and_the_rules(
    services: dict[str, Any], workers: dict[str, Any]
) -> None:
    mounts = _mounts(services["prometheus"])
    (config,) = (mounts[each] for each in mounts if each.endswith("/prometheus.yml"))
    found = YAML(typ="safe").load(ROOT / config)
    assert all(each in mounts for each in found["rule_files"])
    (job,) = found["scrape_configs"]
    (targets,) = (each["targets"] for each in job["static_configs"])
    assert targets == [f"{name}:{Settings.web_port}" for name in workers]
    rules = [mounts[each] for each in found["rule_files"]]
    assert all(f'job="{job["job_name"]}"' in _text(each) for each in rules)


def test_grafana_finds_prometheus_and_the_dashboard(services: dict[str, Any]) -> None:
    mounts = _mounts(services["grafana"])
    folder = ROOT / mounts["/etc/grafana/provisioning"]
    read = YAML(typ="safe")
    (source,) = read.load(folder / "datasources" / "prometheus.yaml")["datasources"]
    host, _, port = source["url"].removeprefix("http://").partition(":")
    assert services[host]["ports"] == [f"{port}:{port}"]
    (provider,) = read.load(folder / "dashboards" / "tagger.yaml")["providers"]
    dashboards = ROOT / mounts[provider["options"]["path"]]
    (dashboard,) = dashboards.glob("*.json")
    assert msgspec.json.decode(dashboard.read_bytes())["uid"] == "tagger"
