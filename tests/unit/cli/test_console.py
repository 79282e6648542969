"""What is shown to people is safe to show and lines up."""

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from tagger.cli.console import columns, printable
from tagger.cli.wording import evidence_text, value_text
from tagger.domain.tags import Evidence
from tagger.engine.needs import Unit


@given(st.text())
def test_nothing_that_is_shown_steers_a_terminal(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert shown == text or not text.isprintable()


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=5))
def test_columns_line_up_whatever_they_hold(rows: list[tuple[str, str]]) -> None:
    width = max([4, *(cell_len(printable(first)) for first, _ in rows)])
    for line, (first, second) in zip(
        columns(("name", "count"), rows), [("name", "count"), *rows], strict=True
    ):
        gap = " " * (width - cell_len(printable(first)) + 2)
        assert line.plain == f"{printable(first)}{gap}{printable(second)}".rstrip()


def test_numbers_stand_on_the_right() -> None:
    lines = [each.plain for each in columns(("a", "n"), [("x", "5"), ("y", "10")], right=("n",))]
    assert lines == ["a   n", "x   5", "y  10"]


def test_a_line_in_a_pipe_is_neither_cut_nor_wrapped() -> None:
    file = io.StringIO()
    for line in columns(("a",), [("x" * 500,)]):
        Console(file=file, soft_wrap=True).print(line)
    assert file.getvalue() == f"a\n{'x' * 500}\n"


def test_values_are_readable() -> None:
    assert value_text(1234567) == "1,234,567"
    assert value_text(1234.5) == "1,234.50"
    assert value_text(0.333333) == "0.333333"
    assert value_text(5.0) == "5"
    assert value_text(True) == "true"
    assert value_text(None) == "unset"
    assert value_text(2_592_000_000, "ms") == "30d"
    assert value_text("[86400000, 172800000]", "ms") == "[1d, 2d]"
    assert value_text("a\x1bb") == "a\\x1bb"


def test_evidence_is_readable() -> None:
    def said(*args: str | float | None, holds: bool = True, approximate: bool = False) -> str:
        condition, measured, comparator, threshold = args
        return evidence_text(
            Evidence(str(condition), measured, str(comparator), threshold, holds, approximate)
        )

    day = 86_400_000
    assert said("count of browse ever", 3, "lt", 5) == "count of browse ever: 3 < 5"
    assert said("time since the last browse", day, "gte", 2 * day) == (
        "time since the last browse: 1d ≥ 2d"
    )
    assert said("time since the first browse", None, "gt", day) == (
        "time since the first browse: unset > 1d"
    )
    assert said("no browse within 1d", day, "quiet for", day) == "no browse within 1d: quiet for 1d"
    assert said("left", 0, "happened", None) == "left at 1970-01-01T00:00:00.000Z"
    assert said("late event", 0, "behind the clock", 1) == (
        "late event of 1970-01-01T00:00:00.000Z, 0.001s behind the clock"
    )
    assert said("sum of amount", 9.5, "value", None, approximate=True) == (
        "sum of amount = 9.50 (approximate)"
    )
    assert said("attribute city", None, "is_set", True) == "attribute city is unset"
    assert said("attribute city", "Bonn", "in", "[Bonn, Ulm]") == (
        "attribute city: Bonn in [Bonn, Ulm]"
    )


def test_a_time_is_told_by_its_name_or_by_its_unit() -> None:
    def said(condition: str, comparator: str = "gte", unit: Unit | None = None) -> str:
        evidence = Evidence(condition, 86_400_000, comparator, 172_800_000, holds=False)
        return evidence_text(evidence, unit)

    assert said("not: time since tag vip got its value").endswith(": 1d ≥ 2d")
    assert said("time since the last chat", "value") == "time since the last chat = 1d"
    ratio = "(average time between chat ever) / (count of chat ever)"
    assert said(ratio).endswith(": 1d ≥ 2d")
    assert said("tag quiet_for").endswith(": 86,400,000 ≥ 172,800,000")
    assert said("tag quiet_for", unit="ms").endswith(": 1d ≥ 2d")
    assert said("time since the last chat", unit="").endswith(": 86,400,000 ≥ 172,800,000")
