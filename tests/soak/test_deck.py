"""The accidents of a run are enough, and none is left to chance."""

import random

from hypothesis import given
from hypothesis import strategies as st

from .accidents import DEADLY, OTHERS, Accident, deck


@given(st.integers(0, 60), st.integers(0, 30), st.integers())
def test_a_deck_has_the_kills_that_were_asked_for(kills: int, armed: int, seed: int) -> None:
    dealt = deck(random.Random(seed), kills, armed)
    assert sum(accident.kills for accident in dealt) >= kills
    assert sum(accident.kind == "die" for accident in dealt) == armed


@given(st.integers(len(DEADLY), 30), st.integers())
def test_workers_die_at_every_point_equally_often(armed: int, seed: int) -> None:
    dealt = deck(random.Random(seed), 0, armed)
    times = [dealt.count(Accident("die", point)) for point in DEADLY]
    assert max(times) - min(times) <= 1
    assert min(times) >= 1


@given(st.integers())
def test_every_deck_has_the_accidents_that_kill_no_worker(seed: int) -> None:
    assert set(OTHERS) <= set(deck(random.Random(seed), 5, 5))


def test_the_seed_decides_the_order() -> None:
    one, other = deck(random.Random(1), 40, 15), deck(random.Random(2), 40, 15)
    assert one == deck(random.Random(1), 40, 15)
    assert one != other
    assert sorted(map(str, one)) == sorted(map(str, other))
