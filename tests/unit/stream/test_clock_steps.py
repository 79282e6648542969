"""Somebody sets the wall clocks of machines while anything else goes wrong too."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tagger.stream.script import Advance, Drain, SetClock, Step
from tagger.stream.simulated import SimulatedLog
from tagger.stream.wall_clock import DOUBT_MS

from .accidents import BEGIN, FINISH, MEMBERS, PARTITIONS, final_busy, scripts
from .deciding import MINIMUM, WITHIN_MS
from .kit import START, TOPICS, folded
from .test_accidents import GRACE_MS, Watched

HOUR_MS = 3_600_000

steps_of_clocks = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(MEMBERS),
        st.one_of(st.integers(5_000, 48 * HOUR_MS), st.integers(-48 * HOUR_MS, -5_000)),
    ),
    min_size=1,
    max_size=4,
)


def passing_ms(script: list[Step]) -> int:
    """How long a script takes."""
    rounds = sum(step.rounds * step.by_ms for step in script if isinstance(step, Drain))
    return rounds + sum(step.by_ms for step in script if isinstance(step, Advance))


@settings(max_examples=150)
@given(script=scripts(), clock_steps=steps_of_clocks)
def test_clocks_that_are_set_change_no_tag_and_end_nothing_early(
    script: list[Step], clock_steps: list[tuple[float, str, int]]
) -> None:
    assume(passing_ms(script) < DOUBT_MS)
    between = len(script) - len(BEGIN) - len(FINISH)
    for share, member, by_ms in clock_steps:
        script.insert(len(BEGIN) + int(share * between), SetClock(member, by_ms))
    log = SimulatedLog(partitions=PARTITIONS, now=START)
    simulation = Watched(log).carry_out(script)
    busy = {c for c, current in folded(log.published).items() if "busy" in current.tags}
    assert busy == final_busy(simulation, log.now - GRACE_MS, WITHIN_MS, MINIMUM)
    assert {output.topic for output in log.published} <= {
        *(TOPICS.tag_change, TOPICS.current_tags, TOPICS.command_outcome, TOPICS.dead_letter)
    }
    rejected = sum(output.topic == TOPICS.dead_letter for output in log.published)
    broken = sum(r.value == b"{broken" for records in log.records.values() for r in records)
    assert rejected == broken
