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
    assert lines[-1].startswith("1 pack") or lines[-1].startswith("0 packs")


def test_a_caret_stands_under_wide_characters(tmp_path: Path) -> None:
    wide = "pack: shop\ntags: {vip: {title: {zh: 客户}, manal: only}}\n"
    lines = run("rules", "check", rules_in(tmp_path, wide)).stdout.splitlines()
    source = next(at for at, line in enumerate(lines) if line.startswith("     2 |"))
    before = lines[source].index("manal") + len("客户")
    assert any(
        line.find("^") == before for line in lines[source + 1 :] if line.startswith("       |")
    )


def test_a_failed_case_shows_expected_and_got(tmp_path: Path) -> None:
    wrong = CASES.replace("spend: 120", "spend: 12").replace("at: +30d", "at: +31d")
    rules = rules_in(tmp_path, shop_test=wrong)
    result = run("rules", "check", rules)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    case = f"{rules / 'shop.test.yaml'}:4:5 FAILED two purchases make an active customer"
    after = lines[lines.index(case) :]
    assert "    expected  spend: 12" in after
    assert any(line.startswith("    got       spend: 120") for line in after)
    assert "      +31d (2026-02-05T09:00:00.000Z) removed active by time" in after
    assert "      +30d (2026-02-04T09:00:00.000Z) removed active by time" in after
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
    assert found["cases"][0]["line"] == 4


@pytest.mark.parametrize("folder", ["missing", "empty"])
def test_no_rules_are_wrong_use(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    result = run("rules", "check", tmp_path / folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert folder in result.stderr


def test_the_packs_that_come_with_the_program_pass() -> None:
    result = run("rules", "check", Path(__file__).parents[3] / "rules")
    assert result.exit_code == 0, result.stdout
