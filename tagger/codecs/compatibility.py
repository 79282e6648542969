"""Whether records of one Avro schema can be read as another; if not, where and why.

By the Avro specification, "Schema Resolution", and stricter in one thing: a time must not be
written in another unit, because a reader would take it for its own.
"""

from collections.abc import Iterator
from typing import Any

import fastavro
import msgspec

from tagger.codecs.schemas import Schema

_PROMOTIONS = {
    "int": {"long", "float", "double"},
    "long": {"float", "double"},
    "float": {"double"},
    "string": {"bytes"},
    "bytes": {"string"},
}
"""What a reader may take a writer's type for, beside itself."""


class Incompatibility(msgspec.Struct, frozen=True):
    """`path` is the field, such as `lines[].quantity`; empty for the record itself."""

    path: str
    reason: str


def incompatibilities(writer: Schema, reader: Schema) -> list[Incompatibility]:
    """Why records of `writer` cannot all be read as records of `reader`; empty when they can.

    Raises ValueError when one of the two is no valid schema.
    """
    return list(_Resolution(writer, reader).faults())


class _Resolution:
    """One walk through two schemas, side by side."""

    def __init__(self, writer: Schema, reader: Schema) -> None:
        self._written: dict[str, Any] = {}
        self._expected: dict[str, Any] = {}
        self._top = _parsed(writer, self._written), _parsed(reader, self._expected)
        self._under_way: set[tuple[int, int]] = set()

    def faults(self) -> Iterator[Incompatibility]:
        yield from self._compare(*self._top, "")

    def _compare(self, writer: Any, reader: Any, path: str) -> Iterator[Incompatibility]:
        writer, reader = _named(writer, self._written), _named(reader, self._expected)
        if isinstance(writer, list):
            for branch in writer:
                yield from self._compare(branch, reader, path)
        elif isinstance(reader, list):
            yield from self._find_branch(writer, reader, path)
        elif (kind := _kind(writer)) != _kind(reader):
            if _kind(reader) not in _PROMOTIONS.get(kind, ()):
                told = f"the writer's {kind} is no {_kind(reader)} of the reader"
                yield Incompatibility(path, told)
        else:
            yield from self._compare_units(writer, reader, path)
            yield from self._compare_parts(kind, writer, reader, path)

    def _find_branch(self, writer: Any, reader: list[Any], path: str) -> Iterator[Incompatibility]:
        tried = [(branch, list(self._compare(writer, branch, path))) for branch in reader]
        if all(faults for _, faults in tried):
            alike = [faults for branch, faults in tried if self._is_alike(writer, branch)]
            kinds = ", ".join(_kind(_named(branch, self._expected)) for branch in reader)
            none = Incompatibility(
                path, f"the writer's {_kind(writer)} is none of the reader's {kinds}"
            )
            yield from alike[0] if alike else [none]

    def _is_alike(self, writer: Any, branch: Any) -> bool:
        return _kind(writer) == _kind(_named(branch, self._expected))

    def _compare_units(self, writer: Any, reader: Any, path: str) -> Iterator[Incompatibility]:
        written, expected = _unit(writer), _unit(reader)
        if written and expected and written != expected:
            yield Incompatibility(path, f"a {written} would be taken for a {expected}")

    def _compare_parts(
        self, kind: str, writer: Any, reader: Any, path: str
    ) -> Iterator[Incompatibility]:
        match kind:
            case "array":
                yield from self._compare(writer["items"], reader["items"], f"{path}[]")
            case "map":
                yield from self._compare(writer["values"], reader["values"], f"{path}.*")
            case "record" | "enum" | "fixed" if not _has_name(writer, reader):
                told = f"the writer's {kind} {_short(writer)} is not the reader's {_short(reader)}"
                yield Incompatibility(path, told)
            case "record":
                yield from self._compare_records(writer, reader, path)
            case "enum":
                unknown = [each for each in writer["symbols"] if each not in reader["symbols"]]
                if unknown and "default" not in reader:
                    told = f"the reader does not know {', '.join(unknown)}, and has no default"
                    yield Incompatibility(path, told)
            case "fixed" if writer["size"] != reader["size"]:
                told = f"{writer['size']} bytes of the writer, {reader['size']} of the reader"
                yield Incompatibility(path, told)

    def _compare_records(self, writer: Any, reader: Any, path: str) -> Iterator[Incompatibility]:
        pair = id(writer), id(reader)
        if pair in self._under_way:
            return
        self._under_way.add(pair)
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            here = f"{path}.{field['name']}" if path else field["name"]
            names = [field["name"], *field.get("aliases", ())]
            found = next((written[name] for name in names if name in written), None)
            if found is not None:
                yield from self._compare(found["type"], field["type"], here)
            elif "default" not in field:
                yield Incompatibility(here, "the writer has no such field, the reader no default")
        self._under_way.discard(pair)


def _parsed(schema: Schema, named: dict[str, Any]) -> Any:
    try:
        return fastavro.parse_schema(schema, named, _write_hint=False)
    except Exception as error:
        raise ValueError(f"not a valid Avro schema: {error!r}") from error


def _named(schema: Any, named: dict[str, Any]) -> Any:
    return named.get(schema, schema) if isinstance(schema, str) else schema


def _kind(schema: Any) -> str:
    return str(schema["type"] if isinstance(schema, dict) else schema)


def _unit(schema: Any) -> str:
    return str(schema.get("logicalType", "")) if isinstance(schema, dict) else ""


def _short(schema: Any) -> str:
    return str(schema["name"]).rpartition(".")[2]


def _has_name(writer: Any, reader: Any) -> bool:
    aliases = (str(alias).rpartition(".")[2] for alias in reader.get("aliases", ()))
    return _short(writer) in {_short(reader), *aliases}
