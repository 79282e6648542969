"""A small file cannot ask for endless work by naming things that name things."""

import pytest

from tagger.rules.loader import load_texts

from .folders import FILE, HEAD


def codes_of(text: str) -> list[str]:
    return [fault.code for fault in load_texts({FILE: text}).faults if fault.is_error]


def doubling(section: str, first: str, both: str, steps: int) -> str:
    lines = [f"  n0: {first}"]
    lines += [f"  n{step}: {both.replace('X', f'n{step - 1}')}" for step in range(1, steps)]
    return f"{HEAD}{section}:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        doubling("conditions", "{tag: t}", "{all: [{condition: X}, {condition: X}]}", 25),
        doubling("conditions", "{tag: t}", "{not: {condition: X}}", 3_000),
        doubling("events", "{event: chat}", "{event: X, where: {channel: web}}", 3_000),
    ],
    ids=["conditions that double", "conditions in a row", "events in a row"],
)
def test_names_that_grow_too_large_are_refused(text: str) -> None:
    found = codes_of(f"{text}tags: {{t: {{manual: only}}}}\n")
    assert set(found) == {"E-LIMIT"}
    assert len(found) < 20


def test_events_that_double_are_refused() -> None:
    lines = ["  a0: {event: chat}", "  b0: {event: purchase}"]
    for step in range(1, 20):
        bases = f"[a{step - 1}, b{step - 1}]"
        lines += [f"  a{step}: {{event: {bases}}}"]
        lines += [f"  b{step}: {{event: {bases}, where: {{channel: w{step}}}}}"]
    found = codes_of(f"{HEAD}events:\n" + "\n".join(lines) + "\n")
    assert set(found) == {"E-LIMIT"}


def test_many_tags_over_one_large_condition_are_refused() -> None:
    large = f"{{any: [{', '.join(['{tag: t}'] * 3000)}]}}"
    tags = "\n".join(f"  u{n}: {{assign: {{when: {{condition: c}}}}}}" for n in range(10))
    text = f"{HEAD}conditions:\n  c: {large}\ntags:\n  t: {{manual: only}}\n{tags}\n"
    assert codes_of(text) == ["E-LIMIT"]


def test_a_file_full_of_faults_is_cut() -> None:
    lines = "\n".join(f"  t{n}: {{asign: 1}}" for n in range(3_000))
    loaded = load_texts({FILE: f"{HEAD}tags:\n{lines}\n"})
    assert len(loaded.faults) == 201
    assert "E-LIMIT" in {fault.code for fault in loaded.faults}
