"""What kind of value a measure or a field has, which decides how its thresholds are told."""

from typing import Literal

from tagger.rules.fields import CLOCK_FIELDS, DATE_FIELDS, FIELDS, LINE_FIELDS, FieldType
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
    Measure,
    Ratio,
    ResponseTime,
    Since,
    TagAge,
    TagValueOf,
)

Kind = Literal["text", "number", "money", "duration", "truth"]

_TYPES: dict[str, FieldType] = {
    name: description[0]
    for table in (*FIELDS.values(), LINE_FIELDS, CLOCK_FIELDS, DATE_FIELDS)
    for name, description in table.items()
}


def kind_of_field(name: str | None) -> Kind:
    """A field's kind; it is the same in all events that have it."""
    return _TYPES.get(name or "", "text")


def kind_of(measure: Measure, teller: Teller) -> Kind:
    """The kind of a measure's value."""
    match measure:
        case Aggregate(kind, of=of):
            if kind in ("count", "distinct"):
                return "number"
            return "duration" if kind == "interval" else kind_of_field(of)
        case Since() | ResponseTime() | TagAge():
            return "duration"
        case Ratio(of, to):
            divided = kind_of(of, teller)
            return "number" if divided == kind_of(to, teller) else divided
        case AttributeValueOf(name):
            return teller.shelf.attribute_kind(name)
        case TagValueOf(name):
            return _kind_of_tag(name, teller)


def _kind_of_tag(name: str, teller: Teller) -> Kind:
    if name not in teller.library:
        return "truth"
    tag = teller.library.tag(name)
    if tag.form == "number":
        return "number" if tag.value is None else kind_of(tag.value, teller)
    return "text" if tag.form == "text" else "truth"


def is_always_set(measure: Measure) -> bool:
    """Whether there is a value for every customer: the number or the sum of nothing is 0."""
    return isinstance(measure, Aggregate) and measure.kind in ("count", "sum", "distinct")
