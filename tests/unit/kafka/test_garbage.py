"""How often garbage is looked for while a worker runs."""

import gc
from collections.abc import Iterator

import pytest

from tagger.stream.kafka.garbage import YOUNG, looked_for_seldom

USUAL = (700, 10, 10)


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Workers of other tests in this process may be about to end."""
    before = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.set_threshold(*before)


def looks_through_everything() -> int:
    """So far."""
    return int(gc.get_stats()[2]["collections"])


def test_many_new_profiles_are_not_looked_through_again_and_again() -> None:
    with looked_for_seldom():
        before = looks_through_everything()
        profiles = [[number] for number in range(500_000)]
        assert looks_through_everything() == before
    assert len(profiles) == 500_000


def test_the_process_is_left_as_it_was() -> None:
    with looked_for_seldom():
        assert gc.get_threshold() != USUAL
    assert gc.get_threshold() == USUAL


def test_young_garbage_is_freed_all_the_same() -> None:
    with looked_for_seldom():
        gc.collect()
        before = [stat["collected"] for stat in gc.get_stats()]
        for _ in range(2 * YOUNG):
            loop: list[object] = []
            loop.append(loop)
        freed = sum(stat["collected"] for stat in gc.get_stats()) - sum(before)
    assert freed > YOUNG // 2
