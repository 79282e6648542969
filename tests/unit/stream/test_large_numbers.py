"""A sum that no floating-point number can hold is published like any other, in every encoding."""

import dataclasses
import json

import pytest

from tagger.codecs.decode_outputs import decode_change
from tagger.codecs.encode import Encoder, Encoding
from tagger.stream.log import EndOffsets
from tagger.stream.outputs import Publisher
from tagger.stream.shard import Shard
from tagger.workflows.pipeline import Pipeline
from tests.unit.engine.packs import plan_of

from .kit import START, TOPICS, batch, event, parts

GREATEST = 1.7e308


@pytest.mark.parametrize("encoding", ["json", "single-object"])
@pytest.mark.parametrize("measure", ["sum", "max"])
def test_what_is_measured_is_published(encoding: Encoding, measure: str) -> None:
    asked = f"{{{measure}: {{event: purchase, of: quantity, within: 30d}}, gte: 5}}"
    pipeline = Pipeline(plan_of(f"many: {{assign: {{when: {asked}}}}}"))
    publisher = Publisher(TOPICS, Encoder(encoding))
    shard = Shard(0, dataclasses.replace(parts(pipeline), publisher=publisher), {})
    nothing_left = dict.fromkeys(((topic, 0) for topic in TOPICS.inputs()), 0)
    shard.answered(EndOffsets(START, nothing_left), START, START)
    lines = [{"product_id": each, "quantity": GREATEST} for each in ("a", "b")]
    bought = {**json.loads(event("purchase", "e1", "c", 0)), "lines": lines}
    shard.receive(batch("purchase", (0, 0, json.dumps(bought).encode())), START)
    checkpoint = shard.take_checkpoint()
    assert checkpoint is not None
    (output,) = [each for each in checkpoint.outputs if each.topic == TOPICS.tag_change]
    (evidence,) = decode_change(output.value).evidence
    assert evidence.measured == "34" + 307 * "0"
