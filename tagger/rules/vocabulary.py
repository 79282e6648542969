"""The words of the rule language: which may stand where, what each takes and what it means.

The reader accepts these words and no others; reference pages and editor schemas can be made from
the same tables. A word with `evaluated=False` is part of the language, and this version refuses
it with a sentence that says so.
"""

from dataclasses import dataclass
from typing import Literal

Takes = Literal[
    "name",
    "names",
    "text",
    "texts",
    "title",
    "category",
    "currency",
    "time zone",
    "colour",
    "date",
    "instant",
    "whole number",
    "truth",
    "true",
    "duration",
    "choice",
    "event",
    "events",
    "where",
    "line tests",
    "condition",
    "conditions",
    "clause",
    "band",
    "bands",
    "measure",
    "operand",
    "list",
    "names to texts",
    "named lists",
    "attribute types",
    "named events",
    "named conditions",
    "tags",
    "defaults",
    "workflows",
    "tag change",
    "steps",
    "template",
]


@dataclass(frozen=True, slots=True)
class Word:
    takes: Takes
    meaning: str
    choices: tuple[str, ...] = ()
    evaluated: bool = True


Table = dict[str, Word]


def _later(takes: Takes, meaning: str) -> Word:
    return Word(takes, meaning, evaluated=False)


LAYERS = ("core", "extended", "temporary")
STATUSES = ("experimental", "stable", "deprecated")
MANUAL = ("allowed", "forbidden", "only")
FORMS = ("flag", "text", "number")
REFUNDS = ("by_order", "by_date", "ignore")

PACK: Table = {
    "pack": Word("name", "the pack's name, unique over the folder"),
    "category": Word("category", "one or two levels, the tag is the level below"),
    "currency": Word("currency", "ISO 4217 currency of all money in the pack"),
    "time_zone": Word("time zone", "IANA zone of days and hours; UTC when not said"),
    "defaults": Word("defaults", "what the tags of the pack have unless they say otherwise"),
    "lists": Word("named lists", "lists of values to be named in comparisons"),
    "attributes": Word("attribute types", "profile attributes beyond the known ones"),
    "events": Word("named events", "events of the pack's own: filters and patterns"),
    "conditions": Word("named conditions", "conditions to be used by name"),
    "tags": Word("tags", "the tags, each with its rule"),
    "workflows": Word("workflows", "what follows a change of a tag"),
}

DEFAULTS: Table = {
    "owner": Word("text", "who answers for a tag"),
    "layer": Word("choice", "how lasting a tag is", LAYERS),
    "status": Word("choice", "how far a tag has come", STATUSES),
    "priority": Word("whole number", "which of a customer's tags to look at first"),
    "manual": Word("choice", "whether staff may set a tag", ("allowed", "forbidden")),
    "manual_roles": Word("names", "the roles that may"),
}

_DESCRIPTION: Table = {
    "title": Word("title", "language to title"),
    "description": Word("text", "what the tag says of a customer"),
    "purpose": Word("text", "what the business does with it"),
    "colour": Word("colour", "#rrggbb"),
    "priority": Word("whole number", "which of a customer's tags to look at first"),
    "owner": Word("text", "who answers for the tag"),
    "layer": Word("choice", "how lasting the tag is", LAYERS),
    "status": Word("choice", "how far the tag has come", STATUSES),
    "replaced_by": Word("name", "the tag to use instead"),
    "ends_on": _later("date", "the last day of the tag"),
    "manual": Word("choice", "whether staff may set the tag", MANUAL),
    "manual_roles": Word("names", "the roles that may"),
    "form": Word("choice", "what the value is", FORMS),
}

LIFE: Table = {
    "assign": Word("clause", "when the flag is set"),
    "remove": Word("clause", "when the flag is cleared"),
    "expires_after": Word("duration", "the flag ends that long after it was set"),
    "renew": Word("truth", "each qualifying event starts `expires_after` anew"),
    "sticky": Word("truth", "no rule removes the flag"),
    "hold_for": _later("duration", "the condition must have held that long first"),
    "keep_at_least": _later("duration", "the flag is held at least that long"),
    "cool_down": _later("duration", "the flag is not set again within"),
}
"""The life of a flag; text and number tags have none of it."""

TAG: Table = {
    **_DESCRIPTION,
    **LIFE,
    "values": Word("bands", "text tags: the first value whose condition holds"),
    "value": Word("measure", "number tags: the measure that the value follows"),
    "step": Word("duration", "number tags over time: the value is floored to it"),
}

CLAUSE: Table = {
    "when": Word("condition", "a state that must hold"),
    "upon": Word("events", "the events at which the tag changes"),
}

BAND: Table = {
    "when": Word("condition", "a state that must hold"),
    "otherwise": Word("true", "the value when no other one fits; it stands last"),
}

SELECTOR: Table = {
    "event": Word("events", "one event name or a list of them"),
    "where": Word("where", "tests of the event's fields; all must hold"),
}

