import copy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs import schemas
from tagger.codecs.decode import RecordDecoder
from tagger.codecs.encode import Encoder
from tagger.codecs.framing import registry_header, single_object_header
from tagger.codecs.schema_ids import KnownSchemaIds
from tagger.codecs.schemas import Schema
from tagger.codecs.wire import Input, Kind
from tagger.domain.dead_letters import DeadLetterCode, RecordError

from .sample_records import A_BROWSE, A_PROFILE, A_PURCHASE, ANY_INPUT, avro, single_object

PURCHASE = schemas.current("Purchase")
BROWSE = schemas.current("Browse")
PURCHASE_HEADER = single_object_header(PURCHASE)
PROFILE = schemas.current("ProfileUpdate")
IDS = KnownSchemaIds({at: schemas.current(name) for at, name in enumerate(schemas.NAMES, 1)})
DECODER = RecordDecoder(IDS)
ENCODERS = [Encoder(), Encoder("registry", IDS), Encoder("json")]


def changed(schema: Schema, **fields: Any) -> Schema:
    """The schema with the types of some fields replaced, or the fields left out (None)."""
    schema = copy.deepcopy(schema)
    for name, type_ in fields.items():
        if type_ is None:
            schema["fields"] = [f for f in schema["fields"] if f["name"] != name]
        else:
            next(f for f in schema["fields"] if f["name"] == name)["type"] = type_
    return schema


def written_by(writer: Schema, kind: Kind, fields: dict[str, Any]) -> Input:
    """What is read when a producer with another schema writes these fields."""
    ids = KnownSchemaIds({7: writer})
    return RecordDecoder(ids).decode(kind, registry_header(7) + avro(writer, fields))


def refusal(kind: Kind, value: bytes | None, decoder: RecordDecoder | None = None) -> RecordError:
    with pytest.raises(RecordError) as caught:
        (decoder or RecordDecoder()).decode(kind, value)
    return caught.value


@given(ANY_INPUT, st.sampled_from(ENCODERS))
def test_every_encoding_brings_the_same_record(
    sample: tuple[Kind, Input], encoder: Encoder
) -> None:
    kind, record = sample
    assert DECODER.decode(kind, encoder.encode(record)) == record


@given(st.sampled_from(["purchase", "browse", "chat", "profile", "command"]), st.binary())
def test_arbitrary_bytes_are_a_record_error(kind: Kind, value: bytes) -> None:
    for begin in (b"", b"{", b"\x00", b"\x00\x00\x00\x00\x01", PURCHASE_HEADER):
        with pytest.raises(RecordError):
            DECODER.decode(kind, begin + value)


@pytest.mark.parametrize("value", [None, b"", b"\x00", b"\x00\x00\x00\x01", b"\xc3\x01\x00", b"[]"])
def test_no_record_at_all_is_undecodable(value: bytes | None) -> None:
    assert refusal("purchase", value).code == DeadLetterCode.UNDECODABLE


def test_unknown_ids_and_fingerprints_are_named() -> None:
    error = refusal("purchase", b"\x00\x00\x00\x01\x00rest")
    assert (error.code, error.detail) == (
        DeadLetterCode.UNKNOWN_SCHEMA,
        "no schema is known for id 256",
    )
    error = refusal("purchase", b"\xc3\x01" + bytes(range(8)) + b"rest")
    assert error.code == DeadLetterCode.UNKNOWN_SCHEMA
    assert "0706050403020100" in error.detail


def test_a_record_of_another_kind_is_a_mismatch() -> None:
    browse = single_object(BROWSE, A_BROWSE)
    assert RecordDecoder().decode("browse", browse) == A_BROWSE
    assert refusal("purchase", browse).code == DeadLetterCode.SCHEMA_MISMATCH
    json = Encoder("json").encode(A_BROWSE)
    assert refusal("purchase", json).code == DeadLetterCode.SCHEMA_MISMATCH


def test_a_record_of_another_name_is_a_mismatch_though_its_fields_are_the_same() -> None:
    with pytest.raises(RecordError, match="a record Order where Purchase belongs") as caught:
        written_by(PURCHASE | {"name": "Order"}, "purchase", msgspec.to_builtins(A_PURCHASE))
    assert caught.value.code == DeadLetterCode.SCHEMA_MISMATCH


def test_a_record_that_is_too_large_is_not_read() -> None:
    value = single_object(PURCHASE, A_PURCHASE)
    assert RecordDecoder(max_bytes=len(value)).decode("purchase", value) == A_PURCHASE
    decoder = RecordDecoder(max_bytes=len(value) - 1)
    assert refusal("purchase", value, decoder).code == DeadLetterCode.TOO_LARGE


def test_an_older_writer_leaves_fields_at_their_defaults() -> None:
    older = changed(PURCHASE, lines=None, discount_minor=None, channel=None)
    fields = msgspec.to_builtins(A_PURCHASE)
    decoded = written_by(older, "purchase", fields)
    assert decoded == msgspec.structs.replace(A_PURCHASE, lines=())


