"""When the tags of one customer are due, for as long as several of them are.

Each tag's own instant is kept with its state; this is a copy of those that are set, so that not
all of a customer's tags have to be looked at for each deadline.
"""

from collections.abc import Iterable
from typing import final

from tagger.engine.profile import Profile
from tagger.engine.program import Program


@final
class Agenda:
    """The due tags of `profile`, by index; see `TagState.due_at`."""

    __slots__ = ("_dues", "_profile", "_program")

    def __init__(self, program: Program, profile: Profile) -> None:
        self._program = program
        self._profile = profile
        self._dues: dict[int, int] = {}
        index_of = program.plan.tag_index
        for name, state in profile.tags.items():
            due_at = state.due_at
            if due_at is not None:
                index = index_of.get(name)
                if index is not None:
                    self._dues[index] = due_at

    def due(self, at: int) -> set[int]:
        """The tags whose instants have come."""
        found: set[int] = set()
        for index, due_at in self._dues.items():
            if due_at <= at:
                found.add(index)
        return found

    def look_again(self, tags: Iterable[int]) -> None:
        """Take over what has become of these tags."""
        states, rules, dues = self._profile.tags, self._program.rules, self._dues
        for index in tags:
            state = states.get(rules[index].name)
            due_at = None if state is None else state.due_at
            if due_at is not None:
                dues[index] = due_at
            elif index in dues:
                del dues[index]

    def first(self) -> int | None:
        """The first of all instants."""
        found: int | None = None
        for due_at in self._dues.values():
            if found is None or due_at < found:
                found = due_at
        return found
