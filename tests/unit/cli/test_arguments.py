"""Arguments that several commands share."""

from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.cli.arguments import Instant, Spreading, events_option
from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS
from tagger.domain.times import format_instant

FILES = st.lists(st.one_of(st.just("-"), st.text("abc.", min_size=1)), min_size=1, max_size=4)


def parsed(args: list[str]) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Event files, other arguments, and whether the flag is there."""

    @click.command(cls=Spreading)
    @click.argument("others", nargs=-1)
    @events_option
    @click.option("--flag", is_flag=True)
    def probe(others: tuple[str, ...], event_files: tuple[str, ...], flag: bool) -> object:
        return event_files, others, flag

    found: tuple[tuple[str, ...], tuple[str, ...], bool]
    found = probe.main(args, "probe", standalone_mode=False)
    return found


@given(groups=st.lists(FILES, min_size=1, max_size=4), others=FILES)
def test_events_may_be_given_together_or_one_by_one(
    groups: list[list[str]], others: list[str]
) -> None:
    files = tuple(file for group in groups for file in group)
    together = [arg for group in groups for arg in ("--events", *group)]
    assert parsed([*others, *together, "--flag"]) == (files, tuple(others), True)
    assert parsed([*together, "--flag", *others]) == (files, tuple(others), True)
    assert parsed([*together, "--", *others]) == (files, tuple(others), False)
    joined = [f"--events={groups[0][0]}", *groups[0][1:], *together[len(groups[0]) + 1 :]]
    assert parsed([*others, *joined]) == (files, tuple(others), False)


def test_events_without_a_file_are_wrong_use() -> None:
    with pytest.raises(click.UsageError):
        parsed(["--events"])


@given(st.integers(FIRST_INSTANT_MS, LAST_INSTANT_MS))
def test_an_instant_is_rfc_3339_or_milliseconds(at: int) -> None:
    convert = Instant().convert
    assert convert(format_instant(at), None, None) == at
    assert convert(str(at), None, None) == at


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-03-01", "2026-03-01T10:00:00", "1e9", "12.5", str(LAST_INSTANT_MS + 1)],
)
def test_what_is_no_instant_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(click.BadParameter, match="2026-03-01T09:30:00Z"):
        Instant().convert(text, None, None)


def test_now_is_an_instant_where_it_may_be() -> None:
    before = int(datetime.now(UTC).timestamp() * 1_000)
    at = Instant(allow_now=True).convert("now", None, None)
    after = int(datetime.now(UTC).timestamp() * 1_000) + 1
    assert at is not None
    assert before <= at <= after


def test_a_file_named_like_an_option_can_be_given(tmp_path: Path) -> None:
    assert parsed([f"--events={tmp_path}", "--events=-x", "a"])[0] == (str(tmp_path), "-x", "a")
