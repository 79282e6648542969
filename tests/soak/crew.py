"""The worker processes of a run: started, killed, frozen, and started again."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import msgspec

from tagger.settings import Settings
from tests.integration.kafka_server import free_port

PATIENCE_S = 90.0
STOP_S = 30.0


class NotStableError(Exception):
    """The group did not come to rest; the logs say why."""


class Crew:
    """`count` workers, each with a port for its probes and a log file under `folder`. `points` may
    name, for the next life of a worker, where it dies by itself."""

    def __init__(self, settings: Settings, count: int, folder: Path) -> None:
        self.kills = 0
        self.ends = 0
        """Lives that ended by themselves, as when the broker was away; each was begun anew."""
        self._settings = settings
        self._folder = folder
        self._deaths = folder / "deaths"
        self._deaths.touch()
        self._ports = [free_port() for _ in range(count)]
        self._lives: list[subprocess.Popen[bytes] | None] = [None] * count

    @property
    def deaths(self) -> int:
        """How many died at an armed point."""
        return len(self._deaths.read_text().splitlines())

    def start(self, number: int, point: str = "", after: int = 0) -> None:
        """Begin a worker's next life."""
        topics = msgspec.structs.asdict(self._settings.topics).items()
        environment = {f"TAGGER_TOPIC_{role.upper()}": name for role, name in topics} | {
            "TAGGER_BROKERS": self._settings.brokers,
            "TAGGER_GROUP": self._settings.group,
            "TAGGER_GROUP_PROTOCOL": self._settings.group_protocol,
            "TAGGER_WEB_HOST": "127.0.0.1",
            "TAGGER_WEB_PORT": str(self._ports[number]),
            "SOAK_POINT": point,
            "SOAK_AFTER": str(after),
            "SOAK_DEATHS": str(self._deaths),
        }
        with (self._folder / f"worker-{number}.log").open("ab") as log:
            self._lives[number] = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.worker"],
                env=os.environ | environment,
                stdout=log,
                stderr=log,
            )

    def signal(self, number: int, sent: signal.Signals) -> None:
        """Send a worker a signal; SIGKILL also waits for its end."""
        life = self._lives[number]
        if life is not None and life.poll() is None:
            life.send_signal(sent)
            if sent is signal.SIGKILL:
                self.kills += 1
                life.wait()

    def dead(self) -> list[int]:
        """Workers that do not run."""
        return [n for n, life in enumerate(self._lives) if life is None or life.poll() is not None]

    def until_stable(self) -> None:
        """Wait until every living worker is ready; one that has ended by itself gets another life.
        Raises NotStableError."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not all(map(self._is_ready, self._living())):
            if time.monotonic() > deadline_s:
                raise NotStableError(f"not ready after {PATIENCE_S:.0f} s; see {self._folder}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End all workers in an orderly way."""
        for number in range(len(self._lives)):
            self.signal(number, signal.SIGCONT)
            self.signal(number, signal.SIGTERM)
        for life in self._lives:
            if life is not None:
                try:
                    life.wait(STOP_S)
                except subprocess.TimeoutExpired:
                    life.kill()
                    life.wait()

    def _living(self) -> list[int]:
        for number in self.dead():
            life = self._lives[number]
            if life is not None and life.returncode != -signal.SIGKILL:
                self.ends += 1
                self.start(number)
        return [number for number in range(len(self._lives)) if number not in self.dead()]

    def _is_ready(self, number: int) -> bool:
        try:
            url = f"http://127.0.0.1:{self._ports[number]}/ready"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False
