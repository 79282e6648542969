"""Which of a tag's commands was issued last is part of the state: it outlives workers, in the
versions that have room for it."""

import pytest

from tagger.codecs.decode_outputs import decode_outcome
from tagger.rules.compiling.compile import compile_packs
from tagger.rules.loader import load_texts
from tagger.stream import changelog_record
from tagger.stream.log import Checkpoint, Committed
from tagger.stream.parts import Parts
from tagger.stream.shard import Shard
from tagger.workflows.pipeline import Pipeline

from .kit import START, TOPICS, batch, command, parts

PACK = """\
pack: manual
defaults: {owner: us, layer: core}
tags:
  marked: {manual: only}
"""
RELEASE = command("newer", "c", 9, "release")
ASSIGN = command("older", "c", 1)
BESIDE = command("beside", "c", 9)
OLD, NEW = changelog_record.READABLE


def parts_of(version: int, *, told: int = 0) -> Parts:
    loaded = load_texts({"manual.yaml": PACK})
    assert not any(fault.is_error for fault in loaded.faults)
    plan = compile_packs(loaded.packs)
    return parts(Pipeline(plan), first_state_version=version, state_version=told)


def reopened(shard: Shard, given: Parts) -> tuple[Shard, Checkpoint]:
    """Another owner's shard, from what a checkpoint of this one has left; and that."""
    made = shard.take_checkpoint()
    assert made is not None
    committed = {topic: Committed(at, made.metadata) for topic, at in made.offsets.items()}
    after = Shard(0, given, committed)
    after.restore([(key, value) for key, value in made.changelog if value is not None])
    return after, made


def codes(checkpoint: Checkpoint) -> dict[str, str]:
    """The answers, by command."""
    topic = TOPICS.command_outcome
    found = [decode_outcome(each.value) for each in checkpoint.outputs if each.topic == topic]
    return {outcome.command_id: outcome.code for outcome in found}


@pytest.mark.parametrize(("version", "told"), [(OLD, "done"), (NEW, "superseded")])
@pytest.mark.parametrize("restarts", [False, True])
def test_an_older_command_is_overtaken_where_the_state_has_room_to_say_so(
    version: int, told: str, restarts: bool
) -> None:
    given = parts_of(version)
    shard = Shard(0, given, {})
    shard.receive(batch("command", (0, 9, RELEASE)), START + 9)
    if restarts:
        shard, _ = reopened(shard, given)
    shard.receive(batch("command", (1, 9, ASSIGN), (2, 9, BESIDE)), START + 9)
    _, made = reopened(shard, given)
    found = codes(made)
    assert (found["older"], found["beside"] in {"done", "unchanged"}) == (told, True)
    sample = given.telemetry.registry.get_sample_value
    overtaken = sample("tagger_command_outcomes_total", {"code": "superseded"})
    assert overtaken == (1 if told == "superseded" else None)
    profile = changelog_record.load(made.changelog[0][1] or b"")
    assert profile.commanded_at == ({"marked": START + 9} if version == NEW else None)


def test_a_shard_that_goes_over_to_a_newer_version_orders_commands_from_then_on() -> None:
    shard = Shard(0, parts_of(OLD), {})
    shard.receive(batch("command", (0, 9, RELEASE)), START + 9)
    shard, _ = reopened(shard, parts_of(OLD, told=NEW))
    assert shard.state_version == NEW
    shard.receive(batch("command", (1, 9, ASSIGN), (2, 9, command("last", "c", 0))), START + 9)
    _, made = reopened(shard, parts_of(OLD))
    assert codes(made) == {"older": "done", "last": "superseded"}
