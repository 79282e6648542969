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
    grid, now, begun = CheckpointGrid(EVERY_MS), 1_000, list[int]()
    for gap_ms, is_by_time_alone in looks:
        now += gap_ms
        if grid.crossed(shard, now) or (is_by_time_alone and grid.is_apart(shard, now)):
            begun.append(now)
            grid.looked_at(shard, now)
            grid.begun(shard, now)
    lines = [at // EVERY_MS for at in begun]
    assert all(lines.count(line) <= 2 for line in lines)


@given(st.lists(st.integers(1, 250), max_size=50), st.integers(0, 10_000))
def test_all_shards_that_are_looked_at_together_cross_lines_together(
    gaps_ms: list[int], now: int
) -> None:
    grid, crossed = CheckpointGrid(EVERY_MS), list[bool]()
    for gap_ms in (0, *gaps_ms):
        now += gap_ms
        found = {grid.crossed(shard, now) for shard in range(4)}
        for shard in range(4):
            grid.looked_at(shard, now)
        assert len(found) == 1
        crossed += found
    assert crossed.count(True) - 1 <= sum(gaps_ms) // EVERY_MS + 1


def test_the_first_checkpoint_by_time_alone_waits_for_nothing_and_the_next_for_half_a_line() -> (
    None
):
    grid = CheckpointGrid(EVERY_MS)
    assert grid.is_apart(0, 1_001)
    grid.begun(0, 1_001)
    assert not grid.is_apart(0, 1_050)
    assert grid.is_apart(0, 1_051)
