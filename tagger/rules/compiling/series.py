"""What must be remembered of events: a series while its users are still being collected."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from tagger.rules import syntax
from tagger.rules.plan import LEAST_KEPT, Field, Filter, Frame, Grain, Series

_SLICES = 720
"""In how many slices at least the events of a window are put together."""
_DAY_MS = 86_400_000
_LEAST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
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
    return reach_ms(frame) is not None and bool(frame.ago_ms or frame.periods_ago)


def length_ms(frame: Frame) -> int:
    """How long the frame is at least, by the days that it has; it must have an end."""
    if frame.period is not None:
        return _LEAST_DAYS[frame.period] * _DAY_MS
    if frame.within_ms is None:
        raise ValueError("a frame without an end has no length")
    return frame.within_ms


@dataclass(slots=True)
class SeriesDraft:
    """A series while its users are still being collected."""

    fingerprint: str
    source: int
    field: Field | None
    refunds: syntax.Refunds
    keeps_unset: bool
    line_filters: tuple[tuple[str, tuple[Filter, ...]], ...]
    retention_ms: int | None = 0
    keep: int = LEAST_KEPT
    asks_for_more: bool = False
    asks_ends: bool = False
    tags: set[int] = dataclasses.field(default_factory=set)
    frames: set[Frame] = dataclasses.field(default_factory=set)

    def needs(self, frame: Frame, keep: int | None = None) -> None:
        """Widen what is remembered to what `frame` sees, of it the `keep` newest (None: all)."""
        self.frames.add(frame)
        reach = reach_ms(frame)
        if self.retention_ms is not None:
            self.retention_ms = None if reach is None else max(self.retention_ms, reach)
        if keep is None or is_of_the_past(frame):
            self.asks_for_more = True
        else:
            self.keep = max(self.keep, keep)

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
            self.asks_for_more,
            self.asks_ends,
            grains_of(self.frames),
            past_ms_of(self.frames),
        )


def grains_of(frames: Iterable[Frame]) -> tuple[Grain, ...]:
    """How long the slices of events of each age may be: of every frame that still sees them not
    more than one 720th, and a power of two of milliseconds."""
    found: list[Grain] = []
    reaching = [(reach, frame) for frame in frames if (reach := reach_ms(frame)) is not None]
    shortest: int | None = None
    for reach, frame in sorted(reaching, key=lambda each: each[0], reverse=True):
        longest = max(length_ms(frame) // _SLICES, 1)
        shortest = longest if shortest is None else min(shortest, longest)
        slice_ms = 1 << (shortest.bit_length() - 1)
        if found and found[-1].slice_ms == slice_ms:
            continue
        found.append(Grain(reach, slice_ms))
    return tuple(reversed(found))


def past_ms_of(frames: Iterable[Frame]) -> int | None:
    """How long the shortest frame of the past is at least, whatever clocks and calendars do."""
    lost_ms = {
        frame: 0 if frame.period is None else _CLOCK_CHANGES_MS
        for frame in frames
        if is_of_the_past(frame)
    }
    return min((max(0, length_ms(frame) - lost) for frame, lost in lost_ms.items()), default=None)
