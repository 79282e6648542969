"""Doubts about the values of text tags: what is never reached, what is left open."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import inf

from tagger.domain.times import format_duration
from tagger.rules import words
from tagger.rules.findings import Findings
from tagger.rules.linting.intervals import Cut, Interval, first_gap
from tagger.rules.linting.ranges import can_be_unset, interval_taken, is_whole, range_of
from tagger.rules.linting.shape import condition_shape
from tagger.rules.syntax import BandValue, Compare, TagRule

_MOST_COMPARED = 64
"""How many of the values before it a value is held against."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A value with what must be compared of it, worked out once. `interval` is what its
    comparison takes of the range of `measure`; None when it is no comparison of order."""

    band: BandValue
    shape: str
    measure: str = ""
    interval: Interval | None = None


def check_bands(tag: TagRule, findings: Findings) -> None:
    """`W-UNREACHABLE-BAND` for values that others always go before, `W-GAP` for customers whom
    no value fits."""
    if not tag.values:
        return
    drawn = [_draw(band) for band in tag.values]
    for index, each in enumerate(drawn):
        covering = _covering(each, drawn[max(0, index - _MOST_COMPARED) : index])
        if covering:
            names = " and ".join(f"`{other.band.value}`" for other in covering)
            fits = "fits" if len(covering) == 1 else "fit"
            sentence = f"`{each.band.value}` is never reached: {names} {fits} first"
            hint = "put it before them, or take it out"
            findings.add(each.band.at, "W-UNREACHABLE-BAND", sentence, hint)
    if all(band.when is not None for band in tag.values):
        _check_gap(tag, drawn, findings)


def _draw(band: BandValue) -> _Drawn:
    if not isinstance(band.when, Compare):
        return _Drawn(band, "" if band.when is None else condition_shape(band.when))
    found = interval_taken(band.when)
    interval = None if found is None else found.both(range_of(band.when.measure))
    return _Drawn(band, condition_shape(band.when), words.measure(band.when.measure), interval)


def _covering(later: _Drawn, earlier: list[_Drawn]) -> list[_Drawn]:
    """The values that fit wherever `later` would; none when it can be reached."""
    if later.band.when is None:
        return _covering_all(earlier)
    for each in earlier:
        if each.shape == later.shape:
            return [each]
    if later.interval is None or later.interval.is_empty:
        return []
    alike = [each for each in earlier if each.measure == later.measure]
    return _fewest(alike, later.interval)


def _covering_all(earlier: list[_Drawn]) -> list[_Drawn]:
    """The values that leave nothing to `otherwise`."""
    by_measure: dict[str, list[_Drawn]] = {}
    for each in earlier:
        by_measure.setdefault(each.measure, []).append(each)
    for alike in by_measure.values():
        domain = _whole_range(alike)
        found = [] if domain is None else _fewest(alike, domain)
        if found:
            return found
    return []


def _fewest(bands: list[_Drawn], domain: Interval) -> list[_Drawn]:
    """The one value that covers the domain, else those that do together, else none."""
    known = [(each, each.interval) for each in bands if each.interval is not None]
    for each, interval in known:
        if interval.covers(domain):
            return [each]
    touching = [each for each, interval in known if not interval.both(domain).is_empty]
    intervals = [each.interval for each in touching if each.interval is not None]
    return touching if first_gap(intervals, domain) is None else []


def _whole_range(bands: Iterable[_Drawn]) -> Interval | None:
    """All that the one measure of the bands can be; None when that may be nothing at all."""
    for each in bands:
        if isinstance(each.band.when, Compare) and not can_be_unset(each.band.when.measure):
            return range_of(each.band.when.measure)
        return None
    return None


def _check_gap(tag: TagRule, drawn: list[_Drawn], findings: Findings) -> None:
    if _covering_all(drawn):
        return
    sentence = f"a customer whom no value of `{tag.name}` fits has none{_example(drawn)}"
    hint = "add a last value with `otherwise: true`, unless that is meant"
    findings.add(tag.at, "W-GAP", sentence, hint)


def _example(drawn: list[_Drawn]) -> str:
    """Which numbers are left out, where all values compare one measure."""
    intervals = [each.interval for each in drawn if each.interval is not None]
    first = drawn[0].band.when
    is_one = len(intervals) == len(drawn) and len({each.measure for each in drawn}) == 1
    if not is_one or not isinstance(first, Compare):
        return ""
    gap = first_gap(intervals, range_of(first.measure))
    if gap is None:
        return f": one without {drawn[0].measure}"
    if is_whole(first.measure):
        gap = gap.closed_whole()
    return f": {drawn[0].measure} {_told(gap, is_duration=first.operand.is_duration)}"


def _told(gap: Interval, *, is_duration: bool) -> str:
    """`from 5 to under 6`, `of 2`, `above 7`."""
    low, high = _number(gap.low, is_duration), _number(gap.high, is_duration)
    if low is None:
        return f"{'up to' if gap.high[1] else 'under'} {high}"
    if high is None:
        return f"{'above' if gap.low[1] else 'from'} {low}{'' if gap.low[1] else ' on'}"
    if low == high:
        return f"of {low}"
    return f"{'above' if gap.low[1] else 'from'} {low} to {'' if gap.high[1] else 'under '}{high}"


def _number(cut: Cut, is_duration: bool) -> str | None:
    value = cut[0]
    if value in (-inf, inf) or not isinstance(value, Fraction):
        return None
    if is_duration and value.denominator == 1:
        return format_duration(value.numerator)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
