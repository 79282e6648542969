"""How often garbage is looked for while a worker runs."""

import gc
from collections.abc import Iterator

import pytest

from tagger.stream.kafka import garbage
from tagger.stream.kafka.garbage import YOUNG, looked_for_seldom

USUAL = (700, 10, 10)


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Workers of other tests in this process may be about to end."""
    before = gc.get_threshold()
    gc.set_threshold(*USUAL)
    yield
    gc.set_threshold(*before)


def looks() -> list[int]:
    """How often the collector has looked so far, by generation."""
    return [int(each["collections"]) for each in gc.get_stats()]


def test_many_new_profiles_are_not_looked_through_again_and_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fewer new objects than a look at everything needs, by far more than usual."""
    monkeypatch.setattr(garbage, "YOUNG", 1_000)
    count = 1_000 * garbage.MIDDLE * garbage.ALL // 4
    with looked_for_seldom():
        before = looks()
        profiles = [[number] for number in range(count)]
        young, middle, everything = (now - then for now, then in zip(looks(), before, strict=True))
    assert len(profiles) == count
    assert young <= count / 1_000 + 1
    assert middle <= count / 1_000 / garbage.MIDDLE + 1
    assert everything == 0


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
