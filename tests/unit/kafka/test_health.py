"""When a worker counts as standing still."""

from tagger.stream.kafka.health import STALLED_S, Watch
from tagger.stream.progress import WorkerProgress


def _progress(records_read: int, *, ready: bool = True, caught_up: bool = False) -> WorkerProgress:
    return WorkerProgress(is_ready=ready, caught_up=caught_up, records_read=records_read, shards=())


def _stalls(*looks: WorkerProgress) -> list[bool]:
    """What the watch says at each look, with more than the limit between two looks."""
    now_s = 0.0
    watch = Watch(lambda: now_s)
    answers = []
    for progress in looks:
        answers.append(watch.is_stalled(progress))
        now_s += STALLED_S + 1
    return answers


def test_nothing_moved_although_records_wait() -> None:
    assert _stalls(_progress(5), _progress(5)) == [False, True]


def test_reading_counts_as_moving() -> None:
    assert _stalls(_progress(5), _progress(6), _progress(7)) == [False, False, False]


def test_a_worker_with_nothing_to_read_does_not_stall() -> None:
    idle = _progress(5, caught_up=True)
    assert _stalls(idle, idle, idle) == [False, False, False]


def test_brokers_that_are_away_are_not_the_workers_fault() -> None:
    away = _progress(5, ready=False)
    assert _stalls(away, away, away) == [False, False, False]
