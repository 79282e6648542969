"""How often garbage is looked for while a worker runs."""

import gc

from tagger.stream.kafka.garbage import looked_for_seldom


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
    before = gc.get_threshold()
    with looked_for_seldom():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


def test_young_garbage_is_freed_all_the_same() -> None:
    with looked_for_seldom():
        gc.collect()
        before = [stat["collected"] for stat in gc.get_stats()]
        for _ in range(100_000):
            loop: list[object] = []
            loop.append(loop)
        freed = sum(stat["collected"] for stat in gc.get_stats()) - sum(before)
    assert freed > 50_000
