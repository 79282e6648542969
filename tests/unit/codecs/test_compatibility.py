import copy
import json
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tagger.codecs import schemas
from tagger.codecs.compatibility import incompatibilities
from tagger.codecs.schemas import Schema
from tests.fake_registry import reads

from .sample_schemas import PRIMITIVES, records, renamed, types


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    """Two schemas that have much in common."""
    one = draw(records())
    other = copy.deepcopy(one)
    for field in other["fields"]:
        if draw(st.integers(0, 3)) == 0:
            field["type"] = draw(types())
            field.pop("default", None)
    other["fields"] = [field for field in other["fields"] if draw(st.integers(0, 5))]
    return renamed(one), renamed(other)


@settings(max_examples=300)
@given(pairs())
def test_the_reference_implementation_comes_to_the_same_verdict(
    pair: tuple[Schema, Schema],
) -> None:
    for writer, reader in (pair, pair[::-1]):
        ours = not incompatibilities(writer, reader)
        event(f"compatible: {ours}")
        assert ours == reads(json.dumps(reader), json.dumps(writer))


@pytest.mark.parametrize("writer", PRIMITIVES)
@pytest.mark.parametrize("reader", PRIMITIVES)
def test_the_same_types_are_widened_as_by_the_reference_implementation(
    writer: str, reader: str
) -> None:
    pair = with_type(writer), with_type(reader)
    assert (not incompatibilities(*pair)) == reads(json.dumps(pair[1]), json.dumps(pair[0]))


@given(records())
def test_every_schema_reads_itself(schema: Schema) -> None:
    assert incompatibilities(renamed(schema), renamed(schema)) == []


def with_type(type_: Any, **more: Any) -> Schema:
    inner = {"type": "record", "name": "In", "fields": [{"name": "x", "type": type_, **more}]}
    field = {"name": "lines", "type": {"type": "array", "items": inner}}
    return {"type": "record", "name": "Out", "fields": [field]}


ENUM = {"type": "enum", "name": "E", "symbols": ["a", "b"]}


@pytest.mark.parametrize(
    ("writer", "reader", "reason"),
    [
        ("long", "int", "the writer's long is no int of the reader"),
        (["null", "long"], "long", "the writer's null is no long of the reader"),
        ("long", ["null", "string"], "the writer's long is none of the reader's null, string"),
        (ENUM, ENUM | {"symbols": ["b"]}, "the reader does not know a, and has no default"),
        (ENUM, ENUM | {"name": "F"}, "the writer's enum E is not the reader's F"),
        (
            {"type": "long", "logicalType": "timestamp-millis"},
            {"type": "long", "logicalType": "timestamp-micros"},
            "a timestamp-millis would be taken for a timestamp-micros",
        ),
        (
            {"type": "fixed", "name": "F", "size": 2},
            {"type": "fixed", "name": "F", "size": 3},
            "2 bytes of the writer, 3 of the reader",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_field(writer: Any, reader: Any, reason: str) -> None:
    (fault,) = incompatibilities(with_type(writer), with_type(reader))
    assert (fault.path, fault.reason) == ("lines[].x", reason)


def test_a_new_field_needs_a_default_and_an_alias_names_an_old_one() -> None:
    old, new = with_type("long"), with_type("long")
    new["fields"][0]["type"]["items"]["fields"][0]["name"] = "y"
    (fault,) = incompatibilities(old, new)
    assert fault.path == "lines[].y"
    new["fields"][0]["type"]["items"]["fields"][0]["aliases"] = ["x"]
    assert incompatibilities(old, new) == []
    del new["fields"][0]["type"]["items"]["fields"][0]["aliases"]
    new["fields"][0]["type"]["items"]["fields"][0]["default"] = 0
    assert incompatibilities(old, new) == []


def test_a_record_that_contains_itself_is_compared_once() -> None:
    def tree(type_: str) -> Schema:
        fields = [
            {"name": "value", "type": type_},
            {"name": "children", "type": {"type": "array", "items": "Tree"}},
        ]
        return {"type": "record", "name": "Tree", "namespace": "n", "fields": fields}

    assert incompatibilities(tree("int"), tree("long")) == []
    (fault,) = incompatibilities(tree("long"), tree("int"))
    assert fault.path == "value"


def test_a_record_that_stands_in_two_places_is_told_of_twice() -> None:
    def twice(type_: str) -> Schema:
        inner = {"type": "record", "name": "In", "fields": [{"name": "x", "type": type_}]}
        fields = [{"name": "a", "type": inner}, {"name": "b", "type": "In"}]
        return {"type": "record", "name": "Out", "fields": fields}

    assert [each.path for each in incompatibilities(twice("long"), twice("int"))] == ["a.x", "b.x"]


@pytest.mark.parametrize("name", schemas.NAMES)
def test_no_field_of_ours_may_lose_its_place(name: str) -> None:
    """A field without a default can never be removed, and ours all say what they are."""
    schema = schemas.current(name)
    required = [field for field in schema["fields"] if "default" not in field]
    for field in required:
        less = schema | {"fields": [each for each in schema["fields"] if each is not field]}
        (fault,) = incompatibilities(less, schema)
        assert fault.path == field["name"]
