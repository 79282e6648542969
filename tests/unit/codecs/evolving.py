"""Other versions of a schema, as they may stand before or after it, and values for them."""

import struct
from typing import Any

from hypothesis import strategies as st

from tagger.codecs.schemas import Schema

NEW_SYMBOL = "unheard_of"
NEW_FIELDS: tuple[tuple[Any, Any, st.SearchStrategy[Any]], ...] = (
    ("string", "nothing", st.text(max_size=5)),
    ("int", 7, st.integers(-(2**31), 2**31 - 1)),
    ("boolean", False, st.booleans()),
    (["null", "double"], None, st.none() | st.floats(allow_nan=False)),
    ({"type": "array", "items": "long"}, [1], st.lists(st.integers(0, 9), max_size=3)),
    ({"type": "map", "values": "string"}, {}, st.dictionaries(st.text(max_size=3), st.text())),
)
_NARROWER = {"long": "int", "double": "float"}


@st.composite
def writers(draw: st.DrawFn, reader: Any, path: str = "") -> Any:
    """A schema whose records can be read as `reader`: optional fields may be missing, others be
    there, numbers be narrower, symbols be missing, or be new where the reader has a default."""
    match reader:
        case {"type": "record", "fields": fields}:
            kept = [f for f in fields if "default" not in f or draw(st.integers(0, 3))]
            evolved = [f | {"type": draw(writers(f["type"], f["name"]))} for f in kept]
            return reader | {"fields": draw(_with_new_fields(evolved, path))}
        case {"type": "enum", "symbols": symbols}:
            fewer = [each for each in symbols if draw(st.integers(0, 5))] or symbols[:1]
            if "default" in reader and draw(st.booleans()):
                fewer.insert(0, NEW_SYMBOL)
            return {key: item for key, item in reader.items() if key != "default"} | {
                "symbols": fewer
            }
        case {"type": "array", "items": items}:
            return reader | {"items": draw(writers(items, path))}
        case {"type": "map", "values": values}:
            return reader | {"values": draw(writers(values, path))}
        case str() if reader in _NARROWER and draw(st.booleans()):
            return _NARROWER[reader]
        case {"type": "long"} if draw(st.integers(0, 3)) == 0:
            return "int"
    return reader


@st.composite
def readers(draw: st.DrawFn, writer: Any, path: str = "") -> Any:
    """A schema as which records of `writer` can be read: any field may be missing, new ones have
    defaults, numbers are wider, symbols are more."""
    match writer:
        case {"type": "record", "fields": fields}:
            kept = [field for field in fields if draw(st.integers(0, 3))]
            evolved = [f | {"type": draw(readers(f["type"], f["name"]))} for f in kept]
            return writer | {"fields": draw(_with_new_fields(evolved, path, defaults=True))}
        case {"type": "enum", "symbols": symbols}:
            return writer | {"symbols": [NEW_SYMBOL, *symbols]}
        case {"type": "array", "items": items}:
            return writer | {"items": draw(readers(items, path))}
        case {"type": "map", "values": values}:
            return writer | {"values": draw(readers(values, path))}
        case "int":
            return draw(st.sampled_from(["int", "long"]))
    return writer


@st.composite
def _with_new_fields(
    draw: st.DrawFn, fields: list[Schema], path: str, *, defaults: bool = False
) -> list[Schema]:
    fields = list(fields)
    for number in range(draw(st.integers(0, 2))):
        type_, default, _ = draw(st.sampled_from(NEW_FIELDS))
        field = {"name": f"new_{path}_{number}", "type": type_}
        if defaults or draw(st.booleans()):
            field["default"] = default
        fields.insert(draw(st.integers(0, len(fields))), field)
    return fields


@st.composite
def fitted(draw: st.DrawFn, schema: Any, value: Any) -> Any:
    """`value`, of another version of `schema`, made one of `schema`."""
    match schema:
        case {"type": "record", "fields": fields}:
            return {
                field["name"]: draw(
                    fitted(field["type"], value[field["name"]])
                    if field["name"] in value
                    else _new_value(field["type"])
                )
                for field in fields
            }
        case {"type": "enum", "symbols": symbols}:
            use_new = NEW_SYMBOL in symbols and draw(st.booleans())
            if use_new or value not in symbols:
                return draw(st.sampled_from(symbols[:1] if use_new else symbols))
        case {"type": "array", "items": items}:
            return [draw(fitted(items, each)) for each in value]
        case {"type": "map", "values": values}:
            return {key: draw(fitted(values, each)) for key, each in value.items()}
        case "int":
            return (value + 2**31) % 2**32 - 2**31
        case "float":
            try:
                return struct.unpack("<f", struct.pack("<f", value))[0]
            except OverflowError:
                return 0.5
    return value


def _new_value(type_: Any) -> st.SearchStrategy[Any]:
    return next(values for known, _, values in NEW_FIELDS if known == type_)
