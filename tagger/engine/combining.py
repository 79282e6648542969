"""Several things that would have to be otherwise together, for what none of them brings alone.

A search that mends: of what is wanted, the first condition that does not turn out so is given one
of its alternatives, until everything does. An alternative is worked out with those before it
supposed, so that a threshold that is a measure itself is the one that it would be then; where a
later one disturbs an earlier one, that is mended again. Fewer steps are tried before more.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from tagger.engine.alternatives import alternatives_of
from tagger.engine.needs import Alternative
from tagger.engine.supposing import Supposed
from tagger.engine.view import View
from tagger.rules.plan import NONE, NodeKind, Op

Goal = tuple[int, bool]
"""A condition, and whether it is to hold."""

MOST_STEPS = 16
"""Things that are mended after one another."""
_MOST_TRIALS = 600
_MOST_LOOKED_AT, _MOST_TRIED = 48, 3
"""Alternatives of one condition."""
_MORE, _FEWER = (Op.GTE, Op.GT), (Op.LTE, Op.LT)


def combinations_for(view: View, goals: Sequence[Goal]) -> list[tuple[Alternative, ...]]:
    """What together would make every goal so, in as few steps as possible and with nothing that
    is not needed; several where there is a choice, none where the search finds no way."""
    search = _Search(goals)
    for steps in range(1, MOST_STEPS + 1):
        found = [_least(each, goals) for each in search.ways(Supposed(view), steps)]
        if found:
            return _each_once(found)
        if search.is_over:
            break
    first = next(_Search(goals).ways(Supposed(view), MOST_STEPS), None)
    return [] if first is None else [_least(first, goals)]


def _each_once(found: Iterable[tuple[Alternative, ...]]) -> list[tuple[Alternative, ...]]:
    """Without those that are the same in another order."""
    first: dict[frozenset[Alternative], tuple[Alternative, ...]] = {}
    for each in found:
        first.setdefault(frozenset(each), each)
    return list(first.values())


class _Search:
    def __init__(self, goals: Sequence[Goal]) -> None:
        self._goals = goals
        self._trials = 0

    @property
    def is_over(self) -> bool:
        """Whether as much as is allowed has been tried."""
        return self._trials >= _MOST_TRIALS

    def ways(self, supposed: Supposed, steps: int) -> Iterator[Supposed]:
        """Everything that is reached from there in so many steps at most."""
        unmet = _first_unmet(supposed, self._goals)
        if unmet is None:
            yield supposed
        elif steps:
            for opening in _openings(supposed, unmet):
                for alternative in _turning(supposed, opening):
                    if self.is_over:
                        return
                    self._trials += 1
                    yield from self.ways(supposed.with_one(alternative), steps - 1)


def _first_unmet(supposed: Supposed, goals: Sequence[Goal]) -> Goal | None:
    return next((goal for goal in goals if supposed.holds(goal[0]) is not goal[1]), None)


def _least(reached: Supposed, goals: Sequence[Goal]) -> tuple[Alternative, ...]:
    """The alternatives without those that turned out not to be needed."""
    for each in reached.chosen:
        fewer = reached.without(each)
        if _first_unmet(fewer, goals) is None:
            reached = fewer
    return reached.chosen


def _openings(supposed: Supposed, goal: Goal) -> Iterator[Goal]:
    """The measured conditions of which one has to turn for an unmet goal to come nearer: where all
    parts are needed the first that is not so, where some will do each of them."""
    index, wanted = goal
    node = supposed.view.plan.nodes[index]
    if not node.children:
        yield goal
        return
    if node.kind is NodeKind.AT_LEAST:
        turns = _turns_of_number(node.op, wanted=wanted)
        parts = [(child, holds) for child in node.children for holds in turns]
    else:
        holds = wanted is not (node.kind is NodeKind.NOT)
        parts = [(child, holds) for child in node.children]
    unmet = [part for part in parts if supposed.holds(part[0]) is not part[1]]
    needs_all = node.kind is (NodeKind.ALL if wanted else NodeKind.ANY)
    for part in unmet[:1] if needs_all else unmet:
        yield from _openings(supposed, part)


def _turns_of_number(op: Op, *, wanted: bool) -> tuple[bool, ...]:
    """How the parts must turn for a number of them to be compared otherwise."""
    if op in _MORE or op in _FEWER:
        return ((op in _MORE) is wanted,)
    return True, False


def _turning(supposed: Supposed, goal: Goal) -> Iterator[Alternative]:
    """The first alternatives that make a measured condition what is wanted; of those in one
    direction the smallest."""
    index, wanted = goal
    node = supposed.view.plan.nodes[index]
    found: dict[object, Alternative] = {}
    for each in islice(alternatives_of(supposed, index), _MOST_LOOKED_AT):
        other = node.right if each.measure == node.measure else node.measure
        is_definite = node.right == NONE or not supposed.is_open(other)
        if is_definite and supposed.with_one(each).holds(index) is wanted:
            found.setdefault(each.direction, each)
    yield from islice(found.values(), _MOST_TRIED)
