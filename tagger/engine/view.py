"""A profile as it is seen at an instant: measures, conditions, and when they next change.

`at` is never before an event that the profile has taken. A view only reads; it remembers what it
has measured, so it is good until an event is put into the profile. Other tags' values are the
exception: they are looked up each time, because an evaluation changes them as it goes.
"""

from collections.abc import Iterable
from typing import final

from tagger.engine.comparisons import next_value_turn, right_value
from tagger.engine.field_values import Value
from tagger.engine.measures import Measures
from tagger.engine.profile import Profile, SeriesState
from tagger.engine.program import Program
from tagger.rules.plan import Node


@final
class View:
    """What the rules of `program` see of `profile` at `at`."""

    __slots__ = (
        "_conditions",
        "_held",
        "_turns",
        "at",
        "leaves",
        "measures",
        "plan",
        "profile",
    )

    def __init__(self, program: Program, profile: Profile, at: int) -> None:
        self.plan = program.plan
        self.profile = profile
        self.at = at
        self.measures = Measures(program.plan, program.sights, profile, at)
        self.leaves = program.leaves
        self._conditions = program.conditions
        self._held: dict[int, bool] = {}
        self._turns: dict[int, int | None] = {}

    def series(self, index: int) -> SeriesState:
        """The state of a series; an empty one where nothing has happened. Not to be changed."""
        return self.measures.state(index)

    def value(self, index: int) -> Value | None:
        """The exact value of a measure: a count, minor units, milliseconds, text, truth; None
        when it is unset."""
        return self.measures.value(index)

    def right_value(self, node: Node) -> Value | None:
        """What a comparison with another measure compares with; None when that is unset."""
        return right_value(self.measures, node)

    def is_approximate(self, index: int) -> bool:
        """Whether events that a measure is about are no longer kept one by one."""
        return self.measures.is_approximate(index)

    def holds(self, index: int) -> bool:
        """Whether a condition holds. One that asks about a tag is looked at only when that tag is
        settled, so it may be remembered like the others."""
        found = self._held.get(index)
        if found is None:
            found = self._held[index] = self._conditions[index].holds(self)
        return found

    def next_change(self, index: int) -> int | None:
        """The first instant after `at` at which a condition may turn out otherwise, if no event
        comes: never later than the true one, and None when it never does."""
        if index in self._turns:
            return self._turns[index]
        found = self._conditions[index].turn(self, outcome=self.holds(index))
        self._turns[index] = found
        return found

    def next_value_change(self, index: int, step_ms: int | None) -> int | None:
        """The next instant at which a measure's value, floored to `step_ms`, changes by itself."""
        return next_value_turn(self.measures, index, step_ms)


def earliest(instants: Iterable[int | None]) -> int | None:
    """The first of those that are instants."""
    found: int | None = None
    for each in instants:
        if each is not None and (found is None or each < found):
            found = each
    return found
