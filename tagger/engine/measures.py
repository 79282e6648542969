"""The measures of a profile as they are at an instant, and what becomes of them with no event.

Nothing here changes a profile. What was measured is remembered, but for what other tags are: an
evaluation changes them as it goes.
"""

from datetime import date
from typing import Final, final

from tagger.engine.attribute_values import attribute_value, date_in
from tagger.engine.birthdays import age_on, ages
from tagger.engine.calendars import today
from tagger.engine.field_values import Value, exact_number
from tagger.engine.gauges import Content
from tagger.engine.moving import elapsed_since
from tagger.engine.profile import Profile, SeriesState
from tagger.engine.series_view import SeriesView
from tagger.engine.sights import Sight
from tagger.engine.trajectory import Trajectory, quotient_of, quotients, worth
from tagger.engine.walks import Walk
from tagger.engine.windows import bounds
from tagger.rules.plan import NONE, MeasureKind, Plan

_EMPTY: Final = SeriesState()
_ATTRIBUTE: Final = MeasureKind.ATTRIBUTE
_TAG: Final = MeasureKind.TAG
_TAG_AGE: Final = MeasureKind.TAG_AGE
_COUNT: Final = MeasureKind.COUNT
_RATIO: Final = MeasureKind.RATIO
_AGE: Final = MeasureKind.AGE
_ELAPSED = (MeasureKind.SINCE, MeasureKind.SINCE_FIRST)


@final
class Measures:
    """The measures of `plan`, which are `sights`, for `profile` at `at`, which no event of the
    profile is later than."""

    __slots__ = ("_states", "_values", "_views", "_walks", "at", "plan", "profile", "sights")

    def __init__(self, plan: Plan, sights: list[Sight], profile: Profile, at: int) -> None:
        self.plan = plan
        self.sights = sights
        self.profile = profile
        self.at = at
        self._values: dict[int, Value | None] = {}
        self._states = profile.series
        self._views: dict[int, SeriesView] = {}
        self._walks: dict[int, Walk] = {}

    def value(self, index: int) -> Value | None:
        """The exact value of a measure: a count, minor units, milliseconds, text, truth; None
        when it is unset."""
        values = self._values
        if index in values:
            return values[index]
        sight = self.sights[index]
        if sight.kind is _TAG:
            return self._tag_value(sight)
        value = worth(self._content(sight), self.at)
        if not sight.asks_tags:
            values[index] = value
        return value

    def state(self, series: int) -> SeriesState:
        """The state of a series; an empty one where nothing has happened. Not to be changed."""
        return self._states.get(self.plan.series[series].fingerprint, _EMPTY)

    def series(self, series: int) -> SeriesView:
        """A series as measures see it."""
        found = self._views.get(series)
        if found is None:
            found = self._views[series] = SeriesView(self.state(series), self.profile)
        return found

    def trajectory(self, index: int) -> Trajectory:
        """What becomes of a measure from now on, if no event comes."""
        sight = self.sights[index]
        if sight.kind is _RATIO:
            return quotients(self.trajectory(sight.of), self.trajectory(sight.to))
        if sight.series != NONE:
            return self.series(sight.series).trajectory(sight, self.at)
        if sight.kind is _AGE and (born := self.born()) is not None:
            return ages(born, sight.window.zone, self.at)
        if sight.kind is _TAG_AGE:
            return self._tag_age(sight)
        return iter(((self.at, self.value(index)),))

    def walk(self, index: int) -> Walk | None:
        """A measure to be walked from now on; None for those that are not of a window, or move
        within it."""
        found = self._walks.get(index)
        if found is not None:
            return found
        sight = self.sights[index]
        if sight.series == NONE or sight.window.is_ever or sight.kind in _ELAPSED:
            return None
        found = self._walks[index] = Walk(self.series(sight.series), sight, self.at)
        return found

    def start_of(self, index: int) -> int | None:
        """The instant since when a measure counts the time, where it is a time since the first or
        the last event ever; None for others."""
        sight = self.sights[index]
        if sight.kind not in _ELAPSED or not sight.window.is_ever:
            return None
        return self.series(sight.series).start_of(sight.kind)

    def stays(self, index: int) -> bool:
        """Whether the measure never changes by itself, whatever it is worth."""
        sight = self.sights[index]
        kind = sight.kind
        if sight.series != NONE:
            return sight.window.is_ever and kind not in _ELAPSED
        return kind is _ATTRIBUTE or kind is _TAG

    def is_approximate(self, index: int) -> bool:
        """Whether events that the measure is about are no longer kept one by one."""
        sight = self.sights[index]
        if sight.kind is _RATIO:
            return self.is_approximate(sight.of) or self.is_approximate(sight.to)
        if sight.series == NONE:
            return False
        if sight.is_netted and self.profile.forgot_refunds:
            return True
        state = self._states.get(sight.fingerprint)
        if state is None or state.cut_at is None:
            return False
        return self.series(sight.series).is_approximate(sight, self.at)

    def born(self) -> date | None:
        """The date of birth, where it is known."""
        return date_in(self._attribute("birth_date"))

    def _content(self, sight: Sight) -> Content:
        series = sight.series
        if series != NONE:
            if sight.kind is _COUNT:
                return self._count(sight, self._states.get(sight.fingerprint, _EMPTY))
            return self.series(series).content(sight, self.at)
        if sight.kind is _RATIO:
            return quotient_of(self.value(sight.of), self.value(sight.to))
        if sight.kind is _AGE:
            return self._age(sight)
        if sight.kind is _TAG_AGE:
            since = self._held_since(sight)
            return None if since is None else max(0, self.at - since)
        return self._attribute(sight.name)

    def _count(self, sight: Sight, state: SeriesState) -> Content:
        if sight.window.is_ever:
            return state.total
        if state.slices is not None:
            return self.series(sight.series).content(sight, self.at)
        low, high = bounds(state.times, sight.window, self.at)
        return high - low

    def _attribute(self, name: str) -> Value | None:
        attribute = self.profile.attributes.get(name)
        if attribute is None:
            return None
        return attribute_value(attribute.value, self.plan.attributes.get(name, "text"))

    def _age(self, sight: Sight) -> Value | None:
        born = self.born()
        if born is None:
            return self._attribute("age")
        return age_on(today(self.at, sight.window.zone), born)

    def _tag_value(self, sight: Sight) -> Value | None:
        state = self.profile.tags.get(sight.name)
        shown = None if state is None else state.shown
        if sight.is_of_flag:
            return shown is True
        return exact_number(shown) if isinstance(shown, float) else shown

    def _held_since(self, sight: Sight) -> int | None:
        state = self.profile.tags.get(sight.name)
        return None if state is None or state.shown is None else state.shown_since

    def _tag_age(self, sight: Sight) -> Trajectory:
        """Zero until the instant from which the tag is held, which a command may put ahead."""
        since = self._held_since(sight)
        if since is None:
            yield self.at, None
        elif since <= self.at:
            yield self.at, elapsed_since(since)
        else:
            yield self.at, 0
            yield since, elapsed_since(since)
