"""Alerts and dashboard ask for metrics that exist, and every alert says what to do."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tagger.insight.dashboard import main, queries
from tagger.telemetry import Telemetry

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "tagger.rules.yaml"
CASES = ROOT / "deploy" / "prometheus" / "tagger.rules.test.yaml"
DASHBOARD = ROOT / "deploy" / "grafana" / "dashboards" / "tagger.json"
GUIDE = ROOT / "docs" / "guides" / "alerts.md"
SCRAPED = {"instance", "job", "le"}
"""Labels that Prometheus adds."""


def _alerts() -> dict[str, dict[str, Any]]:
    groups = YAML(typ="safe").load(RULES)["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def _metrics() -> dict[str, set[str]]:
    """Labels by the name of a sample."""
    found: dict[str, set[str]] = {}
    for name, kind, labels, _ in Telemetry().catalogue:
        suffixes = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        found |= {f"{name}{suffix}": set(labels) for suffix in suffixes}
    return found


def _labels(query: str) -> Iterator[str]:
    for names in re.findall(r"\b(?:by|on) ?\(([^)]*)\)", query):
        yield from re.findall(r"\w+", names)
    for selector in re.findall(r"\{([^}]*)\}", query):
        yield from re.findall(r"(\w+) ?(?:=~|!~|!=|=)", selector)


QUERIES = [*queries(), *(rule["expr"] for rule in _alerts().values())]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_is_of_metrics_and_labels_that_exist(query: str) -> None:
    known, named = _metrics(), set(re.findall(r"\btagger_\w+", query))
    assert named <= known.keys()
    assert named or 'up{job="tagger"}' in query
    labels = SCRAPED.union(*(known[name] for name in named))
    assert set(_labels(query)) <= labels


@pytest.mark.parametrize("name", _alerts())
def test_an_alert_says_how_bad_it_is_and_what_to_do(name: str) -> None:
    alert = _alerts()[name]
    assert alert["labels"]["severity"] in {"page", "ticket"}
    annotations = alert["annotations"]
    assert annotations["summary"]
    assert annotations["description"]
    page, _, anchor = annotations["runbook_url"].partition("#")
    assert ROOT / page == GUIDE
    sections = dict(re.findall(r"^## (\w+)\n\n\*(\w+)\.\*", GUIDE.read_text("utf-8"), re.MULTILINE))
    assert sections[name].lower() == alert["labels"]["severity"]
    assert anchor == name.lower()


def test_every_alert_is_seen_to_fire() -> None:
    cases = [
        case for test in YAML(typ="safe").load(CASES)["tests"] for case in test["alert_rule_test"]
    ]
    fires = {case["alertname"] for case in cases if case.get("exp_alerts")}
    assert fires == _alerts().keys()


def test_the_dashboard_is_current() -> None:
    assert main(["--check", str(DASHBOARD)]) == 0


@pytest.mark.service
@pytest.mark.parametrize(
    "words",
    [
        ("check", "rules", RULES),
        ("test", "rules", CASES),
        ("check", "config", "--syntax-only", RULES.with_name("prometheus.yaml")),
    ],
)
def test_promtool_agrees(words: tuple[str | Path, ...]) -> None:
    tool = shutil.which("promtool")
    if tool is None:
        pytest.fail("this test needs promtool: apt-get install prometheus", pytrace=False)
    checked = subprocess.run([tool, *map(str, words)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
