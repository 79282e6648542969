"""A schema registry, Apicurio, run from the archive that `make registry-jars` fetches.

It keeps everything in memory and speaks the Confluent Schema Registry API below `API`.
"""

import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .kafka_server import free_port

FOLDER = Path(".cache/registry-app")
API = "/apis/ccompat/v7"
START_S = 120.0


class RegistryServerError(Exception):
    """It could not be started; the message says what is missing or what it wrote."""


class RegistryServer:
    """Runs between `start` and `stop`; its log is under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the API begins."""
        return f"http://127.0.0.1:{self._port}{API}"

    def start(self) -> None:
        """Return when it answers. Raises RegistryServerError."""
        java = shutil.which("java")
        if java is None:
            raise RegistryServerError("these tests need Java 17 or newer")
        runner = next(FOLDER.glob("*-runner.jar"), None)
        if runner is None:
            raise RegistryServerError(
                f"these tests need a registry in {FOLDER}: make registry-jars"
            )
        command = [java, "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        command += ["-Dquarkus.http.host=127.0.0.1", f"-Dquarkus.http.port={self._port}"]
        with (self._folder / "registry.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "-jar", str(runner.resolve())],
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline_s = time.monotonic() + START_S
        while time.monotonic() < deadline_s and process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/subjects", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        process.kill()
        log = (self._folder / "registry.log").read_text(errors="replace")[-2_000:]
        raise RegistryServerError(f"the registry does not answer; it wrote: {log}")
