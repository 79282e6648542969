"""When checkpoints are due: on lines, or sooner for what time alone has decided."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.grid import CheckpointGrid

EVERY_MS = 100


@given(
    st.lists(st.tuples(st.integers(1, 250), st.booleans()), min_size=1, max_size=200),
    st.integers(0, 3),
)
def test_between_two_lines_there_are_two_checkpoints_at_most(
    looks: list[tuple[int, bool]], shard: int
) -> None:
    grid, now, begun = CheckpointGrid(EVERY_MS, 4), 1_000, list[int]()
    for gap_ms, is_by_time_alone in looks:
        now += gap_ms
        if grid.crossed(shard, now) or (is_by_time_alone and grid.is_apart(shard, now)):
            begun.append(now)
            grid.begun(shard, now)
    phase = shard * EVERY_MS // 4
    lines = [(at + phase) // EVERY_MS for at in begun]
    assert all(lines.count(line) <= 2 for line in lines)


def test_the_shards_of_a_worker_have_lines_of_their_own() -> None:
    grid = CheckpointGrid(EVERY_MS, 4)
    crossed: dict[int, list[int]] = {0: [], 1: [], 2: [], 3: []}
    for now in range(1_000, 1_200):
        for shard, found in crossed.items():
            if grid.crossed(shard, now):
                found.append(now)
    assert [found[1:] for found in crossed.values()] == [
        [1_100],
        [1_075, 1_175],
        [1_050, 1_150],
        [1_025, 1_125],
    ]


def test_the_first_checkpoint_by_time_alone_waits_for_nothing_and_the_next_for_half_a_line() -> (
    None
):
    grid = CheckpointGrid(EVERY_MS, 1)
    assert grid.is_apart(0, 1_001)
    grid.begun(0, 1_001)
    assert not grid.is_apart(0, 1_050)
    assert grid.is_apart(0, 1_051)
