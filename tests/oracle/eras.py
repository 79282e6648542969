"""Days at which the calendar or the clocks of a zone do something, for histories to lie around.

An era names instants from which those of a history are counted: where a day, a week, a month, a
quarter or a year begins, where clocks change, where a date is skipped or comes twice.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from .values import instant


@dataclass(frozen=True)
class Era:
    """`starts` are milliseconds since the epoch."""

    zone: str
    starts: tuple[int, ...]

    @property
    def dates(self) -> tuple[date, ...]:
        """The local dates of `starts`."""
        zone, epoch = ZoneInfo(self.zone), datetime(1970, 1, 1, tzinfo=UTC)
        found = ((epoch + timedelta(milliseconds=at)).astimezone(zone).date() for at in self.starts)
        return tuple(dict.fromkeys(found))


_ERAS = (
    # The end of February, where birthdays of leap years turn.
    ("UTC", "2026-03-01T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-02T00:00:00Z"),
    ("Asia/Shanghai", "2026-02-28T16:00:00Z", "2026-02-27T16:00:00Z", "2026-03-01T16:00:00Z"),
    ("UTC", "2028-02-29T00:00:00Z", "2028-02-28T00:00:00Z", "2028-03-01T00:00:00Z"),
    # An hour is skipped; the quarter begins the day after.
    ("Europe/Berlin", "2024-03-31T01:00:00Z", "2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"),
    # An hour comes twice; the next day is a Monday.
    ("Europe/Berlin", "2024-10-27T01:00:00Z", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z"),
    # An hour comes twice on the first of a month.
    ("America/New_York", "2020-11-01T06:00:00Z", "2020-11-01T04:00:00Z", "2020-11-02T05:00:00Z"),
    # A year, a quarter, a month and a day begin.
    ("Asia/Shanghai", "2025-12-31T16:00:00Z", "2025-12-28T16:00:00Z", "2026-01-01T16:00:00Z"),
    # The day begins at one o'clock, because the hour before is skipped.
    ("America/Santiago", "2024-09-08T04:00:00Z", "2024-09-09T03:00:00Z", "2024-09-07T04:00:00Z"),
    # The last hour of a day comes twice.
    ("America/Santiago", "2024-04-07T03:00:00Z", "2024-04-07T04:00:00Z", "2024-04-06T03:00:00Z"),
    # The first hour of a day and of a month comes twice.
    ("America/Havana", "2015-11-01T05:00:00Z", "2015-11-01T04:00:00Z", "2015-11-02T05:00:00Z"),
    # Half an hour comes twice.
    ("Australia/Lord_Howe", "2024-04-06T15:00:00Z", "2024-04-06T13:00:00Z", "2024-04-07T13:30:00Z"),
    # The last day but one of a year is skipped.
    ("Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z"),
    # A minute into a day the clocks go back into the day before.
    ("America/St_Johns", "2010-11-07T02:31:00Z", "2010-11-07T02:30:00Z", "2010-11-07T03:30:00Z"),
)
ERAS = tuple(Era(zone, tuple(map(instant, starts))) for zone, *starts in _ERAS)
ZONES = tuple(dict.fromkeys(era.zone for era in ERAS))
