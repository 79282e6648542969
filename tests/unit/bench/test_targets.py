"""What is reached is told beside what is wanted, out of the benches' files."""

from pathlib import Path

import pytest

from bench.compare.tagger_programs import (
    FEW_UNTOUCHED,
    MANY_UNTOUCHED,
    PACKS,
    TAGGER,
    TWO_WORKERS,
)
from bench.filled import filled
from bench.results import (
    Growth,
    Idle,
    Live,
    LiveProgram,
    Restart,
    Year,
    YearProgram,
    YearRun,
    write,
)
from bench.targets import BASE, PAGE, targets, with_table


def _program(key: str, cpu_us: float) -> YearProgram:
    run = YearRun(1_000, cpu_us, cpu_us, 1e6 / cpu_us, 1.0, 9.0, 1, 7, True, 0, 0, {})
    return YearProgram(key, key, "exactly once", (run,))


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    year = Year(
        *("a machine", "make bench", 1_000, 80.0),
        tuple(
            _program(key, cpu_us)
            for key, cpu_us in (
                (TAGGER.key, 10.0),
                (BASE, 40.0),
                (TWO_WORKERS.key, 12.0),
                (PACKS.key, 30.0),
                (FEW_UNTOUCHED.key, 20.0),
                (MANY_UNTOUCHED.key, 21.0),
            )
        ),
    )
    write(tmp_path / "full.json", year)
    write(tmp_path / "rules.json", year)
    live = LiveProgram(TAGGER.key, "tagger", "exactly once", 80.0, 170.0, 20.0, True)
    write(tmp_path / "live.json", Live("a machine", 5_000, (live,)))
    write(tmp_path / "idle.json", Idle("a machine", 2_000, 2_060, 2_140))
    write(tmp_path / "growth.json", Growth("a machine", {1: 4.0, 2: 5.0}, {3: 4.0, 4: 7.0}))
    for name in ("restart", "restart-packs"):
        write(tmp_path / f"{name}.json", Restart("a machine", 9, 90, 100_000, 4.0, 60.0, 100.0))
    return tmp_path


def test_each_says_what_is_reached_and_whether_that_is_enough(measured: Path) -> None:
    found = [each.line()[1:4] for each in targets(measured)]
    assert found == [
        ("at most 0.25 times", "0.25 times", "yes"),
        ("at least 4.00 times", "4.00 times", "yes"),
        ("at most 1.18 times", "1.20 times", "no"),
        ("at most 3.00 times", "3.00 times", "yes"),
        ("at most 1.10 times", "1.05 times", "yes"),
        ("at most 90 ms", "80 ms", "yes"),
        ("at most 160 ms", "170 ms", "no"),
        ("at most 25 %", "20 %", "yes"),
        ("at most 150 ms", "140 ms", "yes"),
        ("at most 1.50 times", "1.25 times", "yes"),
        ("at most 1.50 times", "1.75 times", "no"),
        ("at most 64.0 bytes", "60.0 bytes", "yes"),
        ("at most 10.0 s", "4.0 s", "yes"),
        ("at least 150,000", "100,000", "no"),
        ("at least 150,000", "100,000", "no"),
    ]


def test_what_was_never_measured_is_said(tmp_path: Path) -> None:
    assert {each.line()[2] for each in targets(tmp_path)} == {"not measured yet"}


def test_the_table_is_put_into_the_page_and_nothing_else_is_touched(measured: Path) -> None:
    page = PAGE.read_text("utf-8")
    new = with_table(page, measured)
    assert "| two workers, to one | at most 1.18 times | 1.20 times | no |" in new
    assert with_table(new, measured) == new
    assert new.split("<!-- table", 1)[0] == page.split("<!-- table", 1)[0]


def test_figures_go_to_the_right_and_a_table_without_lines_is_its_text() -> None:
    page = "a\n<!-- table: one -->\nold\n<!-- end of table -->\nb\n"
    table = [("what", "how", "comes to"), ("x", "2 x 3", "6"), ("y", "as above", "7")]
    assert "|---|---|---:|\n| x | 2 x 3 | 6 |" in filled(page, {"one": table})
    assert "\nNothing yet.\n" in filled(page, {"one": [("Nothing yet.",)]})
    with pytest.raises(KeyError):
        filled(page, {})
