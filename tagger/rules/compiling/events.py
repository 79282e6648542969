"""Events of a pack as sources, series and patterns of a plan.

Equal definitions share one table entry: a source is found by its alternatives, a series by its
source and what it remembers, a pattern by its parts.
"""

from tagger.rules import syntax, words
from tagger.rules.compiling.fields import (
    PatternRule,
    bearer_of,
    compile_where,
    event_named,
    event_types,
    fingerprint,
    measured_field,
)
from tagger.rules.compiling.series import SeriesDraft
from tagger.rules.fields import EVENT_KEYS
from tagger.rules.plan import NONE, Field, FieldKind, Filter, Match, Pattern, Test, derived_key

Filters = tuple[Filter, ...]
Alternative = tuple[str, Filters]
"""An event key and the filters that an event with it must pass."""

_NETTED_FIELDS = ("amount", "profit")
_KIND = Field(FieldKind.PLAIN, "kind")
_OF_LINES = (FieldKind.LINES, FieldKind.QUANTITY)


class EventTables:
    """Sources, series and patterns of all packs of a folder."""

    def __init__(self) -> None:
        self.matches: dict[str, list[Match]] = {}
        self.source_names: list[str] = []
        self.series: list[SeriesDraft] = []
        self._source_of: dict[str, int] = {}
        self._series_of: dict[str, int] = {}
        self._pattern_of: dict[str, Pattern] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._bought = {"purchase", "refund"}

    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns that are used, in order of packs by name, then as they are written."""
        return tuple(
            self._pattern_of[key] for key in sorted(self._places, key=self._places.__getitem__)
        )

    def source(self, pack: syntax.Pack, selector: syntax.Selector) -> int:
        """The index of the source that `selector` means in `pack`."""
        return self._add_source(self._alternatives(pack, selector), words.selector(selector))

    def _add_source(self, alternatives: tuple[Alternative, ...], name: str) -> int:
        key = fingerprint(alternatives)
        if key not in self._source_of:
            index = self._source_of[key] = len(self.source_names)
            self.source_names.append(name)
            for event_key, filters in alternatives:
                self.matches.setdefault(event_key, []).append(Match(index, filters))
        return self._source_of[key]

    def source_key(self, pack: syntax.Pack, selector: syntax.Selector) -> str:
        """What identifies the source beyond this plan."""
        return fingerprint(self._alternatives(pack, selector))

    def times_of(self, pack: syntax.Pack, selector: syntax.Selector) -> int:
        """The index of the series that remembers when the selected events were."""
        return self._series(pack, selector, None, "ignore")

    def values_of(self, pack: syntax.Pack, measure: syntax.Aggregate) -> int:
        """The index of the series that remembers what a measure is `of`."""
        alternatives = self._alternatives(pack, measure.selector)
        keeps_unset = measure.kind in ("earliest", "latest")
        nets = measure.of in _NETTED_FIELDS and measure.kind in ("sum", "avg", "min", "max")
        has_purchases = any(event_key == "purchase" for event_key, _ in alternatives)
        refunds = measure.refunds if nets else "ignore"
        if refunds == "by_date" and not has_purchases:
            refunds = "ignore"
        field = measured_field(pack, measure)
        return self._series(pack, measure.selector, field, refunds, keeps_unset=keeps_unset)

    def messages(self, pack: syntax.Pack, at: syntax.Position) -> int:
        """The index of the series that remembers who wrote when in which conversation."""
        field = Field(FieldKind.MESSAGE, "conversation_id")
        return self._series(pack, syntax.Selector(("chat",), None, at), field, "ignore")

    def _series(
        self,
        pack: syntax.Pack,
        selector: syntax.Selector,
        of: Field | None,
        refunds: syntax.Refunds,
        *,
        keeps_unset: bool = False,
    ) -> int:
        key = fingerprint(self.source_key(pack, selector), of, refunds, keeps_unset)
        if key not in self._series_of:
            self._series_of[key] = len(self.series)
            alternatives = self._alternatives(pack, selector)
            ranges = of is not None and of.kind in _OF_LINES
            line_filters = self._line_filters(alternatives) if ranges else ()
            if refunds == "by_date":
                alternatives = _with_refunds(alternatives)
            source = self._add_source(alternatives, words.selector(selector))
            self.series.append(SeriesDraft(key, source, of, refunds, keeps_unset, line_filters))
        return self._series_of[key]

    def _line_filters(self, alternatives: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
        """The ways on which a purchase comes, if one of them narrows its lines."""
        bought = tuple(each for each in alternatives if each[0] in self._bought)
        narrows = any(each.line_tests for _, filters in bought for each in filters)
        return bought if narrows else ()

    def _alternatives(
        self, pack: syntax.Pack, selector: syntax.Selector
    ) -> tuple[Alternative, ...]:
        own = () if selector.where is None else (compile_where(pack, selector),)
        found: dict[Alternative, None] = {}
        for name in selector.events:
            for event_key, filters in self._named(pack, name):
                found[event_key, filters + own] = None
        return tuple(found)

    def _named(self, pack: syntax.Pack, name: str) -> tuple[Alternative, ...]:
        if name in EVENT_KEYS:
            return tuple((event_key, ()) for event_key in EVENT_KEYS[name])
        definition = event_named(pack, name)
        if isinstance(definition, syntax.Selector):
            return self._alternatives(pack, definition)
        event_key = derived_key(self._pattern(pack, name, definition).fingerprint)
        if "purchase" in event_types(pack, bearer_of(definition)):
            self._bought.add(event_key)
        return ((event_key, ()),)

    def _pattern(self, pack: syntax.Pack, name: str, definition: PatternRule) -> Pattern:
        key = self._pattern_key(pack, name, definition)
        place = (pack.name, [event.name for event in pack.events].index(name))
        self._places[key] = min(place, self._places.get(key, place))
        if key not in self._pattern_of:
            steps, unless = _steps_of(definition)
            self._pattern_of[key] = Pattern(
                key,
                name,
                tuple(self.source(pack, each) for each in steps),
                NONE if unless is None else self.source(pack, unless),
                definition.by,
                definition.within_ms,
            )
        return self._pattern_of[key]

    def _pattern_key(self, pack: syntax.Pack, name: str, definition: PatternRule) -> str:
        steps, unless = _steps_of(definition)
        return fingerprint(
            name,
            [self.source_key(pack, each) for each in steps],
            None if unless is None else self.source_key(pack, unless),
            definition.by,
            definition.within_ms,
        )


def _steps_of(
    definition: PatternRule,
) -> tuple[tuple[syntax.Selector, ...], syntax.Selector | None]:
    if isinstance(definition, syntax.UnlessPattern):
        return (definition.first,), definition.unless
    return definition.steps, None


def _with_refunds(alternatives: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """The same with the refunds that would pass if it were not asked of which kind they are."""
    found = dict.fromkeys(alternatives)
    for event_key, filters in alternatives:
        if event_key == "purchase":
            found["refund", tuple(map(_of_any_kind, filters))] = None
    return tuple(found)


def _of_any_kind(filter_: Filter) -> Filter:
    tests = tuple(test for test in filter_.tests if not _is_of_kind(test))
    return Filter(tests, filter_.line_tests)


def _is_of_kind(test: Test) -> bool:
    return test.field == _KIND
