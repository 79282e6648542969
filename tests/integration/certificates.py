"""A certificate authority for tests, by the `openssl` that every system has."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from .kafka_server import KafkaServerError

DAYS = "2"


class Certificate(NamedTuple):
    """PEM files."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates, all of them files in `folder`. Raises KafkaServerError where it
    cannot."""

    def __init__(self, folder: Path, name: str = "test-authority") -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._own = self._made(name, [])
        self.path = self._own.certificate

    def certificate(
        self, name: str, host: str | None = None, password: Path | None = None
    ) -> Certificate:
        """For the common name `name`; a broker's is for its `host`. `password` is a file with that
        of the key."""
        extensions = ["basicConstraints=critical,CA:FALSE"]
        extensions += [f"subjectAltName=DNS:{host}"] if host else []
        signing = ["-CA", str(self._own.certificate), "-CAkey", str(self._own.key)]
        added = [word for each in extensions for word in ("-addext", each)]
        return self._made(name, [*signing, *added], password)

    def _made(self, name: str, more: list[str], password: Path | None = None) -> Certificate:
        made = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        openssl = shutil.which("openssl")
        if openssl is None:
            raise KafkaServerError("these tests need openssl: apt-get install openssl")
        done = subprocess.run(
            [
                *(openssl, "req", "-x509", "-newkey", "ec"),
                *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", DAYS),
                *(("-noenc",) if password is None else ("-passout", f"file:{password}")),
                *("-subj", f"/CN={name}", "-out", str(made.certificate), "-keyout", str(made.key)),
                *more,
            ],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise KafkaServerError(f"no certificate for {name}: {done.stderr.decode()[-500:]}")
        return made
