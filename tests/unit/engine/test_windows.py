"""The next instant at which a window crosses a threshold, against looking at every edge."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.engine.filters import compare
from tagger.engine.profile import StoredNumber
from tagger.engine.series import add_up
from tagger.engine.windows import Window, bounds, edges, next_flip
from tagger.rules.plan import Exact, Op

OPS = st.sampled_from([Op.GTE, Op.GT, Op.LTE, Op.LT, Op.EQ, Op.NE, Op.BETWEEN])
NUMBERS = st.one_of(st.integers(-3, 6), st.sampled_from(["1/3", "-2/3", "7/2"]))
NOW = 20


@st.composite
def windows(draw: st.DrawFn) -> Window:
    times = sorted(draw(st.lists(st.integers(0, NOW), max_size=8)))
    size = len(times)
    values: list[StoredNumber] | None = None
    if draw(st.booleans()):
        values = draw(st.lists(NUMBERS, min_size=size, max_size=size))
    within_ms = draw(st.one_of(st.none(), st.integers(1, 15)))
    has_negative = values is not None and any(Fraction(value) < 0 for value in values)
    return Window(times, values, within_ms, draw(st.sampled_from([0, 0, 4])), has_negative)


def measured(window: Window, at: int) -> Exact:
    low, high = bounds(window, at)
    return high - low if window.values is None else add_up(window.values[low:high])


@settings(max_examples=1_000, deadline=None)
@given(windows(), OPS, st.lists(st.integers(-1, 8), min_size=2, max_size=2).map(sorted))
def test_the_next_flip_is_the_first_instant_that_differs(
    window: Window, op: Op, numbers: list[int]
) -> None:
    thresholds = tuple(numbers) if op is Op.BETWEEN else (numbers[0],)
    now = compare(op, measured(window, NOW), thresholds)
    later = (
        at
        for at in range(NOW + 1, NOW + 30)
        if compare(op, measured(window, at), thresholds) is not now
    )
    assert next_flip(window, NOW, op, thresholds) == next(later, None)


@settings(max_examples=500, deadline=None)
@given(windows())
def test_the_edges_are_all_changes_of_the_measure(window: Window) -> None:
    found, at_last = {NOW: measured(window, NOW)}, measured(window, NOW)
    for at, change in edges(window, NOW):
        at_last += change
        found[at] = at_last
    assert sorted(found) == list(found), "in order"
    for at in range(NOW, NOW + 30):
        latest = max(instant for instant in found if instant <= at)
        assert measured(window, at) == found[latest]
