import importlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagger.codecs import generate, schemas
from tagger.codecs.decode import RECORD_NAMES
from tagger.codecs.resolve import Resolver
from tagger.codecs.wire import Input, Kind, Wire, require_finite
from tagger.domain.dead_letters import DeadLetterCode, RecordError

from .sample_records import (
    A_BROWSE,
    A_CHAT,
    A_COMMAND,
    A_PROFILE,
    A_PURCHASE,
    ANY_INPUT,
    avro,
)

SAMPLES: dict[Kind, Input] = {
    "purchase": A_PURCHASE,
    "browse": A_BROWSE,
    "chat": A_CHAT,
    "profile": A_PROFILE,
    "command": A_COMMAND,
}
KINDS = st.sampled_from(list(SAMPLES))


def generated(kind: Kind) -> Callable[[bytes, int], Input]:
    module = generate.snake_case(RECORD_NAMES[kind])
    decoder: Callable[[bytes, int], Input] = getattr(
        importlib.import_module(f"tagger.codecs.generated.{module}"), f"decode_{module}"
    )
    return decoder


def reference(kind: Kind, data: bytes, pos: int = 0) -> Input:
    """The same through fastavro and conversion."""
    schema = schemas.current(RECORD_NAMES[kind])
    wire = Wire(kind, closed=False)
    record = wire.to_domain(msgspec.convert(Resolver(schema, schema).read(data, pos), wire.struct))
    require_finite(record)
    return record


def encoded(kind: Kind, record: msgspec.Struct, /, **changed: Any) -> bytes:
    fields = msgspec.to_builtins(record) | changed
    return avro(schemas.current(RECORD_NAMES[kind]), fields)


def code_of(kind: Kind, data: bytes) -> DeadLetterCode:
    with pytest.raises(RecordError) as caught:
        generated(kind)(data, 0)
    return caught.value.code


def agrees_or_refuses(kind: Kind, data: bytes) -> None:
    try:
        record = generated(kind)(data, 0)
    except RecordError:
        return
    assert identical(record, reference(kind, data))


def identical(one: object, other: object) -> bool:
    """Equal with the same types: true is not 1, 1 is not 1.0."""
    return one == other and repr(one) == repr(other)


def test_files_are_what_the_generator_writes() -> None:
    assert generate.outdated() == []


def test_check_finds_an_edited_and_a_missing_file(tmp_path: Path) -> None:
    folder = tmp_path / "generated"
    shutil.copytree(generate.FOLDER, folder)
    (folder / "browse.py").write_text("edited")
    (folder / "purchase.py").unlink()
    assert {path.name for path in generate.outdated(folder)} == {"browse.py", "purchase.py"}


@given(ANY_INPUT, st.binary(max_size=10))
def test_every_valid_record_is_read_as_fastavro_reads_it(
    sample: tuple[Kind, Input], header: bytes
) -> None:
    kind, record = sample
    data = header + encoded(kind, record)
    assert identical(generated(kind)(data, len(header)), record)
    assert identical(reference(kind, data, len(header)), record)


@given(ANY_INPUT, st.data())
def test_no_part_of_a_record_is_a_record(sample: tuple[Kind, Input], data: st.DataObject) -> None:
    kind, record = sample
    whole = encoded(kind, record)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert code_of(kind, part) == DeadLetterCode.UNDECODABLE


@given(ANY_INPUT, st.binary(min_size=1, max_size=4))
def test_bytes_behind_a_record_are_refused(sample: tuple[Kind, Input], more: bytes) -> None:
    kind, record = sample
    assert code_of(kind, encoded(kind, record) + more) == DeadLetterCode.UNDECODABLE


@settings(max_examples=300)
@given(ANY_INPUT, st.data())
def test_a_damaged_record_is_read_as_fastavro_does_or_refused(
    sample: tuple[Kind, Input], data: st.DataObject
) -> None:
    kind, record = sample
    damaged = bytearray(encoded(kind, record))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        damaged = damaged or bytearray(1)
    agrees_or_refuses(kind, bytes(damaged))


