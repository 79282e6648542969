"""Source code that writes one Avro value, for the generator of encoders.

Every function answers lines of Python that append the value of the local variable `of` to `out`.
The wire format comes from the Avro schema; that the fields of the domain struct have the types
which are written is looked at here, for a struct is taken apart into a tuple of anything: one call,
where reading each of its fields would be many.
"""

import builtins
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import inspect

from tagger.codecs.emit import BRANCHES
from tagger.codecs.emit_scalars import Lines, as_a, indent, kind_of, table_name
from tagger.codecs.schemas import Schema

PUT = {"string": "put_text", "int": "put_int", "long": "put_long", "double": "put_double"}
"""The function that writes a value of the Avro type."""
NAMES = (
    "CurrentTag.rule_version",
    "CurrentTags.tags",
    "Evidence.comparator",
    "Evidence.condition",
    "TagChange.cause",
    "TagChange.rule",
    "TagChange.rule_version",
    "TagChange.tag",
    "Trigger.kind",
)
"""Fields by record, of a map the keys, whose texts come from rules or from the program: few, and
written over and over."""
SHARED = (
    "END",
    "FALSE",
    "NULL",
    "SOME",
    "TRUE",
    *PUT.values(),
    "put_name",
    "put_scalar",
    "fields_of",
)
"""What generated code may take from `binary_writing`."""

_TYPES: dict[str, tuple[type[inspect.Type], ...]] = {
    "string": (inspect.StrType, inspect.LiteralType),
    "int": (inspect.IntType,),
    "long": (inspect.IntType,),
    "double": (inspect.FloatType,),
    "boolean": (inspect.BoolType,),
}
"""What the struct's field may be annotated with, by its Avro type."""
_SCALARS = (inspect.BoolType, inspect.IntType, inspect.FloatType, inspect.StrType)


@dataclass
class Function:
    """What the code of one record needs: `tables` are the symbols of the enums that were met, by
    the name of the table that takes them to bytes."""

    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _variables: set[str] = field(default_factory=lambda: {"record", "out"})

    def take(self, variable: str) -> str:
        """A variable for one value alone. Raises ValueError when another value has it."""
        if variable in self._variables:
            raise ValueError(f"{variable}: two values would be in this variable")
        self._variables.add(variable)
        return variable


def fields(schema: Schema, struct: type, holder: str, prefix: str, function: Function) -> Lines:
    """All fields of the record `holder`, in the order of the schema; each is first taken into a
    variable of its name with `prefix`."""
    info = as_a(inspect.StructType, inspect.type_info(struct), holder)
    types = {each.name: each.type for each in info.fields}
    if sorted(types) != sorted(each["name"] for each in schema["fields"]):
        raise ValueError(f"{schema['name']}: the schema's fields are not those of the struct")
    lines = _taken_apart(struct, types, holder, prefix, function)
    for each in schema["fields"]:
        name = each["name"]
        place = f"{schema['name']}.{name}"
        lines += value(each["type"], types[name], _local(prefix, name), place, function)
    return lines


def _taken_apart(
    struct: type, types: dict[str, inspect.Type], holder: str, prefix: str, function: Function
) -> Lines:
    lines: Lines = []
    for name, allowed in types.items():
        if isinstance(allowed, inspect.VarTupleType):
            lines.append(f"{_local(prefix, name)}: tuple[Any, ...]")
        elif isinstance(allowed, inspect.DictType):
            lines.append(f"{_local(prefix, name)}: dict[str, Any]")
    names = [each.name for each in msgspec.structs.fields(struct)]
    variables = [f"{function.take(_local(prefix, name))}," for name in names]
    return [*lines, "(", *indent(variables), f") = fields_of({holder})"]


def _local(prefix: str, name: str) -> str:
    """The variable that a field is taken into."""
    return f"{prefix}{name}_" if not prefix and name in dir(builtins) else f"{prefix}{name}"


