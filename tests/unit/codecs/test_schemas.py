import json
from typing import Any

import avro.schema
import pytest
from fastavro.utils import generate_many
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs import schemas
from tagger.codecs.framing import single_object_header
from tagger.codecs.resolve import Resolver, without_logical_types
from tagger.codecs.schema_history import without_docs

from .sample_records import avro as avro_bytes


@pytest.mark.parametrize("name", schemas.NAMES)
def test_current_schema_is_the_newest_published_version(name: str) -> None:
    newest = schemas.versions(name)[-1]
    assert without_docs(newest) == without_docs(schemas.current(name))


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_version_reads_every_other(name: str) -> None:
    for writer in schemas.versions(name):
        written = list(generate_many(writer, 5))
        for reader in schemas.versions(name):
            resolver = Resolver(writer, reader)
            for fields in written:
                read = resolver.read(avro_bytes(writer, fields), 0)
                assert list(read) == [field["name"] for field in reader["fields"]]


def test_every_schema_file_is_known_and_has_a_history() -> None:
    folder = schemas.folder()
    assert {path.stem for path in folder.glob("*.avsc")} == set(schemas.NAMES)
    assert {path.name for path in (folder / "history").iterdir()} == set(schemas.NAMES)


@pytest.mark.parametrize("name", schemas.NAMES)
def test_fields_are_documented_and_of_one_namespace(name: str) -> None:
    schema = schemas.current(name)
    assert schema["namespace"] == "tagger.v1"
    assert schema["name"] == name
    assert all(field.get("doc") for field in schema["fields"])


@pytest.mark.parametrize("name", schemas.NAMES)
def test_fingerprint_is_that_of_the_reference_implementation(name: str) -> None:
    # The reference leaves {"type": "long"} behind where it strips a logical type, against the
    # specification's PRIMITIVES rule; plain types are what both agree on.
    plain = _plain(without_logical_types(schemas.current(name)))
    reference = avro.schema.parse(json.dumps(plain))
    assert schemas.fingerprint(plain) == schemas.fingerprint(schemas.current(name))
    assert single_object_header(plain)[2:] == reference.fingerprint("CRC-64-AVRO")


def test_fingerprint_of_the_specification_stands_little_endian_in_the_header() -> None:
    # Apache Avro's shared schema tests: the fingerprint of "null".
    assert schemas.rabin(b'"null"') == 7195948357588979594
    schema = {"type": "record", "name": "R", "fields": []}
    number = schemas.fingerprint(schema)
    assert single_object_header(schema) == b"\xc3\x01" + number.to_bytes(8, "little")


@given(st.sampled_from(schemas.NAMES), st.text())
def test_fingerprint_ignores_docs(name: str, doc: str) -> None:
    schema = schemas.current(name)
    assert schemas.fingerprint({**schema, "doc": doc}) == schemas.fingerprint(schema)


def _plain(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if isinstance(schema, dict):
        if set(schema) == {"type"} and isinstance(schema["type"], str):
            return schema["type"]
        return {key: _plain(item) for key, item in schema.items() if key != "default"}
    return schema
