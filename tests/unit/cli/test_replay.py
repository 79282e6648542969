"""`tagger replay`, as the programs that drive it see it."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .kit import PACK, cart_add, command, events_in, lines_of, objects, purchase, rules_in, run

HISTORY = (
    purchase("c-2", "2026-03-02T09:00:00Z", 4000),
    purchase("c-2", "2026-03-01T09:00:00+00:00", 1999),
    cart_add("c-1", "2026-03-01T10:00:00Z"),
    command("c-3", "2026-03-01T11:00:00Z", "assign", "vip"),
    command("c-4", "2026-03-01T11:00:00Z", "assign", "no_such_tag"),
)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return rules_in(tmp_path)


def replayed(rules: Path, *args: str | Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Changes, and tags by customer."""
    folder = rules.parent
    changes, tags = folder / "changes.jsonl", folder / "tags.jsonl"
    result = run("replay", "--rules", rules, "--changes", changes, "--tags", tags, *args)
    assert (result.exit_code, result.output) == (0, "")
    held = objects(tags.read_bytes())
    assert [each["customer_id"] for each in held] == sorted(each["customer_id"] for each in held)
    assert all(set(each) == {"customer_id", "tags"} for each in held)
    return objects(changes.read_bytes()), {each["customer_id"]: each["tags"] for each in held}


def test_final_tags_are_of_every_known_customer(rules: Path, tmp_path: Path) -> None:
    _, tags = replayed(rules, "--events", events_in(tmp_path, *HISTORY))
    assert tags == {
        "c-1": {"abandoned_cart": True, "band": "low", "spend": 0},
        "c-2": {"active": True, "band": "low", "spend": 59.99},
        "c-3": {"band": "low", "spend": 0, "vip": True},
    }


def test_a_known_customer_without_tags_has_an_empty_line(tmp_path: Path) -> None:
    pack = PACK.partition("tags:")[0] + "tags:\n  vip: {manual: only}\n"
    rules = rules_in(tmp_path, pack)
    _, tags = replayed(rules, "--events", events_in(tmp_path, *HISTORY[:3]))
    assert tags == {"c-1": {}, "c-2": {}}


def test_changes_are_ordered_and_written_for_programs(rules: Path, tmp_path: Path) -> None:
    changes, _ = replayed(rules, "--events", events_in(tmp_path, *HISTORY))
    order = [(each["effective_at"], each["customer_id"], each["sequence"]) for each in changes]
    assert order == sorted(order)
    assert len(order) > 8
    abandoned = next(each for each in changes if each["tag"] == "abandoned_cart")
    assert abandoned["effective_at"] == "2026-03-01T10:30:00.000Z"
    assert abandoned["processed_at"] == abandoned["effective_at"]
    assert (abandoned["op"], abandoned["cause"], abandoned["value"]) == ("added", "time", True)
    assert abandoned["expires_at"] == "2026-03-08T10:30:00.000Z"


@pytest.mark.parametrize(
    "until", ["2026-03-01T10:30:00Z", "1772361000000", "2026-03-01T11:30:00+01:00"]
)
def test_time_ends_at_until_that_instant_included(rules: Path, tmp_path: Path, until: str) -> None:
    events = events_in(tmp_path, *HISTORY)
    changes, tags = replayed(rules, "--events", events, "--until", until)
    assert tags["c-1"]["abandoned_cart"] is True
    assert changes[-1]["effective_at"] == "2026-03-01T10:30:00.000Z"
    assert "c-3" not in tags
    _, before = replayed(rules, "--events", events, "--until", "1772360999999")
    assert "abandoned_cart" not in before["c-1"]


def test_time_passes_after_the_last_event(rules: Path, tmp_path: Path) -> None:
    changes, tags = replayed(
        rules, "--events", events_in(tmp_path, *HISTORY), "--until", "2026-06-30T00:00:00Z"
    )
    assert tags["c-1"] == {"band": "low", "dormant": True, "spend": 0}
    assert {each["cause"] for each in changes if each["tag"] == "abandoned_cart"} == {"time", "ttl"}


