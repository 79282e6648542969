"""Doubts about the values of text tags: what is never reached, what is left open."""

from dataclasses import dataclass
from fractions import Fraction

from tagger.rules.findings import Findings
from tagger.rules.shape import Interval, condition_shape, interval_of
from tagger.rules.syntax import Aggregate, BandValue, Compare, TagRule

_MOST_COMPARED = 64
"""How many of the values before it a value is held against."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A value with what must be compared of it, worked out once."""

    value: str
    shape: str
    interval: tuple[str, Interval] | None

    def covers(self, later: "_Drawn") -> bool:
        """Whether this one fits wherever `later` would."""
        first, second = self.interval, later.interval
        if first is not None and second is not None and first[0] == second[0]:
            return first[1].covers(second[1])
        return bool(self.shape) and self.shape == later.shape


def check_bands(tag: TagRule, findings: Findings) -> None:
    if not tag.values:
        return
    drawn = [_Drawn(band.value, _shape(band), interval_of(band.when)) for band in tag.values]
    for index, band in enumerate(tag.values):
        earlier = drawn[max(0, index - _MOST_COMPARED) : index]
        covering = next((each for each in earlier if each.covers(drawn[index])), None)
        if covering is not None:
            sentence = f"`{band.value}` is never reached: `{covering.value}` fits first"
            findings.add(band.at, "W-UNREACHABLE-BAND", sentence)
    if all(band.when is not None for band in tag.values) and not _leave_no_gap(tag.values):
        sentence = f"a customer whom no value of `{tag.name}` fits has none"
        hint = "add a last value with `otherwise: true`, unless that is meant"
        findings.add(tag.at, "W-GAP", sentence, hint)


def _shape(band: BandValue) -> str:
    return "" if band.when is None else condition_shape(band.when)


def _leave_no_gap(bands: tuple[BandValue, ...]) -> bool:
    """Whether the bands compare one measure and take every value that it can have."""
    found = [interval_of(band.when) for band in bands]
    known = [each for each in found if each is not None]
    measures = {measure for measure, _ in known}
    first = bands[0].when
    if len(known) < len(found) or len(measures) != 1 or not isinstance(first, Compare):
        return False
    measure = first.measure
    if not isinstance(measure, Aggregate):
        return False
    return _take_all_from_zero([interval for _, interval in known])


def _take_all_from_zero(intervals: list[Interval]) -> bool:
    reached, is_reached_itself = Fraction(0), False
    for interval in sorted(intervals, key=_start):
        low, is_open = _start(interval)
        if low > reached or (low == reached and is_open and not is_reached_itself):
            return False
        if interval.high is None:
            return True
        if interval.high > reached or (interval.high == reached and not interval.high_open):
            reached, is_reached_itself = interval.high, not interval.high_open
    return False


def _start(interval: Interval) -> tuple[Fraction, bool]:
    if interval.low is None or interval.low < 0:
        return Fraction(0), False
    return interval.low, interval.low_open
