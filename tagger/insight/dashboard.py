"""The Grafana dashboard, made of a table: what a row of panels is about, and one query a panel.

`deploy/grafana/dashboards/tagger.json` is made from this module:
`python -m tagger.insight.dashboard --help`. Every query is of metrics in `tagger/telemetry.py`.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from tagger.generated_page import write_or_check

WIDTH = 24
PANEL_WIDTH, PANEL_HEIGHT = 8, 8


class Panel(NamedTuple):
    """One picture: its title, the unit in Grafana's words, and queries by legend."""

    title: str
    unit: str
    queries: dict[str, str]


def _rate(metric: str, *labels: str) -> str:
    by = f" by ({', '.join(labels)})" if labels else ""
    return f"sum{by} (rate(tagger_{metric}[$__rate_interval]))"


def _greatest(metric: str, *labels: str) -> str:
    by = f" by ({', '.join(labels)})" if labels else ""
    return f"max{by} (tagger_{metric})"


def _quantile(quantile: float, metric: str, *labels: str) -> str:
    by = ", ".join((*labels, "le"))
    inner = f"sum by ({by}) (rate(tagger_{metric}_bucket[$__rate_interval]))"
    return f"histogram_quantile({quantile}, {inner})"


ROWS: dict[str, tuple[Panel, ...]] = {
    "Is it well?": (
        Panel("Workers", "none", {"ready": "sum(tagger_ready)", "all": "count(tagger_ready)"}),
        Panel("How far reading is behind", "s", {"{{topic}}": _greatest("lag_seconds", "topic")}),
        Panel(
            "How old the clocks are", "s", {"{{shard}}": _greatest("clock_age_seconds", "shard")}
        ),
    ),
    "What comes in": (
        Panel("Records", "reqps", {"{{topic}}": _rate("records_total", "topic")}),
        Panel(
            "Dead letters",
            "reqps",
            {"{{topic}} {{code}}": _rate("dead_letters_total", "topic", "code")},
        ),
        Panel(
            "Events, by what became of them",
            "reqps",
            {"{{verdict}}": _rate("events_total", "verdict")},
        ),
        Panel(
            "Lateness, 99 of 100",
            "s",
            {"{{type}}": _quantile(0.99, "event_lateness_seconds", "type")},
        ),
        Panel(
            "Producers' clocks, 99 of 100",
            "s",
            {"{{topic}}": _quantile(0.99, "event_skew_seconds", "topic")},
        ),
        Panel(
            "Records that wait for another topic",
            "none",
            {"{{shard}}": _greatest("merge_waiting_records", "shard")},
        ),
    ),
    "What comes out": (
        Panel("Tag changes, by cause", "reqps", {"{{cause}}": _rate("tag_changes_total", "cause")}),
        Panel(
            "Actions",
            "reqps",
            {"{{workflow}} {{arm}}": _rate("workflow_actions_total", "workflow", "arm")},
        ),
        Panel("Commands answered", "reqps", {"{{code}}": _rate("command_outcomes_total", "code")}),
    ),
    "Time": (
        Panel(
            "Deadlines",
            "none",
            {"pending": "sum(tagger_deadlines_pending)", "due": "sum(tagger_deadlines_due)"},
        ),
        Panel("Deadlines run", "reqps", {"run": _rate("deadlines_run_total")}),
        Panel(
            "Wall clocks that are doubted",
            "s",
            {"{{instance}}": _greatest("wall_clock_step_seconds", "instance")},
        ),
    ),
    "Checkpoints and state": (
        Panel(
            "How long a checkpoint takes",
            "s",
            {
                "half": _quantile(0.5, "checkpoint_seconds"),
                "95 of 100": _quantile(0.95, "checkpoint_seconds"),
            },
        ),
        Panel(
            "Records of checkpoints",
            "reqps",
            {"{{kind}}": _rate("checkpoint_records_total", "kind")},
        ),
        Panel(
            "Made again, and not answered",
            "reqps",
            {
                "commits made again": _rate("commits_retried_total"),
                "ends not answered": _rate("ends_unanswered_total"),
            },
        ),
        Panel("Customers", "none", {"{{instance}}": "sum by (instance) (tagger_profiles)"}),
        Panel(
            "Where profiles were found",
            "reqps",
            {"{{found}}": _rate("profiles_asked_total", "found")},
        ),
        Panel(
            "Customers who grew too large",
            "none",
            {"ever": "sum(tagger_customers_quarantined_total)"},
        ),
    ),
}


def dashboard() -> dict[str, Any]:
    """What Grafana reads."""
    return {
        "uid": "tagger",
        "title": "tagger",
        "tags": ["tagger"],
        "schemaVersion": 39,
        "time": {"from": "now-1h", "to": "now"},
        "refresh": "15s",
        "templating": {
            "list": [
                {"name": "source", "label": "Source", "type": "datasource", "query": "prometheus"}
            ]
        },
        "panels": [{"id": number, **each} for number, each in enumerate(_panels(), 1)],
    }


def queries() -> Iterator[str]:
    """Every query of the dashboard."""
    for panels in ROWS.values():
        for panel in panels:
            yield from panel.queries.values()


def _panels() -> Iterator[dict[str, Any]]:
    top = 0
    for title, panels in ROWS.items():
        yield {"type": "row", "title": title, "gridPos": _place(0, top, WIDTH, 1)}
        top += 1
        for number, panel in enumerate(panels):
            down, right = divmod(number * PANEL_WIDTH, WIDTH)
            place = _place(right, top + down * PANEL_HEIGHT, PANEL_WIDTH, PANEL_HEIGHT)
            yield _graph(panel, place)
        top += -(-len(panels) * PANEL_WIDTH // WIDTH) * PANEL_HEIGHT


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


def _graph(panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "type": "timeseries",
        "title": panel.title,
        "gridPos": place,
        "datasource": source,
        "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + number),
                "datasource": source,
                "expr": query,
                "legendFormat": legend,
            }
            for number, (legend, query) in enumerate(panel.queries.items())
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """See `write_or_check`."""
    text = json.dumps(dashboard(), indent=2) + "\n"
    return write_or_check("tagger.insight.dashboard", text, arguments)


if __name__ == "__main__":
    sys.exit(main())
