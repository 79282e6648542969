"""Conditions that join others. What they join is asked through the view, which remembers it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, final

from tagger.engine.condition import Condition
from tagger.engine.filters import compare
from tagger.rules.plan import Node

if TYPE_CHECKING:
    from tagger.engine.view import View


@final
class Together(Condition):
    """All outcomes are as `wanted`: all of them hold, or, where none is wanted to hold, none does.
    With `negated` it is the opposite: one of them is not as wanted. `by_effort` are the children
    as well, those first that know at once when they turn."""

    __slots__ = ("_by_effort", "_children", "_negated", "_wanted")

    def __init__(
        self, children: Sequence[int], by_effort: Sequence[int], *, wanted: bool, negated: bool
    ) -> None:
        self._children = tuple(children)
        self._by_effort = tuple(by_effort)
        self._wanted = wanted
        self._negated = negated

    def holds(self, view: "View") -> bool:
        for child in self._children:
            if view.holds(child) is not self._wanted:
                return self._negated
        return not self._negated

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        """Where all are as wanted, not before the first of them turns; else not before every one
        has that is not so, and one of these that never will be decides alone."""
        found: int | None = None
        if outcome is not self._negated:
            for child in self._children:
                change = view.next_change(child)
                if change is not None and (found is None or change < found):
                    found = change
            return found
        for child in self._by_effort:
            if view.holds(child) is not self._wanted:
                change = view.next_change(child)
                if change is None:
                    return None
                if found is None or change > found:
                    found = change
        return found


@final
class Not(Condition):
    """It does not hold."""

    __slots__ = ("_child",)

    def __init__(self, child: int) -> None:
        self._child = child

    def holds(self, view: "View") -> bool:
        return not view.holds(self._child)

    def turn(self, view: "View", *, outcome: bool) -> int | None:  # noqa: ARG002
        return view.next_change(self._child)


@final
class Enough(Condition):
    """At least so many of them hold. That cannot turn before as many have changed as are too many,
    or too few."""

    __slots__ = ("_children", "_is_enough", "_least")

    def __init__(self, children: Sequence[int], least: int, *, is_enough: bool) -> None:
        self._children = tuple(children)
        self._least = least
        self._is_enough = is_enough

    def holds(self, view: "View") -> bool:
        return (_number(view, self._children) >= self._least) is self._is_enough

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        enough = outcome is self._is_enough
        held = _number(view, self._children)
        must_change = held - self._least + 1 if enough else self._least - held
        changes: list[int] = []
        for child in self._children:
            if view.holds(child) is enough:
                change = view.next_change(child)
                if change is not None:
                    changes.append(change)
        changes.sort()
        return changes[must_change - 1] if must_change <= len(changes) else None


@final
class Number(Condition):
    """How many of them hold, compared otherwise than with a least or a greatest number."""

    __slots__ = ("_children", "_node")

    def __init__(self, node: Node) -> None:
        self._children = node.children
        self._node = node

    def holds(self, view: "View") -> bool:
        return compare(self._node.op, _number(view, self._children), self._node.values)

    def turn(self, view: "View", *, outcome: bool) -> int | None:  # noqa: ARG002
        found: int | None = None
        for child in self._children:
            change = view.next_change(child)
            if change is not None and (found is None or change < found):
                found = change
        return found


def _number(view: "View", children: Sequence[int]) -> int:
    """How many of them hold."""
    held = 0
    for child in children:
        if view.holds(child):
            held += 1
    return held
