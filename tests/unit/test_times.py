"""Instants as people write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagger.domain.times import format_instant, parse_instant

MOMENTS = st.datetimes(timezones=st.just(UTC))


@given(MOMENTS)
@example(datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC))
@example(datetime(1, 1, 1, tzinfo=UTC))
@example(datetime(9999, 12, 31, 23, 59, 59, 999_000, UTC))
def test_an_instant_is_written_to_the_millisecond_and_read_again(moment: datetime) -> None:
    whole_ms = moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)
    written = whole_ms.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    at_ms = parse_instant(written)
    assert format_instant(at_ms) == written


@pytest.mark.parametrize("at_ms", [-62_135_596_800_001, 253_402_300_800_000, 2**63, -(2**70)])
def test_an_instant_outside_the_calendar_cannot_be_written(at_ms: int) -> None:
    with pytest.raises(OverflowError):
        format_instant(at_ms)
