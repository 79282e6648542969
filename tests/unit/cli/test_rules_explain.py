"""`tagger rules explain`: what a person reads aloud, and what a program gets."""

import json
from pathlib import Path

import pytest

from .kit import PACK, rules_in, run


def test_a_tag_in_both_languages(tmp_path: Path) -> None:
    result = run("rules", "explain", "active", "--rules", rules_in(tmp_path))
    assert (result.exit_code, result.stderr) == (0, "")
    english, chinese = result.stdout.split("\nActive（active）\n")
    lines = english.splitlines()
    assert lines[0] == "Active (active)"
    held = "there have been at least 2 purchases in the last 30 days."
    assert f"  • A customer has this tag exactly as long as {held}" in lines
    aged = "the second newest purchase turns 30 days old."
    assert f"  • It goes at the very millisecond when {aged}" in lines
    assert "  • 在倒数第 2 次购买满 30 天的那一毫秒，标签自动移除。" in chinese.splitlines()


def test_one_language_and_parts_under_their_sentence(tmp_path: Path) -> None:
    rules = rules_in(tmp_path)
    result = run("rules", "explain", "dormant", "--rules", rules, "--language", "en")
    lines = result.stdout.splitlines()
    at = lines.index(
        "  • A customer has this tag exactly as long as at least one of these is true:"
    )
    assert lines[at + 1] == "    • The last purchase was more than 30 days ago."
    assert "一" not in result.stdout


def test_all_tags_of_several_packs(tmp_path: Path) -> None:
    other = "pack: more\ntags: {late: {manual: only}}\n"
    result = run("rules", "explain", "--all", "--rules", rules_in(tmp_path, more=other))
    titles = [line for line in result.stdout.splitlines() if line.endswith(("(late)", "(vip)"))]
    assert titles == ["late (late)", "VIP (vip)"]


def test_json_has_every_language_by_its_code(tmp_path: Path) -> None:
    rules = rules_in(tmp_path)
    answer = json.loads(run("rules", "explain", "band", "--rules", rules, "--json").stdout)
    story = answer["tags"]["band"]
    assert set(story) == {"en", "zh"}
    keys = [section["key"] for section in story["zh"]["sections"]]
    assert keys == ["values", "time", "readings", "hand", "links", "facts"]
    only = run("rules", "explain", "--all", "--rules", rules, "--json", "--language", "zh")
    tags = json.loads(only.stdout)["tags"]
    assert len(tags) == 7
    assert set(tags["vip"]) == {"zh"}


def test_an_unknown_tag_is_2_with_the_nearest_name(tmp_path: Path) -> None:
    result = run("rules", "explain", "activ", "--rules", rules_in(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "makes the tag 'activ'. Did you mean active?" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("active", "--all")])
def test_one_tag_or_all_of_them(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run("rules", "explain", *arguments, "--rules", rules_in(tmp_path))
    assert result.exit_code == 2
    assert "Name one tag, or say --all." in result.stderr


def test_refused_rules_are_listed_and_nothing_is_told(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, PACK.replace("gte: 2", "gtee: 2"))
    result = run("rules", "explain", "active", "--rules", rules)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{rules / 'shop.yaml'}:11:" in result.stderr


def test_what_a_pack_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, PACK.replace("{en: VIP}", '{en: "V\\e[2JIP"}'))
    result = run("rules", "explain", "vip", "--rules", rules)
    assert "\x1b" not in result.stdout
    assert "V\\x1b[2JIP (vip)" in result.stdout.splitlines()
