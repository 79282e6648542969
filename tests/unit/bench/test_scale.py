"""What a large cluster needs follows from the figures, and the page shows how."""

from pathlib import Path

import pytest

from bench.compare.tagger_programs import PACKS, TAGGER, TWO_WORKERS
from bench.results import Growth, Restart, Year, YearProgram, YearRun, YearTopic, write
from bench.scale.__main__ import PAGE, with_tables
from bench.scale.costs import CHANGES, UnmeasuredError, all_costs
from bench.scale.tables import BUSY, CUSTOMERS, EVENTS_PER_S, cluster, needed_workers
from tagger.stream.topics import Topics


def _program(key: str, cpu_us: float, changelog_bytes: float = 48.0) -> YearProgram:
    topics = {
        Topics().profile_changelog: YearTopic(9.0, changelog_bytes),
        CHANGES: YearTopic(20.0, 40.0),
        Topics().current_tags: YearTopic(1.0, 30.0),
    }
    run = YearRun(1_000, cpu_us, cpu_us, 9_000, 1.0, 9.0, 300 << 20, 500, True, 400, 250, topics)
    return YearProgram(key, key, "exactly once", (run,))


def _measured(folder: Path, *programs: YearProgram) -> None:
    restart = Restart("a machine", 1_000_000, 90, 200_000, 4.0, 60.0, 100.0)
    write(folder / "rules.json", Year("a machine", "make bench-rules", 1_000, 80.0, programs))
    write(folder / "growth.json", Growth("a machine", {100: 10.0, 10_000: 12.0}, {1: 2.0, 9: 3.0}))
    for name in ("restart", "restart-packs"):
        write(folder / f"{name}.json", restart)


_ALL = (
    _program(TAGGER.key, 10.0),
    _program(TWO_WORKERS.key, 11.0),
    _program(PACKS.key, 25.0, 150.0),
)


def test_workers_take_all_events_with_what_is_left_of_their_processors(tmp_path: Path) -> None:
    _measured(tmp_path, *_ALL)
    one_rule, packs = all_costs(tmp_path)
    assert one_rule.grown_us == pytest.approx(10 * 1.1 + 2)
    assert packs.grown_us == pytest.approx(25 * 1.1 + 2)
    for costs in (one_rule, packs):
        work = EVENTS_PER_S * costs.grown_us / 1e6
        assert needed_workers(costs) - 1 < work / BUSY <= needed_workers(costs)


def test_a_second_worker_that_seemed_to_make_events_cheaper_is_not_planned_on(
    tmp_path: Path,
) -> None:
    _measured(tmp_path, _ALL[0], _program(TWO_WORKERS.key, 8.0), _ALL[2])
    for costs, cpu_us in zip(all_costs(tmp_path), (10, 25), strict=True):
        assert costs.of_workers == 1
        assert costs.grown_us == pytest.approx(cpu_us + 2)


def test_a_change_costs_what_its_share_of_an_event_does(tmp_path: Path) -> None:
    _measured(tmp_path, *_ALL)
    one_rule, packs = all_costs(tmp_path)
    assert one_rule.changes_each == packs.changes_each == pytest.approx(0.5)
    assert packs.change_us == pytest.approx(50)


def test_every_line_shows_arithmetic_that_comes_to_its_result(tmp_path: Path) -> None:
    _measured(tmp_path, *_ALL)
    lines = {name: (how, result) for name, how, result in cluster(all_costs(tmp_path)[0])}
    number = needed_workers(all_costs(tmp_path)[0])
    assert lines["workers"] == ("1,000,000 / 46,154", "22")
    assert lines["changelog, MB/s"] == ("1,000,000 x 1.25 x 48 bytes", "60")
    assert lines["written by all brokers, MB/s"] == ("3 copies x 172", "516")
    assert lines["customers of a worker"][1] == f"{CUSTOMERS / number:,.0f}"
    assert lines["a worker back without its disk, s"] == ("4,545,455 / 200,000 profiles/s", "23")
    assert lines["brokers"] == ("the greater of 516 / 200 MB/s and 181.5 / 12 TB", "16")


def test_what_was_not_measured_is_said_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(UnmeasuredError, match="make bench-rules"):
        all_costs(tmp_path)
    _measured(tmp_path, *_ALL[:2])
    with pytest.raises(UnmeasuredError, match="make bench-rules"):
        all_costs(tmp_path)
    assert "`make bench-rules` is missing" in with_tables(PAGE.read_text("utf-8"), tmp_path)


def test_tables_are_put_between_the_marks_and_nothing_else_is_touched(tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    _measured(tmp_path, *_ALL)
    new = with_tables(page, tmp_path)
    assert new.count("| brokers |") == 2
    assert "| workers | events/s, one rule | events/s, core packs and online retail |" in new
    assert with_tables(new, tmp_path) == new
    assert with_tables(new, tmp_path / "nothing") == with_tables(page, tmp_path / "nothing")
    assert new.split("<!-- table", 1)[0] == page.split("<!-- table", 1)[0]
