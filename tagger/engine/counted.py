"""Conditions about how many events a window of fixed length holds."""

from typing import TYPE_CHECKING, final

from tagger.engine.comparisons import comparison_holds, turn_of_comparison
from tagger.engine.condition import Condition
from tagger.engine.filters import compare
from tagger.engine.series_view import MOST_SEGMENTS
from tagger.engine.sliding import END_OF_TIME, Sliding
from tagger.rules.plan import Frame, Node, Op

if TYPE_CHECKING:
    from tagger.engine.view import View

_BEFORE_TIME = -(2**62)
_EVEN = (0,)


@final
class Reached(Condition):
    """At least `needed` events lie in a window up to now, or, `negated`, fewer do. The event that
    is the last one needed turns it when it leaves. It is looked for in slices only where too few
    are kept one by one."""

    __slots__ = ("_fingerprint", "_is_reached", "_needed", "_node", "_within_ms")

    def __init__(self, node: Node, fingerprint: str, within_ms: int, needed: int) -> None:
        self._node = node
        self._fingerprint = fingerprint
        self._within_ms = within_ms
        self._needed = needed
        self._is_reached = node.op in (Op.GTE, Op.GT)

    def holds(self, view: "View") -> bool:
        state = view.profile.series.get(self._fingerprint)
        if state is None:
            return not self._is_reached
        if state.slices is not None and len(state.times) < self._needed:
            return comparison_holds(view.measures, self._node)
        return (self._leaves_at(state.times) > view.at) is self._is_reached

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        state = view.profile.series.get(self._fingerprint)
        if state is None or outcome is not self._is_reached:
            return None
        if state.slices is not None and len(state.times) < self._needed:
            return turn_of_comparison(view.measures, self._node, outcome=outcome)
        return self._leaves_at(state.times)

    def _leaves_at(self, times: list[int]) -> int:
        """When the last event that is needed leaves; before all time where there are too few."""
        index = len(times) - self._needed
        return times[index] + self._within_ms if index >= 0 else _BEFORE_TIME


@final
class Outnumbered(Condition):
    """How many events a window holds, against how many another window of the same series does."""

    __slots__ = ("_fingerprint", "_left", "_node", "_op", "_right")

    def __init__(self, node: Node, fingerprint: str, left: Frame, right: Frame) -> None:
        self._node = node
        self._fingerprint = fingerprint
        self._op = node.op
        self._left = (left.ago_ms, left.within_ms or 0)
        self._right = (right.ago_ms, right.within_ms or 0)

    def holds(self, view: "View") -> bool:
        return comparison_holds(view.measures, self._node)

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        """Walks both windows from change to change. So far ahead as other measures are looked at,
        and no farther, see `series_view`."""
        state = view.profile.series.get(self._fingerprint)
        if state is None:
            return None
        if state.slices is not None:
            return turn_of_comparison(view.measures, self._node, outcome=outcome)
        left = Sliding(state.times, self._left[0], self._left[1], view.at)
        right = Sliding(state.times, self._right[0], self._right[1], view.at)
        left_moves = right_moves = 0
        while True:
            left_at, right_at = left.next_at, right.next_at
            instant = min(left_at, right_at)
            if instant >= END_OF_TIME:
                return None
            if left_at == instant:
                left.move()
                left_moves += 1
            if right_at == instant:
                right.move()
                right_moves += 1
            if left_moves >= MOST_SEGMENTS or right_moves >= MOST_SEGMENTS:
                return instant
            ahead = (left.high - left.low) - (right.high - right.low)
            if compare(self._op, ahead, _EVEN) is not outcome:
                return instant
