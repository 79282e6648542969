"""`tagger rules diff` and `tagger rules lock`: an edit, what it costs, and the file for reviews."""

import json
from pathlib import Path

import pytest

from tagger.cli.difference_lines import difference_lines
from tagger.rules.edits.differences import Differences, TagDifference, edited_lines

from .kit import PACK, rules_in, run


def two_states(folder: Path, new: str) -> tuple[Path, Path]:
    """A folder with the pack of the kit, and one with another text."""
    return rules_in(folder / "old"), rules_in(folder / "new", new)


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()


def test_the_same_rules_differ_in_nothing(tmp_path: Path) -> None:
    result = run("rules", "diff", *two_states(tmp_path, f"# a comment\n{PACK}"))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Tags: 7 kept\nRemembered: 5 kept\n"


def test_an_edit_is_told_in_sentences_with_what_it_costs(tmp_path: Path) -> None:
    edited = (
        PACK.replace("within: 30d}, gte: 2", "within: 45d}, gte: 3")
        .replace("title: {en: VIP}", "title: {en: Very important}")
        .replace("  trial:", "  on_trial:")
        .replace("expires_after: 7d", "expires_after: 8d")
        .replace("version: 1", "version: 2")
    )
    result = run("rules", "diff", *two_states(tmp_path, edited))
    assert (result.exit_code, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    assert "+ on_trial  added to pack shop, with the rule that trial had" in lines
    assert "- trial  dropped from pack shop: whoever has it loses it" in lines
    at = lines.index("~ active  rule changed")
    assert lines[at + 1].startswith("    - ")
    assert lines[at + 1].endswith("at least 2 purchases in the last 30 days.")
    assert lines[at + 2].startswith("    + ")
    assert lines[at + 2].endswith("at least 3 purchases in the last 45 days.")
    at = lines.index("= vip  same rule, other words around it")
    assert lines[at + 1] == "    title (en): VIP -> Very important"
    assert "~ cart_coupon  workflow changed" in lines
    assert "    version: 1 -> 2" in lines
    widened = "  > times of purchase: 30d -> 45d, complete 15d after the edit (for active, dormant)"
    assert widened in lines
    assert lines[-3:] == [
        "Tags: 1 added, 2 changed, 1 dropped, 4 kept",
        "Remembered: 1 widened, 4 kept",
        "The longest wait for a complete history: 15d",
    ]


def test_programs_are_told_the_same(tmp_path: Path) -> None:
    old, new = two_states(tmp_path, PACK.replace("within: 30d}, gte: 2", "within: 45d}, gte: 3"))
    result = run("rules", "diff", old, new, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [(tag["name"], tag["kind"]) for tag in told["tags"]] == [("active", "changed")]
    assert (told["tags_kept"], told["state_kept"], told["complete_after"]) == (6, 4, "15d")
    (state,) = told["state"]
    assert state["tags"] == ["active", "dormant"]
    unchanged = run("rules", "diff", old, old, "--json")
    assert unchanged.exit_code == 0
    assert json.loads(unchanged.stdout)["tags"] == []


def test_one_pack_can_be_compared_and_nothing_in_it_steers_the_terminal(tmp_path: Path) -> None:
    steering = PACK.replace("title: {en: VIP}", 'title: {en: "\\e[2J"}')
    old, new = two_states(tmp_path, steering)
    result = run("rules", "diff", old / "shop.yaml", new / "shop.yaml")
    assert result.exit_code == 1
    assert "title (en): VIP -> \\x1b[2J" in result.stdout


def test_a_lock_file_shows_edits_until_it_is_written_anew(tmp_path: Path) -> None:
    rules, pack = rules_in(tmp_path), tmp_path / "rules" / "shop.yaml"
    file = rules / "rules.lock.json"
    missing = run("rules", "lock", rules, "--check")
    assert missing.exit_code == 2
    assert f"there is no {file}; `tagger rules lock {rules}` writes it" in missing.stderr
    first = run("rules", "lock", rules)
    assert (first.exit_code, first.stdout) == (0, f"{file} is written\n")
    written = file.read_bytes()

    pack.write_text(PACK.replace("en: VIP", "en: Other"), "utf-8")
    current = run("rules", "lock", rules, "--check")
    assert (current.exit_code, current.stdout) == (0, f"{file} is current\n")

    pack.write_text(PACK.replace("gte: 2", "gte: 3"), "utf-8")
    old = run("rules", "lock", rules, "--check")
    assert old.exit_code == 1
    assert "~ active  rule changed" in old.stdout
    remedy = f"{file} is not current; `tagger rules lock {rules}` writes it"
    assert old.stdout.splitlines()[-1] == remedy
    assert file.read_bytes() == written
    shown = run("rules", "diff", file, rules)
    assert (shown.exit_code, shown.stdout) == (1, old.stdout.removesuffix(f"{remedy}\n"))

    anew = run("rules", "lock", rules)
    assert (anew.exit_code, anew.stdout) == (0, f"{shown.stdout}{file} is written\n")
    assert run("rules", "lock", rules, "--check").exit_code == 0
    assert run("rules", "diff", file, rules).exit_code == 0


def test_a_lock_file_can_stand_elsewhere(tmp_path: Path) -> None:
    rules, file = rules_in(tmp_path), tmp_path / "locks.json"
    assert run("rules", "lock", rules / "shop.yaml", "--to", file).exit_code == 0
    assert run("rules", "lock", rules / "shop.yaml", "--to", file, "--check").exit_code == 0
    assert not (rules / "rules.lock.json").exists()


def test_a_file_that_is_no_lock_file_is_not_written_over(tmp_path: Path) -> None:
    rules, other = rules_in(tmp_path), tmp_path / "other.json"
    other.write_text("[]", "utf-8")
    for result in (run("rules", "diff", other, rules), run("rules", "lock", rules, "--to", other)):
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"{other}: it is no lock file of rules" in result.stderr
    assert other.read_text("utf-8") == "[]"


def test_rules_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    old, new = two_states(tmp_path, PACK.replace("gte: 2", "gtee: 2"))
    refused = run("rules", "diff", old, new)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"`tagger rules check {new}` shows them in place" in refused.stderr
    missing = run("rules", "diff", old / "nothing.json", new)
    assert missing.exit_code == 2
    assert "cannot read" in missing.stderr


def test_the_words_that_changed_stand_out() -> None:
    before = "It is set after 3 purchases in 30 days."
    edits = tuple(edited_lines([before], [before.replace("3 ", "5 ")]))
    tag = TagDifference("a", "changed", "p", edits)
    lines = difference_lines(Differences((tag,), 0, (), (), 0, None))
    standing_out = [
        [line.plain[span.start : span.end] for span in line.spans if "underline" in str(span.style)]
        for line in lines
    ]
    assert [words for words in standing_out if words] == [["3"], ["5"]]
