"""The same reading order and clock answers give the same changes, however records are put into
batches and wherever the worker is stopped and started again."""

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.tags import TagChange
from tagger.stream.log import EndOffsets, LogRecord
from tagger.stream.player import Stop, Variation, play
from tagger.stream.recording import Answer, Happening, Look, Read, Recording
from tagger.stream.script import Step
from tagger.stream.topics import InputKind
from tagger.workflows.pipeline import Pipeline

from .kit import START, TOPIC_OF, TOPICS, changes, command, event, parts
from .replaying import WITH_MEMORY, WITHOUT_MEMORY, profiles, recorded, scripts, told, variations

PIPELINES = {"without memory": Pipeline(WITHOUT_MEMORY), "with memory": Pipeline(WITH_MEMORY)}
thorough = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("rules", PIPELINES)
@thorough
@given(script=scripts, data=st.data())
def test_batches_checkpoints_and_crashes_change_nothing(
    rules: str, script: list[Step], data: st.DataObject
) -> None:
    pipeline = PIPELINES[rules]
    recording, published = recorded(script, parts(pipeline))
    straight = play(recording, parts(pipeline), Variation())
    assert told(straight.outputs) == told(published)
    again = play(recording, parts(pipeline), data.draw(variations(recording)))
    assert told(again.outputs) == told(straight.outputs)
    assert again.frontier == straight.frontier
    assert profiles(again) == profiles(straight)


class Tape:
    """A recording made by hand; times count from START, topics not named in an answer are empty."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self._offsets: dict[InputKind, int] = {}

    def read(self, kind: InputKind, customer: str, *instants: int) -> "Tape":
        """Records of one topic, each of an event that was written when it happened."""
        for at in instants:
            offset = self._offsets.get(kind, 0)
            self._offsets[kind] = offset + 1
            name = f"{kind}-{offset}"
            if kind == "command":
                value = command(name, customer, at)
            else:
                value = event(kind, name, customer, at)
            record = LogRecord(offset, START + at, customer.encode(), value)
            self.happenings.append(Read(TOPIC_OF[kind], record, START + 100_000))
        return self

    def answer(self, as_of: int, **ends: int) -> "Tape":
        offsets = {(topic, 0): ends.get(kind, 0) for topic, kind in TOPICS.inputs().items()}
        answer = EndOffsets(START + as_of, offsets)
        self.happenings.append(Answer(answer, len(self.happenings), START + 100_000))
        self.happenings.append(Look(START + 100_000, len(self.happenings)))
        return self

    def recording(self) -> Recording:
        return Recording(0, 1, tuple(self.happenings))


class Seen(NamedTuple):
    """A change in few words; `at` counts from START."""

    customer: str
    tag: str
    cause: str
    at: int


def seen(tape: Tape, tag: str, stops: dict[int, Stop]) -> list[Seen]:
    """The changes of one tag when the tape is played so."""
    played = play(tape.recording(), parts(PIPELINES["without memory"]), Variation(stops))
    found: list[TagChange] = [each for each in changes(played.outputs) if each.tag == tag]
    return [Seen(c.customer_id, c.tag, c.cause, c.effective_at - START) for c in found]


def every(tape: Tape) -> list[dict[int, Stop]]:
    """Ways to play a tape: whole batches, single records, and a crash at each place, with a
    checkpoint at each place before."""
    count = len(tape.happenings)
    ways: list[dict[int, Stop]] = [{}, dict.fromkeys(range(1, count + 1), "batch")]
    for crash in range(2, count + 1):
        for checkpoint in range(1, crash):
            ways.append({checkpoint: "checkpoint", crash: "crash"})
            ways.append({checkpoint: "checkpoint", crash: "crash in commit"})
    return ways


def test_what_comes_behind_in_a_backlog_is_late_in_any_batch() -> None:
    tape = Tape().answer(90_000, purchase=9)
    tape.read("purchase", "c-1", 50_000).read("purchase", "c-2", 40_000, 47_999, 48_000)
    late = [Seen("c-1", "spend", "event", 50_000), Seen("c-2", "spend", "correction", 48_000)]
    assert {tuple(seen(tape, "spend", way)[:2]) for way in every(tape)} == {tuple(late)}


def test_what_lies_beyond_the_known_end_of_a_topic_keeps_nobody_waiting_in_any_batch() -> None:
    tape = Tape().answer(20_000).answer(21_000, purchase=1)
    tape.read("browse", "c-1", 19_000).read("purchase", "c-1", 18_500, 18_700)
    for way in every(tape):
        assert [(each.cause, each.at) for each in seen(tape, "spend", way)[:2]] == [
            ("event", 18_500),
            ("correction", 19_000),
        ]


def test_a_shard_that_is_opened_again_knows_what_was_proven_of_each_topic() -> None:
    tape = (
        Tape().answer(10_000, chat=1).answer(20_000, chat=1, purchase=1).read("command", "c-1", 0)
    )
    tape.read("chat", "c-1", 9_000).read("purchase", "c-2", 3_000)
    expected = Seen("c-2", "spend", "correction", 8_000)
    assert {seen(tape, "spend", way)[0] for way in every(tape)} == {expected}


def test_what_waited_is_not_late_when_a_shard_that_is_opened_again_reads_it_again() -> None:
    tape = Tape().answer(10_000, purchase=1).answer(12_000, chat=1, purchase=1)
    tape.read("purchase", "c-2", 7_000).read("command", "c-1", 0).read("chat", "c-1", 11_000)
    for way in every(tape):
        assert seen(tape, "spend", way)[0] == Seen("c-2", "spend", "event", 7_000)


def test_what_waited_holds_the_clock_of_a_shard_that_is_opened_again() -> None:
    tape = Tape().answer(10_000, browse=2, purchase=2)
    tape.read("browse", "c-1", 9_000).read("browse", "c-2", 6_900)
    tape.read("purchase", "c-1", 8_950, 9_000)
    recording, rules = tape.recording(), PIPELINES["with memory"]
    straight = profiles(play(recording, parts(rules), Variation()))
    for way in every(tape):
        assert profiles(play(recording, parts(rules), Variation(way))) == straight
