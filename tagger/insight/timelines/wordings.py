"""How instants are written in the drawings. All are in UTC."""

from datetime import UTC, datetime

from tagger.domain.times import format_instant


def day(at: int) -> str:
    """`1 Mar`."""
    moment = datetime.fromtimestamp(at // 1_000, UTC)
    return f"{moment.day} {moment:%b}"


def weekday(at: int) -> str:
    """`Mon`."""
    return f"{datetime.fromtimestamp(at // 1_000, UTC):%a}"


def minute(at: int) -> str:
    """`09:30`."""
    return format_instant(at)[11:16]


def exact(at: int) -> str:
    """`09:30:00.000`."""
    return format_instant(at)[11:23]
