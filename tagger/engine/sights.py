"""The measures of a plan as objects, made once, with what is asked of them again and again."""

from typing import final

from tagger.engine.calendars import start_of_period
from tagger.rules.plan import NONE, Frame, Measure, MeasureKind, Plan

Span = tuple[int, int, int, int]
"""A calendar period [begin, end) with what a window of such periods holds while it lasts, as
another one."""

_MOST_SPANS = 4


@final
class Window:
    """A frame of the plan, see there. What was last asked of a calendar is remembered: most
    instants that are asked about lie in the same period."""

    __slots__ = ("_spans", "ago_ms", "is_ever", "period", "periods_ago", "within_ms", "zone")

    def __init__(self, frame: Frame) -> None:
        self.within_ms = frame.within_ms
        self.ago_ms = frame.ago_ms
        self.period = frame.period
        self.periods_ago = frame.periods_ago
        self.zone = frame.zone
        self.is_ever = frame.is_ever
        self._spans: list[Span] = []

    def span(self, at: int) -> Span:
        """Of the period that `at` is in. Raises ValueError where the window is not of periods."""
        spans = self._spans
        for known in spans:
            if known[0] <= at < known[1]:
                return known
        period, zone, ago = self.period, self.zone, self.periods_ago
        if period is None:
            raise ValueError("the window is of no calendar period")
        begin, end = start_of_period(at, period, zone), start_of_period(at, period, zone, 1)
        window_begin, window_end = begin, end
        if ago:
            window_begin = start_of_period(at, period, zone, -ago)
            window_end = start_of_period(at, period, zone, 1 - ago)
        found = begin, end, window_begin, window_end
        spans.append(found)
        if len(spans) > _MOST_SPANS:
            spans.pop(0)
        return found


@final
class Sight:
    """A measure of the plan, see there; with the name of its series in profiles, whether refunds
    come off its orders, whether it asks about other tags, and whether that is a flag."""

    __slots__ = (
        "asks_tags",
        "customer_answers",
        "fingerprint",
        "is_netted",
        "is_of_flag",
        "kind",
        "name",
        "of",
        "series",
        "to",
        "window",
    )

    def __init__(self, plan: Plan, measure: Measure) -> None:
        series = None if measure.series == NONE else plan.series[measure.series]
        self.kind = measure.kind
        self.series = measure.series
        self.window = Window(measure.frame)
        self.name = measure.name
        self.of = measure.of
        self.to = measure.to
        self.customer_answers = measure.customer_answers
        self.fingerprint = "" if series is None else series.fingerprint
        self.is_netted = series is not None and series.refunds == "by_order"
        self.asks_tags = _asks_tags(plan, measure)
        self.is_of_flag = measure.tag != NONE and plan.tags[measure.tag].form == "flag"


def _asks_tags(plan: Plan, measure: Measure) -> bool:
    if measure.kind is MeasureKind.RATIO:
        return any(_asks_tags(plan, plan.measures[each]) for each in (measure.of, measure.to))
    return measure.kind in (MeasureKind.TAG, MeasureKind.TAG_AGE)
