"""Events of a pack as sources, series and patterns of a plan.

Equal definitions share one table entry: a source is found by its alternatives, a series by its
source and what it remembers, a pattern by its parts.
"""

import dataclasses
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import msgspec

from tagger.rules import syntax, words
from tagger.rules.currencies import minor_per_major
from tagger.rules.fields import EVENT_KEYS, FIELDS, LINE_FIELDS, type_of_name
from tagger.rules.plan import (
    Exact,
    Field,
    FieldKind,
    Filter,
    Match,
    Op,
    Pattern,
    Series,
    Test,
    Threshold,
    derived_key,
)
from tagger.rules.text_match import normalise_term

Alternative = tuple[str, tuple[Filter, ...]]
"""An event key and the filters that an event with it must pass."""

LEAST_KEPT = 64
"""A series keeps at least so many of its newest times."""


def fingerprint(*parts: object) -> str:
    """Sixteen hexadecimal digits that stand for a definition, stable between processes."""
    data = msgspec.json.encode(parts, order="deterministic")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def exact(value: Decimal | int, scale: int = 1) -> Exact:
    """`value` times `scale` without rounding."""
    scaled = Fraction(value) * scale
    return scaled.numerator if scaled.denominator == 1 else scaled


def plain(value: object) -> object:
    """A definition as fingerprints see it."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, msgspec.Struct):
        return [plain(item) for item in msgspec.structs.astuple(value)]
    return value


@dataclass(slots=True)
class SeriesDraft:
    """A series while its users are still being collected."""

    fingerprint: str
    source: int
    field: Field | None
    refunds: syntax.Refunds
    retention_ms: int | None = 0
    keep: int | None = LEAST_KEPT
    tags: set[int] = dataclasses.field(default_factory=set)

    def needs(self, reach_ms: int | None, keep: int | None) -> None:
        """Widen what is remembered: `reach_ms` back in time (None: all), `keep` newest (None: all
        of them)."""
        if self.retention_ms is not None:
            self.retention_ms = None if reach_ms is None else max(self.retention_ms, reach_ms)
        if self.keep is not None:
            self.keep = None if keep is None else max(self.keep, keep)

    def freeze(self) -> Series:
        """The finished table entry."""
        return Series(
            self.fingerprint,
            self.source,
            self.field,
            self.refunds,
            self.retention_ms,
            self.keep,
            tuple(sorted(self.tags)),
        )


class EventTables:
    """Sources, series and patterns of all packs of a folder."""

    def __init__(self) -> None:
        self.matches: dict[str, list[Match]] = {}
        self.source_names: list[str] = []
        self.series: list[SeriesDraft] = []
        self.patterns: list[Pattern] = []
        self._source_of: dict[str, int] = {}
        self._series_of: dict[str, int] = {}
        self._pattern_of: dict[str, int] = {}

    def source(self, pack: syntax.Pack, selector: syntax.Selector) -> int:
        """The index of the source that `selector` means in `pack`."""
        return self._add_source(self._alternatives(pack, selector), words.selector(selector))

    def _add_source(self, alternatives: tuple[Alternative, ...], name: str) -> int:
        key = fingerprint(plain(alternatives))
        if key not in self._source_of:
            index = self._source_of[key] = len(self.source_names)
            self.source_names.append(name)
            for event_key, filters in alternatives:
                self.matches.setdefault(event_key, []).append(Match(index, filters))
        return self._source_of[key]

    def source_key(self, pack: syntax.Pack, selector: syntax.Selector) -> str:
        """What identifies the source beyond this plan."""
        return fingerprint(plain(self._alternatives(pack, selector)))

    def series_for(
        self,
        pack: syntax.Pack,
        selector: syntax.Selector,
        of: Field | None = None,
        refunds: syntax.Refunds = "ignore",
    ) -> int:
        """The index of the series that remembers `of` of the selected events."""
        key = fingerprint(self.source_key(pack, selector), plain(of), refunds)
        if key not in self._series_of:
            self._series_of[key] = len(self.series)
            alternatives = self._alternatives(pack, selector)
            if refunds == "by_date":
                alternatives += tuple(
                    ("refund", filters)
                    for event_key, filters in alternatives
                    if event_key == "purchase" and ("refund", filters) not in alternatives
                )
            index = self._add_source(alternatives, words.selector(selector))
            self.series.append(SeriesDraft(key, index, of, refunds))
        return self._series_of[key]

    def _alternatives(
        self, pack: syntax.Pack, selector: syntax.Selector
    ) -> tuple[Alternative, ...]:
        own = () if selector.where is None else (compile_where(pack, selector),)
        found: list[Alternative] = []
        for name in selector.events:
            for event_key, filters in self._named(pack, name):
                if (event_key, filters + own) not in found:
                    found.append((event_key, filters + own))
        return tuple(found)

    def _named(self, pack: syntax.Pack, name: str) -> tuple[Alternative, ...]:
        if name in EVENT_KEYS:
            return tuple((event_key, ()) for event_key in EVENT_KEYS[name])
        definition = next(event.definition for event in pack.events if event.name == name)
        if isinstance(definition, syntax.Selector):
            return self._alternatives(pack, definition)
        pattern = self.patterns[self._pattern(pack, name, definition)]
        return ((derived_key(pattern.fingerprint), ()),)

    def _pattern(self, pack: syntax.Pack, name: str, definition: syntax.UnlessPattern) -> int:
        first = self.source_key(pack, definition.first)
        unless = self.source_key(pack, definition.unless)
        key = fingerprint(name, first, unless, definition.by, definition.within_ms)
        if key not in self._pattern_of:
            pattern = Pattern(
                key,
                name,
                self.source(pack, definition.first),
                self.source(pack, definition.unless),
                definition.by,
                definition.within_ms,
            )
            self._pattern_of[key] = len(self.patterns)
            self.patterns.append(pattern)
        return self._pattern_of[key]


def compile_where(pack: syntax.Pack, selector: syntax.Selector) -> Filter:
    """A `where` against the fields of the events that it is about."""
    where = selector.where
    if where is None:
        return Filter()
    types = event_types(pack, selector)
    return Filter(
        tuple(_test(pack, test, field_of(pack, types, test.field)) for test in where.tests),
        tuple(_test(pack, test, _line_field(pack, test.field)) for test in where.any_line),
    )


def event_types(pack: syntax.Pack, selector: syntax.Selector) -> tuple[str, ...]:
    """The event types whose fields the selected events have, in order of first mention."""
    found: list[str] = []
    for name in selector.events:
        if name in EVENT_KEYS:
            found.append(type_of_name(name))
            continue
        definition = next(event.definition for event in pack.events if event.name == name)
        if isinstance(definition, syntax.UnlessPattern):
            definition = definition.first
        found += event_types(pack, definition)
    return tuple(dict.fromkeys(found))


def field_of(pack: syntax.Pack, types: tuple[str, ...], name: str) -> Field:
    """How the field is read; the first of `types` that has it decides."""
    for event_type in types:
        if name in FIELDS[event_type]:
            _, kind, attribute = FIELDS[event_type][name]
            return Field(kind, attribute, pack.currency or "" if kind is FieldKind.MONEY else "")
    raise LookupError(f"no event among {types} has a field {name!r}")


def _line_field(pack: syntax.Pack, name: str) -> Field:
    _, kind, attribute = LINE_FIELDS[name]
    return Field(kind, attribute, pack.currency or "" if kind is FieldKind.MONEY else "")


def is_money(name: str) -> bool:
    """Whether a field of that name is written in major units."""
    return any(fields.get(name, ("",))[0] == "money" for fields in (*FIELDS.values(), LINE_FIELDS))


def _test(pack: syntax.Pack, test: syntax.FieldTest, field_: Field) -> Test:
    scale = minor_per_major(pack.currency or "") if is_money(test.field) else 1
    return Test(
        field_, Op[test.comparator.upper()], thresholds(test.comparator, test.operand, scale)
    )


def thresholds(
    comparator: syntax.Comparator, operand: syntax.Operand, scale: int = 1
) -> tuple[Threshold, ...]:
    """The right side in the units of the left."""
    if comparator == "mentions":
        return tuple(normalise_term(str(value)) for value in operand.values)
    return tuple(
        exact(value, scale)
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
        else value
        for value in operand.values
    )
