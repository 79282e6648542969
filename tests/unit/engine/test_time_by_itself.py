"""The first later millisecond at which a comparison or a value changes with no event, against
looking at every millisecond."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event
from tagger.engine.program import Program
from tagger.engine.view import View
from tagger.rules.plan import Frame, MeasureKind, Node, NodeKind, Op

from .drawn import NOW, comparisons, histories, is_text, moves, specs
from .packs import DAY, T0, bought
from .specs import AMOUNT, Spec, Tables, profile_of
from .worths import Worth, worth

LATER = range(NOW + 1, NOW + 70)
FAR = (10**3, 10**6, 10**12)
HELD_SINCE = st.none() | st.integers(0, NOW + 9)
thorough = settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def stands(op: Op, left: Worth, right: Sequence[int | Worth]) -> bool:
    """How a comparison turns out, by the words of the language."""
    if op is Op.IS_SET:
        return (left is not None) is right[0]
    if left is None or None in right:
        return False
    if op is Op.IN:
        return left in right
    if op is Op.EQ:
        return left == right[0]
    if op is Op.NE:
        return left != right[0]
    assert isinstance(left, Fraction)
    low = right[0]
    assert isinstance(low, int | Fraction)
    if op is Op.BETWEEN:
        high = right[1]
        assert isinstance(high, int | Fraction)
        return low <= left < high
    return {Op.GTE: left >= low, Op.GT: left > low, Op.LTE: left <= low, Op.LT: left < low}[op]


def check(found: int | None, seen: Callable[[int], object]) -> None:
    """`found` is the first later instant at which what is seen differs from now."""
    now = seen(NOW)
    first = next((at for at in LATER if seen(at) != now), None)
    if first is not None:
        assert found == first
    elif found is None:
        assert all(seen(at) == now for at in FAR)
    else:
        assert found > LATER[-1]
        assert seen(found - 1) == now
        assert seen(found) != now


@thorough
@given(histories(), specs(), HELD_SINCE, st.data())
def test_a_comparison_with_constants_turns_when_it_is_said_to(
    events: list[Event], spec: Spec, held_since: int | None, data: st.DataObject
) -> None:
    op, values = data.draw(comparisons(spec))
    tables = Tables()
    node = Node(NodeKind.COMPARE, "", measure=tables.add(spec), op=op, values=values)
    plan = tables.plan([node])
    view = View(Program(plan), profile_of(plan, events, NOW, held_since), NOW)

    def seen(at: int) -> bool:
        return stands(op, worth(spec, events, at, held_since=held_since), values)

    assert view.holds(0) is seen(NOW)
    check(view.next_change(0), seen)


@thorough
@given(histories(), specs(), specs(), HELD_SINCE, st.data())
def test_a_comparison_with_another_measure_turns_when_it_is_said_to(
    events: list[Event], left: Spec, right: Spec, held_since: int | None, data: st.DataObject
) -> None:
    both_numbers = not is_text(left) and not is_text(right)
    ops = [Op.EQ, Op.NE] + [Op.GT, Op.GTE, Op.LT, Op.LTE] * both_numbers
    op = data.draw(st.sampled_from(ops))
    times: int | Fraction = 1
    if both_numbers:
        times = data.draw(st.sampled_from([1, 2]) | st.just(Fraction(1, 3)))
    tables = Tables()
    measure, other = tables.add(left), tables.add(right)
    node = Node(NodeKind.COMPARE, "", measure=measure, op=op, right=other, times=times)
    plan = tables.plan([node])
    view = View(Program(plan), profile_of(plan, events, NOW, held_since), NOW)

    def seen(at: int) -> bool:
        mine = worth(left, events, at, held_since=held_since)
        theirs = worth(right, events, at, held_since=held_since)
        if isinstance(theirs, Fraction):
            theirs *= times
        if mine is None or theirs is None or type(mine) is not type(theirs):
            return False
        return stands(op, mine, (theirs,))

    assert view.holds(0) is seen(NOW)
    check(view.next_change(0), seen)


@thorough
@given(histories(), specs(), st.data())
def test_comparisons_of_one_measure_turn_when_each_would_alone(
    events: list[Event], spec: Spec, data: st.DataObject
) -> None:
    tables = Tables()
    measure = tables.add(spec)
    asked = data.draw(st.lists(comparisons(spec), min_size=2, max_size=4))
    nodes = [Node(NodeKind.COMPARE, "", measure=measure, op=op, values=each) for op, each in asked]
    plan = tables.plan(nodes)
    program, profile = Program(plan), profile_of(plan, events, NOW)
    together = View(program, profile, NOW)
    for index in range(len(nodes)):
        assert together.next_change(index) == View(program, profile, NOW).next_change(index)


@thorough
@given(histories(), specs(), HELD_SINCE, st.integers(1, 25))
def test_a_value_is_another_when_it_is_said_to_be(
    events: list[Event], spec: Spec, held_since: int | None, step: int
) -> None:
    tables = Tables()
    index = tables.add(spec)
    plan = tables.plan()
    view = View(Program(plan), profile_of(plan, events, NOW, held_since), NOW)
    step_ms = step if moves(spec) else None

    def seen(at: int) -> int | Worth:
        value = worth(spec, events, at, held_since=held_since)
        return value // step_ms * step_ms if step_ms and isinstance(value, Fraction) else value

    assert view.value(index) == worth(spec, events, NOW, held_since=held_since)
    check(view.next_value_change(index, step_ms), seen)


def test_thresholds_of_one_measure_turn_when_each_would_alone() -> None:
    mean = Spec(MeasureKind.AVG, Frame(within_ms=30 * DAY), AMOUNT)
    tables = Tables()
    measure = tables.add(mean)
    asked = [(Op.GTE, 800), (Op.EQ, 700), (Op.LT, 500)]
    nodes = [Node(NodeKind.COMPARE, "", measure=measure, op=op, values=(at,)) for op, at in asked]
    plan = tables.plan(nodes)
    events: list[Event] = [bought(day * DAY, amount=100 + 400 * day) for day in range(3)]
    view = View(Program(plan), profile_of(plan, events, T0 + 2 * DAY), T0 + 2 * DAY)
    assert [view.next_change(index) for index in range(3)] == [T0 + 31 * DAY, T0 + 30 * DAY, None]
