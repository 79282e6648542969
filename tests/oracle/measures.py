"""What measures are worth for one customer at one instant, worked out from the whole history.

Readings fixed here:

- an attribute whose value is not of its declared type, and one not declared, is unset;
- `earliest` and `latest` take an event's own money, before refunds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .conversations import response_time
from .dates import full_years, iso_date, today
from .happenings import Event, counted_lines, field_of
from .history import History
from .money import aggregate, measured
from .packs import Pack
from .values import Doc, UnsupportedError, Value, as_value
from .windows import has_window, window_of

MEASURE_WORDS = frozenset(
    (
        *("count", "sum", "avg", "min", "max", "distinct", "earliest", "latest", "since"),
        *("since_first", "interval", "ratio", "attribute", "tag", "tag_age", "response_time"),
    )
)
TYPES = {"text": str, "number": Fraction, "boolean": bool}
OF_LINES = ("category", "product_id", "brand")


@dataclass(frozen=True)
class View:
    """What a rule of this pack sees of a customer at an instant."""

    pack: Pack
    at: int
    known_since: int
    history: History
    attributes: Mapping[str, Any]
    tag_value: Callable[[str], Value | None]
    tag_since: Callable[[str], int | None]
    """When the tag took its present value; unset while nobody holds it."""


def measure(view: View, doc: Doc) -> Value | None:
    """The value of the one measure in `doc`; durations in milliseconds; None is unset."""
    words = [word for word in doc if word in MEASURE_WORDS]
    if len(words) != 1:
        raise UnsupportedError(f"measure {doc}")
    word = words[0]
    spec = doc[word]
    match word:
        case "count":
            return Fraction(len(_events(view, spec)))
        case "sum" | "avg" | "min" | "max":
            window = window_of(view.pack, spec, view.at)
            return aggregate(word, view.pack, spec, view.history, window)
        case "distinct":
            return Fraction(len(_different_values(view, spec)))
        case "earliest" | "latest":
            events = _events(view, spec)
            which = 0 if word == "earliest" else -1
            return measured(view.pack, spec, events[which]) if events else None
        case "since" | "since_first":
            began = counted_from(view, word, spec)
            return None if began is None else Fraction(view.at - began)
        case "interval":
            return _interval(_events(view, spec))
        case "ratio":
            return _ratio(measure(view, spec["of"]), measure(view, spec["to"]))
        case "response_time":
            window = window_of(view.pack, spec, view.at)
            return response_time(view.history.messages(*window), spec.get("of", "agent"))
        case "tag":
            return view.tag_value(spec)
        case "tag_age":
            since = view.tag_since(spec)
            return None if since is None else Fraction(view.at - since)
    return _age(view) if spec == "age" else _attribute(view, spec)


def counted_from(view: View, word: str, spec: Doc) -> int | None:
    """The instant from which `since` or `since_first` counts; ever, where no window is named."""
    window = window_of(view.pack, spec, view.at) if has_window(spec) else (None, view.at)
    events = view.history.select(view.pack, spec, *window)
    which = 0 if word == "since_first" else -1
    return events[which].at if events else None


def _events(view: View, spec: Doc) -> list[Event]:
    """The events in the window."""
    return view.history.select(view.pack, spec, *window_of(view.pack, spec, view.at))


def _interval(events: list[Event]) -> Fraction | None:
    if len(events) < 2:
        return None
    return Fraction(events[-1].at - events[0].at, len(events) - 1)


def _ratio(over: Value | None, under: Value | None) -> Fraction | None:
    if not isinstance(over, Fraction) or not isinstance(under, Fraction) or under == 0:
        return None
    return over / under


def _different_values(view: View, spec: Doc) -> set[Value]:
    found: set[Value] = set()
    for event in _events(view, spec):
        found |= _values(view.pack, spec, event)
    return found


def _values(pack: Pack, spec: Doc, event: Event) -> set[Value]:
    """The values of `of` that an event adds: those of the lines that count, or its own."""
    field = spec["of"]
    if field in OF_LINES and event.type == "purchase":
        numbers = counted_lines(pack, spec, event) or ()
        found = {as_value(event.data["lines"][number].get(field)) for number in numbers}
    else:
        found = {field_of(pack, field, event)}
    return {value for value in found if value is not None}


def _age(view: View) -> Value | None:
    """Full years since the date of birth, else the age that was reported."""
    born = iso_date(view.attributes.get("birth_date"))
    if born is None:
        return _attribute(view, "age")
    years = full_years(born, today(view.at, view.pack.zone))
    return None if years is None else Fraction(years)


def _attribute(view: View, name: str) -> Value | None:
    declared = view.pack.attributes.get(name)
    if declared is None:
        raise UnsupportedError(f"attribute {name}")
    value = as_value(view.attributes.get(name))
    return value if declared == "any" or isinstance(value, TYPES[declared]) else None
