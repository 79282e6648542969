"""What moves a shard's clock, and what does not."""

from tagger.engine.step import BEFORE_TIME
from tagger.stream.frontier import NEVER, Frontier, Reading
from tagger.stream.log import EndOffsets

GRACE_MS = 100
FRESH_MS = 1_000


def clock(*positions: int) -> tuple[Frontier, list[Reading]]:
    readings = [Reading(f"t{rank}", rank, position) for rank, position in enumerate(positions)]
    return Frontier(readings, grace_ms=GRACE_MS, fresh_ms=FRESH_MS), readings


def answer(as_of: int, *ends: int, fed: bool = False) -> EndOffsets:
    return EndOffsets(as_of, {(f"t{rank}", 0): end for rank, end in enumerate(ends)}, fed)


def test_nothing_is_known_before_the_first_answer() -> None:
    frontier, _ = clock(0, 0)
    frontier.look()
    assert frontier.advance(NEVER) == BEFORE_TIME


def test_empty_partitions_are_caught_up_as_soon_as_an_answer_says_so() -> None:
    frontier, _ = clock(0, 0)
    frontier.answered(answer(5_000, 0, 0), 0, asked_at=5_000)
    frontier.look()
    assert frontier.advance(NEVER) == 5_000 - GRACE_MS


def test_the_slowest_topic_rules_by_what_was_read_of_it() -> None:
    frontier, readings = clock(3, 0)
    readings[0].mark = 700
    frontier.answered(answer(5_000, 9, 0), 0, asked_at=5_000)
    frontier.look()
    assert frontier.advance(NEVER) == 700 - GRACE_MS


def test_a_topic_read_to_the_end_after_the_answer_is_proven_up_to_it() -> None:
    frontier, readings = clock(3)
    frontier.answered(answer(5_000, 9), 0, asked_at=5_000)
    readings[0].position = 9
    frontier.look()
    assert frontier.advance(NEVER) == 5_000 - GRACE_MS


def test_an_old_answer_proves_nothing_more() -> None:
    frontier, readings = clock(3)
    frontier.answered(answer(5_000, 9), 0, asked_at=70)
    readings[0].position = 9
    frontier.age(70 + FRESH_MS)
    assert frontier.unanswered == []
    frontier.age(70 + FRESH_MS + 1)
    frontier.look()
    assert not readings[0].caught_up
    assert frontier.unanswered == ["t0"]
    assert frontier.advance(NEVER) == BEFORE_TIME


def test_a_topic_that_an_answer_leaves_out_keeps_its_older_one_until_that_is_old() -> None:
    frontier, readings = clock(0, 0)
    frontier.answered(answer(5_000, 0, 4), 0, asked_at=0)
    frontier.answered(answer(5_500, 0), 0, asked_at=500)
    readings[1].position = 4
    frontier.look()
    assert frontier.advance(NEVER) == 5_000 - GRACE_MS
    frontier.age(FRESH_MS + 1)
    frontier.look()
    assert [reading.caught_up for reading in readings] == [True, False]


def test_a_clock_that_is_held_stands_still_and_catches_up_when_it_is_let_go() -> None:
    frontier, _ = clock(0)
    frontier.is_held = True
    frontier.answered(answer(5_000, 0), 0, asked_at=0)
    frontier.look()
    assert frontier.advance(NEVER) == BEFORE_TIME
    frontier.is_held = False
    assert frontier.advance(NEVER) == 5_000 - GRACE_MS


def test_lagging_again_keeps_what_was_proven() -> None:
    frontier, readings = clock(3)
    frontier.answered(answer(5_000, 3), 0, asked_at=5_000)
    frontier.look()
    frontier.answered(answer(6_000, 4), 0, asked_at=6_000)
    frontier.look()
    assert not readings[0].caught_up
    assert frontier.advance(NEVER) == 5_000 - GRACE_MS


def test_waiting_events_hold_it_and_it_never_goes_back() -> None:
    frontier, _ = clock(0)
    frontier.answered(answer(5_000, 0), 0, asked_at=5_000)
    frontier.look()
    assert frontier.advance(4_000) == 4_000
    assert frontier.advance(3_000) == 4_000


def test_a_feeds_clock_stands_in_for_the_wall_clock() -> None:
    frontier, _ = clock(0)
    frontier.answered(answer(700, 0, fed=True), 0, asked_at=90_000)
    frontier.look()
    assert frontier.advance(NEVER) == 700 - GRACE_MS
    assert frontier.fed_until == 700
    frontier.answered(answer(90_050, 0), 0, asked_at=90_050)
    assert frontier.fed_until is None


def test_a_topic_that_the_answer_does_not_name_is_not_caught_up() -> None:
    frontier, readings = clock(0, 0)
    frontier.answered(answer(5_000, 0), 0, asked_at=5_000)
    frontier.look()
    assert [reading.caught_up for reading in readings] == [True, False]
