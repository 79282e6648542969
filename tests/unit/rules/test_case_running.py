"""Test cases of packs: how they are run, compared and reported."""

from pathlib import Path

import pytest

from tagger.cli.rules_check import case_engine
from tagger.domain.tags import Op, TagChange, TagValue
from tagger.rules.build import build_plan
from tagger.rules.cases.doubts import lint_cases
from tagger.rules.cases.reading import read_case_files
from tagger.rules.cases.results import Row
from tagger.rules.cases.running import run_case, run_cases
from tagger.rules.loader import load_case_files, load_rules

from .case_kit import DAY_MS, Scripted, case_of, change

RULES = Path(__file__).parents[3] / "rules"
BUSINESSES = [
    each for each in sorted(RULES.glob("*/*.yaml")) if not each.name.endswith(".test.yaml")
]
"""Packs that are loaded beside those of the folder itself, one at a time."""
EXPECTING = (
    "{name: n, customer: mei, events: [{at: [+0d, +3d], purchase: {}}],"
    " expect: [{at: +1d, tags: {t: true, band: low}, not_held: [u]}]}"
)


def test_an_expectation_is_looked_at_at_its_instant() -> None:
    engine = Scripted([], {"t": True, "band": "low"})
    assert run_case(case_of(EXPECTING), engine).passed
    assert sorted(engine.asked) == [("mei", 1, DAY_MS), ("mei", 2, 3 * DAY_MS)]


def test_tags_that_differ_stand_side_by_side_with_what_happened_and_why() -> None:
    changes = [
        change(0, "u", "added"),
        change(0, "t", "added"),
        change(2 * DAY_MS, "t", "removed", "time"),
    ]
    result = run_case(case_of(EXPECTING), Scripted(changes, {"u": "x", "band": "low"}))
    (failure,) = result.failures
    assert failure.sentence == "at +1d (2026-01-06T09:00:00.000Z)"
    assert failure.rows == (
        Row("t", "true", "not held", agrees=False),
        Row("band", "low", "low", agrees=True),
        Row("u", "not held", "x", agrees=False),
    )
    assert failure.around == (
        "+0d (2026-01-05T09:00:00.000Z) added u by event",
        "+0d (2026-01-05T09:00:00.000Z) added t by event",
        "+1d (2026-01-06T09:00:00.000Z) asked here",
        "+2d (2026-01-07T09:00:00.000Z) removed t by time",
    )
    assert failure.why == ("so it is with t", "so it is with u")


def test_of_many_changes_the_nearest_are_shown() -> None:
    ops: list[Op] = ["added", "removed"]
    changes = [change(at * 10_000, "t", ops[at % 2]) for at in range(20_000)]
    result = run_case(case_of(EXPECTING), Scripted(changes, {"band": "low"}))
    around = result.failures[0].around
    assert around[0] == around[-1] == "..."
    assert len(around) == 9
    assert around[5].endswith("asked here")


CHANGING = (
    "{name: n, changes: [{at: +1d, tag: t, op: added, cause: event},"
    " {at: +2d, tag: t, op: removed}]}"
)
ADDED, REMOVED = change(DAY_MS, "t", "added"), change(2 * DAY_MS, "t", "removed", "time")


def test_changes_of_the_named_tags_are_the_exact_list() -> None:
    other = change(0, "u", "added")
    assert run_case(case_of(CHANGING), Scripted([other, ADDED, REMOVED], {})).passed


@pytest.mark.parametrize(
    "changes",
    [
        [ADDED],
        [REMOVED, ADDED],
        [ADDED, REMOVED, change(2 * DAY_MS, "t", "added")],
        [change(DAY_MS, "t", "added", "time"), REMOVED],
        [change(DAY_MS + 1, "t", "added"), REMOVED],
        [],
    ],
    ids=["missing", "order", "more", "cause", "late", "none"],
)
def test_other_changes_fail(changes: list[TagChange]) -> None:
    assert not run_case(case_of(CHANGING), Scripted(changes, {})).passed


def test_changes_that_differ_stand_side_by_side() -> None:
    early = change(0, "t", "added", "time")
    result = run_case(case_of(CHANGING), Scripted([early, ADDED], {}))
    added = "+1d (2026-01-06T09:00:00.000Z) added t by event"
    assert result.failures[0].rows == (
        Row("", "", "+0d (2026-01-05T09:00:00.000Z) added t by time", agrees=False),
        Row("", added, added, agrees=True),
        Row("", "+2d (2026-01-07T09:00:00.000Z) removed t", "", agrees=False),
    )


@pytest.mark.parametrize(
    ("value", "expected", "passes"),
    [(0, "0", True), (5.5, "5.5", True), (5, "0", False), (5, "", True)],
)
def test_the_new_value_is_compared_where_it_is_said(
    value: TagValue, expected: str, passes: bool
) -> None:
    said = f", value: {expected}" if expected else ""
    case = case_of(f"{{name: n, changes: [{{at: +1d, tag: spend, op: updated{said}}}]}}")
    found = change(DAY_MS, "spend", "updated", value=value)
    assert run_case(case, Scripted([found], {})).passed is passes


@pytest.mark.parametrize(
    ("tag", "held", "expected", "passes"),
    [
        ("spend", 19.99, "19.99", True),
        ("spend", 20, "20.0", True),
        ("spend", 19.990001, "19.99", False),
        ("spend", "20", "20", False),
        ("spend", True, "1", False),
        ("t", 1, "true", False),
        ("band", "low", "low", True),
        ("band", "high", "low", False),
    ],
)
def test_values_are_equal_in_kind_and_digits(
    tag: str, held: TagValue, expected: str, passes: bool
) -> None:
    case = case_of(f"{{name: n, expect: [{{at: +0d, tags: {{{tag}: {expected}}}}}]}}")
    assert run_case(case, Scripted([], {tag: held})).passed is passes


@pytest.mark.parametrize(("covering", "op"), [("assigning", "added"), ("revoking", "removed")])
def test_a_case_that_covers_nothing_fails(covering: str, op: Op) -> None:
    case = case_of(f"{{name: n, covers: {{t: {covering}}}, expect: [{{at: +0d, not_held: [u]}}]}}")
    assert not run_case(case, Scripted([], {})).passed
    assert run_case(case, Scripted([change(0, "t", op)], {})).passed


@pytest.mark.parametrize(
    "paths",
    [(RULES,), *((RULES, pack) for pack in BUSINESSES)],
    ids=lambda paths: paths[-1].stem,
)
def test_the_packs_of_the_project_have_all_cases_and_pass_them(paths: tuple[Path, ...]) -> None:
    packs = load_rules(*paths).packs
    files, faults = read_case_files(load_case_files(*paths), packs)
    assert [str(fault) for fault in (*faults, *lint_cases(packs, files))] == []
    plan, _ = build_plan(*paths, publish_experimental=True)
    results = run_cases(files, case_engine(plan))
    failures = [failure for result in results for failure in result.failures]
    assert failures == []
    assert len(results) > 30
