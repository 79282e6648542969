"""The worker processes of a run: started, killed, frozen, and started again."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

import msgspec

from tagger.settings import Settings
from tests.integration.kafka_server import free_port

from .orders import Mailbox, Order

PATIENCE_S = 120.0
ORDER_S = 30.0
"""So long an order may take to be carried out."""
STOP_S = 30.0
ROOT = Path(__file__).parents[2]
SHARD = re.compile(r'^tagger_profiles\{shard="(\d+)"\}', re.MULTILINE)
"""A shard that is open, in the metrics of its worker."""


class NotStableError(Exception):
    """The group did not come to rest; the logs say why."""


class Crew:
    """`count` workers, each with a port for its probes, a log file and local state under `folder`.

    Every other worker is a static member where the protocol has such members. `tree` is where
    their program is.
    """

    def __init__(
        self, settings: Settings, count: int, partitions: int, folder: Path, tree: Path = ROOT
    ) -> None:
        self.kills = 0
        """By this process, at any point."""
        self.deaths = 0
        """At a point that an order named."""
        self.ends = 0
        """Lives that ended by themselves, as when brokers are away; each was begun anew."""
        self.numbers = range(count)
        self._settings = settings
        self._shards = {str(number) for number in range(partitions)}
        self._folder = folder
        self._tree = tree
        self._mailboxes = [Mailbox(folder.absolute() / f"worker-{n}.order") for n in self.numbers]
        self._ports = [free_port() for _ in self.numbers]
        self._lives: list[subprocess.Popen[bytes] | None] = [None] * count

    def start(self, number: int, order: Order | None = None) -> None:
        """Begin a worker's next life, with an order."""
        if order is not None:
            self._mailboxes[number].give(order)
        with (self._folder / f"worker-{number}.log").open("ab") as log:
            self._lives[number] = subprocess.Popen(
                [sys.executable, "-m", "tests.soak.worker"],
                cwd=self._tree,
                env=os.environ | self._environment(number),
                stdout=log,
                stderr=log,
            )

    def kill(self, number: int) -> None:
        """End a worker that runs, as by SIGKILL."""
        life = self._lives[number]
        if life is not None and life.poll() is None:
            life.kill()
            life.wait()
            self.kills += 1

    def freeze(self, number: int) -> None:
        """Stop a worker where it is."""
        self._send(number, signal.SIGSTOP)

    def thaw(self, number: int) -> None:
        """Let a frozen worker go on."""
        self._send(number, signal.SIGCONT)

    def obeys(self, number: int, order: Order, *, begin: bool = False) -> bool:
        """Give a worker an order and wait until it is carried out; `begin` its next life with it.
        False when the worker has ended without, or does not come to the point."""
        mailbox = self._mailboxes[number]
        before = mailbox.carried_out()
        if begin:
            self.start(number, order)
        else:
            mailbox.give(order)
        deadline_s = time.monotonic() + ORDER_S
        while time.monotonic() < deadline_s and not self._is_dead(number):
            if mailbox.carried_out() > before:
                break
            time.sleep(0.02)
        if mailbox.carried_out() == before:
            mailbox.withdraw()
            return False
        if order.deed == "die":
            self._wait(number)
            self.deaths += 1
        return True

    def start_dead(self) -> None:
        """Begin the next life of every worker that does not run."""
        for number in filter(self._is_dead, self.numbers):
            life = self._lives[number]
            if life is not None and life.returncode != -signal.SIGKILL:
                self.ends += 1
            self.start(number)

    def until_stable(self) -> float:
        """Wait until all workers are ready and have all shards between them; one that ends by
        itself gets another life. Gives how long it took, in seconds. Raises NotStableError."""
        began_s = time.monotonic()
        while not self._is_stable():
            if time.monotonic() > began_s + PATIENCE_S:
                self._tell_where_they_stand()
                raise NotStableError(f"not stable after {PATIENCE_S:.0f} s; see {self._folder}")
            self.start_dead()
            time.sleep(0.1)
        return time.monotonic() - began_s

    def _tell_where_they_stand(self) -> None:
        """Have all workers write the stacks of their threads into their logs."""
        for number in self.numbers:
            self._send(number, signal.SIGUSR1)

    def stop(self) -> None:
        """End all workers in an orderly way."""
        for number in self.numbers:
            self._send(number, signal.SIGCONT)
            self._send(number, signal.SIGTERM)
        for number in self.numbers:
            self._wait(number)

    def _environment(self, number: int) -> dict[str, str]:
        settings = self._settings
        topics = msgspec.structs.asdict(settings.topics).items()
        environment = {f"TAGGER_TOPIC_{role.upper()}": name for role, name in topics} | {
            "TAGGER_BROKERS": settings.brokers,
            "TAGGER_GROUP": settings.group,
            "TAGGER_GROUP_PROTOCOL": settings.group_protocol,
            "TAGGER_WEB_HOST": "127.0.0.1",
            "TAGGER_WEB_PORT": str(self._ports[number]),
            "TAGGER_STATE_DIR": str(self._folder.absolute() / f"state-{number}"),
            "SOAK_MAILBOX": str(self._mailboxes[number].path),
            "PYTHONPATH": str(self._tree),
        }
        if settings.group_protocol == "classic" and number % 2 == 0:
            environment["TAGGER_INSTANCE"] = f"worker-{number}"
        return environment

    def _send(self, number: int, sent: signal.Signals) -> None:
        life = self._lives[number]
        if life is not None and life.poll() is None:
            life.send_signal(sent)

    def _wait(self, number: int) -> None:
        life = self._lives[number]
        if life is not None:
            try:
                life.wait(STOP_S)
            except subprocess.TimeoutExpired:
                life.kill()
                life.wait()

    def _is_dead(self, number: int) -> bool:
        life = self._lives[number]
        return life is None or life.poll() is not None

    def _is_stable(self) -> bool:
        if not all(self._asked(number, "ready") is not None for number in self.numbers):
            return False
        metrics = "".join(self._asked(number, "metrics") or "" for number in self.numbers)
        return set(SHARD.findall(metrics)) == self._shards

    def _asked(self, number: int, path: str) -> str | None:
        """What the worker's web server says; None when it says no, or nothing."""
        try:
            url = f"http://127.0.0.1:{self._ports[number]}/{path}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return str(answer.read(), "utf-8")
        except (urllib.error.URLError, HTTPException, ConnectionError, TimeoutError):
            return None
