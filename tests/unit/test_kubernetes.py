"""The manifests for Kubernetes, held against its schemas, the image and the program."""

import asyncio
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import click
import kubernetes_validate  # type: ignore[import-untyped]  # the package has no type information
import pytest
from aiohttp import ClientSession

from tagger import __version__
from tagger.cli.main import cli
from tagger.rules.build import build_plan
from tagger.settings import Settings
from tagger.stream.kafka.patience import PATIENCE_S
from tagger.stream.kafka.preflight import TIMEOUT_S
from tagger.stream.kafka.stall_watch import STALLED_S
from tagger.wiring import LAST_CHECKPOINT_S

from .manifests import (
    FOLDER,
    KUSTOMIZATION,
    OBJECTS,
    PODS,
    ROOT,
    WORKERS,
    Object,
    container,
    environment,
    image_says,
    last_stage,
    mounted,
    mounts,
    objects_of,
)
from .serving import health_server

GUIDE = ROOT / "docs" / "guides" / "deploying.md"
VERSIONS = ("1.30", kubernetes_validate.latest_version())
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
both_pods = pytest.mark.parametrize("pod", PODS)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("named", OBJECTS, ids="/".join)
def test_kubernetes_takes_every_object(named: tuple[str, str], version: str) -> None:
    kubernetes_validate.validate(OBJECTS[named], version, strict=True)


def test_kustomize_finds_everything_but_the_job_that_comes_first() -> None:
    (listed,) = objects_of(FOLDER / KUSTOMIZATION)
    files = {file.name for file in FOLDER.glob("*.yaml")}
    assert set(listed["resources"]) == files - {KUSTOMIZATION, "topics-job.yaml"}


@both_pods
def test_the_program_knows_every_setting_and_finds_every_file(pod: str, tmp_path: Path) -> None:
    folders = mounted(pod, tmp_path)
    variables = {name: _moved(value, folders) for name, value in environment(pod).items()}
    asked = _Asked(variables)
    settings = Settings.from_environment(asked)
    assert {name for name in variables if name.startswith("TAGGER_")} - asked.names == set()
    assert settings.security.password is not None
    assert settings.security.password.reveal() == "hidden"
    assert settings.security.ca_path is not None


@both_pods
def test_the_program_takes_the_arguments(pod: str) -> None:
    arguments = container(pod)["args"]
    context = click.Context(cli)
    command: click.Command = cli
    while isinstance(command, click.Group):
        name, found, arguments = command.resolve_command(context, arguments)
        assert found is not None
        command, context = found, click.Context(found, context, info_name=name)
    command.parse_args(context, list(arguments))


def test_workers_find_the_packs_of_the_image_and_of_the_cluster(tmp_path: Path) -> None:
    arguments = container("workers")["args"]
    paths = [path for option, path in pairwise(arguments) if option == "--rules"]
    folders = mounted("workers", tmp_path)
    in_image = dict(re.findall(r"^COPY (\w+) (/\S+)$", last_stage(), re.MULTILINE))
    folders |= {target: ROOT / source for source, target in in_image.items()}
    plan, _ = build_plan(*(folders[path] for path in paths))
    assert {"coffee_drinker", "abandoned_cart"} <= {tag.name for tag in plan.tags}


def test_probes_and_scrapes_are_answered() -> None:
    named = {port["name"]: port["containerPort"] for port in container("workers")["ports"]}
    annotations = PODS["workers"]["metadata"]["annotations"]
    settings = Settings.from_environment(_without_files(environment("workers")))
    assert named == {"web": settings.web_port}
    assert annotations["prometheus.io/port"] == str(settings.web_port)
    probed = [container("workers")[probe]["httpGet"] for probe in PROBES]
    assert {each["port"] for each in probed} == {"web"}
    (port,) = OBJECTS["Service", "tagger"]["spec"]["ports"]
    assert port["targetPort"] == "web"
    paths = [*(each["path"] for each in probed), annotations["prometheus.io/path"]]
    assert asyncio.run(_answers(paths)) == [200] * 4


def test_the_guide_shows_why_a_worker_is_not_ready() -> None:
    """Directly, for the API server's proxy keeps the body of a 503 to itself."""
    (shown,) = re.findall(r"kubectl port-forward (\S+) (\d+):(\d+)", GUIDE.read_text("utf-8"))
    (asked,) = re.findall(r"curl localhost:(\d+)(/\S+)", GUIDE.read_text("utf-8"))
    pod, here, there = shown
    settings = Settings.from_environment(_without_files(environment("workers")))
    assert pod == f"{WORKERS['metadata']['name']}-0"
    assert int(there) == settings.web_port
    assert asked == (here, container("workers")["readinessProbe"]["httpGet"]["path"])


def test_a_worker_has_the_time_that_it_takes() -> None:
    spec = PODS["workers"]["spec"]
    assert spec["terminationGracePeriodSeconds"] >= 2 * LAST_CHECKPOINT_S
    assert _patience_s("startupProbe") > TIMEOUT_S + PATIENCE_S
    assert _patience_s("livenessProbe") >= STALLED_S
    assert WORKERS["spec"]["minReadySeconds"] > _patience_s("readinessProbe")


