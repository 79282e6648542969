"""`tagger rules check`: faults in their place, and cases with what came out otherwise."""

import json
from pathlib import Path

import pytest

from .kit import PACK, rules_in, run

CASES = """\
pack: shop
starts_at: 2026-01-05T09:00:00Z
cases:
  - name: two purchases make an active customer
    story: true
    covers: {active: [assigning, near-miss, revoking]}
    events:
      - {at: [+0d, +1d], purchase: {amount: 60}}
    expect:
      - {at: +0d, not_held: [active]}
      - {at: +1d, tags: {active: true, band: high, spend: 120}}
    changes:
      - {at: +1d, tag: active, op: added, cause: event}
      - {at: +30d, tag: active, op: removed, cause: time}
  - name: an experimental tag is tested too
    events: [{at: +0d, browse: {}}]
    expect: [{at: +0d, tags: {trial: true}}]
"""


def test_good_rules_pass_with_their_warnings(tmp_path: Path) -> None:
    result = run("rules", "check", rules_in(tmp_path, shop_test=CASES))
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert any(" W-CASES `band` lacks cases: " in line for line in lines)
    assert lines[-1].startswith("1 pack with 7 tags: 0 errors, ")
    assert lines[-1].endswith(", 2 cases, 0 failed")


def test_cases_may_be_named_beside_their_pack(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, shop_test=CASES)
    folder = run("rules", "check", rules)
    files = run("rules", "check", rules / "shop.test.yaml", rules / "shop.yaml")
    assert (files.exit_code, files.stdout) == (0, folder.stdout)


def test_cases_without_their_pack_are_told(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, shop_test=CASES)
    (rules / "more.yaml").write_text("pack: more\n")
    result = run("rules", "check", rules / "shop.test.yaml", rules / "more.yaml")
    assert result.exit_code == 1
    assert "E-CASE-UNKNOWN-NAME there is no pack `shop`" in result.stdout
    alone = run("rules", "check", rules / "shop.test.yaml")
    assert alone.exit_code == 2
    assert "is a file of cases; name the pack that it is about, like" in alone.stderr
    assert alone.stderr.split("like")[1].strip().endswith("shop.yaml")


def test_every_fault_stands_in_its_place_with_a_caret(tmp_path: Path) -> None:
    wrong = PACK.replace("gte: 2", "gtee: 2").replace("of: amount", "of: 金額, x", 1)
    rules = rules_in(tmp_path, wrong, shop_test=CASES)
    result = run("rules", "check", rules)
    assert (result.exit_code, result.stderr) == (1, "")
    lines = result.stdout.splitlines()
    at = next(at for at, line in enumerate(lines) if "gtee" in line and " E-" in line)
    place, code, _ = lines[at].split(maxsplit=2)
    assert place.startswith(f"{rules / 'shop.yaml'}:11:")
    assert code.startswith("E-")
    source, caret = lines[at + 1], lines[at + 2]
    assert source.startswith("    11 |     assign:")
    assert source[caret.index("^") :].startswith("gtee")
    assert "The cases were not run: mend the errors first." in lines
    assert lines[-1].endswith(" errors, 0 warnings")


