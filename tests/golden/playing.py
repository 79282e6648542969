"""Plays golden logs: what follows, and how that differs from what was expected."""

import json
from collections.abc import Iterable, Mapping
from difflib import unified_diff
from functools import cache
from typing import Any

import msgspec

from tagger.codecs.decode import RecordDecoder
from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.encode import Encoder
from tagger.codecs.json_lines import change_line
from tagger.rules.build import build_plan
from tagger.stream.log import Output
from tagger.stream.outputs import Publisher
from tagger.stream.parts import Parts, StreamSettings
from tagger.stream.player import Stop, Variation, play
from tagger.stream.recording import Recording
from tagger.stream.topics import Topics
from tagger.telemetry import Telemetry
from tagger.workflows.pipeline import Pipeline

from .logs import RULES

TOPICS = Topics()
STRAIGHT = Variation()
_SIGNS = {"added": "+", "removed": "-", "updated": "~"}
_MOST_DIFFERENCES = 60


def parts(partitions: int = 1) -> Parts:
    """The product's own parts, with the golden rules."""
    return Parts(
        settings=StreamSettings(partitions=partitions),
        decider=_pipeline(),
        decoder=RecordDecoder(),
        publisher=Publisher(TOPICS, Encoder("json")),
        telemetry=Telemetry(),
    )


@cache
def _pipeline() -> Pipeline:
    plan, _ = build_plan(RULES)
    return Pipeline(plan)


def variations(recording: Recording) -> Mapping[str, Variation]:
    """Ways to play a log, by what is said of them."""
    places = range(1, len(recording.happenings) + 1)

    def every(number: int, stop: Stop) -> dict[int, Stop]:
        return {place: stop for place in places if place % number == 0}

    single = every(1, "batch")
    return {
        "in whole batches": STRAIGHT,
        "record by record": Variation(single, sweep_limit=1),
        "in batches of seven, a day later": Variation(every(7, "batch"), 3, later_ms=86_400_000),
        "with all deadlines at the end": Variation(every(11, "checkpoint"), sweep_limit=0),
        "with crashes": Variation(every(13, "checkpoint") | every(97, "crash"), sweep_limit=2),
        "record by record, with crashes in commits": Variation(
            single | every(5, "checkpoint") | every(61, "crash in commit"), sweep_limit=50
        ),
        "from its beginning again and again": Variation(every(293, "crash")),
    }


def changes(recording: Recording, variation: Variation) -> list[str]:
    """What follows from a log: every change as a JSON object without `processed_at`, by customer
    and in order of `sequence`. Raises AssertionError when a change that a crash let be published
    again is another one."""
    found = play(recording, parts(recording.partitions), variation)
    lines: dict[tuple[str, int], str] = {}
    for change in _changes(found.outputs):
        fields = json.loads(change_line(change))
        del fields["processed_at"]
        line = msgspec.json.encode(fields).decode()
        assert lines.setdefault((change.customer_id, change.sequence), line) == line
    return [lines[place] for place in sorted(lines)]


def difference(expected: list[str], found: list[str]) -> str:
    """What differs, for people: the changes that are missing (-) and those that are new (+), each
    among its neighbours; empty where nothing does."""
    lines = list(unified_diff(_told(expected), _told(found), "expected", "found", lineterm="", n=1))
    cut = len(lines) - _MOST_DIFFERENCES
    more = [f"... and {cut} lines more"] if cut > 0 else []
    return "\n".join([*lines[:_MOST_DIFFERENCES], *more])


def _changes(outputs: Iterable[Output]) -> Iterable[Any]:
    return (decode_change(each.value) for each in outputs if each.topic == TOPICS.tag_change)


def _told(lines: Iterable[str]) -> list[str]:
    """A change in a line or more: all of its fields, the most telling ones first."""
    told: list[str] = []
    for line in lines:
        fields = json.loads(line)
        trigger = fields.pop("trigger")
        value, before = fields.pop("value"), fields.pop("previous_value")
        told.append(
            f"{fields.pop('customer_id')} {fields.pop('sequence')}"
            f" {_SIGNS[fields.pop('op')]}{fields.pop('tag')}={value} (was {before})"
            f" at {fields.pop('effective_at')}, {fields.pop('cause')}:"
            f" {trigger['kind']} {trigger['id']} of {trigger['at']}"
        )
        told += [f"    because {json.dumps(each)}" for each in fields.pop("evidence")]
        told.append(f"    {json.dumps(fields)}")
    return told
