"""What a new version of a schema changes, for people."""

from collections.abc import Iterator
from typing import Any

from tagger.codecs.schema_history import without_docs
from tagger.codecs.schemas import Schema


def schema_changes(old: Schema, new: Schema) -> str:
    """In a few words, such as `adds lines[].size, changes channel`; empty when nothing differs."""
    if old == new:
        return ""
    before, after = dict(_fields(without_docs(old), "")), dict(_fields(without_docs(new), ""))
    words = {
        "adds": [path for path in after if path not in before],
        "removes": [path for path in before if path not in after],
        "changes": [path for path in after if path in before and after[path] != before[path]],
    }
    told = [f"{verb} {', '.join(paths)}" for verb, paths in words.items() if paths]
    if not told:
        alike = without_docs(old) == without_docs(new)
        told = ["documentation"] if alike else ["changes more than its fields"]
    return "; ".join(told)


def _fields(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every field by its path, without what stands in records below it."""
    if isinstance(schema, list):
        for branch in schema:
            yield from _fields(branch, path)
    elif isinstance(schema, dict) and schema["type"] == "record":
        for field in schema["fields"]:
            here = f"{path}.{field['name']}" if path else field["name"]
            yield here, {**field, "type": _outline(field["type"])}
            yield from _fields(field["type"], here)
    elif isinstance(schema, dict) and schema["type"] == "array":
        yield from _fields(schema["items"], f"{path}[]")
    elif isinstance(schema, dict) and schema["type"] == "map":
        yield from _fields(schema["values"], f"{path}.*")


def _outline(schema: Any) -> Any:
    """A type with the names of records in their places."""
    if isinstance(schema, list):
        return [_outline(branch) for branch in schema]
    if isinstance(schema, dict) and schema["type"] == "record":
        return schema["name"]
    if isinstance(schema, dict):
        return {
            key: _outline(item) if key in {"items", "values"} else item
            for key, item in schema.items()
        }
    return schema
