"""Charts show what was measured, for light and dark surroundings."""

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.charts import CHARTS, main
from bench.results import Growth, Live, LiveProgram, Year, YearProgram, YearRun, write

_SVG = "{http://www.w3.org/2000/svg}"


def _program(key: str, cpu_us: float, *, is_right: bool = True) -> YearProgram:
    run = YearRun(1_000, cpu_us, cpu_us, 1e6 / cpu_us, 1.0, 9.0, 1, 7, is_right, 0, 0, {})
    return YearProgram(key, key.title(), "some guarantee", (run,))


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    programs = (
        _program("tagger", 5.0),
        _program("kafka-streams", 20.0),
        _program("slow", 900.0, is_right=False),
        YearProgram("failed", "Failed", "", (), "it ended"),
    )
    year = Year("a machine", "make bench", 1_000, 80.0, programs)
    write(tmp_path / "peers.json", year)
    write(tmp_path / "rules.json", year)
    live = LiveProgram("tagger", "tagger", "exactly once", 80.0, 140.0, 20.0, True)
    write(tmp_path / "live.json", Live("a machine", 5_000, (live,)))
    write(tmp_path / "growth.json", Growth("a machine", {1: 4.0, 2: 5.0}, {3: 6.0, 4: 7.0}))
    return tmp_path


def _bars(markup: str) -> dict[str, float]:
    """Lengths by what stands behind the bar."""
    root = ET.fromstring(markup)  # noqa: S314 - drawn here
    rows = [each for each in root.iter() if each.tag in (f"{_SVG}rect", f"{_SVG}text")]
    return {
        str(after.text): float(each.attrib["width"])
        for each, after in pairwise(rows)
        if each.tag == f"{_SVG}rect" and each.attrib["class"] in ("held", "reach")
    }


@pytest.mark.parametrize("name", CHARTS)
def test_each_is_a_picture_with_words_for_light_and_dark(name: str, measured: Path) -> None:
    for folder in (measured, measured / "nothing"):
        markup = CHARTS[name](folder).markup()
        root = ET.fromstring(markup)  # noqa: S314 - drawn here
        told = root.find(f"{_SVG}desc")
        assert told is not None
        assert ("Not measured yet" in str(told.text)) == (folder != measured)
        assert "prefers-color-scheme: dark" in markup


def test_bars_are_as_long_as_their_figures_up_to_an_edge(measured: Path) -> None:
    found = _bars(CHARTS["cost"](measured).markup())
    assert found["20.0 us"] == pytest.approx(4 * found["5.0 us"], rel=0.01)
    assert found["900.0 us, WRONG ⟶"] == pytest.approx(4 * found["20.0 us"], rel=0.01)
    assert len(found) == 3
    assert len(_bars(CHARTS["growth"](measured).markup())) == 4


def test_the_whole_table_counts_when_it_is_there(measured: Path) -> None:
    write(
        measured / "full.json",
        Year("a machine", "make bench", 1_000, 80.0, (_program("flink", 30.0),)),
    )
    assert list(_bars(CHARTS["cost"](measured).markup())) == ["30.0 us"]


def test_an_unknown_chart_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["none"]) == 2
    assert "cost" in capsys.readouterr().err