def test_experimental_tags_are_shown_on_request(rules: Path, tmp_path: Path) -> None:
    events = events_in(tmp_path, *HISTORY)
    changes, tags = replayed(rules, "--events", events)
    assert "trial" not in json.dumps([changes, tags])
    changes, tags = replayed(rules, "--events", events, "--all", "--until", "2026-03-01T12:00:00Z")
    assert tags["c-1"]["trial"] is True
    assert "trial" in {each["tag"] for each in changes}


def test_as_is_keeps_the_order_of_the_file(rules: Path, tmp_path: Path) -> None:
    events = events_in(tmp_path, *HISTORY)
    causes = {
        each["cause"]: each["effective_at"]
        for each in replayed(rules, "--events", events, "--as-is")[0]
        if each["tag"] == "active"
    }
    assert causes == {"correction": "2026-03-02T09:00:00.000Z"}


def test_files_may_be_many_compressed_and_standard_input(rules: Path, tmp_path: Path) -> None:
    whole = replayed(rules, "--events", events_in(tmp_path, *HISTORY))
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(lines_of(HISTORY[1:2])))
    plain = events_in(tmp_path, HISTORY[2], name="plain.jsonl")
    rest = lines_of([HISTORY[0], *HISTORY[3:]])
    changes, tags = tmp_path / "c", tmp_path / "t"
    args = ("--events", plain, packed, "--events", "-", "--changes", changes, "--tags", tags)
    result = run("replay", *args, "--rules", rules, stdin=rest)
    assert (result.exit_code, result.output) == (0, "")
    assert objects(changes.read_bytes()) == whole[0]
    assert {each["customer_id"]: each["tags"] for each in objects(tags.read_bytes())} == whole[1]


