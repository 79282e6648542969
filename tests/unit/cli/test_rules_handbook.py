"""`tagger rules handbook`: which file it writes."""

from pathlib import Path

import pytest

from .kit import rules_in, run


@pytest.mark.parametrize(
    ("name", "begins"), [("tags.html", "<!doctype html>"), ("tags.md", "# Handbook of tags")]
)
def test_the_ending_decides_the_format(tmp_path: Path, name: str, begins: str) -> None:
    out = tmp_path / name
    result = run("rules", "handbook", "--rules", rules_in(tmp_path), "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"{out}: the handbook of 7 tags" in result.stderr
    assert out.read_text("utf-8").startswith(begins)


def test_one_language_on_standard_output(tmp_path: Path) -> None:
    told = ("--out", "-", "--format", "markdown", "--language", "zh")
    result = run("rules", "handbook", "--rules", rules_in(tmp_path), *told)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("# 标签手册\n")
    assert "Handbook" not in result.stdout


def test_an_ending_that_says_nothing_needs_a_format(tmp_path: Path) -> None:
    out = tmp_path / "tags.txt"
    result = run("rules", "handbook", "--rules", rules_in(tmp_path), "--out", out)
    assert result.exit_code == 2
    assert "add --format" in result.stderr
    assert not out.exists()


def test_refused_rules_leave_the_old_handbook(tmp_path: Path) -> None:
    out = tmp_path / "tags.md"
    out.write_text("old", "utf-8")
    rules = rules_in(tmp_path, "pack: shop\ntags: {a: {}}\n")
    assert run("rules", "handbook", "--rules", rules, "--out", out).exit_code == 2
    assert out.read_text("utf-8") == "old"
