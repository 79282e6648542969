"""What an operator is told while brokers are away, and how often."""

import logging

import pytest

from tagger.stream.kafka.outage import Outage
from tagger.stream.kafka.seldom import EVERY_S, ConnectionLines


class _Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_the_reason_names_everything_that_waits_and_for_how_long() -> None:
    clock = _Clock()
    outage = Outage(clock)
    outage.met("checkpoints wait", "no answer")
    clock.now_s += 7
    outage.met("checkpoints wait", "connection refused")
    outage.met("a shard waits", "no leader")
    assert outage.reason == (
        "checkpoints wait, for 7 s now: connection refused; a shard waits, for 0 s now: no leader"
    )
    assert outage.seconds == 7


def test_what_is_over_is_told_no_more() -> None:
    outage = Outage(_Clock())
    outage.met("checkpoints wait", "no answer")
    outage.over("checkpoints wait")
    outage.over("a shard waits")
    assert (outage.reason, outage.seconds) == ("", 0.0)


def test_however_often_it_is_met_the_log_gets_a_line_every_few_seconds(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = _Clock()
    outage = Outage(clock)
    with caplog.at_level(logging.WARNING, "tagger.kafka"):
        for _ in range(100):
            outage.met("checkpoints wait", "no answer")
            outage.over("checkpoints wait")
            outage.met("checkpoints wait", "no answer")
            clock.now_s += EVERY_S / 50
    assert len(caplog.records) == 2


def test_of_the_clients_lines_about_lost_connections_one_passes_every_few_seconds() -> None:
    clock = _Clock()
    lines = ConnectionLines(clock)

    def passes(kind: str) -> bool:
        said = ("%s [%s] %s", (kind, "tagger#consumer-1", "Connect to broker failed: refused"))
        return lines.filter(logging.LogRecord("tagger.kafka", logging.ERROR, "", 0, *said, None))

    assert [passes("FAIL") for _ in range(3)] == [True, False, False]
    assert passes("SESSTMOUT")
    assert passes("SESSTMOUT")
    clock.now_s += EVERY_S
    assert passes("FAIL")


def test_lines_of_other_origin_pass() -> None:
    record = logging.LogRecord("tagger.kafka", logging.ERROR, "", 0, "FAIL %s", ("a",), None)
    lines = ConnectionLines(_Clock())
    assert [lines.filter(record) for _ in range(3)] == [True] * 3
