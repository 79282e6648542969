"""What single events and commands of generated histories say, apart from when and of whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from .draws import LEFT_OUT, fields, pick
from .happenings import ACTIONS
from .material import (
    ABSENT,
    ATTRIBUTES,
    BASES,
    CLOSED,
    LINE_TEXTS,
    MARKS,
    PLAIN_ATTRIBUTES,
    PLAIN_VALUES,
    QUANTITIES,
    UNSET,
)
from .values import Doc

OTHER_CURRENCY = "GBP"


@dataclass(frozen=True)
class Setting:
    """What a history is drawn for.

    `starts` are instants to count from and `spans_ms` what is added; `themes` are names of
    built-in events that bear on each other; money is in the `currencies`, in sums of
    `amounts_minor`; commands name the `tags`; `dates` are birthdays.
    """

    starts: Sequence[int]
    spans_ms: Sequence[int]
    themes: Sequence[Sequence[str]]
    currencies: Sequence[str]
    amounts_minor: Sequence[int]
    tags: Mapping[str, Doc]
    dates: Sequence[str]


def body(draw: st.DrawFn, setting: Setting, name: str, at: int) -> Doc:
    """The fields of an event of this name, or of a `command`, that happens at this instant."""
    if name == "command":
        return {"type": "command"} | _command(draw, setting, at)
    event_type = BASES[name]
    said = {"type": event_type} | fields(draw, {**CLOSED[event_type], **MARKS[event_type]})
    match event_type:
        case "purchase":
            said |= _money(draw, setting)
            return said | ({"kind": "refund"} if name == "refund" else {})
        case "browse":
            said |= fields(draw, {"quantity": (*ABSENT, 1, 2, 3)})
            said |= fields(draw, {"value_minor": (*UNSET, *setting.amounts_minor)})
            return said | ({"action": name} if name in ACTIONS else {})
        case "chat":
            return said | fields(draw, {"rating": (*UNSET, 3, 1, 5)})
    return said | {"attributes": _attributes(draw, setting)}


def _money(draw: st.DrawFn, setting: Setting) -> Doc:
    currencies = [*setting.currencies, *setting.currencies, *setting.currencies, OTHER_CURRENCY]
    amounts = setting.amounts_minor
    said = fields(
        draw,
        {
            "amount_minor": amounts,
            "currency": currencies,
            "discount_minor": (*ABSENT, 500, 1000),
            "cost_minor": (*UNSET, 1000, *amounts),
        },
    )
    lines = [_line(draw, amounts) for _ in range(pick(draw, (0, 1, 2)))]
    return said | ({"lines": lines} if lines else {})


def _line(draw: st.DrawFn, amounts: Sequence[int]) -> Doc:
    return fields(draw, {**LINE_TEXTS, "quantity": QUANTITIES, "amount_minor": amounts})


def _attributes(draw: st.DrawFn, setting: Setting) -> Doc:
    dates = (*ABSENT, *setting.dates, "2001-02-30", None)
    typed = {name: (*ABSENT, *values) for name, (_, values) in ATTRIBUTES.items()}
    ages = (*ABSENT, *ABSENT, 17, 25.5, None)
    known = {"birth_date": dates, "registered_at": dates, "joined": dates, "age": ages}
    other = {pick(draw, PLAIN_ATTRIBUTES): (*ABSENT, *PLAIN_VALUES)}
    return fields(draw, {**known, **typed, **other, "undeclared": (*ABSENT, "x")})


def _command(draw: st.DrawFn, setting: Setting, at: int) -> Doc:
    name = pick(draw, [*sorted(setting.tags), *sorted(setting.tags), "nothing"])
    said = fields(
        draw,
        {
            "op": ("assign", "remove", "release", "assign", "remove", "erase"),
            "role": ("manager", "agent"),
            "value": _values(setting.tags.get(name, {})),
            "until": (*ABSENT, *ABSENT, *(at + span_ms for span_ms in setting.spans_ms)),
        },
    )
    return said | {"actor": "ann", "tag": name}


def _values(tag: Doc) -> Sequence[Any]:
    """Values for a command: good ones first, bad ones too."""
    match tag.get("form", "flag"):
        case "text":
            return [*tag["values"], *tag["values"], "nothing"]
        case "number":
            return [0, 7, 2.5, "7"]
    return [True, LEFT_OUT, None, True, "high"]
