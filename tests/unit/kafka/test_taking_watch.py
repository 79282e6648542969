"""A worker that takes nothing over is noticed, and one that has to wait is not."""

from dataclasses import dataclass

from tagger.stream.kafka.taking_watch import LOOKS, TakingWatch


@dataclass
class Reader:
    """As many records as the test says."""

    outstanding: int = 0
    given_back: int = 0


def _told(watch: TakingWatch, looks: int, *, is_held: bool = False) -> list[str]:
    return [told for _ in range(looks) if (told := watch.look(is_held=is_held))]


def test_batches_that_nobody_takes_over_are_told_after_a_while() -> None:
    watch = TakingWatch(Reader(outstanding=7))
    assert _told(watch, LOOKS - 1) == []
    assert "7 records wait" in watch.look(is_held=False)


def test_a_worker_that_takes_some_over_or_has_none_is_not_stuck() -> None:
    reader = Reader(outstanding=7)
    watch = TakingWatch(reader)
    for _ in range(3):
        assert _told(watch, LOOKS - 1) == []
        reader.given_back += 1
        assert watch.look(is_held=False) == ""
    reader.outstanding = 0
    assert _told(watch, 3 * LOOKS) == []


def test_a_wait_that_another_worker_would_have_too_does_not_count() -> None:
    watch = TakingWatch(Reader(outstanding=7))
    for _ in range(3):
        assert _told(watch, LOOKS - 1) == []
        assert _told(watch, LOOKS, is_held=True) == []
