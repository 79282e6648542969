"""Source code that reads one scalar Avro value, for the generator of decoders; what
the generator of encoders needs as well is here too."""

import sys
from typing import Any, TypeVar

from msgspec import inspect

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS

Lines = list[str]

GREATEST_DOUBLE = sys.float_info.max
"""Whatever does not lie between this and its negative is infinite or not a number."""


class Literals:
    """Named tables of the literal values that a module's decoder looks up."""

    def __init__(self, aliases: dict[tuple[Any, ...], str]) -> None:
        self._aliases = aliases
        self.used: dict[str, tuple[Any, ...]] = {}
        self.enums: dict[str, tuple[Any, ...]] = {}

    def by_text(self, values: tuple[Any, ...]) -> str:
        """The table that takes text to the Literal type with these values."""
        name = self._aliases[tuple(sorted(values))]
        self.used[name] = values
        return table_name(name)

    def by_index(self, symbols: tuple[Any, ...]) -> str:
        """The table that takes an enum's index to the Literal type with these values."""
        name = self._aliases[tuple(sorted(symbols))]
        self.enums[name] = symbols
        return table_name(name)


T = TypeVar("T", bound=inspect.Type)


def as_a(expected: type[T], allowed: inspect.Type, path: str) -> T:
    """`allowed`, known to be an `expected`. Raises ValueError: schema and struct differ."""
    if not isinstance(allowed, expected):
        raise ValueError(f"{path}: the struct's type is not the schema's")
    return allowed


def table_name(alias: str) -> str:
    """`PurchaseKind` is looked up in `_PURCHASE_KIND`."""
    return "".join("_" + c if c.isupper() else c.upper() for c in alias)


def indent(lines: Lines, by: int = 1) -> Lines:
    return ["    " * by + line for line in lines]


def number(into: str) -> Lines:
    """The unsigned number that stands for a length, a count or a zigzag integer."""
    return [
        f"{into} = data[pos]",
        "pos += 1",
        f"if {into} > 127:",
        f"    {into}, pos = read_varint(data, pos - 1)",
    ]


def kind_of(schema: Any) -> str:
    """The Avro type's name; `union` for a union."""
    if isinstance(schema, list):
        return "union"
    return str(schema["type"]) if isinstance(schema, dict) else str(schema)


def text(path: str, into: str) -> Lines:
    return [
        *number("size"),
        "stop = pos + (size >> 1)",
        "if size & 1 or stop > end:",
        f'    raise undecodable("{path}: its length is not within the record")',
        f"{into} = data[pos:stop].decode()",
        "pos = stop",
    ]


def string(allowed: inspect.Type, path: str, into: str, literals: Literals) -> Lines:
    if isinstance(allowed, inspect.LiteralType):
        table = literals.by_text(tuple(allowed.values))
        return [
            *text(path, "text"),
            f"if text not in {table}:",
            f'    raise wrong_type("{path}", "one of " + ", ".join({table}))',
            f"{into} = {table}[text]",
        ]
    lines = text(path, into)
    if isinstance(allowed, inspect.StrType) and allowed.min_length is not None:
        low, high = allowed.min_length, allowed.max_length
        lines += [
            f"if not {low} <= len({into}) <= {high}:",
            f'    raise wrong_type("{path}", "{low} to {high} characters")',
        ]
    return lines


def integer(schema: Any, allowed: inspect.Type, path: str, into: str) -> Lines:
    lines = [*number("raw"), f"{into} = (raw >> 1) ^ -(raw & 1)"]
    if isinstance(schema, dict) and schema.get("logicalType") == "timestamp-millis":
        return [
            *lines,
            f"if not {FIRST_INSTANT_MS} <= {into} <= {LAST_INSTANT_MS}:",
            f'    raise wrong_type("{path}", "a time of the years 1 to 9999")',
        ]
    if not isinstance(allowed, inspect.IntType) or allowed.ge is None or allowed.le is None:
        raise ValueError(f"{path}: an integer needs bounds")
    if (allowed.ge, allowed.le) == (-(2**63), 2**63 - 1):
        return lines
    return [
        *lines,
        f"if not {allowed.ge} <= {into} <= {allowed.le}:",
        f'    raise wrong_type("{path}", "an integer from {allowed.ge} to {allowed.le}")',
    ]


def double(path: str, into: str) -> Lines:
    return [
        f"{into} = read_double(data, pos)",
        "pos += 8",
        f"if not -{GREATEST_DOUBLE} <= {into} <= {GREATEST_DOUBLE}:",
        f'    raise wrong_type("{path}", "a finite number")',
    ]


def enum(schema: Any, allowed: inspect.Type, path: str, into: str, literals: Literals) -> Lines:
    if set(as_a(inspect.LiteralType, allowed, path).values) != set(schema["symbols"]):
        raise ValueError(f"{path}: the enum's symbols are not the domain's values")
    table = literals.by_index(tuple(schema["symbols"]))
    return [
        *number("raw"),
        f"if raw & 1 or raw > {2 * len(schema['symbols']) - 2}:",
        f'    raise undecodable("{path}: no symbol has this index")',
        f"{into} = {table}[raw >> 1]",
    ]
