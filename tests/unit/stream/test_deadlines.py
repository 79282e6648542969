"""Deadlines against a plain dict."""

from hypothesis import given
from hypothesis import strategies as st

from tagger.stream.deadlines import Deadlines

_customers = st.sampled_from([f"c-{n}" for n in range(6)])
_calls = st.lists(
    st.one_of(
        st.tuples(st.just("set"), _customers, st.one_of(st.none(), st.integers(0, 40))),
        st.tuples(st.just("due"), st.integers(1, 4), st.integers(0, 40)),
    ),
    max_size=200,
)


@given(_calls)
def test_gives_what_a_sorted_dict_would(calls: list[tuple[str, str | int, int | None]]) -> None:
    deadlines, model = Deadlines(), dict[str, int]()
    for call, subject, at in calls:
        if isinstance(subject, str):
            deadlines.set(subject, at)
            model.pop(subject, None)
            if at is not None:
                model[subject] = at
        elif at is not None:
            due = sorted((when, customer) for customer, when in model.items() if when <= at)
            assert deadlines.count_due(at, 100) == len(due), call
            assert deadlines.due(at, subject) == [customer for _, customer in due[:subject]]
            for _, customer in due[:subject]:
                del model[customer]
        assert len(deadlines) == len(model)
        assert deadlines.earliest() == min(model.values(), default=None)


def test_a_deadline_that_moves_with_every_event_takes_no_room() -> None:
    deadlines = Deadlines()
    for at in range(100_000, 0, -1):
        deadlines.set("busy", at)
    for at in range(1, 100_000):
        deadlines.set("busy", at)
    assert len(deadlines._heap) < 2_000
    assert deadlines.due(99_998, 5) == []
    assert deadlines.due(99_999, 5) == ["busy"]


def test_counts_no_further_than_the_cap() -> None:
    deadlines = Deadlines()
    for number in range(50):
        deadlines.set(f"c-{number}", 7)
    assert deadlines.count_due(7, 10) == 10
    assert deadlines.count_due(6, 10) == 0
