"""The manifests of `deploy/kubernetes/`, read as a cluster reads them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "kubernetes"
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
KUSTOMIZATION = "kustomization.yaml"
Object = Mapping[str, Any]


def objects_of(file: Path) -> list[Object]:
    """The objects of one file."""
    return list(YAML(typ="safe").load_all(file))


def objects() -> dict[tuple[str, str], Object]:
    """Every object that is sent to a cluster, by kind and name."""
    files = [file for file in sorted(FOLDER.glob("*.yaml")) if file.name != KUSTOMIZATION]
    found = [each for file in files for each in objects_of(file)]
    named = {(each["kind"], each["metadata"]["name"]): each for each in found}
    assert len(named) == len(found)
    return named


OBJECTS = objects()
WORKERS = OBJECTS["StatefulSet", "tagger"]
TOPICS_JOB = OBJECTS["Job", "tagger-topics"]
PODS = {"workers": WORKERS["spec"]["template"], "topics": TOPICS_JOB["spec"]["template"]}


def container(pod: str) -> Object:
    """The one container of a pod."""
    (only,) = PODS[pod]["spec"]["containers"]
    found: Object = only
    return found


def environment(pod: str) -> dict[str, str]:
    """The variables that a pod's container starts with, in the first pod of its kind."""
    variables: dict[str, str] = {}
    for source in container(pod)["envFrom"]:
        variables |= OBJECTS["ConfigMap", source["configMapRef"]["name"]]["data"]
    for each in container(pod).get("env", ()):
        variables[each["name"]] = each["value"] if "value" in each else _field(each)
    return variables


def mounted(pod: str, root: Path) -> dict[str, Path]:
    """Lay out what is mounted into a pod below `root`, as a kubelet does: files of ConfigMaps and
    Secrets are links into a hidden folder. Gives the folder of each mount path."""
    folders = {}
    for path, volume in mounts(pod):
        folder = root / path.lstrip("/")
        hidden = folder / "..data"
        hidden.mkdir(parents=True)
        for name, text in _files(volume).items():
            (hidden / name).write_text(text, "utf-8")
            (folder / name).symlink_to(hidden / name)
        folders[path] = folder
    return folders


def mounts(pod: str) -> Iterator[tuple[str, Object]]:
    """The path and the volume of each mount of a pod's container."""
    volumes = {each["name"]: each for each in PODS[pod]["spec"]["volumes"]}
    if pod == "workers":
        claims = WORKERS["spec"]["volumeClaimTemplates"]
        volumes |= {each["metadata"]["name"]: {"claim": each["spec"]} for each in claims}
    for mount in container(pod)["volumeMounts"]:
        yield mount["mountPath"], volumes[mount["name"]]


def last_stage() -> str:
    """What the Dockerfile says of the image that is kept."""
    return DOCKERFILE.read_text("utf-8").rpartition("FROM ")[2]


def image_says(instruction: str) -> str:
    """What follows the one `instruction` of the image that is kept."""
    (found,) = re.findall(rf"^{instruction} (.*)$", last_stage(), re.MULTILINE)
    return str(found)


def _field(variable: Object) -> str:
    assert variable["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    return "tagger-0"


def _files(volume: Object) -> Mapping[str, str]:
    if "configMap" in volume:
        found: Mapping[str, str] = OBJECTS["ConfigMap", volume["configMap"]["name"]]["data"]
        return found
    return {item["path"]: "hidden" for item in volume.get("secret", {}).get("items", ())}
