"""The Dockerfile, linted and held against the program. It is not built here."""

import asyncio
import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import click

from tagger.cli.main import cli
from tagger.settings import Settings

from .manifests import DOCKERFILE, ROOT, image_says, last_stage
from .serving import health_server


def test_the_linter_has_nothing_to_say() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    told = subprocess.run([linter, "--no-color", DOCKERFILE], capture_output=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")


def test_the_image_starts_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (entry,) = json.loads(image_says("ENTRYPOINT"))
    name, *arguments = json.loads(image_says("CMD"))
    assert entry in project["scripts"]
    context = click.Context(cli)
    command = cli.get_command(context, name)
    assert command is not None
    command.parse_args(click.Context(command, context), arguments)


def test_its_user_exists_and_owns_the_state() -> None:
    user = image_says("USER")
    words = shlex.split(last_stage().replace("\\\n", " ").partition("COPY")[0])
    assert words[words.index("--uid") + 1] == words[words.index("--owner") + 1] == user
    assert _variables()["TAGGER_STATE_DIR"] == image_says("VOLUME")
    assert image_says("VOLUME") in words


def test_its_variables_are_settings() -> None:
    source = (ROOT / "tagger" / "settings.py").read_text("utf-8")
    named = [name.removeprefix("TAGGER_") for name in _variables() if name.startswith("TAGGER_")]
    assert [name for name in named if f'"{name}"' not in source] == []
    assert int(image_says("EXPOSE")) == Settings.web_port


def test_both_stages_have_one_python_that_the_program_runs_on() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE.read_text("utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert len(bases) == 2
    (base,) = set(bases)
    assert base.startswith(f"python:{project['requires-python'].removeprefix('>=')}-slim-")


def test_its_health_check_asks_the_worker() -> None:
    assert asyncio.run(_healthy_while_served_and_afterwards()) == (True, False)


async def _healthy_while_served_and_afterwards() -> tuple[bool, bool]:
    async with health_server(is_ready=False) as port:
        served = await _is_healthy(port)
    return served, await _is_healthy(port)


async def _is_healthy(port: int) -> bool:
    """What the check of the image says of a worker on this port."""
    _, _, check = last_stage().replace("\\\n", "").partition("HEALTHCHECK ")
    _, *arguments = json.loads(check.partition("CMD ")[2].partition("\n")[0])
    asking = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={"TAGGER_WEB_PORT": f"{port}"},
        stderr=subprocess.DEVNULL,
    )
    return await asking.wait() == 0


def _variables() -> dict[str, str]:
    return dict(each.split("=", 1) for each in image_says("ENV").split())
