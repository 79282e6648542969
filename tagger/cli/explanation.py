"""An explanation as lines for people, and as JSON for programs."""

from collections.abc import Iterator
from typing import Any

import msgspec
from rich.text import Text

from tagger.cli.console import printable
from tagger.cli.wording import (
    brief_duration,
    change_mark,
    evidence_text,
    instant_text,
    need_text,
    value_text,
)
from tagger.codecs.json_fields import to_json
from tagger.codecs.written import written_instant
from tagger.domain.tags import TagChange
from tagger.domain.times import format_duration
from tagger.engine.explain import Arrivals, Clause, Explanation, Reason

_TIMES = ("at", "since", "expires_at", "held_back_until", "until", "unchanged_to")
_INNER = {"all": "all of", "any": "any of", "not": "not"}


def explanation_json(explained: Explanation, change: TagChange | None) -> bytes:
    """One object: the explanation with `last_change`, which is null for a tag never changed."""
    fields: dict[str, Any] = msgspec.to_builtins(explained)
    for name in _TIMES:
        if fields[name] is not None:
            fields[name] = written_instant(fields[name])
    fields["last_change"] = None if change is None else msgspec.Raw(to_json(change))
    return msgspec.json.encode(fields)


def explanation_lines(explained: Explanation, change: TagChange | None) -> Iterator[Text]:
    """What holds, the rule condition by condition, and the change that made it so."""
    yield from _verdict(explained)
    for clause in explained.clauses:
        yield Text()
        yield from _clause(clause)
    if explained.prospects:
        yield Text()
        yield from _prospects(explained)
    yield Text()
    if change is None:
        yield Text("The tag has never changed.")
    else:
        yield from _change(change)
    yield from _arrivals(explained.arrivals)


def _verdict(explained: Explanation) -> Iterator[Text]:
    held = explained.value is not None
    customer, tag = printable(explained.customer_id), printable(explained.tag)
    value = "" if not held or explained.value is True else f" = {value_text(explained.value)}"
    yield Text.assemble(
        _mark(held),
        (f" {customer} {'has' if held else 'does not have'} {tag}{value}", "bold"),
    )
    yield Text(f"  at {instant_text(explained.at)}, by the rule {printable(explained.rule)}")
    if explained.since is not None:
        by = "by hand" if explained.source == "manual" else "by its rule"
        yield Text(f"  since {instant_text(explained.since)}, {by}")
    if explained.manual:
        yield Text(f"  set by hand; its rule says {_state(explained.rule_value)}")
    if explained.spent:
        yield Text("  spent: comes back only after its condition has been false")
    if explained.held_back_until is not None:
        how = "kept" if explained.rule_value is not None else "not set"
        yield Text(f"  {how} by its rule until {instant_text(explained.held_back_until)}")
    if explained.expires_at is not None:
        yield Text(f"  expires at {instant_text(explained.expires_at)}")
    yield Text(f"  {_outlook(explained)}")


def _outlook(explained: Explanation) -> str:
    if explained.unchanged_to is not None:
        return f"stays so at least until {instant_text(explained.unchanged_to)}"
    if explained.until is None:
        return "stays so until something happens"
    then = _state(explained.then)
    return f"if nothing happens: {then} from {instant_text(explained.until)}"


def _state(value: bool | str | float | None) -> str:
    if value is None:
        return "not held"
    return "held" if value is True else value_text(value)


def _clause(clause: Clause) -> Iterator[Text]:
    heading = printable(clause.name)
    if clause.upon is not None:
        heading += f" upon {printable(clause.upon)}"
        heading += ", when" if clause.reason is not None else ""
    elif clause.reason is not None:
        heading += " when"
    yield Text(heading, style="bold")
    if clause.reason is not None:
        yield from _reason(clause.reason, 1)


def _reason(reason: Reason, depth: int) -> Iterator[Text]:
    if reason.evidence is not None:
        text = evidence_text(reason.evidence, reason.unit)
    elif reason.of and reason.text not in _INNER:
        text = f"{sum(each.holds for each in reason.of)} of {len(reason.of)} conditions hold"
    else:
        text = _INNER.get(reason.text, printable(reason.text))
    yield Text.assemble("  " * depth, _mark(reason.holds), f" {text}")
    for each in reason.of:
        yield from _reason(each, depth + 1)


def _prospects(explained: Explanation) -> Iterator[Text]:
    held_back = explained.held_back_until
    when = "" if held_back is None else f", but not before {instant_text(held_back)}"
    yield Text(f"What would change it, all else equal{when}", style="bold")
    for prospect in explained.prospects:
        parts = [] if prospect.upon is None else [f"{printable(prospect.upon)} happens"]
        parts += [need_text(each) for each in prospect.needs]
        lasting = prospect.hold_for_ms
        how_long = f", for {format_duration(lasting)} without a break" if lasting else ""
        yield Text(f"  {_state(prospect.value)} if {', and '.join(parts)}{how_long}")


def _change(change: TagChange) -> Iterator[Text]:
    yield Text.assemble(("Last change  ", "bold"), change_mark(change))
    yield Text(f"  effective {instant_text(change.effective_at)}")
    yield Text(f"  processed {instant_text(change.processed_at)}, {_delay(change)}")
    yield Text(f"  cause     {change.cause}: {_trigger(change)}")
    if change.actor is not None:
        reason = f": {printable(change.reason)}" if change.reason else ""
        yield Text(f"  actor     {printable(change.actor)}{reason}")
    for evidence in change.evidence:
        yield Text.assemble("  ", _mark(evidence.holds), f" {evidence_text(evidence)}")


def _delay(change: TagChange) -> str:
    later_ms = change.processed_at - change.effective_at
    if later_ms < 0:
        return f"{brief_duration(-later_ms)} before"
    return f"{brief_duration(later_ms)} later" if later_ms else "at once"


def _trigger(change: TagChange) -> str:
    trigger = change.trigger
    told = " ".join(each for each in (trigger.kind, printable(trigger.id)) if each)
    told += f" of {instant_text(trigger.at)}"
    late_ms = change.effective_at - trigger.at
    return f"{told}, {brief_duration(late_ms)} late" if change.cause == "correction" else told


def _arrivals(arrivals: Arrivals) -> Iterator[Text]:
    """What of the customer's records was not in order; nothing where all was."""
    told = (
        (arrivals.late, "came late and counted where they belong"),
        (arrivals.too_late, "came too late for any rule"),
        (arrivals.repeats, "came again and were left out"),
        (arrivals.conflicts, "were left out because their ids had come with other content"),
    )
    if any(count for count, _ in told):
        yield Text()
        yield Text("Of all records of the customer", style="bold")
    for count, what in told:
        if count:
            yield Text(f"  {count:,} {what}")


def _mark(holds: bool) -> Text:
    return Text("✓", style="green") if holds else Text("✗", style="red")