WINDOW: Table = {
    "within": Word("duration", "the window ends now and is that long"),
    "ago": Word("duration", "the window ended that long ago"),
    "ever": Word("true", "all of the customer's history"),
    "this": _later("choice", "the calendar period that is now"),
    "previous": _later("choice", "the calendar period before this one"),
}

COUNT: Table = {**SELECTOR, **WINDOW}
SUM: Table = {
    **SELECTOR,
    **WINDOW,
    "of": Word("name", "the field to add"),
    "refunds": Word("choice", "when a refund is taken off", REFUNDS),
}
SINCE: Table = {
    **SELECTOR,
    "ever": Word("true", "all of the customer's history, as when nothing is said"),
    "within": _later("duration", "only events in this window"),
    "ago": _later("duration", "the window ended that long ago"),
}
ABSENT: Table = {
    **SELECTOR,
    "within": Word("duration", "the window that holds no such event"),
    "include_new": Word("truth", "also true of customers known for less than the window"),
}

PATTERN: Table = {
    "first": Word("events", "the event that starts the wait"),
    "unless": Word("events", "the event that ends the wait"),
    "by": Word("name", "the field that both have in common"),
    "within": Word("duration", "how long the wait is"),
    "then": _later("events", "the event that completes the pattern"),
    "steps": _later("events", "a chain of events"),
}
NAMED_EVENT: Table = {**SELECTOR, **PATTERN}

MEASURES: Table = {
    "count": Word("measure", "number of events"),
    "sum": Word("measure", "sum of a field of events"),
    "since": Word("measure", "time since the last event"),
    "since_first": Word("measure", "time since the first event"),
    "attribute": Word("name", "a profile attribute"),
    "tag": Word("name", "another tag's value"),
    "avg": _later("measure", "mean of a field of events"),
    "min": _later("measure", "smallest value of a field"),
    "max": _later("measure", "largest value of a field"),
    "distinct": _later("measure", "number of different values of a field"),
    "earliest": _later("measure", "a field of the earliest event"),
    "latest": _later("measure", "a field of the latest event"),
    "interval": _later("measure", "mean time between events"),
    "ratio": _later("measure", "one measure over another"),
    "response_time": _later("measure", "mean time until a message is answered"),
    "tag_age": _later("measure", "how long another tag has been held"),
}

LOGIC: Table = {
    "all": Word("conditions", "every one holds"),
    "any": Word("conditions", "at least one holds"),
    "not": Word("condition", "it does not hold"),
    "at_least": Word("conditions", "how many of them hold"),
    "condition": Word("name", "a named condition of the pack"),
    "absent": Word("measure", "no such event in the window"),
}

COMPARATORS: Table = {
    "eq": Word("operand", "equal"),
    "ne": Word("operand", "set, and not equal"),
    "gt": Word("operand", "greater"),
    "gte": Word("operand", "greater or equal"),
    "lt": Word("operand", "less"),
    "lte": Word("operand", "less or equal"),
    "between": Word("operand", "[a, b]: at least a and less than b"),
    "in": Word("list", "one of the members"),
    "mentions": Word("list", "the text has one of these words"),
    "is_set": Word("truth", "there is a value, or there is none"),
    "matches": _later("text", "a regular expression finds something"),
    "anniversary_within": _later("duration", "the next anniversary is that near"),
}

MEASURE_OPERAND = frozenset({"measure", "times"})
"""Words of an operand that is a measure itself; this version compares with literals only."""

WHERE: Table = {
    "any_line": Word("line tests", "tests that must hold together for one line of the order"),
    "hour": _later("operand", "hour of the day, in the pack's zone"),
    "weekday": _later("operand", "day of the week, in the pack's zone"),
}
"""Beside the fields of the event."""

AT_LEAST: Table = {"of": Word("conditions", "the conditions to count")}

WORKFLOW: Table = {
    "version": Word("whole number", "rises with every change of meaning"),
    "upon": Word("tag change", "{added | removed | updated: tag}"),
    "steps": Word("steps", "what is done, in order"),
    "max_age": Word("duration", "an older tag change starts nothing"),
    "active_from": Word("instant", "an earlier tag change starts nothing"),
    "status": Word("choice", "whether actions go out", ("active", "shadow", "paused")),
}
UPON_CHANGE: Table = {
    "added": Word("name", "the tag was set"),
    "removed": Word("name", "the tag was cleared"),
    "updated": Word("name", "the tag's value or expiry changed"),
}
_ACTION = Word("template", "template and parameters")
ACTIONS: Table = dict.fromkeys(("coupon", "sms", "email", "push", "webhook", "task"), _ACTION)
ACTION: Table = {
    "template": Word("name", "what the executing system knows the message by"),
    "parameters": Word("names to texts", "what is filled in"),
}

ATTRIBUTE: Table = {
    "type": Word("choice", "what its values are", ("text", "number", "boolean")),
}
