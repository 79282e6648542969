"""Source code that writes one Avro value, for the generator of encoders.

Every function answers lines of Python that append the value of the expression `of` to `out`. The
wire format comes from the Avro schema; that a struct's fields have the types which are written is
left to the type checker, which reads the generated code too.
"""

import re
from typing import Any

from msgspec import inspect

from tagger.codecs.emit import BRANCHES
from tagger.codecs.emit_scalars import Lines, as_a, indent, kind_of, table_name
from tagger.codecs.schemas import Schema

PUT = {"string": "put_text", "int": "put_int", "long": "put_long", "double": "put_double"}
"""The function that writes a value of the Avro type."""
SHARED = ("END", "FALSE", "NULL", "SOME", "TRUE", *PUT.values(), "put_scalar")
"""What generated code may take from `binary_writing`."""

Symbols = dict[str, tuple[str, ...]]
"""The symbols of the enums that were met, by the name of the table that takes them to bytes."""


def fields(schema: Schema, struct: type, holder: str, symbols: Symbols) -> Lines:
    """All fields of the record `holder`, in the order of the schema."""
    info = as_a(inspect.StructType, inspect.type_info(struct), holder)
    types = {field.name: field.type for field in info.fields}
    if sorted(types) != sorted(field["name"] for field in schema["fields"]):
        raise ValueError(f"{schema['name']}: the schema's fields are not those of the struct")
    lines: Lines = []
    for field in schema["fields"]:
        name = field["name"]
        lines += value(field["type"], types[name], f"{holder}.{name}", symbols)
    return lines


def value(schema: Any, allowed: inspect.Type, of: str, symbols: Symbols) -> Lines:
    """Any value, by its Avro type."""
    kind = kind_of(schema)
    if kind in PUT:
        return [f"{PUT[kind]}(out, {of})"]
    if kind == "boolean":
        return [f"out.append(TRUE if {of} else FALSE)"]
    if kind == "enum":
        return _enum(schema, allowed, of, symbols)
    if kind == "record":
        name, lines = _in_local(of)
        struct = as_a(inspect.StructType, allowed, of).cls
        return [*lines, *fields(schema, struct, name, symbols)]
    if kind == "array":
        item = as_a(inspect.VarTupleType, allowed, of).item_type
        return _each(of, "for {0}_item in {0}:", [], schema["items"], item, symbols)
    if kind == "map":
        item = as_a(inspect.DictType, allowed, of).value_type
        key = ["put_text(out, {0}_key)"]
        loop = "for {0}_key, {0}_item in {0}.items():"
        return _each(of, loop, key, schema["values"], item, symbols)
    if kind == "union":
        return _union(schema, allowed, of, symbols)
    raise ValueError(f"{of}: no encoder for Avro type {kind}")


def _in_local(of: str) -> tuple[str, Lines]:
    """`record.trigger` is kept in `trigger`, so that it is read once: the name, and how it gets
    there."""
    name = of.rpartition(".")[2]
    return name, [] if name == of else [f"{name} = {of}"]


def _enum(schema: Any, allowed: inspect.Type, of: str, symbols: Symbols) -> Lines:
    if set(as_a(inspect.LiteralType, allowed, of).values) != set(schema["symbols"]):
        raise ValueError(f"{of}: the enum's symbols are not the domain's values")
    table = f"{table_name(schema['name'])}_INDEX"
    symbols[table] = tuple(schema["symbols"])
    return [f"out.append({table}[{of}])"]


def _union(schema: list[Any], allowed: inspect.Type, of: str, symbols: Symbols) -> Lines:
    if tuple(schema) == BRANCHES[1:]:
        return [f"put_scalar(out, {of}, 0)"]
    if schema[0] != "null":
        raise ValueError(f"{of}: no encoder for this union")
    name, lines = _in_local(of)
    if tuple(schema) == BRANCHES:
        present = [f"put_scalar(out, {name}, 1)"]
    elif len(schema) == 2:
        union = as_a(inspect.UnionType, allowed, of)
        (inner,) = (each for each in union.types if not isinstance(each, inspect.NoneType))
        present = ["out.append(SOME)", *value(schema[1], inner, name, symbols)]
    else:
        raise ValueError(f"{of}: no encoder for this union")
    return [
        *lines,
        f"if {name} is None:",
        "    out.append(NULL)",
        "else:",
        *indent(present),
    ]


def _each(
    of: str, loop: str, key: Lines, schema: Any, allowed: inspect.Type, symbols: Symbols
) -> Lines:
    """An array or a map in one block; `{0}` stands for its name in `loop` and in `key`, which
    writes an item's key."""
    name, lines = _in_local(of)
    return [
        *lines,
        f"if {name}:",
        f"    put_long(out, len({name}))",
        f"    {loop.format(name)}",
        *indent([line.format(name) for line in key], 2),
        *indent(value(schema, allowed, f"{name}_item", symbols), 2),
        "out.append(END)",
    ]


def module(schema: Schema, struct: type, function: str, opening: str) -> str:
    """The whole module of one record's encoder, which is the function of this name; `opening` is
    its docstring."""
    symbols: Symbols = {}
    body = fields(schema, struct, "record", symbols)
    name = struct.__name__
    lines = [
        f"def {function}(record: {name}, out: list[bytes]) -> None:",
        '    """Append the record. Raises OverflowError for a number that its type cannot hold."""',
        *indent(body),
        "",
    ]
    code = "\n".join([*_tables(symbols), "", "", *lines])
    return "\n".join([f'"""{opening}"""', "", *_imports(code, struct), code])


def _tables(symbols: Symbols) -> Lines:
    lines: Lines = []
    for table, names in symbols.items():
        lines += ["", f"{table}: Final[dict[str, bytes]] = {{"]
        lines += [f'    "{name}": b"\\x{2 * index:02x}",' for index, name in enumerate(names)]
        lines.append("}")
    return lines


def _imports(code: str, struct: type) -> Lines:
    shared = sorted(each for each in SHARED if re.search(rf"\b{each}\b", code))
    lines = ["from typing import Final", ""] if "Final[" in code else []
    lines += ["from tagger.codecs.binary_writing import (", *indent([f"{e}," for e in shared]), ")"]
    return [*lines, f"from {struct.__module__} import {struct.__name__}"]
