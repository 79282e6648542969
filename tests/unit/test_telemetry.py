"""Names, labels and the reference page of the metrics."""

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from tagger.telemetry import Telemetry, main, reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"


def test_the_reference_page_is_current() -> None:
    assert main(["--check", str(PAGE)]) == 0


def test_an_old_page_is_found_and_rewritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "reference" / "metrics.md"
    assert main(["--check", str(page)]) == 1
    assert "--write" in capsys.readouterr().err
    assert main(["--write", str(page)]) == 0
    page.write_text(page.read_text().replace("tagger_lag_seconds", "tagger_lag"))
    assert main(["--check", str(page)]) == 1


def test_names_have_prefix_and_base_units_and_no_label_is_a_customer() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \|", reference(), re.MULTILINE)
    assert len(rows) >= 12
    for name, kind, labels in rows:
        assert name.startswith("tagger_")
        assert name.endswith("_total") == (kind == "counter")
        assert not re.search(r"_(ms|millis|milliseconds|minutes)(_|$)", name)
        assert "customer" not in labels


def test_every_exported_sample_is_on_the_page() -> None:
    telemetry = Telemetry()
    text = generate_latest(telemetry.registry).decode()
    exported = re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE)
    page = reference()
    missing = [
        name for name in exported if not name.endswith("_created") and f"`{name}`" not in page
    ]
    assert missing == []


def test_two_processes_worth_of_metrics_live_side_by_side() -> None:
    one, other = Telemetry(), Telemetry()
    one.records_read("crm.browse.v1", 3)
    labels = {"topic": "crm.browse.v1"}
    assert one.registry.get_sample_value("tagger_records_total", labels) == 3
    assert other.registry.get_sample_value("tagger_records_total", labels) is None
