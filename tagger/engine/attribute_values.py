"""Reported attributes as values that rules can compare: one of another type than declared is
unset, and so is an empty text."""

from collections.abc import Mapping
from datetime import date

from tagger.domain.events import AttributeValue, ProfileUpdate
from tagger.engine.field_values import Value, exact_number
from tagger.rules.attributes import AttributeKind


def attribute_value(value: AttributeValue, kind: AttributeKind) -> Value | None:
    """The exact value of an attribute that is declared as `kind`."""
    if value is None or value == "" or not _is_of_kind(value, kind):
        return None
    return exact_number(value) if isinstance(value, float) else value


def wrong_types_in(update: ProfileUpdate, kinds: Mapping[str, AttributeKind]) -> int:
    """How many values are of another type than `kinds` says of the attribute."""
    return sum(
        not _is_of_kind(value, kinds[name])
        for name, value in update.attributes.items()
        if name in kinds and value is not None and value != ""
    )


def date_in(value: Value | None) -> date | None:
    """The date that a text `YYYY-MM-DD` is; anything else is none."""
    if not isinstance(value, str) or len(value) != 10 or not value.isascii():
        return None
    year, month, day = value[:4], value[5:7], value[8:]
    if value[4] != "-" or value[7] != "-" or not (year + month + day).isdigit():
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _is_of_kind(value: str | float | bool, kind: AttributeKind) -> bool:
    if isinstance(value, bool):
        return kind == "truth"
    return kind == ("text" if isinstance(value, str) else "number")
