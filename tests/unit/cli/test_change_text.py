"""A tag change as one line: when it took effect, how much later it was processed, and why."""

import io
from typing import Literal

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tagger.cli.change_text import change_text
from tagger.cli.wording import brief_duration
from tagger.domain.tags import Evidence, TagChange, Trigger
from tagger.domain.times import parse_duration

from .samples import ADDED, ENOUGH, NOON


def line(**fields: object) -> str:
    return change_text(msgspec.structs.replace(ADDED, **fields)).plain


def test_both_instants_can_be_read_off_a_line() -> None:
    assert line() == (
        "2026-03-01T12:00:00.000Z   +0.412s  c-1       +active               event"
        "       count of purchase within 30d: 2 ≥ 2"
    )
    assert len(line()) <= 120


def test_a_delay_is_as_long_as_it_needs_to_be() -> None:
    delays = {
        0: "+0.000s",
        2_034: "+2.034s",
        59_999: "+59.999s",
        60_000: "+1m",
        3_600_999: "+1h",
        93_784_000: "+1d2h",
        -1_500: "-1.500s",
    }
    for ms, expected in delays.items():
        assert line(processed_at=NOON + ms).split()[1] == expected


@given(st.integers(0, 10**12))
def test_a_brief_duration_is_rounded_down_by_less_than_its_second_unit(ms: int) -> None:
    shown = brief_duration(ms)
    if ms < 60_000:
        assert round(float(shown.removesuffix("s")) * 1_000) == ms
    else:
        second_unit = 1_000 if ms < 3_600_000 else 60_000 if ms < 86_400_000 else 3_600_000
        assert 0 <= ms - parse_duration(shown) < second_unit


def test_a_correction_says_how_late_its_event_came() -> None:
    late = Evidence("late event", NOON - 7_200_000, "behind the clock", NOON, holds=True)
    shown = line(
        cause="correction",
        trigger=Trigger("event", "e-1", NOON - 7_200_000),
        evidence=(late, ENOUGH),
    )
    assert shown.endswith("  correction  2h late, of 2026-03-01T10:00:00.000Z; …")
    assert len(shown) <= 123


def test_evidence_fills_a_line_and_no_more() -> None:
    short = Evidence("x", 1, "gte", 1, holds=True)
    shown = line(evidence=(short,) * 20)
    assert shown.endswith("; x: 1 ≥ 1; …")
    assert cell_len(shown) <= 123
    assert line(evidence=()).endswith(" event")


def shown_on(change: TagChange, *, terminal: bool) -> str:
    file = io.StringIO()
    color: Literal["standard"] | None = "standard" if terminal else None
    console = Console(
        file=file, force_terminal=terminal, color_system=color, soft_wrap=True, highlight=False
    )
    console.print(change_text(change))
    return file.getvalue()


def test_a_worker_that_is_behind_has_a_colour() -> None:
    in_time = msgspec.structs.replace(ADDED, processed_at=NOON + 59_999)
    behind = msgspec.structs.replace(ADDED, processed_at=NOON + 60_000)
    assert "\x1b[1;33m     +1m" in shown_on(behind, terminal=True)
    assert "\x1b[1;33m" not in shown_on(in_time, terminal=True)
    assert "\x1b" not in shown_on(behind, terminal=False)


def test_causes_have_a_colour_on_a_terminal_and_none_in_a_pipe() -> None:
    by_time = msgspec.structs.replace(ADDED, cause="time")
    corrected = msgspec.structs.replace(ADDED, cause="correction")
    assert "  event" in shown_on(ADDED, terminal=True)
    assert "\x1b[36mtime" in shown_on(by_time, terminal=True)
    assert "\x1b[1;35mcorrection" in shown_on(corrected, terminal=True)
    assert "\x1b" not in shown_on(corrected, terminal=False)


def test_what_customers_are_called_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in line(customer_id="c\x1b[2J")
