"""Workers of the real stream on a simulated log, and what they published."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.encode import Encoder
from tagger.codecs.json_lines import change_line
from tagger.rules.build import build_plan
from tagger.rules.plan import Plan
from tagger.stream.log import Output
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

from .history import PARTITIONS, TOPICS

RULES = Path(__file__).parents[2] / "rules"


def shipped_rules() -> dict[str, str]:
    """The core packs, by file name."""
    files = (file for file in sorted(RULES.glob("*.yaml")) if ".test." not in file.name)
    return {file.name: file.read_text("utf-8") for file in files}


def plan_of(rules: Mapping[str, str]) -> Plan:
    """The plan of packs that are at hand as texts."""
    with TemporaryDirectory() as folder:
        for name, text in rules.items():
            Path(folder, name).write_text(text, "utf-8")
        plan, _ = build_plan(Path(folder))
    return plan


def parts(plan: Plan, settings: StreamSettings | None = None) -> Parts:
    """The product's own parts."""
    return Parts(
        settings=settings or StreamSettings(partitions=PARTITIONS),
        decider=Pipeline(plan),
        decoder=RecordDecoder(),
        publisher=Publisher(TOPICS, Encoder("json")),
        telemetry=Telemetry(),
    )


def changes(published: Iterable[Output]) -> dict[tuple[str, int], str]:
    """Every change as a JSON object without `processed_at`, by customer and `sequence`, in this
    order. Raises AssertionError when one that was published twice is not the same."""
    lines: dict[tuple[str, int], str] = {}
    for output in published:
        if output.topic != TOPICS.tag_change:
            continue
        change = decode_change(output.value)
        fields: dict[str, Any] = json.loads(change_line(change))
        del fields["processed_at"]
        line = msgspec.json.encode(fields).decode()
        assert lines.setdefault((change.customer_id, change.sequence), line) == line
    return dict(sorted(lines.items()))