def value(schema: Any, allowed: inspect.Type, of: str, place: str, function: Function) -> Lines:
    """Any value, by its Avro type, of the field at `place`, such as `Trigger.kind`, or of an item
    of it."""
    kind = kind_of(schema)
    if kind in _TYPES and not isinstance(allowed, _TYPES[kind]):
        raise ValueError(f"{of}: the struct's type is not the schema's")
    if kind == "string" and place in NAMES:
        return [f"put_name(out, {of})"]
    if kind in PUT:
        return [f"{PUT[kind]}(out, {of})"]
    if kind == "boolean":
        return [f"out.append(TRUE if {of} else FALSE)"]
    if kind == "enum":
        return _enum(schema, allowed, of, function)
    if kind == "record":
        struct = as_a(inspect.StructType, allowed, of).cls
        return fields(schema, struct, of, f"{place.rpartition('.')[2]}_", function)
    if kind == "array":
        item = as_a(inspect.VarTupleType, allowed, of).item_type
        return _each(of, [f"for {of}_item in {of}:"], schema["items"], item, place, function)
    if kind == "map":
        item = as_a(inspect.DictType, allowed, of).value_type
        put = "put_name" if place in NAMES else "put_text"
        key = function.take(f"{of}_key")
        loop = [f"for {key}, {of}_item in {of}.items():", f"    {put}(out, {key})"]
        return _each(of, loop, schema["values"], item, place, function)
    if kind == "union":
        return _union(schema, allowed, of, place, function)
    raise ValueError(f"{of}: no encoder for Avro type {kind}")


def _enum(schema: Any, allowed: inspect.Type, of: str, function: Function) -> Lines:
    if set(as_a(inspect.LiteralType, allowed, of).values) != set(schema["symbols"]):
        raise ValueError(f"{of}: the enum's symbols are not the domain's values")
    table = f"{table_name(schema['name'])}_INDEX"
    function.tables[table] = tuple(schema["symbols"])
    return [f"out.append({table}[{of}])"]


def _union(
    schema: list[Any], allowed: inspect.Type, of: str, place: str, function: Function
) -> Lines:
    types = as_a(inspect.UnionType, allowed, of).types
    present = tuple(each for each in types if not isinstance(each, inspect.NoneType))
    if tuple(schema) == BRANCHES[1:]:
        return [_scalar(types, of, 0)]
    if schema[0] != "null" or len(present) == len(types):
        raise ValueError(f"{of}: no encoder for this union")
    if tuple(schema) == BRANCHES:
        lines = [_scalar(present, of, 1)]
    elif len(schema) == 2 and len(present) == 1:
        lines = ["out.append(SOME)", *value(schema[1], present[0], of, place, function)]
    else:
        raise ValueError(f"{of}: no encoder for this union")
    return [f"if {of} is None:", "    out.append(NULL)", "else:", *indent(lines)]


def _scalar(types: tuple[inspect.Type, ...], of: str, first: int) -> str:
    if not all(isinstance(each, _SCALARS) for each in types):
        raise ValueError(f"{of}: the struct's type is not the schema's")
    return f"put_scalar(out, {of}, {first})"


def _each(
    of: str, loop: Lines, schema: Any, allowed: inspect.Type, place: str, function: Function
) -> Lines:
    """An array or a map in one block; `loop` goes over its items, which are at a place of their
    own."""
    item = value(schema, allowed, function.take(f"{of}_item"), f"{place}_item", function)
    return [
        f"if {of}:",
        f"    put_long(out, len({of}))",
        *indent(loop),
        *indent(item, 2),
        "out.append(END)",
    ]


def module(schema: Schema, struct: type, function: str, opening: str) -> str:
    """The whole module of one record's encoder, which is the function of this name; `opening` is
    its docstring."""
    needs = Function()
    body = fields(schema, struct, "record", "", needs)
    name = struct.__name__
    lines = [
        f"def {function}(record: {name}, out: list[bytes]) -> None:",
        '    """Append the record. Raises OverflowError for a number that its type cannot hold."""',
        *indent(body),
        "",
    ]
    code = "\n".join([*_tables(needs.tables), "", "", *lines])
    return "\n".join([f'"""{opening}"""', "", *_imports(code, struct), code])


def _tables(tables: dict[str, tuple[str, ...]]) -> Lines:
    lines: Lines = []
    for table, names in tables.items():
        lines += ["", f"{table}: Final[dict[str, bytes]] = {{"]
        lines += [f'    "{name}": b"\\x{2 * index:02x}",' for index, name in enumerate(names)]
        lines.append("}")
    return lines


def _imports(code: str, struct: type) -> Lines:
    shared = sorted(each for each in SHARED if re.search(rf"\b{each}\b", code))
    typing = [each for each in ("Any", "Final") if re.search(rf"\b{each}\b", code)]
    lines = [f"from typing import {', '.join(typing)}", ""] if typing else []
    lines += ["from tagger.codecs.binary_writing import (", *indent([f"{e}," for e in shared]), ")"]
    return [*lines, f"from {struct.__module__} import {struct.__name__}"]