def test_a_newer_writer_may_add_fields_symbols_and_live_in_its_own_namespace() -> None:
    newer = changed(BROWSE) | {"namespace": "com.shop"}
    newer["fields"].insert(2, {"name": "extra", "type": "string"})
    action = next(f for f in newer["fields"] if f["name"] == "action")["type"]
    action["symbols"].insert(0, "teleport")
    fields = msgspec.to_builtins(A_BROWSE) | {"extra": "x"}
    assert written_by(newer, "browse", fields) == A_BROWSE
    decoded = written_by(newer, "browse", fields | {"action": "teleport"})
    assert decoded == msgspec.structs.replace(A_BROWSE, action="other")


def test_a_narrower_number_is_widened() -> None:
    writer = changed(PURCHASE, amount_minor="int", occurred_at="long")
    assert written_by(writer, "purchase", msgspec.to_builtins(A_PURCHASE)) == A_PURCHASE


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"occurred_at": {"type": "long", "logicalType": "timestamp-micros"}}, "occurred_at"),
        ({"occurred_at": "string"}, "string"),
        ({"order_id": None}, "order_id"),
    ],
)
def test_a_schema_that_cannot_be_resolved_is_a_mismatch(
    fields: dict[str, Any], detail: str
) -> None:
    writer = changed(PURCHASE, **fields)
    record = msgspec.to_builtins(A_PURCHASE)
    if fields.get("occurred_at") == "string":
        record["occurred_at"] = "2026-03-01"
    with pytest.raises(RecordError) as caught:
        written_by(writer, "purchase", record)
    assert caught.value.code == DeadLetterCode.SCHEMA_MISMATCH
    assert detail in caught.value.detail


@pytest.mark.parametrize("schema", [{"type": "string"}, {"type": "record", "name": "Purchase"}, {}])
def test_an_unusable_schema_of_the_registry_is_a_mismatch(schema: Schema) -> None:
    class Registry:
        def schema_of(self, schema_id: int) -> Schema | None:
            return schema

        def id_of(self, schema: Schema) -> int | None:
            return None

    error = refusal("purchase", registry_header(7) + b"rest", RecordDecoder(Registry()))
    assert error.code == DeadLetterCode.SCHEMA_MISMATCH
    assert "schema id 7" in error.detail


@pytest.mark.parametrize(
    ("kind", "record", "values", "path"),
    [
        ("purchase", A_PURCHASE, {"kind": "gift"}, "kind"),
        ("purchase", A_PURCHASE, {"customer_id": ""}, "customer_id"),
        ("purchase", A_PURCHASE, {"occurred_at": 2**60}, "occurred_at"),
        (
            "purchase",
            A_PURCHASE,
            {"lines": [{"product_id": "a"}, {"product_id": "a", "quantity": float("nan")}]},
            "lines[1].quantity",
        ),
        ("profile", A_PROFILE, {"attributes": {"age": float("inf")}}, "attributes.age"),
    ],
)
def test_other_writers_values_are_held_to_the_same_ranges(
    kind: Kind, record: Input, values: dict[str, Any], path: str
) -> None:
    schema = changed(PURCHASE if kind == "purchase" else PROFILE)
    schema["fields"].append({"name": "extra", "type": "int", "default": 1})
    with pytest.raises(RecordError) as caught:
        written_by(schema, kind, msgspec.to_builtins(record) | values)
    assert caught.value.code == DeadLetterCode.WRONG_TYPE
    assert caught.value.detail.startswith(f"{path}: ")


@given(st.binary(max_size=80))
def test_arbitrary_bytes_of_another_schema_are_a_record_or_a_record_error(value: bytes) -> None:
    writer = changed(PURCHASE)
    writer["fields"].append({"name": "extra", "type": "int", "default": 1})
    decoder = RecordDecoder(KnownSchemaIds({7: writer}))
    with pytest.raises(RecordError):
        decoder.decode("purchase", registry_header(7) + value)


def test_bytes_behind_a_record_of_another_schema_are_refused() -> None:
    writer = changed(PURCHASE, channel=None)
    value = registry_header(7) + avro(writer, msgspec.to_builtins(A_PURCHASE)) + b"x"
    error = refusal("purchase", value, RecordDecoder(KnownSchemaIds({7: writer})))
    assert error.code == DeadLetterCode.UNDECODABLE


def test_unknown_json_fields_are_counted_or_refused() -> None:
    fields = msgspec.to_builtins(A_PURCHASE) | {"colour": 1}
    fields["lines"] = [*fields["lines"], {"product_id": "b", "size": 4, "fit": "slim"}]
    value = msgspec.json.encode(fields)
    lenient = RecordDecoder()
    for _ in range(2):
        lenient.decode("purchase", value)
    assert lenient.unknown_fields == 6
    error = refusal("purchase", value, RecordDecoder(strict=True))
    assert (error.code, error.detail) == (
        DeadLetterCode.UNKNOWN_FIELD,
        "lines[1].size: not in the schema",
    )
