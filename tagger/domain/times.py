"""Instants and durations as people write them, and as integers in milliseconds."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DURATION = re.compile(r"(\d{1,12})(ms|[smhdw])")
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,32}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1)
_DURATION_PARTS = tuple(reversed(UNIT_MS.items()))
_HOURS_AND_MINUTES: Final = tuple(f"T{m // 60:02}:{m % 60:02}:" for m in range(24 * 60))
_SECONDS: Final = tuple(f"{s:02}." for s in range(60))
_MILLISECONDS: Final = tuple(f"{ms:03}Z" for ms in range(1_000))
"""The parts of an instant behind its day, with what stands between them."""


def parse_instant(text: str) -> int:
    """Milliseconds of an RFC 3339 date-time with offset; finer digits are cut.

    Raises ValueError when `text` is anything else.
    """
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not an RFC 3339 time with offset")
    day, clock, fraction, offset = found.groups()
    offset = "+00:00" if offset in "Zz" else offset
    seconds = datetime.fromisoformat(f"{day}T{clock}{offset}") - _EPOCH
    whole_ms = (seconds.days * 86_400 + seconds.seconds) * 1_000
    return whole_ms + int((fraction or "0").ljust(3, "0")[:3])


def format_instant(at_ms: int) -> str:
    """RFC 3339, UTC, with milliseconds: `2026-03-01T09:30:00.250Z`. Raises OverflowError outside
    the years 1 to 9999."""
    seconds, ms = at_ms // 1_000, at_ms % 1_000
    minutes, second = seconds // 60, seconds % 60
    days, minute = minutes // 1_440, minutes % 1_440
    clock = _HOURS_AND_MINUTES[minute]
    return f"{_written_day(days)}{clock}{_SECONDS[second]}{_MILLISECONDS[ms]}"


@lru_cache(maxsize=1_024)
def _written_day(days: int) -> str:
    """`2026-03-01`, so many days after the epoch; the days that records are about are few."""
    return (_EPOCH_DAY + timedelta(days=days)).isoformat()


def parse_duration(text: str) -> int:
    """Milliseconds of `30d`, `12h`, `1d12h`, `250ms`. Raises ValueError for anything else."""
    total_ms, end = 0, 0
    for part in _DURATION.finditer(text):
        if part.start() != end:
            break
        total_ms += int(part[1]) * UNIT_MS[part[2]]
        end = part.end()
    if not text or end != len(text):
        raise ValueError(f"{text!r} is not a duration; write it like 30d, 12h, 30m, 45s or 1d12h")
    return total_ms


def format_duration(duration_ms: int) -> str:
    """The shortest spelling: `30d`, `1d12h`, `0s`."""
    if duration_ms < 0:
        return "-" + format_duration(-duration_ms)
    parts = []
    for unit, size_ms in _DURATION_PARTS:
        if unit != "w":
            count, duration_ms = divmod(duration_ms, size_ms)
            if count:
                parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
