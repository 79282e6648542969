"""Whole runs of workers on the simulated log."""

from tagger.stream.script import Advance, Drain, Rebalance, run
from tagger.stream.simulated import SimulatedLog
from tagger.stream.worker import Worker

from .kit import START, changes, compacted, folded, names, parts, written


def test_a_tag_comes_with_the_second_event_and_leaves_by_time_alone() -> None:
    log = SimulatedLog(partitions=1, now=START)
    script = [
        Rebalance({0: "a"}),
        written("browse", "b1", "c", 0),
        written("purchase", "p1", "c", 400),
        Advance(500),
        Drain(rounds=5),
        Advance(20_000),
        Drain(rounds=5),
    ]
    run(script, log, lambda port: Worker(port, parts()))
    assert [(c.op, c.effective_at - START, c.cause) for c in changes(log.published)] == [
        ("added", 400, "event"),
        ("removed", 10_000, "time"),
    ]
    assert names(folded(log.published)) == {}
    assert compacted(log.published) == folded(log.published)
