"""Open waits stand in order of their ends, in whatever order their events are read."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.engine import waits
from tagger.engine.profile import UNLIMITED, PatternState
from tagger.rules.plan import Pattern

from .packs import looked

WITHIN_MS = 20
PATTERN = Pattern("left", "left", (0,), 1, "cart_id", WITHIN_MS)
READ = st.lists(
    st.tuples(
        st.sampled_from(["first", "unless"]), st.sampled_from(["", "k", "l"]), st.integers(0, 60)
    ),
    max_size=20,
)


@given(READ)
def test_waits_stand_in_order_of_their_ends_and_end_in_it(
    read: list[tuple[str, str, int]],
) -> None:
    state, clock_at = PatternState(), 0
    for kind, key, at in read:
        clock_at = max(clock_at, at)
        waits.take_due(state, clock_at)
        if kind == "first":
            waits.start(PATTERN, state, key, looked(at), at, clock_at, UNLIMITED)
        else:
            waits.end(PATTERN, state, key, at, clock_at, UNLIMITED)
        ends = [wait.ends_at for wait in state.waits.values()]
        assert ends == sorted(ends)
        assert all(end > clock_at for end in ends)
        assert waits.next_end(state) == min(ends, default=None)
    due = waits.take_due(state, clock_at + WITHIN_MS)
    assert [wait.ends_at for wait in due] == ends if read else due == []
    assert waits.next_end(state) is None
