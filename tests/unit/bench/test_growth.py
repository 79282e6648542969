"""The bench of growth measures events of customers that it has put on disk."""

from pathlib import Path

import pytest

from bench import growth
from bench.growth import main
from bench.results import Growth, read


def test_both_ratios_are_printed_and_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "QUIET_TIMES", 0)
    sizes = ["--customers", "200", "2000", "--window", "5", "400"]
    assert main([*sizes, "--events", "1000", "--results", str(tmp_path)]) == 0
    found = read(tmp_path / "growth.json", Growth)
    assert found is not None
    assert found.by_customers.keys() == {200, 2_000}
    assert found.by_window.keys() == {5, 400}
    assert min(*found.by_customers.values(), *found.by_window.values()) > 0
    assert capsys.readouterr().out.count("at most 1.5 is wanted") == 2


def test_a_process_that_does_not_come_to_rest_is_measured_all_the_same_and_it_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "PATIENCE_S", 0.0)
    growth._wait_until_idle()
    assert "not quiet after 0 s" in capsys.readouterr().err
    monkeypatch.setattr(growth, "QUIET_TIMES", 0)
    growth._wait_until_idle()
    assert capsys.readouterr().err == ""
