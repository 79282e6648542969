"""What must be remembered of events: a series while its users are still being collected."""

import dataclasses
from dataclasses import dataclass

from tagger.rules import syntax
from tagger.rules.plan import Field, Filter, Frame, Series

LEAST_KEPT = 64
"""A series keeps at least so many of its newest times."""
_DAY_MS = 86_400_000
_MOST_DAYS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_CLOCK_CHANGES_MS = 2 * _DAY_MS
"""More than clocks and calendars of a zone ever lost in two periods."""


def frame_of(pack: syntax.Pack, window: syntax.Window) -> Frame:
    """The window of a measure of `pack`."""
    zone = pack.time_zone if window.period is not None else ""
    return Frame(window.within_ms, window.ago_ms, window.period, window.periods_ago, zone)


def reach_ms(frame: Frame) -> int | None:
    """How far back in time an event can lie that the frame sees; None without an end."""
    if frame.period is not None:
        days = _MOST_DAYS[frame.period] * (1 + frame.periods_ago)
        return days * _DAY_MS + _CLOCK_CHANGES_MS
    return None if frame.within_ms is None else frame.within_ms + frame.ago_ms


def is_of_the_past(frame: Frame) -> bool:
    """Whether the newest events may lie behind the frame."""
    return bool(frame.ago_ms or frame.periods_ago)


@dataclass(slots=True)
class SeriesDraft:
    """A series while its users are still being collected."""

    fingerprint: str
    source: int
    field: Field | None
    refunds: syntax.Refunds
    keeps_unset: bool
    line_filters: tuple[tuple[Filter, ...], ...]
    retention_ms: int | None = 0
    keep: int | None = LEAST_KEPT
    tags: set[int] = dataclasses.field(default_factory=set)

    def needs(self, frame: Frame, keep: int | None = None) -> None:
        """Widen what is remembered to what `frame` sees, of it the `keep` newest (None: all)."""
        reach = reach_ms(frame)
        if self.retention_ms is not None:
            self.retention_ms = None if reach is None else max(self.retention_ms, reach)
        if self.keep is not None:
            kept = None if is_of_the_past(frame) else keep
            self.keep = None if kept is None else max(self.keep, kept)

    def freeze(self) -> Series:
        """The finished table entry."""
        return Series(
            self.fingerprint,
            self.source,
            self.field,
            self.refunds,
            self.retention_ms,
            self.keep,
            tuple(sorted(self.tags)),
            self.keeps_unset,
            self.line_filters,
        )
