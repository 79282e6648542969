"""Test cases of packs: how they are read, run and reported."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tagger.domain.commands import TagCommand
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.domain.tags import Cause, Op, TagChange, TagValue, Trigger
from tagger.domain.times import UNIT_MS, parse_instant
from tagger.engine.driver import replay, tags_of
from tagger.engine.engine import Engine
from tagger.rules.build import build_plan
from tagger.rules.cases import Case, CaseFile, Record, run_case, run_cases
from tagger.rules.faults import Fault
from tagger.rules.lint_cases import lint_cases
from tagger.rules.loader import load_case_files, load_folder, load_texts
from tagger.rules.read_cases import read_case_files

from .folders import place, unmarked

RULES = Path(__file__).parents[3] / "rules"
PACK = "pack: p\ncurrency: EUR\ntags:\n  t: {manual: only}\n  u: {manual: only}\n"
START = parse_instant("2026-01-05T09:00:00Z")
HEAD = "pack: p\nstarts_at: 2026-01-05T09:00:00Z\ncases:\n"
DAY_MS = UNIT_MS["d"]

Changes = list[TagChange]
Held = dict[str, dict[str, TagValue]]


def read(text: str) -> tuple[tuple[CaseFile, ...], tuple[Fault, ...]]:
    return read_case_files({"p.test.yaml": text}, load_texts({"p.yaml": PACK}).packs)


def case_of(body: str) -> Case:
    files, faults = read(f"{HEAD}  - {body}\n")
    assert [str(fault) for fault in faults] == []
    return files[0].cases[0]


def change(offset_ms: int, tag: str, op: Op, cause: Cause = "event") -> TagChange:
    at = START + offset_ms
    return TagChange(
        id="i",
        customer_id="c-1",
        sequence=1,
        tag=tag,
        op=op,
        value=None if op == "removed" else True,
        previous_value=None,
        effective_at=at,
        processed_at=at,
        cause=cause,
        trigger=Trigger("event", "e", at),
        actor=None,
        reason=None,
        rule=tag,
        rule_version="1",
        source="rule",
        priority=0,
        evidence=(),
        expires_at=None,
    )


class Scripted:
    """An engine that answers what it was told to, and remembers what it was asked."""

    def __init__(self, changes: Changes, held: dict[str, TagValue]) -> None:
        self.changes, self.held = changes, held
        self.asked: list[tuple[int, int]] = []

    def __call__(self, records: Sequence[Record], until_ms: int) -> tuple[Changes, Held]:
        self.asked.append((len(records), until_ms - START))
        return self.changes, {"c-1": self.held}


def test_records_have_what_their_author_left_out() -> None:
    case = case_of(
        "{name: n, customer: mei, expect: [{at: +1d, not_held: [t]}], events: ["
        "{at: +0d, purchase: {amount: 19.99, lines: [{category: shoes, amount: 5}]}},"
        "{at: +1d, refund: {amount: 5}}, {at: +1d, cart_add: {cart_id: k}},"
        "{at: 2026-01-07T09:00:00Z, browse: {}}, {at: +3d12h, chat: {text: hi}},"
        "{at: +30d1ms, profile: {region: north, age: null}},"
        "{at: +31d, command: {op: assign, tag: t, role: agent, until: +40d}}]}"
    )
    purchase, refund, cart, view, chat, profile, command = case.records
    assert isinstance(purchase, Purchase)
    assert (purchase.amount_minor, purchase.currency, purchase.kind) == (1999, "EUR", "sale")
    assert (purchase.lines[0].category, purchase.lines[0].amount_minor) == ("shoes", 500)
    assert isinstance(refund, Purchase)
    assert (refund.kind, refund.order_id, refund.occurred_at) == ("refund", "", START + DAY_MS)
    assert isinstance(cart, Browse)
    assert (cart.action, cart.cart_id) == ("cart_add", "k")
    assert isinstance(view, Browse)
    assert (view.action, view.occurred_at) == ("page_view", START + 2 * DAY_MS)
    assert isinstance(chat, ChatMessage)
    assert (chat.direction, chat.text) == ("inbound", "hi")
    assert chat.occurred_at == START + 3 * DAY_MS + DAY_MS // 2
    assert isinstance(profile, ProfileUpdate)
    assert profile.attributes == {"region": "north", "age": None}
    assert profile.occurred_at == START + 30 * DAY_MS + 1
    assert isinstance(command, TagCommand)
    assert (command.value, command.until) == (True, START + 40 * DAY_MS)
    assert {each.customer_id for each in case.records} == {"mei"}


def test_one_entry_may_happen_at_several_instants() -> None:
    case = case_of(
        "{name: n, changes: [{at: +5d, tag: t, op: added}],"
        " events: [{at: [+0d, +1d, +2d], purchase: {}}]}"
    )
    assert len({each.event_id for each in case.records if isinstance(each, Purchase)}) == 3
    assert case.until_ms == START + 5 * DAY_MS


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        ("^{name: n}", "E-CASE-MISSING"),
        ("{name: n, ^evnets: [], changes: [{at: +0d, tag: t, op: added}]}", "E-CASE-UNKNOWN-WORD"),
        ("{name: n, expect: [^{at: +0d}]}", "E-CASE-MISSING"),
        ("{name: n, expect: [{at: ^0, not_held: [t]}]}", "E-CASE-TYPE"),
        ("{name: n, expect: [{at: ^+3x, not_held: [t]}]}", "E-CASE-TYPE"),
        ("{name: n, expect: [{at: ^+999999w, not_held: [t]}]}", "E-CASE-VALUE"),
        ("{name: n, expect: [{at: +0d, not_held: [^x]}]}", "E-CASE-UNKNOWN-NAME"),
        ("{name: n, expect: [{at: +0d, tags: {^x: 1}}]}", "E-CASE-UNKNOWN-NAME"),
        ("{name: n, expect: [{at: +0d, tags: {t: ^null}}]}", "E-CASE-TYPE"),
        ("{name: n, changes: [{at: +0d, tag: t, op: ^gone}]}", "E-CASE-VALUE"),
        ("{name: n, changes: [{at: +0d, tag: ^x, op: added}]}", "E-CASE-UNKNOWN-NAME"),
        ("{name: n, covers: {t: ^asigning}, expect: [{at: +0d, not_held: [t]}]}", "E-CASE-VALUE"),
    ],
)
def test_faults_of_a_case(case: str, codes: str) -> None:
    assert_faults(f"{HEAD}  - {case}\n", codes)


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        ("^{at: +0d}", "E-CASE-MISSING"),
        ("^{at: +0d, chat: {}, browse: {}}", "E-CASE-MISSING"),
        ("{at: +0d, chat: {^txt: a}}", "E-CASE-UNKNOWN-WORD"),
        ("{at: +0d, purchase: {amount: ^much}}", "E-CASE-TYPE"),
        ("{at: +0d, purchase: {amount: ^0.001}}", "E-CASE-VALUE"),
        ("{at: +0d, purchase: {lines: ^{}}}", "E-CASE-TYPE"),
        ("{at: +0d, ^chat: {rating: 9}}", "E-CASE-VALUE"),
        ("{at: +0d, ^browse: {action: look}}", "E-CASE-VALUE"),
        ("{at: +0d, profile: {region: ^[]}}", "E-CASE-TYPE"),
        ("{at: +0d, command: {op: assign, tag: ^x}}", "E-CASE-UNKNOWN-NAME"),
        ("{at: +0d, command: {op: ^take, tag: t}}", "E-CASE-VALUE"),
    ],
)
def test_faults_of_an_event(event: str, codes: str) -> None:
    expect = "expect: [{at: +0d, not_held: [t]}]"
    assert_faults(f"{HEAD}  - {{name: n, {expect}, events: [{event}]}}\n", codes)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("pack: ^q\nstarts_at: 2026-01-05T09:00:00Z\ncases: [{name: n}]\n", "E-CASE-UNKNOWN-NAME"),
        ("pack: p\nstarts_at: ^+0d\ncases: [{name: n}]\n", "E-CASE-TYPE"),
        ("pack: p\nstarts_at: 2026-01-05T09:00:00Z\ncases: ^[]\n", "E-CASE-VALUE"),
        ("^- a\n", "E-CASE-TYPE"),
        ("pack: p\n^\tcases: []\n", "E-CASE-YAML"),
    ],
)
def test_faults_of_a_case_file(text: str, codes: str) -> None:
    assert_faults(text, codes)


def assert_faults(marked: str, codes: str) -> None:
    text, places = unmarked(marked)
    expected = [" ".join(pair) for pair in zip(places, codes.split(), strict=True)]
    assert [place(fault) for fault in read(text)[1]] == expected


EXPECTING = (
    "{name: n, events: [{at: [+0d, +3d], purchase: {}}],"
    " expect: [{at: +1d, tags: {t: true}, not_held: [u]}]}"
)


def test_an_expectation_is_looked_at_at_its_instant() -> None:
    engine = Scripted([], {"t": True})
    assert run_case(case_of(EXPECTING), engine).passed
    assert engine.asked == [(1, DAY_MS), (2, 3 * DAY_MS)]


def test_tags_that_differ_are_shown_with_their_instant() -> None:
    result = run_case(case_of(EXPECTING), Scripted([], {"u": "x"}))
    assert not result.passed
    assert str(result.failures[0]).splitlines() == [
        "p.test.yaml:4:66",
        "  at +1d (2026-01-06T09:00:00.000Z)",
        "  expected  t: true",
        "  got       t: not held",
        "  expected  u: not held",
        "  got       u: x",
    ]


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
def test_other_changes_fail(changes: Changes) -> None:
    assert not run_case(case_of(CHANGING), Scripted(changes, {})).passed


def test_changes_that_differ_are_shown_with_their_instants() -> None:
    result = run_case(case_of(CHANGING), Scripted([ADDED], {}))
    assert result.failures[0].lines == (
        "  expected changes:",
        "    +1d (2026-01-06T09:00:00.000Z) added t by event",
        "    +2d (2026-01-07T09:00:00.000Z) removed t",
        "  got:",
        "    +1d (2026-01-06T09:00:00.000Z) added t true by event",
    )


@pytest.mark.parametrize(
    ("held", "expected", "passes"),
    [
        (19.99, "19.99", True),
        (20, "20.0", True),
        (19.990001, "19.99", False),
        ("20", "20", False),
        (True, "1", False),
        (1, "true", False),
        ("low", "low", True),
    ],
)
def test_values_are_equal_in_kind_and_digits(held: TagValue, expected: str, passes: bool) -> None:
    case = case_of(f"{{name: n, expect: [{{at: +0d, tags: {{t: {expected}}}}}]}}")
    assert run_case(case, Scripted([], {"t": held})).passed is passes


@pytest.mark.parametrize(("covering", "op"), [("assigning", "added"), ("revoking", "removed")])
def test_a_case_that_covers_nothing_fails(covering: str, op: Op) -> None:
    case = case_of(f"{{name: n, covers: {{t: {covering}}}, expect: [{{at: +0d, not_held: [u]}}]}}")
    assert not run_case(case, Scripted([], {})).passed
    assert run_case(case, Scripted([change(0, "t", op)], {})).passed


def test_tags_without_cases_are_named() -> None:
    packs = load_texts({"p.yaml": PACK}).packs
    expect = "expect: [{at: +0d, not_held: [t]}]"
    files, _ = read(
        f"{HEAD}  - {{name: n, story: true, covers: {{t: [assigning, revoking]}}, {expect}}}\n"
        f"  - {{name: m, covers: {{t: near-miss, u: assigning}}, {expect}}}\n"
    )
    assert [f"{place(each)} {each.sentence}" for each in lint_cases(packs, files)] == [
        "5:3 W-CASES `u` lacks cases: near-miss, revoking"
    ]
    assert [place(each) for each in lint_cases(packs, ())] == [
        "1:7 W-CASES",
        "4:3 W-CASES",
        "5:3 W-CASES",
    ]


def test_the_packs_of_the_project_have_all_cases_and_pass_them() -> None:
    packs = load_folder(RULES).packs
    files, faults = read_case_files(load_case_files(RULES), packs)
    assert [str(fault) for fault in (*faults, *lint_cases(packs, files))] == []
    plan, _ = build_plan(RULES, publish_experimental=True)
    published = frozenset(tag.name for tag in plan.tags)

    def run(records: Sequence[Record], until_ms: int) -> tuple[Changes, Held]:
        found = replay(Engine(plan), records, until=until_ms)
        held = {name: tags_of(each, published) for name, each in found.profiles.items()}
        return found.changes, held

    results = run_cases(files, run)
    failures = [str(failure) for result in results for failure in result.failures]
    assert failures == []
    assert len(results) > 30