@both_pods
def test_pods_run_as_nobody_special_and_may_do_nothing(pod: str) -> None:
    spec = PODS[pod]["spec"]
    user = int(image_says("USER"))
    assert user > 0
    assert {spec["securityContext"][each] for each in ("runAsUser", "runAsGroup", "fsGroup")} == {
        user
    }
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(pod)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["automountServiceAccountToken"] is False
    assert ("ServiceAccount", spec["serviceAccountName"]) in OBJECTS
    assert spec["enableServiceLinks"] is False


@both_pods
def test_secrets_are_files_that_only_the_program_reads(pod: str) -> None:
    assert [
        each["name"]
        for each in container(pod)["env"]
        if "secretKeyRef" in each.get("valueFrom", {})
    ] == []
    assert [name for name in environment(pod) if name.endswith("PASSWORD")] == []
    modes = [volume["secret"]["defaultMode"] for _, volume in mounts(pod) if "secret" in volume]
    assert modes == [0o440]


def test_state_is_kept_on_the_volume_and_nothing_else_is_written() -> None:
    volumes = dict(mounts("workers"))
    state = environment("workers")["TAGGER_STATE_DIR"]
    assert "claim" in volumes[state]
    assert image_says("VOLUME") == state
    writable = [path for path, volume in volumes.items() if {"claim", "emptyDir"} & volume.keys()]
    assert sorted(writable) == sorted([state, "/tmp"])  # noqa: S108 - a path in the container
    assert WORKERS["spec"]["serviceName"] == OBJECTS["Service", "tagger"]["metadata"]["name"]


def test_everything_that_selects_workers_selects_them_alone() -> None:
    spread = PODS["workers"]["spec"]["topologySpreadConstraints"]
    selectors = [
        WORKERS["spec"]["selector"]["matchLabels"],
        OBJECTS["Service", "tagger"]["spec"]["selector"],
        OBJECTS["PodDisruptionBudget", "tagger"]["spec"]["selector"]["matchLabels"],
        *(each["labelSelector"]["matchLabels"] for each in spread),
    ]
    assert [_selects(selector, "workers") for selector in selectors] == [True] * 5
    assert [_selects(selector, "topics") for selector in selectors] == [False] * 5


def test_both_pods_may_talk_to_the_brokers_and_to_nobody_outside() -> None:
    policy = OBJECTS["NetworkPolicy", "tagger"]["spec"]
    assert all(_selects(policy["podSelector"]["matchLabels"], pod) for pod in PODS)
    allowed = {
        (peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"], port["port"])
        for rule in policy["egress"]
        for peer in rule["to"]
        for port in rule["ports"]
    }
    host, port = environment("workers")["TAGGER_BROKERS"].split(":")
    assert allowed == {("kube-system", 53), (host.split(".")[1], int(port))}


def test_there_is_work_for_all_and_one_may_be_away() -> None:
    arguments = container("topics")["args"]
    partitions = int(arguments[arguments.index("--partitions") + 1])
    assert 1 < WORKERS["spec"]["replicas"] <= partitions
    assert OBJECTS["PodDisruptionBudget", "tagger"]["spec"]["maxUnavailable"] == 1


@both_pods
def test_the_image_is_this_version(pod: str) -> None:
    assert container(pod)["image"] == f"tagger:{__version__}"


def test_the_guide_makes_the_secrets_that_pods_mount() -> None:
    made = {
        name: set(re.findall(r"--from-file=([\w.]+)=", options))
        for name, options in re.findall(
            r"create secret generic (\S+)((?: \\\n +--\S+| --\S+)+)", GUIDE.read_text("utf-8")
        )
    }
    secrets = [volume["secret"] for pod in PODS for _, volume in mounts(pod) if "secret" in volume]
    assert made == {each["secretName"]: {item["key"] for item in each["items"]} for each in secrets}


class _Asked(dict[str, str]):
    """Variables that note which names were asked for."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.names.add(name)
        return super().get(name, default)


def _moved(value: str, folders: Mapping[str, Path]) -> str:
    for path, folder in folders.items():
        if value == path or value.startswith(f"{path}/"):
            return f"{folder}{value.removeprefix(path)}"
    return value


def _without_files(variables: Mapping[str, str]) -> Mapping[str, str]:
    """With what the security needs left out."""
    parts = ("SECURITY", "SASL", "TLS")
    return {name: value for name, value in variables.items() if name.split("_")[1] not in parts}


def _patience_s(probe: str) -> int:
    found = container("workers")[probe]
    return int(found["periodSeconds"] * found["failureThreshold"])


def _selects(selector: Object, pod: str) -> bool:
    return bool(selector.items() <= PODS[pod]["metadata"]["labels"].items())


async def _answers(paths: list[str]) -> list[int]:
    async with health_server(is_ready=True) as port, ClientSession() as session:
        statuses = []
        for path in paths:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                statuses.append(answer.status)
        return statuses
