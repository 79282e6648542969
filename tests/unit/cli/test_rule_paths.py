"""`--rules` given several times: folders and single packs are used together."""

from pathlib import Path

import pytest

from .kit import events_in, objects, purchase, rules_in, run

MORE = """\
pack: more
defaults: {owner: growth}
tags:
  regular:
    title: {en: Regular}
    assign: {when: {all: [{tag: active}, {count: {event: purchase, within: 30d}, gte: 2}]}}
"""


@pytest.fixture
def paths(tmp_path: Path) -> tuple[str | Path, ...]:
    more = tmp_path / "more.yaml"
    more.write_text(MORE)
    return "--rules", rules_in(tmp_path), "--rules", more


@pytest.fixture
def events(tmp_path: Path) -> Path:
    days = ("2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z")
    return events_in(tmp_path, *(purchase("c-1", day) for day in days))


def test_replay_knows_the_tags_of_all_paths(paths: tuple[str | Path, ...], events: Path) -> None:
    result = run("replay", *paths, "--events", events, "--tags", "-")
    assert result.exit_code == 0
    (customer,) = objects(result.stdout)
    assert customer["tags"]["active"] is customer["tags"]["regular"] is True


def test_why_knows_the_tags_of_all_paths(paths: tuple[str | Path, ...], events: Path) -> None:
    result = run("why", "c-1", "regular", *paths, "--events", events)
    assert result.exit_code == 0
    assert result.stdout.startswith("✓ c-1 has regular")
    unknown = run("why", "c-1", "reglar", *paths, "--events", events)
    assert unknown.exit_code == 2
    assert f"no rule in {paths[1]} {paths[3]} makes" in unknown.stderr


def test_a_refusal_names_what_to_check(paths: tuple[str | Path, ...], events: Path) -> None:
    result = run("replay", *paths[2:], "--events", events)
    assert result.exit_code == 2
    assert "there is no tag `active`" in result.stderr
    assert f"`tagger rules check {paths[3]}`" in result.stderr


def test_rules_have_to_be_named(events: Path) -> None:
    result = run("replay", "--events", events)
    assert result.exit_code == 2
    assert "--rules" in result.stderr