@given(KINDS, st.binary(max_size=60))
@example("purchase", b"")
def test_arbitrary_bytes_are_read_as_fastavro_does_or_refused(kind: Kind, data: bytes) -> None:
    agrees_or_refuses(kind, data)


HEAD = b"\x02e\x02c\x00\x00"
"""event_id e, customer_id c, occurred_at 0, source empty."""


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        (b"\x02\x01", "a key of negative length"),
        (b"\x02\x02\xff\x00\x00", "a key that is not UTF-8"),
        (b"\x02\x02\x80\x00\x00", "a key that is a lone continuation byte"),
        (b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01", "a count of 2**62"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02", "a negative count of 2**63"),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00", "a count of more than 64 bits"),
        (b"\x80" * 20, "a number without end"),
        (b"\x01\x06\x02a\x00", "a negative count and nothing behind it"),
        (b"\x01\x08\x02a\x00\x00\x00", "a block that says it is longer than it is"),
        (b"\x01\x04\x02a\x00\x00", "a block that says it is shorter than it is"),
        (b"\x01\x05\x02a\x00\x00", "a block of negative size"),
        (b"\x02\x02a\x0a\x00\x00", "no such branch"),
        (b"\x02\x02a\x01\x00\x00", "a negative branch"),
        (b"\x02\x02a\x02\x02\x00", "a boolean of 2"),
    ],
)
def test_broken_collections_are_undecodable(attributes: bytes, why: str) -> None:
    assert code_of("profile", HEAD + attributes) == DeadLetterCode.UNDECODABLE, why


def test_a_block_with_its_size_is_read() -> None:
    data = HEAD + b"\x03\x0e\x02a\x00\x02b\x02\x01\x00"
    record = generated("profile")(data, 0)
    assert record == reference("profile", data)
    assert getattr(record, "attributes") == {"a": None, "b": True}  # noqa: B009


def test_an_enum_index_without_symbol_is_undecodable() -> None:
    data = encoded("browse", A_BROWSE)
    at = len(common_fields("browse"))
    for index in (28, 127):
        damaged = data[:at] + bytes([index]) + data[at + 1 :]
        with pytest.raises(RecordError, match="undecodable: action: ") as caught:
            generated("browse")(damaged, 0)
        assert caught.value.code == DeadLetterCode.UNDECODABLE
    assert data[at] == 14


def common_fields(kind: Kind) -> bytes:
    """The bytes of the four fields that all events share."""
    schema = schemas.current(RECORD_NAMES[kind])
    common = {**schema, "fields": schema["fields"][:4]}
    return avro(common, msgspec.to_builtins(SAMPLES[kind]))


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("purchase", {"event_id": ""}),
        ("purchase", {"customer_id": "x" * 1025}),
        ("purchase", {"kind": "gift"}),
        ("purchase", {"occurred_at": 253_402_300_800_000}),
        ("purchase", {"occurred_at": -(2**63)}),
        ("purchase", {"period_end": 2**63 - 1}),
        ("purchase", {"lines": [{"product_id": "a", "quantity": float("nan")}]}),
        ("purchase", {"lines": [{"product_id": "a", "quantity": float("inf")}]}),
        ("chat", {"rating": 0}),
        ("chat", {"rating": 6}),
        ("profile", {"attributes": {"a": float("-inf")}}),
        ("command", {"command_id": ""}),
        ("command", {"actor": ""}),
        ("command", {"op": "burn"}),
        ("command", {"value": float("nan")}),
        ("command", {"until": 2**62}),
    ],
)
def test_values_outside_the_domain_are_of_the_wrong_type(
    kind: Kind, changed: dict[str, Any]
) -> None:
    data = encoded(kind, SAMPLES[kind], **changed)
    with pytest.raises(RecordError) as caught:
        generated(kind)(data, 0)
    assert caught.value.code == DeadLetterCode.WRONG_TYPE
    assert caught.value.detail.startswith(next(iter(changed)))
