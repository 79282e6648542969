"""Made-up schemas and what becomes of them, to be judged by others' implementations too."""

import copy
from typing import Any

from hypothesis import strategies as st

from tagger.codecs.schemas import Schema

PRIMITIVES = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")
SYMBOLS = ("red", "green", "blue")


@st.composite
def types(draw: st.DrawFn, depth: int = 2) -> Any:
    """Any type; named types are called by what they are and a letter, so that names meet."""
    kinds = ["primitive", "enum", "fixed", "union", *(["array", "map", "record"] if depth else [])]
    match draw(st.sampled_from(kinds)):
        case "enum":
            symbols = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, unique=True))
            enum = {"type": "enum", "name": _name(draw, "Enum"), "symbols": symbols}
            return enum | ({"default": symbols[0]} if draw(st.booleans()) else {})
        case "fixed":
            size = draw(st.integers(1, 2))
            return {"type": "fixed", "name": _name(draw, "Fixed"), "size": size}
        case "array":
            return {"type": "array", "items": draw(types(depth - 1))}
        case "map":
            return {"type": "map", "values": draw(types(depth - 1))}
        case "record":
            return draw(records(_name(draw, "Record"), depth - 1))
        case "union":
            return draw(st.lists(st.sampled_from(PRIMITIVES), min_size=1, max_size=3, unique=True))
        case _:
            return draw(st.sampled_from(PRIMITIVES))


@st.composite
def records(draw: st.DrawFn, name: str = "Top", depth: int = 2) -> Schema:
    """A record of few fields; those that may be null have a default."""
    fields = []
    for field_name in draw(st.lists(st.sampled_from("abc"), unique=True)):
        type_ = draw(types(depth))
        field = {"name": field_name, "type": type_}
        if isinstance(type_, list) and type_[0] == "null":
            field["default"] = None
        fields.append(field)
    return {"type": "record", "name": name, "fields": fields}


def renamed(schema: Schema) -> Schema:
    """With a number behind each inner named type, by its place: no schema may define a name
    twice."""
    numbered = copy.deepcopy(schema)
    _number(numbered["fields"], "")
    return numbered


def _number(schema: Any, path: str) -> None:
    if isinstance(schema, list):
        for at, item in enumerate(schema):
            key = item["name"] if isinstance(item, dict) and "name" in item else at
            _number(item, f"{path}_{key}")
    elif isinstance(schema, dict):
        if schema.get("type") in ("record", "enum", "fixed"):
            schema["name"] = f"{schema['name']}{path}"
        for key in ("type", "items", "values", "fields"):
            _number(schema.get(key), path)


def _name(draw: st.DrawFn, kind: str) -> str:
    return kind + draw(st.sampled_from("XXXY"))
