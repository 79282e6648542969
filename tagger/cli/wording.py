"""Tag values, evidence and changes in words, for people."""

import re

from rich.text import Text

from tagger.cli.console import printable
from tagger.codecs.written import written_instant, written_value
from tagger.domain.tags import Evidence, Op, TagChange, TagValue
from tagger.domain.times import UNIT_MS, format_duration
from tagger.engine.needs import Need, Unit
from tagger.rules import words

SIGNS: dict[Op, tuple[str, str]] = {
    "added": ("+", "bold green"),
    "removed": ("-", "bold red"),
    "updated": ("~", "bold yellow"),
}
_SYMBOLS = {"eq": "=", "ne": "≠", "gt": ">", "gte": "≥", "lt": "<", "lte": "≤"}
_NEXT_UNIT = (("d", "h"), ("h", "m"), ("m", "s"))
_WHOLE = re.compile(r"\d+")


def instant_text(at_ms: int) -> str:
    """RFC 3339, UTC, with milliseconds."""
    return str(written_instant(at_ms))


def value_text(value: TagValue | None, unit: Unit = "") -> str:
    """A value, a number with its thousands apart; with the unit `ms`, a duration like `30d`."""
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return "true" if value else "false"
    if unit == "ms":
        if isinstance(value, str):
            return _WHOLE.sub(lambda found: format_duration(int(found[0])), value)
        return format_duration(round(value))
    if isinstance(value, str):
        return printable(value)
    whole = written_value(value)
    if isinstance(whole, int):
        return f"{whole:,}"
    cents, more = f"{value:,.6f}"[:-4], f"{value:,.6f}"[-4:]
    return cents + more.rstrip("0")


def evidence_text(evidence: Evidence, unit: Unit | None = None) -> str:
    """One condition with what was measured and what it was held against. Without a unit, as
    published evidence has none, the condition's name tells it."""
    name = printable(evidence.condition)
    measured, threshold = evidence.measured, evidence.threshold
    if unit is None:
        unit = "ms" if words.is_time(evidence.condition.removeprefix("not: ")) else ""
    match evidence.comparator:
        case "happened":
            return f"{name} at {_instant(measured)}"
        case "behind the clock":
            return f"{name} of {_instant(measured)}{_behind(measured, threshold)}"
        case "reached":
            return f"{name} reached at {_instant(threshold)}"
        case "value":
            told = f"{name} = {value_text(measured, unit)}"
        case "is_set":
            told = f"{name} {'is unset' if measured is None else 'is set'}"
        case "quiet for":
            told = f"{name}: quiet for {value_text(measured, 'ms')}"
        case "anniversary_within":
            told = f"{name}: {value_text(measured)} within {value_text(threshold, 'ms')}"
        case comparator:
            symbol = _SYMBOLS.get(comparator, comparator)
            told = f"{name}: {value_text(measured, unit)} {symbol} {value_text(threshold, unit)}"
    return told + (" (approximate)" if evidence.approximate else "")


def need_text(need: Need) -> str:
    """What would have to be otherwise, with what it is now."""
    name, unit = printable(need.text), need.unit
    if need.relation == "happens":
        return f"{name.removeprefix('no ')} happens"
    now = f" (now {value_text(need.value, unit)})"
    if need.wanted is None:
        return f"{name} {need.relation}{now}"
    return f"{name} {need.relation} {value_text(need.wanted, unit)}{now}"


def brief_duration(duration_ms: int) -> str:
    """At most two units, rounded down: `2.034s`, `3m12s`, `2d4h`. Not for negative ones."""
    if duration_ms < UNIT_MS["m"]:
        return f"{duration_ms / UNIT_MS['s']:.3f}s"
    smaller = next(less for unit, less in _NEXT_UNIT if duration_ms >= UNIT_MS[unit])
    return format_duration(duration_ms - duration_ms % UNIT_MS[smaller])


def change_mark(change: TagChange) -> Text:
    """`+tag`, `-tag`, `~tag`, with the value unless it is a flag's."""
    sign, style = SIGNS[change.op]
    value = "" if change.value is None or change.value is True else f"={value_text(change.value)}"
    return Text(f"{sign}{printable(change.tag)}{value}", style=style)


def _instant(at_ms: TagValue | None) -> str:
    return instant_text(at_ms) if isinstance(at_ms, int) else value_text(at_ms)


def _behind(event_at: TagValue | None, clock_at: TagValue | None) -> str:
    if not isinstance(event_at, int) or not isinstance(clock_at, int):
        return ""
    return f", {brief_duration(clock_at - event_at)} behind the clock"
