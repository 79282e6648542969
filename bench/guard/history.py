"""The commit that the engine is compared with, and what its successor's message allows."""

import io
import subprocess
import tarfile
from pathlib import Path


class HistoryError(Exception):
    """Git has no commit to compare with, or its message cannot be read."""


def base_of(root: Path) -> str | None:
    """The last commit if `tagger/` has changed since, else its parent; None for the first commit
    that there is, as in a shallow clone. Raises HistoryError."""
    if _is_changed(root):
        return _git(root, "rev-parse", "HEAD").decode().strip()
    parents = _git(root, "rev-list", "--max-count=1", "--parents", "HEAD").decode().split()[1:]
    return parents[0] if parents else None


def unpack(root: Path, commit: str, folder: Path) -> None:
    """Put the commit's package, with what it reads, into an empty folder. Raises HistoryError."""
    archive = _git(root, "archive", commit, "tagger", "schemas")
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        found.extractall(folder, filter="data")


def allowed_percent(root: Path) -> float:
    """What the last commit's message allows; nothing once `tagger/` has changed since, for it spoke
    of that commit alone. Raises HistoryError."""
    if _is_changed(root):
        return 0.0
    trailer = "--format=%(trailers:key=Slower-by,valueonly)"
    said = _git(root, "log", "-1", trailer).decode().strip()
    try:
        return float(said.removesuffix("%") or 0)
    except ValueError:
        raise HistoryError(f"Slower-by: {said} is no percentage") from None


def _is_changed(root: Path) -> bool:
    """Whether something in `tagger/` has not been committed."""
    return bool(_git(root, "status", "--porcelain", "--", "tagger"))


def _git(root: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False)
    if done.returncode:
        raise HistoryError(done.stderr.decode().strip())
    return done.stdout
