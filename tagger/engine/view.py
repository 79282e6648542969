"""A profile as it is seen at an instant: measures, conditions, and when they next change.

`at` is never before an event that the profile has taken. A view only reads; it remembers what it
has measured, so it is good until an event is put into the profile. Other tags' values are the
exception: they are looked up each time, because an evaluation changes them as it goes.
"""

from fractions import Fraction

from tagger.engine.filters import Value, compare, exact_number
from tagger.engine.profile import Profile, SeriesState, StoredNumber
from tagger.engine.series import add_up, net_values
from tagger.engine.windows import Window, bounds, edges, next_flip
from tagger.rules.attributes import AttributeKind
from tagger.rules.plan import Measure, MeasureKind, Node, NodeKind, Op, Plan

Look = tuple[bool, int | None]
"""Whether a condition holds, and when it may next turn out otherwise with no event."""

_EMPTY = SeriesState()
_COMPARE, _ABSENT, _NOT = NodeKind.COMPARE, NodeKind.ABSENT, NodeKind.NOT
_ALL, _ANY = NodeKind.ALL, NodeKind.ANY
_ELAPSED = (MeasureKind.SINCE, MeasureKind.SINCE_FIRST)


class View:
    """What the rules of `plan` see of `profile` at `at`."""

    __slots__ = ("_looks", "_measured", "_net", "at", "plan", "profile")

    def __init__(self, plan: Plan, profile: Profile, at: int) -> None:
        self.plan = plan
        self.profile = profile
        self.at = at
        self._measured: dict[int, Value | None] = {}
        self._looks: dict[int, Look] = {}
        self._net: dict[int, list[StoredNumber]] = {}

    def series(self, index: int) -> SeriesState:
        """The state of a series; an empty one where nothing has happened. Not to be changed."""
        return self.profile.series.get(self.plan.series[index].fingerprint, _EMPTY)

    def value(self, index: int) -> Value | None:
        """The exact value of a measure: a count, minor units, milliseconds, text, truth; None
        when it is unset."""
        measure = self.plan.measures[index]
        if measure.kind is MeasureKind.TAG:
            return self._tag_value(measure)
        if index not in self._measured:
            self._measured[index] = self._measure(measure)
        return self._measured[index]

    def _measure(self, measure: Measure) -> Value | None:
        kind = measure.kind
        if kind is MeasureKind.ATTRIBUTE:
            return self._attribute_value(measure.name)
        state = self.series(measure.series)
        if kind is MeasureKind.SINCE:
            return None if state.last_at is None else self.at - state.last_at
        if kind is MeasureKind.SINCE_FIRST:
            return None if state.first_at is None else self.at - state.first_at
        if kind is MeasureKind.COUNT and measure.within_ms is None:
            return state.total
        window = self._window(measure)
        low, high = bounds(window, self.at)
        return high - low if window.values is None else add_up(window.values[low:high])

    def _window(self, measure: Measure) -> Window:
        state = self.series(measure.series)
        values = None if measure.kind is MeasureKind.COUNT else self._values(measure)
        return Window(state.times, values, measure.within_ms, measure.ago_ms, state.has_negative)

    def _values(self, measure: Measure) -> list[StoredNumber]:
        index = measure.series
        if self.plan.series[index].refunds != "by_order":
            return self.series(index).values
        if index not in self._net:
            self._net[index] = net_values(self.series(index), self.profile)
        return self._net[index]

    def _attribute_value(self, name: str) -> Value | None:
        attribute = self.profile.attributes.get(name)
        if attribute is None or attribute.value == "" or attribute.value is None:
            return None
        value = attribute.value
        if not _is_of_kind(value, self.plan.attributes.get(name, "text")):
            return None
        return exact_number(value) if isinstance(value, float) else value

    def _tag_value(self, measure: Measure) -> Value | None:
        state = self.profile.tags.get(measure.name)
        shown = None if state is None else state.shown
        if self.plan.tags[measure.tag].form == "flag":
            return shown is True
        return exact_number(shown) if isinstance(shown, float) else shown

    def holds(self, index: int) -> bool:
        """Whether a condition holds."""
        return self._look(index)[0]

    def next_change(self, index: int) -> int | None:
        """The first instant after `at` at which a condition may turn out otherwise, if no event
        comes: never later than the true one, and None when it never does."""
        return self._look(index)[1]

    def _look(self, index: int) -> Look:
        """A condition's outcome and next change. A condition that asks about a tag is looked at
        only when that tag is settled, so it may be remembered like the others."""
        found = self._looks.get(index)
        if found is None:
            found = self._looks[index] = self._look_at(self.plan.nodes[index])
        return found

    def _look_at(self, node: Node) -> Look:
        kind = node.kind
        if kind is _COMPARE:
            outcome = compare(node.op, self.value(node.measure), node.values)
            return outcome, self._compare_change(node, outcome)
        if kind is _ALL or kind is _ANY:
            return _combined([self._look(child) for child in node.children], wanted=kind is _ALL)
        if kind is _NOT:
            outcome, change = self._look(node.children[0])
            return not outcome, change
        if kind is _ABSENT:
            from_at = self._absent_from(node)
            return self.at >= from_at, from_at if from_at > self.at else None
        looks = [self._look(child) for child in node.children]
        number = sum(outcome for outcome, _ in looks)
        return compare(node.op, number, node.values), earliest([change for _, change in looks])

    def _absent_from(self, node: Node) -> int:
        """The instant from which the absence is long enough, if no event comes."""
        known_since = self.profile.known_since
        last_at = self.series(node.series).last_at
        if last_at is None:
            return known_since if node.include_new else known_since + node.within_ms
        start = last_at if node.include_new else max(last_at, known_since)
        return start + node.within_ms

    def _compare_change(self, node: Node, outcome: bool) -> int | None:
        measure = self.plan.measures[node.measure]
        kind = measure.kind
        if kind in (MeasureKind.ATTRIBUTE, MeasureKind.TAG) or node.op is Op.IS_SET:
            return None
        state = self.series(measure.series)
        if kind in _ELAPSED:
            start = state.last_at if kind is MeasureKind.SINCE else state.first_at
            return None if start is None else _elapsed_change(node, start, self.at, outcome)
        if measure.within_ms is None and not measure.ago_ms:
            return None
        return next_flip(self._window(measure), self.at, node.op, node.values)

    def next_value_change(self, index: int, step_ms: int | None) -> int | None:
        """The next instant at which a measure's value, floored to `step_ms`, changes by itself."""
        measure = self.plan.measures[index]
        if measure.kind in (MeasureKind.ATTRIBUTE, MeasureKind.TAG):
            return None
        if measure.kind in _ELAPSED:
            elapsed = self.value(index)
            if not isinstance(elapsed, int) or step_ms is None:
                return None
            return self.at + step_ms - elapsed % step_ms
        if measure.within_ms is None and not measure.ago_ms:
            return None
        changes = edges(self._window(measure), self.at)
        return next((instant for instant, change in changes if change), None)


