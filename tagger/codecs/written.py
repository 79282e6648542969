"""How times and tag values are written in JSON and in headers.

Times are RFC 3339, UTC, with milliseconds; a tag's number is written without an exponent when it
is whole.
"""

from math import isfinite

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS
from tagger.domain.tags import TagValue
from tagger.domain.times import format_instant


def written_instant(at_ms: int) -> str | int:
    """RFC 3339; a time outside the years 1 to 9999 stays a number of milliseconds."""
    if FIRST_INSTANT_MS <= at_ms <= LAST_INSTANT_MS:
        return format_instant(at_ms)
    return at_ms


def written_value(value: TagValue) -> TagValue:
    """A whole number of up to 63 bits as an integer: 5 and not 5.0, no 1e16.

    Raises ValueError when it is infinite or not a number.
    """
    if not isinstance(value, float):
        return value
    if not isfinite(value):
        raise ValueError(f"a tag's value cannot be {value}")
    return int(value) if value.is_integer() and abs(value) < 2**63 else value
