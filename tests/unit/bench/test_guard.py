"""The guard against a slower engine: what it compares with, and what it says."""

import subprocess
from pathlib import Path

import pytest

from bench.guard import __main__ as guard
from bench.guard.history import HistoryError, allowed_percent, base_of, unpack

BEFORE = 1_000_000
"""Instructions of the commit before."""


def git(root: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(root: Path, text: str, message: str = "Change it") -> str:
    (root / "tagger").mkdir(exist_ok=True)
    (root / "schemas").mkdir(exist_ok=True)
    (root / "tagger/engine.py").write_text(text, "utf-8")
    (root / "schemas/one.avsc").write_text("{}", "utf-8")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", message)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = tmp_path / "checkout"
    found.mkdir()
    git(found, "init", "--quiet")
    return found


def test_a_clean_checkout_is_compared_with_the_parent_of_its_commit(root: Path) -> None:
    first = commit(root, "a = 1")
    commit(root, "a = 2")
    assert base_of(root) == first


def test_what_is_not_committed_is_compared_with_the_last_commit(root: Path) -> None:
    commit(root, "a = 1")
    last = commit(root, "a = 2")
    (root / "tagger/engine.py").write_text("a = 3", "utf-8")
    assert base_of(root) == last


def test_a_first_commit_has_nothing_to_be_compared_with(root: Path) -> None:
    commit(root, "a = 1")
    assert base_of(root) is None


def test_a_folder_without_git_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="not a git repository"):
        base_of(tmp_path)


def test_the_package_of_a_commit_is_unpacked_as_it_was(root: Path, tmp_path: Path) -> None:
    first = commit(root, "a = 1")
    commit(root, "a = 2")
    (tmp_path / "there").mkdir()
    unpack(root, first, tmp_path / "there")
    assert (tmp_path / "there/tagger/engine.py").read_text("utf-8") == "a = 1"
    assert (tmp_path / "there/schemas/one.avsc").exists()


@pytest.mark.parametrize(
    ("message", "percent"),
    [
        ("Change it", 0.0),
        ("Change it\n\nIt does more.\n\nSlower-by: 4%", 4.0),
        ("Change it\n\nIt does more.\n\nSlower-by: 2.5", 2.5),
    ],
)
def test_a_commit_says_by_how_much_it_may_be_slower(
    root: Path, message: str, percent: float
) -> None:
    commit(root, "a = 1", message)
    assert allowed_percent(root) == percent


def test_what_is_not_committed_may_not_be_slower(root: Path) -> None:
    commit(root, "a = 1", "Change it\n\nIt does more.\n\nSlower-by: 4%")
    (root / "tagger/engine.py").write_text("a = 2", "utf-8")
    assert allowed_percent(root) == 0.0


def test_a_word_in_place_of_a_percentage_is_refused(root: Path) -> None:
    commit(root, "a = 1", "Change it\n\nIt does more.\n\nSlower-by: much")
    with pytest.raises(HistoryError, match="much is no percentage"):
        allowed_percent(root)


@pytest.mark.parametrize(
    ("after", "message", "code"),
    [
        (BEFORE // 2, "Change it", 0),
        (BEFORE * 101 // 100, "Change it", 0),
        (BEFORE * 104 // 100, "Change it", 1),
        (BEFORE * 104 // 100, "Change it\n\nIt does more.\n\nSlower-by: 4%", 0),
        (BEFORE * 107 // 100, "Change it\n\nIt does more.\n\nSlower-by: 4%", 1),
    ],
)
def test_more_instructions_than_a_commit_says_are_found(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    after: int,
    message: str,
    code: int,
) -> None:
    commit(root, "a = 1")
    commit(root, "a = 2", message)
    monkeypatch.setattr(guard, "ROOT", root)
    monkeypatch.setattr(guard, "instructions", lambda source: after if source == root else BEFORE)
    assert guard.main([]) == code
    said = capsys.readouterr()
    assert f"{(after / BEFORE - 1) * 100:+.1f} % beside" in said.out
    assert ("Slower-by: " in said.err) is (code == 1)


def test_without_a_commit_before_it_says_so(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(root, "a = 1")
    monkeypatch.setattr(guard, "ROOT", root)
    monkeypatch.setattr(guard, "instructions", lambda _: BEFORE)
    assert guard.main([]) == 0
    assert "no commit here to compare with" in capsys.readouterr().out
