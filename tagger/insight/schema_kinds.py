"""JSON Schema for each kind of value that a word of the rule language can take.

A schema helps while typing; `tagger rules check` decides. So it accepts all that the reader
accepts, and refuses what can be seen without knowing the names of a folder.
"""

from collections.abc import Mapping
from typing import Any

from tagger.rules.vocabulary import ATTRIBUTES, EVENTS, WEEKDAYS, Takes

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
NUMBER: Schema = {"type": "number"}
TRUTH: Schema = {"type": "boolean"}
NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 64}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]{1,12}(ms|[smhdw]))+$"}
INSTANT: Schema = {
    "type": "string",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}",
}
DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
WHEN: Schema = {"anyOf": [INSTANT, {"type": "string", "pattern": "^\\+"}]}
PLAIN: Schema = {"type": ["string", "number", "boolean"]}


def ref(name: str) -> Schema:
    """What stands under `$defs`."""
    return {"$ref": f"#/$defs/{name}"}


def list_of(schema: Schema) -> Schema:
    """One thing or more."""
    return {"type": "array", "items": schema, "minItems": 1}


def one_or_list(schema: Schema) -> Schema:
    """One thing, or a list of them."""
    return {"anyOf": [schema, list_of(schema)]}


def map_of(schema: Schema) -> Schema:
    """Things by names of one's own."""
    return {"type": "object", "additionalProperties": schema}


def _known_or_own(known: Mapping[str, object]) -> Schema:
    """A name that every pack knows, which an editor can offer, or one of the pack's own."""
    return {"anyOf": [{"enum": list(known)}, NAME]}


_EVENT = _known_or_own(EVENTS)
_RIGHT = {"anyOf": [PLAIN, ref("operand")]}

KINDS: dict[Takes, Schema] = {
    "name": NAME,
    "names": one_or_list(TEXT),
    "text": TEXT,
    "texts": map_of({"type": ["string", "number", "boolean"]}),
    "titles": map_of(TEXT),
    "category": {"type": "string", "pattern": "^[^/]+(/[^/]+)?$"},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "time zone": TEXT,
    "colour": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
    "date": DATE,
    "instant": INSTANT,
    "case instant": WHEN,
    "instants": one_or_list(WHEN),
    "whole number": {"type": "integer"},
    "number": NUMBER,
    "truth": TRUTH,
    "true": {"const": True},
    "duration": DURATION,
    "days": DURATION,
    "choice": TEXT,
    "field": TEXT,
    "key": TEXT,
    "expression": {"type": "string", "minLength": 1, "maxLength": 512},
    "attribute": _known_or_own(ATTRIBUTES),
    "tag": NAME,
    "tags": list_of(NAME),
    "condition name": NAME,
    "event names": one_or_list(_EVENT),
    "filter": {"anyOf": [one_or_list(_EVENT), ref("filter")]},
    "filters": {
        "type": "array",
        "items": {"anyOf": [one_or_list(_EVENT), ref("filter")]},
        "minItems": 2,
        "maxItems": 8,
    },
    "where": ref("where"),
    "line tests": ref("lines"),
    "text test": {"anyOf": [PLAIN, ref("test")]},
    "number test": {"anyOf": [NUMBER, ref("test")]},
    "money test": {"anyOf": [NUMBER, ref("test")]},
    "truth test": {"anyOf": [TRUTH, ref("test")]},
    "hours": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 23}, ref("test")]},
    "weekdays": {"anyOf": [{"enum": list(WEEKDAYS)}, ref("test")]},
    "condition": ref("condition"),
    "conditions": list_of(ref("condition")),
    "measure": ref("measure"),
    "value": _RIGHT,
    "ordered value": {"anyOf": [{"type": ["number", "string"]}, ref("operand")]},
    "bounds": {"type": "array", "items": PLAIN, "minItems": 2, "maxItems": 2},
    "members": {"anyOf": [TEXT, list_of(PLAIN)]},
    "terms": one_or_list(TEXT),
    "named conditions": map_of(ref("condition")),
    "named lists": map_of(list_of(PLAIN)),
    "held tags": map_of(PLAIN),
    "coverings": map_of(one_or_list({"enum": ["assigning", "near-miss", "revoking"]})),
    "plain value": PLAIN,
}
"""All but the kinds `words`, `named words` and `listed words`, which depend on their word."""
