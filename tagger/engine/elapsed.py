"""Conditions about how long ago the first or the last event of a series happened."""

from math import floor
from typing import TYPE_CHECKING, final

from tagger.engine.condition import Condition
from tagger.engine.filters import compare
from tagger.rules.plan import Node

if TYPE_CHECKING:
    from tagger.engine.view import View


@final
class Absent(Condition):
    """Nothing has happened for a while."""

    __slots__ = ("_fingerprint", "_include_new", "_within_ms")

    def __init__(self, node: Node, fingerprint: str) -> None:
        self._fingerprint = fingerprint
        self._within_ms = node.within_ms
        self._include_new = node.include_new

    def holds(self, view: "View") -> bool:
        return view.at >= self._from_at(view)

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        return None if outcome else self._from_at(view)

    def _from_at(self, view: "View") -> int:
        """When it begins to hold, or has begun."""
        profile = view.profile
        state = profile.series.get(self._fingerprint)
        last_at = None if state is None else state.last_at
        if last_at is None:
            known_since = profile.known_since
            return known_since if self._include_new else known_since + self._within_ms
        if not self._include_new:
            last_at = max(last_at, profile.known_since)
        return last_at + self._within_ms


@final
class Elapsed(Condition):
    """The time since the first or the last event ever, against numbers: it turns where it comes
    to one of them, or a millisecond after."""

    __slots__ = ("_fingerprint", "_is_since_first", "_op", "_outcomes", "_values")

    def __init__(self, node: Node, fingerprint: str, *, is_since_first: bool) -> None:
        self._fingerprint = fingerprint
        self._is_since_first = is_since_first
        self._op = node.op
        self._values = node.values
        elapsed = sorted(
            floor(threshold) + after
            for threshold in node.values
            if not isinstance(threshold, str | bool)
            for after in (0, 1)
        )
        self._outcomes = [(each, compare(node.op, each, node.values)) for each in elapsed]

    def holds(self, view: "View") -> bool:
        start = self._start(view)
        return compare(self._op, None if start is None else view.at - start, self._values)

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        start = self._start(view)
        if start is None:
            return None
        for elapsed, then in self._outcomes:
            if start + elapsed > view.at and then is not outcome:
                return start + elapsed
        return None

    def _start(self, view: "View") -> int | None:
        state = view.profile.series.get(self._fingerprint)
        if state is None:
            return None
        return state.first_at if self._is_since_first else state.last_at
