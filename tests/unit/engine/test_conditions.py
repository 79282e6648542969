"""When conditions made of conditions turn: never said too late, and never said in vain for ever."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.domain.events import Event
from tagger.engine.program import Program
from tagger.engine.view import View
from tagger.rules.plan import Frame, MeasureKind, Node, NodeKind, Op, Plan

from .drawn import NOW, histories
from .packs import T0, bought
from .specs import Spec, Tables, profile_of
from .worths import worth

LAST = NOW + 60
COUNTS = st.builds(
    Spec,
    st.sampled_from([MeasureKind.COUNT, MeasureKind.SINCE]),
    st.builds(Frame, st.integers(1, 30), st.sampled_from([0, 5])),
)
ABOVE = (Op.GTE, Op.GT, Op.LT, Op.LTE)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Plan, list[Spec]]:
    """A condition over two to four comparisons; the last node is the top."""
    tables = Tables()
    chosen = draw(st.lists(COUNTS, min_size=2, max_size=4))
    nodes = [
        Node(
            NodeKind.COMPARE,
            "",
            measure=tables.add(spec),
            op=draw(st.sampled_from(ABOVE)),
            values=(draw(st.integers(0, 12 if spec.kind is MeasureKind.SINCE else 2)),),
        )
        for spec in chosen
    ]
    nodes.append(_joined(draw, tuple(range(len(chosen)))))
    nodes.append(Node(NodeKind.NOT, "not", children=(len(chosen),)))
    nodes.append(_joined(draw, (0, len(nodes) - 1)))
    return tables.plan(nodes), chosen


def _joined(draw: st.DrawFn, children: tuple[int, ...]) -> Node:
    kind = draw(st.sampled_from([NodeKind.ALL, NodeKind.ANY, NodeKind.AT_LEAST]))
    if kind is not NodeKind.AT_LEAST:
        return Node(kind, "", children=children)
    op = draw(st.sampled_from([*ABOVE, Op.EQ, Op.NE]))
    return Node(kind, "", op=op, values=(draw(st.integers(0, 4)),), children=children)


def holds(plan: Plan, chosen: list[Spec], events: list[Event], index: int, at: int) -> bool:
    """Whether a node holds, worked out from all events."""
    node = plan.nodes[index]
    if node.kind is NodeKind.COMPARE:
        value = worth(chosen[index], events, at)
        return value is not None and _stands(node, value)
    found = [holds(plan, chosen, events, child, at) for child in node.children]
    if node.kind is NodeKind.NOT:
        return not found[0]
    if node.kind is NodeKind.ALL:
        return all(found)
    return any(found) if node.kind is NodeKind.ANY else _stands(node, sum(found))


def _stands(node: Node, value: object) -> bool:
    threshold = node.values[0]
    assert not isinstance(value, str)
    assert not isinstance(threshold, str)
    return bool(
        {
            Op.GTE: value >= threshold,  # type: ignore[operator]
            Op.GT: value > threshold,  # type: ignore[operator]
            Op.LTE: value <= threshold,  # type: ignore[operator]
            Op.LT: value < threshold,  # type: ignore[operator]
            Op.EQ: value == threshold,
            Op.NE: value != threshold,
        }[node.op]
    )


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), histories())
def test_looking_when_told_to_misses_no_turn(
    tree: tuple[Plan, list[Spec]], events: list[Event]
) -> None:
    plan, chosen = tree
    top = len(plan.nodes) - 1
    profile = profile_of(plan, events, NOW)
    turns, looks = [], 0
    at: int | None = NOW
    was = holds(plan, chosen, events, top, NOW)
    while at is not None and at <= LAST:
        view = View(Program(plan), profile, at)
        if view.holds(top) is not was:
            turns.append(at)
            was = not was
        following = view.next_change(top)
        assert following is None or following > at
        at, looks = following, looks + 1
    seen = [(each, holds(plan, chosen, events, top, each)) for each in range(NOW, LAST + 1)]
    expected = [each for (_, before), (each, now) in pairwise(seen) if before is not now]
    assert turns == expected
    assert looks <= 4 * len(events) * len(chosen) + 2 * len(chosen) + 2, "not at every millisecond"


def test_what_cannot_turn_is_not_looked_at_again() -> None:
    tables = Tables()
    never = tables.add(Spec(MeasureKind.COUNT))
    once = tables.add(Spec(MeasureKind.COUNT, Frame(30)))
    plan = tables.plan(
        [
            Node(NodeKind.COMPARE, "", measure=never, op=Op.GTE, values=(9,)),
            Node(NodeKind.COMPARE, "", measure=once, op=Op.LT, values=(1,)),
            Node(NodeKind.ALL, "all", children=(0, 1)),
            Node(NodeKind.ANY, "any", children=(0, 1)),
            Node(NodeKind.AT_LEAST, "", op=Op.GTE, values=(2,), children=(0, 1)),
        ]
    )
    view = View(Program(plan), profile_of(plan, [bought(-T0 + NOW)], NOW), NOW)
    assert [view.next_change(index) for index in range(2, 5)] == [None, NOW + 30, None]


@pytest.mark.parametrize("op", [*ABOVE, Op.EQ, Op.NE])
@pytest.mark.parametrize("threshold", [0, 1, Fraction(3, 2), 2, 3])
def test_the_number_of_conditions_that_hold_is_compared(op: Op, threshold: int) -> None:
    tables = Tables()
    number = tables.add(Spec(MeasureKind.COUNT))
    node = Node(NodeKind.AT_LEAST, "", op=op, values=(threshold,), children=(0, 1, 2))
    children = [
        Node(NodeKind.COMPARE, "", measure=number, op=Op.GTE, values=(least,))
        for least in (0, 1, 2)
    ]
    plan = tables.plan([*children, node])
    view = View(Program(plan), profile_of(plan, [bought(-T0)], NOW), NOW)
    assert view.holds(3) is _stands(node, 2)
