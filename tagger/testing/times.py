"""Durations and instants as steps spell them."""

from tagger.domain.times import format_duration, format_instant, parse_duration, parse_instant
from tagger.testing.errors import StepError

Duration = str | int
"""`20m`, `1d12h`, or milliseconds; with a minus sign where a step allows one."""

Instant = str | int
"""`+30m` counts from the start of the run; also an RFC 3339 time with offset, or milliseconds
since the epoch."""


def duration_ms(duration: Duration) -> int:
    """Milliseconds. Raises StepError for what is no duration."""
    if isinstance(duration, int):
        return duration
    sign = -1 if duration.startswith("-") else 1
    try:
        return sign * parse_duration(duration.removeprefix("-"))
    except ValueError as error:
        raise StepError(str(error)) from None


def instant_ms(at: Instant, starts_at: int) -> int:
    """Milliseconds since the epoch. Raises StepError for what is no instant."""
    if isinstance(at, int):
        return at
    if at.startswith("+"):
        return starts_at + duration_ms(at[1:])
    try:
        return parse_instant(at)
    except ValueError:
        raise StepError(
            f"{at!r} is no instant; write +30m, counted from the start, or 2026-03-02T18:00:00Z"
        ) from None


def described(at: int, starts_at: int) -> str:
    """An instant for people: the time, and how long after the start it lies."""
    return f"{format_instant(at)} (start {'-' if at < starts_at else '+'}{_from(at, starts_at)})"


def _from(at: int, starts_at: int) -> str:
    return format_duration(abs(at - starts_at))
