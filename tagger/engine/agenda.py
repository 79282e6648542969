"""What is due of one customer, for as long as one deadline follows another.

Each tag's own instant is kept with its state, each open wait's with its pattern; this is a copy of
those that are set, so that not all tags and patterns have to be looked at for each deadline.
"""

from collections.abc import Iterable
from typing import final

from tagger.engine import patterns
from tagger.engine.happening import Happening
from tagger.engine.profile import Profile
from tagger.engine.program import Program


@final
class Agenda:
    """The instants of the tags of `profile`, by index, see `TagState.due_at`; and when the first of
    its open waits ends."""

    __slots__ = ("_dues", "_profile", "_program", "_wait_ends_at")

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
        self._wait_ends_at: int | None = None
        if profile.patterns:
            self._wait_ends_at = patterns.next_end(program.plan, profile)

    def take_ended(self, at: int) -> list[Happening]:
        """The derived events of the waits that have ended, which are taken out of the profile."""
        if self._wait_ends_at is None or self._wait_ends_at > at:
            return []
        return patterns.due(self._program.plan, self._profile, at)

    def due(self, at: int) -> set[int]:
        """The tags whose instants have come."""
        found: set[int] = set()
        for index, due_at in self._dues.items():
            if due_at <= at:
                found.add(index)
        return found

    def look_again(self, tags: Iterable[int], *, at_waits: bool) -> None:
        """Take over what has become of these tags, and of waits."""
        if at_waits:
            self._wait_ends_at = patterns.next_end(self._program.plan, self._profile)
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
        found = self._wait_ends_at
        for due_at in self._dues.values():
            if found is None or due_at < found:
                found = due_at
        return found
