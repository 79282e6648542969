"""The packs of the repository, through accidents and without: the tags come out the same."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from tagger.domain.tags import TagValue
from tagger.rules.build import build_plan
from tagger.stream.decider import Decider
from tagger.stream.log import Output
from tagger.stream.script import Drain, Rebalance, Step, run
from tagger.stream.simulated import SimulatedLog
from tagger.stream.worker import Worker
from tagger.workflows.pipeline import Pipeline

from .accidents import PARTITIONS, scripts
from .kit import START, compacted, folded, parts

PACKS = Path(__file__).parents[3] / "rules"


@pytest.fixture(scope="module")
def pipeline() -> Decider:
    plan, _ = build_plan(PACKS)
    return Pipeline(plan)


def values(published: list[Output]) -> dict[str, dict[str, TagValue]]:
    return {
        customer: {name: tag.value for name, tag in sorted(current.tags.items())}
        for customer, current in sorted(compacted(published).items())
    }


def read_at_leisure(other: SimulatedLog, pipeline: Decider) -> SimulatedLog:
    """All records of `other` when they have been written, by one worker."""
    log = SimulatedLog(partitions=PARTITIONS, now=other.now)
    log.records = other.records
    quiet = [
        Rebalance({0: "a", 1: "a"}),
        Drain(rounds=40, by_ms=100),
        Drain(rounds=5, by_ms=0),
        Rebalance({}),
    ]
    log.now -= 4_000
    run(quiet, log, lambda port: Worker(port, parts(pipeline, partitions=PARTITIONS)))
    assert log.now == other.now
    return log


@settings(max_examples=60)
@given(script=scripts())
def test_accidents_change_no_tag_of_the_packs(pipeline: Decider, script: list[Step]) -> None:
    log = SimulatedLog(partitions=PARTITIONS, now=START)
    run(script, log, lambda port: Worker(port, parts(pipeline, partitions=PARTITIONS)))
    reference = read_at_leisure(log, pipeline)
    assert values(log.published) == values(reference.published)
    assert compacted(log.published) == folded(log.published)