def test_a_caret_stands_under_wide_characters(tmp_path: Path) -> None:
    wide = "pack: shop\ntags: {vip: {title: {zh: 客户}, manal: only}}\n"
    lines = run("rules", "check", rules_in(tmp_path, wide)).stdout.splitlines()
    source = next(at for at, line in enumerate(lines) if line.startswith("     2 |"))
    before = lines[source].index("manal") + len("客户")
    assert any(
        line.find("^") == before for line in lines[source + 1 :] if line.startswith("       |")
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_caret_stands_on_its_line_whatever_ends_lines(tmp_path: Path, end: str) -> None:
    rules = rules_in(tmp_path)
    text = f"# first{end}# second{end}pack: shop{end}tgas: {{}}{end}"
    (rules / "shop.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    lines = run("rules", "check", rules).stdout.splitlines()
    assert "     4 | tgas: {}" in lines
    assert lines[lines.index("     4 | tgas: {}") + 1] == "       | ^"


def test_of_an_enormous_file_no_more_is_read_than_of_a_large_one(tmp_path: Path) -> None:
    rules = rules_in(tmp_path)
    with (rules / "shop.yaml").open("wb") as sparse:
        sparse.truncate(10**12)
    result = run("rules", "check", rules)
    assert result.exit_code == 1
    assert " E-LIMIT the file is larger than 256 KiB" in result.stdout


def test_a_failed_case_shows_expected_and_got_side_by_side(tmp_path: Path) -> None:
    wrong = CASES.replace("spend: 120", "spend: 12").replace("at: +30d", "at: +31d")
    rules = rules_in(tmp_path, shop_test=wrong)
    result = run("rules", "check", rules)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    case = f"{rules / 'shop.test.yaml'}:4:5 FAILED two purchases make an active customer"
    after = [" ".join(line.split()) for line in lines[lines.index(case) :]]
    told = after.index("at +1d (2026-01-06T09:00:00.000Z)")
    assert after[told + 1 : told + 5] == [
        "tag expected got",
        "active true true",
        "band high high",
        "✗ spend 12 120",
    ]
    assert "+0d (2026-01-05T09:00:00.000Z) added spend 60 by event" in after
    assert "✓ c-1 has spend = 120" in after
    assert "✗ +31d (2026-02-05T09:00:00.000Z) removed active by time" in after
    assert "✗ +30d (2026-02-04T09:00:00.000Z) removed active by time" in after
    assert lines[-1].endswith(", 2 cases, 1 failed")
    assert run("rules", "check", rules, "--no-cases").exit_code == 0


def test_a_broken_case_file_is_an_error_and_the_other_cases_run(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, shop_test=CASES, other_test="pack: shop\ncases: 5\n")
    result = run("rules", "check", rules)
    assert result.exit_code == 1
    assert f"{rules / 'other.test.yaml'}:" in result.stdout
    assert result.stdout.splitlines()[-1].endswith(", 2 cases, 0 failed")


def test_json_has_faults_and_cases(tmp_path: Path) -> None:
    wrong = CASES.replace("spend: 120", "spend: 12")
    answer = run("rules", "check", rules_in(tmp_path, shop_test=wrong), "--json")
    assert answer.exit_code == 1
    found = json.loads(answer.stdout)
    assert found["passed"] is False
    assert {each["severity"] for each in found["faults"]} == {"warning"}
    assert [each["passed"] for each in found["cases"]] == [False, True]
    (failure,) = found["cases"][0]["failures"]
    assert (failure["line"], failure["column"]) == (11, 9)
    assert {"what": "spend", "expected": "12", "found": "120", "agrees": False} in failure[
        "compared"
    ]
    assert failure["changes_around"]
    assert failure["why"]
    assert found["cases"][0]["line"] == 4


def test_cases_of_a_faulty_file_are_not_run(tmp_path: Path) -> None:
    wrong = CASES.replace("amount: 60", "amount: much")
    result = run("rules", "check", rules_in(tmp_path, shop_test=wrong))
    assert result.exit_code == 1
    assert " E-CASE-TYPE `amount` takes a number" in result.stdout
    assert "FAILED" not in result.stdout
    assert result.stdout.splitlines()[-1].endswith(", 0 cases, 0 failed")


RENTAL = """\
pack: rental
defaults: {owner: growth}
tags:
  renting:
    title: {en: Renting}
    assign: {when: {all: [{tag: vip}, {count: {event: purchase, within: 9d}, gte: 1}]}}
"""
RENTAL_CASES = """\
pack: rental
starts_at: 2026-01-05T09:00:00Z
cases:
  - {name: a stranger, expect: [{at: +0d, not_held: [renting]}]}
"""


def test_folders_and_files_are_checked_together(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, shop_test=CASES)
    more = rules / "business"
    more.mkdir()
    (more / "rental.yaml").write_text(RENTAL)
    (more / "rental.test.yaml").write_text(RENTAL_CASES)
    both = run("rules", "check", rules, more / "rental.yaml")
    assert both.exit_code == 0, both.stdout
    assert both.stdout.splitlines()[-1].startswith("2 packs with 8 tags: 0 errors, ")
    assert both.stdout.splitlines()[-1].endswith(", 3 cases, 0 failed")
    alone = run("rules", "check", more / "rental.yaml")
    assert alone.exit_code == 1
    assert "there is no tag `vip`" in alone.stdout
    assert run("rules", "check", rules).stdout.splitlines()[-1].startswith("1 pack with 7 tags")


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_no_rules_are_wrong_use(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    result = run("rules", "check", tmp_path / folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert folder in result.stderr


def test_no_path_is_wrong_use() -> None:
    assert run("rules", "check").exit_code == 2


def test_the_packs_that_come_with_the_program_pass() -> None:
    result = run("rules", "check", Path(__file__).parents[3] / "rules")
    assert result.exit_code == 0, result.stdout


def test_cases_with_errors_are_said_not_to_have_run(tmp_path: Path) -> None:
    rules = rules_in(tmp_path, PACK, shop_test=CASES.replace("starts_at: 2026", "starts_at: year"))
    result = run("rules", "check", rules)
    assert result.exit_code == 1
    refused = rules / "shop.test.yaml"
    told = f"The cases of {refused} were not run: mend its errors first."
    assert told in result.stdout.splitlines()
    assert "W-CASES" not in result.stdout
