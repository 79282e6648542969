"""Source code that reads one Avro value, for the decoder generator.

Every function answers lines of Python that read a value at `pos` of `data` (which ends at `end`)
into the variable `into` and move `pos` behind it. The wire format comes from the Avro schema,
what values are allowed from the domain struct's annotations.
"""

from typing import Any

import msgspec
from msgspec import inspect

from tagger.codecs import emit_scalars as scalars
from tagger.codecs.emit_scalars import Lines, Literals, as_a, indent, kind_of, number
from tagger.codecs.schemas import Schema

SMALLEST = {"null": 0, "boolean": 1, "int": 1, "long": 1, "double": 8, "string": 1, "enum": 1}
BRANCHES = ("null", "boolean", "long", "double", "string")


def smallest(schema: Any) -> int:
    """The fewest bytes a value can take: it bounds how many fit into a record."""
    kind = kind_of(schema)
    if kind == "record":
        return sum(smallest(field["type"]) for field in schema["fields"])
    return SMALLEST.get(kind, 1)


def value(schema: Any, allowed: inspect.Type, path: str, into: str, literals: Literals) -> Lines:
    """Any value, by its Avro type."""
    kind = kind_of(schema)
    if kind == "string":
        return scalars.string(allowed, path, into, literals)
    if kind in {"int", "long"}:
        return scalars.integer(schema, allowed, path, into)
    if kind == "double":
        return scalars.double(path, into)
    if kind == "enum":
        return scalars.enum(schema, allowed, path, into, literals)
    if kind == "array":
        return _array(schema, allowed, path, into, literals)
    if kind == "map":
        return _map(schema, path, into)
    if kind == "union" and schema[0] == "null" and len(schema) == 2:
        return _optional(schema[1], allowed, path, into, literals)
    if kind == "union":
        return _scalar(schema, path, into)
    raise ValueError(f"{path}: no decoder for Avro type {kind}")


def _optional(
    schema: Any, allowed: inspect.Type, path: str, into: str, literals: Literals
) -> Lines:
    union = as_a(inspect.UnionType, allowed, path)
    (inner,) = (t for t in union.types if not isinstance(t, inspect.NoneType))
    return [
        f"{into}: {annotation(schema)} | None = None",
        "raw = data[pos]",
        "pos += 1",
        "if raw == 2:",
        *indent(value(schema, inner, path, into, literals)),
        "elif raw != 0:",
        f'    raise undecodable("{path}: no branch of its union has this index")',
    ]


def _scalar(schema: list[str], path: str, into: str) -> Lines:
    """A value of BRANCHES, declared by the caller."""
    if tuple(schema) != BRANCHES:
        raise ValueError(f"{path}: no decoder for this union")
    return [
        "raw = data[pos]",
        "pos += 1",
        "if raw == 0:",
        f"    {into} = None",
        "elif raw == 2:",
        "    raw = data[pos]",
        "    pos += 1",
        "    if raw > 1:",
        f'        raise undecodable("{path}: not a boolean")',
        f"    {into} = raw == 1",
        "elif raw == 4:",
        *indent([*number("raw"), f"{into} = (raw >> 1) ^ -(raw & 1)"]),
        "elif raw == 6:",
        *indent([*scalars.double(path, "double"), f"{into} = double"]),
        "elif raw == 8:",
        *indent(scalars.text(path, into)),
        "else:",
        f'    raise undecodable("{path}: no branch of its union has this index")',
    ]


def _blocks(path: str, item_bytes: int, item: Lines) -> Lines:
    return [
        "while True:",
        "    count = data[pos]",
        "    pos += 1",
        "    if count == 0:",
        "        break",
        "    block_end = -1",
        "    if count & 1 or count > 127:",
        "        count, block_end, pos = read_block(data, pos - 1)",
        "    else:",
        "        count >>= 1",
        f"    if count * {item_bytes} > end - pos:",
        f'        raise undecodable("{path}: more items than the record has room for")',
        "    for _ in range(count):",
        *indent(item, 2),
        "    if block_end >= 0 and pos != block_end:",
        f'        raise undecodable("{path}: a block does not end where it says")',
    ]


def _array(schema: Any, allowed: inspect.Type, path: str, into: str, literals: Literals) -> Lines:
    items = schema["items"]
    item_type = as_a(inspect.VarTupleType, allowed, path).item_type
    struct = as_a(inspect.StructType, item_type, path).cls
    prefix = f"{struct.__name__.lower()}_"
    item = fields(items, struct, f"{path}[].", prefix, literals)
    item += [f"{into}.append(", *indent(construct(struct, prefix)), ")"]
    return [
        f"{into}: list[{struct.__name__}] = []",
        *_blocks(path, smallest(items), item),
    ]


def _map(schema: Any, path: str, into: str) -> Lines:
    values = schema["values"]
    item = [*scalars.text(path, "key"), *_scalar(values, path, "item"), f"{into}[key] = item"]
    return [
        f"{into}: dict[str, AttributeValue] = {{}}",
        "item: AttributeValue",
        *_blocks(path, 1 + smallest(values), item),
    ]


def fields(schema: Schema, struct: type, path: str, prefix: str, literals: Literals) -> Lines:
    """All fields of a record, each into a variable of its name with `prefix`."""
    info = as_a(inspect.StructType, inspect.type_info(struct), path)
    allowed = {field.name: field.type for field in info.fields}
    if sorted(allowed) != sorted(field["name"] for field in schema["fields"]):
        raise ValueError(f"{schema['name']}: the schema's fields are not those of the struct")
    lines: Lines = []
    for field in schema["fields"]:
        name = field["name"]
        if isinstance(field["type"], list) and tuple(field["type"]) == BRANCHES:
            lines.append(f"{prefix}{name}: AttributeValue")
        lines += value(field["type"], allowed[name], path + name, prefix + name, literals)
    return lines


def construct(struct: type, prefix: str) -> Lines:
    """The call that builds the struct from the variables of its fields."""
    variables = []
    for field in msgspec.structs.fields(struct):
        variable = prefix + field.name
        is_tuple = str(field.type).startswith("tuple")
        variables.append(f"tuple({variable})," if is_tuple else f"{variable},")
    return [f"{struct.__name__}(", *indent(variables), ")"]


def annotation(schema: Any) -> str:
    """The Python type of a scalar Avro type."""
    return {"string": "str", "long": "int", "int": "int", "double": "float"}[kind_of(schema)]
