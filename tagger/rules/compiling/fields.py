"""Fields, filters and right sides of a pack as a plan has them: in the units of what is stored."""

import hashlib
from decimal import Decimal
from fractions import Fraction

import msgspec

from tagger.rules import syntax
from tagger.rules.currencies import minor_per_major
from tagger.rules.fields import (
    CLOCK_FIELDS,
    DATE_FIELDS,
    EVENT_KEYS,
    FIELDS,
    LINE_FIELDS,
    type_of_name,
)
from tagger.rules.plan import Exact, Field, FieldKind, Filter, Op, Test, Threshold
from tagger.rules.text_match import normalise_term

PatternRule = syntax.UnlessPattern | syntax.ChainPattern
_IN_A_CURRENCY = (FieldKind.MONEY, FieldKind.PROFIT)
_BY_CLOCK = {**CLOCK_FIELDS, **DATE_FIELDS}


def fingerprint(*parts: object) -> str:
    """Sixteen hexadecimal digits that stand for a definition, stable between processes."""
    data = msgspec.json.encode(plain(parts), order="deterministic")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


def plain(value: object) -> object:
    """A definition as fingerprints see it."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, msgspec.Struct):
        return [plain(item) for item in msgspec.structs.astuple(value)]
    return value


def exact(value: Decimal | int, scale: int = 1) -> Exact:
    """`value` times `scale` without rounding."""
    scaled = Fraction(value) * scale
    return scaled.numerator if scaled.denominator == 1 else scaled


def thresholds(
    comparator: syntax.Comparator, operand: syntax.Operand, scale: int = 1
) -> tuple[Threshold, ...]:
    """The constants of a right side in the units of the left."""
    if comparator == "mentions":
        return tuple(normalise_term(str(value)) for value in operand.values)
    return tuple(
        exact(value, scale)
        if isinstance(value, int | Decimal) and not isinstance(value, bool)
        else value
        for value in operand.values
    )


def event_types(pack: syntax.Pack, selector: syntax.Selector) -> tuple[str, ...]:
    """The event types whose fields the selected events have, in order of first mention."""
    found: list[str] = []
    for name in selector.events:
        if name in EVENT_KEYS:
            found.append(type_of_name(name))
        else:
            found += event_types(pack, bearer_of(event_named(pack, name)))
    return tuple(dict.fromkeys(found))


def event_named(pack: syntax.Pack, name: str) -> syntax.Selector | PatternRule:
    """What the pack says of a named event."""
    return next(event.definition for event in pack.events if event.name == name)


def bearer_of(definition: syntax.Selector | PatternRule) -> syntax.Selector:
    """The events whose fields a named event has: of a chain the last, of a wait the first."""
    match definition:
        case syntax.UnlessPattern(first):
            return first
        case syntax.ChainPattern(steps):
            return steps[-1]
        case syntax.Selector():
            return definition


def measured_field(pack: syntax.Pack, measure: syntax.Aggregate) -> Field | None:
    """How the field that a measure is `of` is read; None where it is of none."""
    name, types = measure.of, event_types(pack, measure.selector)
    if name is None:
        return None
    if measure.kind == "distinct" and "purchase" in types and _is_text_of_lines(name):
        return Field(FieldKind.LINES, LINE_FIELDS[name][2])
    return _field(pack, types, name)


def _is_text_of_lines(name: str) -> bool:
    return name in LINE_FIELDS and LINE_FIELDS[name][0] == "text"


def compile_where(pack: syntax.Pack, selector: syntax.Selector) -> Filter:
    """A `where` against the fields of the events that it is about."""
    where = selector.where
    if where is None:
        return Filter()
    types = event_types(pack, selector)
    return Filter(
        tuple(_test(pack, test, _tested_field(pack, types, test.field)) for test in where.tests),
        tuple(_test(pack, test, _line_field(pack, test.field)) for test in where.any_line),
    )


def _tested_field(pack: syntax.Pack, types: tuple[str, ...], name: str) -> Field:
    """The field that a filter asks for: an order's quantity is its lines', so it has none."""
    field = _field(pack, types, name)
    return Field(FieldKind.PLAIN, name) if field.kind is FieldKind.QUANTITY else field


def _field(pack: syntax.Pack, types: tuple[str, ...], name: str) -> Field:
    """How the field is read; the first of `types` that has it decides."""
    if name in _BY_CLOCK:
        return Field(_BY_CLOCK[name][1], "", zone=pack.time_zone)
    for event_type in types:
        if name in FIELDS[event_type]:
            _, kind, attribute = FIELDS[event_type][name]
            return Field(kind, attribute, _currency_for(pack, kind))
    raise LookupError(f"no event among {types} has a field {name!r}")


def _line_field(pack: syntax.Pack, name: str) -> Field:
    _, kind, attribute = LINE_FIELDS[name]
    return Field(kind, attribute, _currency_for(pack, kind))


def _currency_for(pack: syntax.Pack, kind: FieldKind) -> str:
    return pack.currency or "" if kind in _IN_A_CURRENCY else ""


def scale_of(pack: syntax.Pack, name: str | None) -> int:
    """How many stored units make one written unit of the field: minor units for money, else 1."""
    tables = (*FIELDS.values(), LINE_FIELDS)
    if name is None or all(table.get(name, ("",))[0] != "money" for table in tables):
        return 1
    return minor_per_major(pack.currency or "")


def _test(pack: syntax.Pack, test: syntax.FieldTest, field: Field) -> Test:
    values = thresholds(test.comparator, test.operand, scale_of(pack, test.field))
    return Test(field, Op[test.comparator.upper()], values)
