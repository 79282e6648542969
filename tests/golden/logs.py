"""The golden files: where they are, and how they are read and written."""

import gzip
from pathlib import Path

from tagger.stream.recording import Recording, dump, load

FOLDER = Path(__file__).parent
RULES = FOLDER / "rules.yaml"
_PLAIN_BYTES = 100_000


def names() -> list[str]:
    """The names of the logs, in order."""
    return sorted({path.name.split(".")[0] for path in FOLDER.glob("*.log.jsonl*")})


def log_of(name: str) -> Recording:
    """A recorded log. Raises FileNotFoundError where there is none, RecordingError for a file
    that is none."""
    return load(_read(f"{name}.log.jsonl"))


def changes_of(name: str) -> list[str]:
    """The changes that are expected, one JSON object each. Raises FileNotFoundError where there
    are none yet."""
    return _read(f"{name}.changes.jsonl").decode().splitlines()


def write_log(name: str, recording: Recording) -> Path:
    """Keep a recorded log; the file."""
    return _write(f"{name}.log.jsonl", dump(recording))


def write_changes(name: str, lines: list[str]) -> Path:
    """Keep what is expected from now on; the file."""
    return _write(f"{name}.changes.jsonl", "".join(f"{line}\n" for line in lines).encode())


def _read(name: str) -> bytes:
    packed = FOLDER / f"{name}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (FOLDER / name).read_bytes()


def _write(name: str, data: bytes) -> Path:
    plain, packed = FOLDER / name, FOLDER / f"{name}.gz"
    target, other = (packed, plain) if len(data) > _PLAIN_BYTES else (plain, packed)
    target.write_bytes(gzip.compress(data, mtime=0) if target is packed else data)
    other.unlink(missing_ok=True)
    return target
