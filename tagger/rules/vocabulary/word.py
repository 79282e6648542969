"""What a table of the vocabulary says of a word."""

from dataclasses import dataclass, field
from typing import Literal

Takes = Literal[
    "name",
    "names",
    "text",
    "texts",
    "titles",
    "category",
    "currency",
    "time zone",
    "colour",
    "date",
    "instant",
    "case instant",
    "instants",
    "whole number",
    "number",
    "truth",
    "true",
    "duration",
    "days",
    "choice",
    "field",
    "key",
    "expression",
    "attribute",
    "tag",
    "tags",
    "condition name",
    "event names",
    "filter",
    "filters",
    "where",
    "line tests",
    "text test",
    "number test",
    "money test",
    "truth test",
    "hours",
    "weekdays",
    "condition",
    "conditions",
    "measure",
    "value",
    "ordered value",
    "bounds",
    "members",
    "terms",
    "words",
    "named words",
    "listed words",
    "named conditions",
    "named lists",
    "held tags",
    "coverings",
    "plain value",
]
"""The kinds of value that a word can take; `TAKES` says each of them in words."""

TAKES: dict[Takes, str] = {
    "name": "a name: letters, digits, `_` and `-`, at most 64 of them",
    "names": "a text or a list of texts",
    "text": "a text",
    "texts": "a mapping from names to texts",
    "titles": "a mapping from languages to texts",
    "category": "a name, or two with a slash between them",
    "currency": "an ISO 4217 code, like EUR",
    "time zone": "an IANA name, like Europe/Berlin",
    "colour": 'a colour, like "#2e7d32"',
    "date": "a date, like 2026-12-31",
    "instant": "an RFC 3339 time with offset, like 2026-03-01T09:00:00Z",
    "case instant": "an offset like +3d12h, or an RFC 3339 time",
    "instants": "an offset like +3d12h, an RFC 3339 time, or a list of them",
    "whole number": "a whole number",
    "number": "a number",
    "truth": "true or false",
    "true": "true and nothing else",
    "duration": "a duration, like 30d, 12h or 1d12h",
    "days": "a duration of whole days, like 7d, at most 366d",
    "choice": "one of the choices",
    "field": "a field of the events",
    "key": "a text field of the events",
    "expression": "a regular expression of RE2, at most 512 characters",
    "attribute": "a profile attribute, known or declared in the pack",
    "tag": "a tag of the folder",
    "tags": "a list of tags of the folder",
    "condition name": "a named condition of the pack",
    "event names": "the name of an event, or a list of them",
    "filter": "the name of an event, a list of them, or a mapping with `event` and `where`",
    "filters": "a list of 2 to 8 events or filters",
    "where": "a mapping from fields to tests",
    "line tests": "a mapping from fields of a line to tests",
    "text test": "a text, or a mapping of comparators for texts",
    "number test": "a number, or a mapping of comparators for numbers",
    "money test": "an amount in major units, or a mapping of comparators for numbers",
    "truth test": "true or false, or a mapping of comparators for them",
    "hours": "a number from 0 to 23, or a mapping of comparators for numbers",
    "weekdays": "one of mon, tue, wed, thu, fri, sat, sun, or a mapping of `eq`, `ne` or `in`",
    "condition": "a condition",
    "conditions": "a list of conditions",
    "measure": "a mapping that is one measure",
    "value": "a value of the left side's kind, or `{measure: ...}`",
    "ordered value": "a number, an amount or a duration as the left side is, or `{measure: ...}`",
    "bounds": "a list of two values",
    "members": "a list of values, or the name of a list of the pack",
    "terms": "a text, a list of texts, or the name of a list of the pack",
    "words": "a mapping with words of its own",
    "named words": "a mapping from names to mappings with words of their own",
    "listed words": "a list of mappings with words of their own",
    "named conditions": "a mapping from names to conditions",
    "named lists": "a mapping from names to lists of texts and numbers",
    "held tags": "a mapping from tags to their values",
    "coverings": "a mapping from tags to one or more of assigning, near-miss, revoking",
    "plain value": "a text, a number or a truth value",
}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of one mapping.

    `meaning` is a part of a sentence. `example` is the whole of a mapping that the word stands
    in, as YAML on one line; it may be used as it is where `sections` puts it. `choices` are the
    values of a choice, or the names of fields; `words` the table of the mapping, or mappings,
    that the word takes. `moves` says how an outcome changes by time alone.
    """

    takes: Takes
    meaning: str
    example: str
    choices: tuple[str, ...] = ()
    words: "Table" = field(default_factory=dict)
    required: bool = False
    moves: str = ""


Table = dict[str, Word]
