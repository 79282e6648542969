"""What one program had durable, as a file."""

import gzip
from pathlib import Path

import msgspec

from tagger.stream.log import Committed
from tagger.stream.simulated import SimulatedLog

from .history import PARTITIONS, Row

FOLDER = Path(__file__).parent


class Kept(msgspec.Struct, frozen=True):
    """A log as it stood at the instant `now`. `written` are the records of its input topics,
    `rules` the packs by file name, `published` each customer's newest sequence. `later` is what was
    written afterwards, and `changes` are those that the program made from there on without a stop,
    as JSON objects. Changelogs are compacted."""

    now: int
    rules: dict[str, str]
    written: list[Row]
    published: dict[str, int]
    committed: dict[int, dict[str, Committed]]
    changelogs: dict[int, list[tuple[bytes, bytes | None]]]
    later: list[Row]
    changes: list[str]

    def log(self, kind: type[SimulatedLog] = SimulatedLog) -> SimulatedLog:
        """The log, with nobody on it."""
        log = kind(partitions=PARTITIONS, now=self.now)
        for row in self.written:
            log.produce(row.topic, row.partition, row.key, row.value, row.at)
        log.committed = {shard: dict(found) for shard, found in self.committed.items()}
        log.changelogs = {shard: list(rows) for shard, rows in self.changelogs.items()}
        return log


def versions() -> list[int]:
    """The versions of which there is a file."""
    return sorted(int(path.name[8:].partition(".")[0]) for path in FOLDER.glob("version_*"))


def load(version: int) -> Kept:
    """The file of a version. Raises FileNotFoundError."""
    return msgspec.json.decode(gzip.decompress(_path(version).read_bytes()), type=Kept)


def dump(version: int, kept: Kept) -> Path:
    """Write the file of a version. Raises FileExistsError for one that is there."""
    path = _path(version)
    with path.open("xb") as file:
        file.write(gzip.compress(msgspec.json.encode(kept), mtime=0))
    return path


def _path(version: int) -> Path:
    return FOLDER / f"version_{version}.json.gz"
