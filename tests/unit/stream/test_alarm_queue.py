"""Packed alarms against a sorted list."""

from bisect import insort

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.alarm_queue import Alarm, AlarmQueue

_ids = st.sampled_from(["c-1", "c-10", "c-2", "客户", "c-2é", "\U0001f6d2"])
_alarms = st.tuples(st.integers(-5, 40), _ids)
_calls = st.lists(
    st.one_of(
        st.tuples(st.just("push"), _alarms),
        st.tuples(st.just("extend"), st.lists(_alarms, max_size=12)),
        st.tuples(st.just("pop"), st.tuples(st.integers(-5, 40), st.integers(1, 6))),
    ),
    max_size=120,
)


@given(_calls, st.integers(1, 5))
def test_gives_what_a_sorted_list_would(
    calls: list[tuple[str, Alarm | list[Alarm] | tuple[int, int]]], run_alarms: int
) -> None:
    queue, model = AlarmQueue(run_alarms), list[Alarm]()
    for call, subject in calls:
        if isinstance(subject, list):
            queue.extend(subject)
            model = sorted([*model, *subject])
        elif isinstance(subject[1], str):
            queue.push(subject[0], subject[1])
            insort(model, (subject[0], subject[1]))
        else:
            until, times = subject[0], subject[1]
            assert queue.count(until) == sum(at <= until for at, _ in model), call
            for _ in range(times):
                expected = model.pop(0) if model and model[0][0] <= until else None
                assert queue.pop(until) == expected
        assert len(queue) == len(model)
        assert queue.earliest() == (model[0][0] if model else None)
    assert [queue.pop(40) for _ in model] == model


def test_runs_of_which_little_is_left_are_made_one() -> None:
    """Of ten alarms nine ring soon and one late, so each run keeps a tenth of what it held."""
    queue = AlarmQueue(run_alarms=100)
    for at in range(50_000):
        queue.push(at + (1_000_000 if at % 10 == 0 else 2_000), f"c-{at}")
        while queue.pop(at) is not None:
            pass
    late = [(at + 1_000_000, f"c-{at}") for at in range(0, 50_000, 10)]
    assert len(queue) == len(late) + 1_800
    assert len(queue._heads) <= 8 + 2 * len(queue) // 100 + 1
    assert [queue.pop(2_000_000) for _ in range(len(queue))][-len(late) :] == late
