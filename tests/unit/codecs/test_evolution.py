"""Old and new writers and readers of every schema: our decoders, fastavro and the reference
implementation of Avro read the same from the same bytes."""

import json
from io import BytesIO
from typing import Any

import avro.io
import avro.schema
import fastavro
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagger.codecs import schemas
from tagger.codecs.compatibility import incompatibilities
from tagger.codecs.decode import RECORD_NAMES, RecordDecoder
from tagger.codecs.decode_outputs import OutputDecoder
from tagger.codecs.framing import registry_header
from tagger.codecs.json_fields import Output
from tagger.codecs.resolve import Resolver, without_logical_types
from tagger.codecs.schema_ids import KnownSchemaIds
from tagger.codecs.schemas import Schema
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.tags import CurrentTags, TagChange

from .evolving import NEW_SYMBOL, fitted, readers, writers
from .sample_records import ACTION, CHANGE, CURRENT_TAGS, INPUTS, NAME, OUTCOME, TEXT, TIME
from .sample_records import avro as written

KINDS = {name: kind for kind, name in RECORD_NAMES.items()}
OUTPUTS: dict[str, type[Output]] = {
    "TagChange": TagChange,
    "CurrentTags": CurrentTags,
    "WorkflowAction": WorkflowAction,
    "CommandOutcome": CommandOutcome,
}
RECORDS: dict[str, st.SearchStrategy[Any]] = {
    **{name: INPUTS[kind].map(msgspec.to_builtins) for name, kind in KINDS.items()},
    "TagChange": CHANGE.map(msgspec.to_builtins),
    "CurrentTags": CURRENT_TAGS.map(msgspec.to_builtins),
    "WorkflowAction": ACTION.map(msgspec.to_builtins),
    "CommandOutcome": OUTCOME.map(msgspec.to_builtins),
    "ActionOutcome": st.fixed_dictionaries(
        {"action_id": NAME, "status": TEXT, "at": TIME, "detail": TEXT}
    ),
}


def by_fastavro(writer: Schema, reader: Schema, data: bytes) -> Any:
    plain = without_logical_types(writer), without_logical_types(reader)
    return fastavro.schemaless_reader(BytesIO(data), *plain)


def by_reference(writer: Schema, reader: Schema, data: bytes) -> Any:
    """The reference knows no default for symbols: it refuses those that the reader does not
    know."""
    parsed = [
        avro.schema.parse(json.dumps(without_logical_types(each))) for each in (writer, reader)
    ]
    return avro.io.DatumReader(*parsed).read(avro.io.BinaryDecoder(BytesIO(data)))


def by_us(name: str, writer: Schema, data: bytes) -> Any:
    """What the decoder of a topic of this record gives, as plain values."""
    decoded: msgspec.Struct
    framed, ids = registry_header(7) + data, KnownSchemaIds({7: writer})
    if name in KINDS:
        decoded = RecordDecoder(ids).decode(KINDS[name], framed)
    else:
        decoded = OutputDecoder(ids).decode(OUTPUTS[name], framed)
    plain = json.loads(msgspec.json.encode(decoded))
    return {field: plain[field] for field in plain if field != "type" or name not in KINDS}


@pytest.mark.parametrize("name", schemas.NAMES)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_records_of_older_and_newer_writers_are_read_alike(name: str, data: st.DataObject) -> None:
    reader = schemas.current(name)
    writer = data.draw(writers(reader))
    fields = data.draw(fitted(writer, data.draw(RECORDS[name])))
    value = written(writer, fields)
    assert incompatibilities(writer, reader) == []
    expected = by_fastavro(writer, reader, value)
    assert Resolver(writer, reader).read(value, 0) == expected
    if NEW_SYMBOL not in fields.values():
        assert by_reference(writer, reader, value) == expected
    if name != "ActionOutcome":
        assert by_us(name, writer, value) == expected


@pytest.mark.parametrize("name", schemas.NAMES)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_we_write_is_read_alike_by_older_and_newer_readers(
    name: str, data: st.DataObject
) -> None:
    writer = schemas.current(name)
    reader = data.draw(readers(writer))
    fields = data.draw(RECORDS[name])
    value = written(writer, fields)
    assert incompatibilities(writer, reader) == []
    expected = by_reference(writer, reader, value)
    assert by_fastavro(writer, reader, value) == expected
    assert Resolver(writer, reader).read(value, 0) == expected
    common = {field["name"] for field in reader["fields"]} & fields.keys()
    assert common <= expected.keys()
