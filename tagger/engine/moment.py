"""When an evaluation takes place, and for what."""

from typing import final


@final
class Moment:
    """An evaluation: its instant, the sources of the events that happen in it, and the instant
    of these events, which is earlier for a late one."""

    __slots__ = ("at", "event_at", "fired")

    def __init__(self, at: int, fired: set[int], event_at: int | None = None) -> None:
        self.at = at
        self.fired = fired
        self.event_at = event_at

    def happened_at(self) -> int:
        """The instant of the events, or of the evaluation where there are none."""
        event_at = self.event_at
        return self.at if event_at is None else event_at
