"""Attributes that come with a value of another type than declared are counted."""

import json

from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.stream.log import EndOffsets
from tagger.stream.shard import Shard
from tagger.workflows.pipeline import Pipeline

from .kit import START, TOPICS, batch, event, parts

PACK = """
pack: bands
category: profile/bands
defaults: {owner: us, layer: core}
attributes: {points: {type: number}}
tags:
  rich: {assign: {when: {attribute: points, gte: 100}}}
  north: {assign: {when: {attribute: region, eq: north}}}
"""


def test_attributes_of_the_wrong_type_are_counted_once_and_others_are_not() -> None:
    loaded = load_texts({"bands.yaml": PACK})
    given = parts(Pipeline(compile_packs(loaded.packs)))
    shard = Shard(0, given, {})
    nothing = dict.fromkeys(((topic, 0) for topic in TOPICS.inputs()), 0)
    shard.answered(EndOffsets(START, nothing), START, START)
    updates = [
        ("u1", {"points": "many", "region": 5}),
        ("u1", {"points": "many", "region": 5}),
        ("u2", {"points": 500, "region": "north", "undeclared": "x"}),
        ("u3", {"points": None}),
    ]
    for offset, (name, attributes) in enumerate(updates):
        update = json.loads(event("profile", name, "c", 0)) | {"attributes": attributes}
        shard.receive(batch("profile", (offset, 0, json.dumps(update).encode())), START)
    sample = given.telemetry.registry.get_sample_value
    assert sample("tagger_attributes_of_wrong_type_total") == 2