def _is_of_kind(value: str | float | bool, kind: AttributeKind) -> bool:
    """Whether a reported value has the kind that is declared; another one is unset."""
    if isinstance(value, bool):
        return kind == "truth"
    return kind == ("text" if isinstance(value, str) else "number")


def _combined(looks: list[Look], *, wanted: bool) -> Look:
    """`all` (`wanted` true) or `any` (false) of the looks.

    Of `all`, while some children fail, nothing can happen before each of them has changed once;
    while none fails, when the first one changes. `any` is the mirror image.
    """
    against = [change for outcome, change in looks if outcome is not wanted]
    if not against:
        return wanted, earliest([change for _, change in looks])
    changes = [change for change in against if change is not None]
    return not wanted, max(changes) if len(changes) == len(against) else None


def earliest(instants: list[int | None]) -> int | None:
    """The first of those that are instants."""
    return min((each for each in instants if each is not None), default=None)


def _elapsed_change(node: Node, start: int, at: int, outcome: bool) -> int | None:
    """A time that only grows can change the outcome at a threshold or a millisecond after."""
    instants = sorted(
        start + int(threshold) + after
        for threshold in node.values
        if isinstance(threshold, int | Fraction)
        for after in (0, 1)
    )
    for instant in instants:
        if instant > at and compare(node.op, instant - start, node.values) is not outcome:
            return instant
    return None