@settings(max_examples=25)
@given(split=st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_how_events_are_spread_over_files_does_not_matter(
    split: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("split")
    rules = rules_in(folder)
    files = [
        events_in(
            folder,
            *(each for each, at in zip(HISTORY, split, strict=True) if at == number),
            name=f"{number}.jsonl",
        )
        for number in range(4)
    ]
    one = events_in(folder, *HISTORY)
    assert replayed(rules, "--events", *files) == replayed(rules, "--events", one)


def test_a_repeated_event_counts_once_however_late_it_comes(rules: Path, tmp_path: Path) -> None:
    first = purchase("c-1", "2026-03-01T09:00:00Z")
    others = [purchase("c-1", f"2026-03-{day}T09:00:00Z", 100) for day in range(10, 20)]
    again = first | {"occurred_at": "2026-03-20T09:00:00Z"}
    _, tags = replayed(rules, "--events", events_in(tmp_path, first, *others, again))
    assert tags["c-1"]["spend"] == 70


def test_actions_and_outcomes(rules: Path, tmp_path: Path) -> None:
    actions, outcomes = tmp_path / "actions", tmp_path / "outcomes"
    events = events_in(tmp_path, *HISTORY)
    more = ("--actions", actions, "--outcomes", outcomes)
    changes, _ = replayed(rules, "--events", events, *more)
    (action,) = objects(actions.read_bytes())
    assert (action["customer_id"], action["type"], action["template"]) == ("c-1", "coupon", "cart")
    assert action["due_at"] == "2026-03-01T10:30:00.000Z"
    assert action["triggered_by"] in {each["id"] for each in changes}
    answers = {each["customer_id"]: each["code"] for each in objects(outcomes.read_bytes())}
    assert answers == {"c-3": "done", "c-4": "unknown-tag"}


def test_standard_output_takes_one_of_the_outputs(rules: Path, tmp_path: Path) -> None:
    events = events_in(tmp_path, *HISTORY)
    result = run("replay", "--rules", rules, "--events", events, "--tags", "-")
    assert [each["customer_id"] for each in objects(result.stdout)] == ["c-1", "c-2", "c-3"]
    twice = run("replay", "--rules", rules, "--events", events, "--tags", "-", "--changes", "-")
    assert twice.exit_code == 2
    assert "named twice" in twice.stderr
    assert twice.stdout == ""


def test_bad_lines_are_reported_and_left_out(rules: Path, tmp_path: Path) -> None:
    events = events_in(tmp_path, HISTORY[0], {"type": "browse"}, *HISTORY[1:])
    with events.open("ab") as file:
        file.write(b"{nonsense\n")
    tags = tmp_path / "tags"
    result = run("replay", "--rules", rules, "--events", events, "--tags", tags)
    assert result.exit_code == 1
    assert result.stdout == ""
    bad, broken = result.stderr.splitlines()
    assert bad.startswith(f"{events}:2 missing-field ")
    assert broken.startswith(f"{events}:7 undecodable ")
    assert len(objects(tags.read_bytes())) == 3


def test_refused_packs_are_listed_with_every_fault(tmp_path: Path) -> None:
    broken = PACK.replace("gte: 2", "gtee: 2").replace("within: 90d", "within: 90q", 1)
    rules = rules_in(tmp_path, broken)
    tags = tmp_path / "tags"
    result = run("replay", "--rules", rules, "--events", events_in(tmp_path), "--tags", tags)
    assert result.exit_code == 2
    faults = [line for line in result.stderr.splitlines() if line.startswith(str(rules))]
    assert {line.split()[0].rsplit(":", 2)[1] for line in faults} == {"11", "26"}
    assert "refused" in result.stderr
    assert not tags.exists()


def test_what_cannot_be_read_ends_with_2(rules: Path, tmp_path: Path) -> None:
    events = events_in(tmp_path, *HISTORY)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(events.read_bytes())[:-20])
    for args in (
        ("--rules", rules, "--events", tmp_path / "missing"),
        ("--rules", rules, "--events", cut),
        ("--rules", rules, "--events", "-", "-"),
        ("--rules", tmp_path / "missing", "--events", events),
        ("--rules", events, "--events", events),
        ("--rules", rules, "--events", events, "--until", "yesterday"),
        ("--rules", rules, "--events", events, "--tags", tmp_path / "no" / "tags"),
        ("--rules", rules, "--events", events, "--tags", tmp_path),
        ("--rules", rules),
        ("--events", events),
    ):
        result = run("replay", *args)
        assert result.exit_code == 2, args
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        assert result.stderr.strip()


def test_a_failure_leaves_earlier_outputs_as_they_were(rules: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(lines_of(HISTORY))[:-20])
    tags = tmp_path / "tags"
    tags.write_text("earlier")
    assert run("replay", "--rules", rules, "--events", cut, "--tags", tags).exit_code == 2
    assert tags.read_text() == "earlier"
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_no_events_are_no_customers(rules: Path, tmp_path: Path) -> None:
    assert replayed(rules, "--events", events_in(tmp_path)) == ([], {})
    assert replayed(rules, "--events", events_in(tmp_path), "--until", "0") == ([], {})


def test_the_summary_counts_tags_and_changes(rules: Path, tmp_path: Path) -> None:
    result = run("replay", "--rules", rules, "--events", events_in(tmp_path, *HISTORY))
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["band", "low", "3"] in lines
    assert ["active", "1"] in lines
    assert ["abandoned_cart", "time", "1", "0", "0"] in lines
    assert ["spend", "event", "3", "1", "0"] in lines
    assert not any(line != line.rstrip() for line in result.stdout.splitlines())
    assert "\x1b" not in result.stdout


def test_ignored_fields_are_told(rules: Path, tmp_path: Path) -> None:
    events = events_in(tmp_path, HISTORY[0] | {"colour": "red"})
    result = run("replay", "--rules", rules, "--events", events)
    assert result.exit_code == 0
    assert result.stderr == "note: ignored fields that no schema names: 1 (colour)\n"
