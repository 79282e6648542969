"""What can be asked of every condition.

A condition tells whether it holds, and when it may next turn out otherwise with no event: never
later than it does, and None when it never does. The second question costs more than the first, so
it is asked only where the answer matters.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagger.engine.view import View


class Condition:
    """A condition of a plan, made once, which knows how to look at a profile."""

    __slots__ = ()

    def holds(self, view: "View") -> bool:
        """Whether it holds in the view."""
        raise NotImplementedError

    def turn(self, view: "View", *, outcome: bool) -> int | None:
        """When it may next be otherwise than `outcome`, which is whether it holds."""
        raise NotImplementedError
