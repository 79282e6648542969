import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs import schemas
from tagger.codecs.decode_outputs import (
    OutputDecoder,
    decode_action,
    decode_change,
    decode_current_tags,
    decode_outcome,
)
from tagger.codecs.encode import Encoder
from tagger.codecs.framing import single_object_header
from tagger.codecs.json_fields import Output
from tagger.codecs.json_lines import change_line, tags_line
from tagger.codecs.schema_ids import KnownSchemaIds, SchemaIdsError
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.dead_letters import DeadLetterCode, RecordError
from tagger.domain.tags import CurrentTag, CurrentTags, TagChange

from .sample_records import (
    A_CHANGE,
    A_COMMAND,
    A_PROFILE,
    A_PURCHASE,
    ACTION,
    ANY_OUTPUT,
    CHANGE,
    CURRENT_TAGS,
    OUTCOME,
    avro,
)

IDS = KnownSchemaIds({at: schemas.current(name) for at, name in enumerate(schemas.NAMES, 1)})
ENCODERS = [Encoder(), Encoder("registry", IDS), Encoder("json")]
DECODER = OutputDecoder(IDS)


@given(ANY_OUTPUT, st.sampled_from(ENCODERS))
def test_what_is_published_is_read(record: Output, encoder: Encoder) -> None:
    assert DECODER.decode(type(record), encoder.encode(record)) == record


@given(ANY_OUTPUT)
def test_avro_keeps_the_types_of_values(record: Output) -> None:
    decoded = DECODER.decode(type(record), ENCODERS[0].encode(record))
    assert repr(decoded) == repr(record)


@given(CHANGE, CURRENT_TAGS, ACTION, OUTCOME)
def test_consumers_need_no_registry(
    change: TagChange, tags: CurrentTags, action: WorkflowAction, outcome: CommandOutcome
) -> None:
    encoder = ENCODERS[0]
    assert decode_change(encoder.encode(change)) == change
    assert decode_current_tags(encoder.encode(tags)) == tags
    assert decode_action(encoder.encode(action)) == action
    assert decode_outcome(encoder.encode(outcome)) == outcome


def test_framing_names_the_current_schema() -> None:
    header = single_object_header(schemas.current("TagChange"))
    assert Encoder().encode(A_CHANGE).startswith(header)
    registry_id = IDS.id_of(schemas.current("TagChange"))
    assert registry_id is not None
    value = Encoder("registry", IDS).encode(A_CHANGE)
    assert value[:5] == b"\x00" + registry_id.to_bytes(4, "big")
    assert value[5:] == Encoder().encode(A_CHANGE)[10:]


def test_a_missing_id_is_told_before_anything_is_encoded() -> None:
    ids = KnownSchemaIds({3: schemas.current("TagChange")})
    assert Encoder("registry", ids, records=[TagChange]).encode(A_CHANGE)[:5] == b"\0\0\0\0\3"
    with pytest.raises(SchemaIdsError, match="CurrentTags"):
        Encoder("registry", ids, records=[TagChange, CurrentTags])


def test_json_of_a_change() -> None:
    fields = json.loads(Encoder("json").encode(A_CHANGE))
    assert fields["effective_at"] == "2026-03-01T09:30:00.250Z"
    assert fields["processed_at"] == "2026-03-01T09:30:01.000Z"
    assert fields["expires_at"] == "2026-03-02T09:30:00.250Z"
    assert fields["trigger"] == {"kind": "event", "id": "p-1", "at": "2026-03-01T09:30:00.000Z"}
    assert fields["previous_value"] is None
    assert fields["evidence"][0]["measured"] == 19.99
    assert set(fields) == set(TagChange.__struct_fields__)


def test_json_of_current_tags() -> None:
    tag = CurrentTag(True, 0, 86_400_000, "rule", 3, "2")
    value = Encoder("json").encode(CurrentTags("c", 4, 1, {"vip": tag}))
    assert json.loads(value) == {
        "customer_id": "c",
        "sequence": 4,
        "updated_at": "1970-01-01T00:00:00.001Z",
        "tags": {
            "vip": {
                "value": True,
                "since": "1970-01-01T00:00:00.000Z",
                "expires_at": "1970-01-02T00:00:00.000Z",
                "source": "rule",
                "priority": 3,
                "rule_version": "2",
            }
        },
    }


def test_json_of_inputs_begins_with_the_type() -> None:
    assert Encoder("json").encode(A_PURCHASE).startswith(b'{"type":"purchase","event_id":')
    assert json.loads(Encoder("json").encode(A_COMMAND))["issued_at"] == "2026-03-01T10:00:00.000Z"
    assert json.loads(Encoder("json").encode(A_PROFILE))["occurred_at"].endswith(":00.000Z")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, b"5"),
        (1e16, b"10000000000000000"),
        (-0.0, b"0"),
        (2.5, b"2.5"),
        (1e300, b"1e300"),
        (7, b"7"),
        (True, b"true"),
        ("a", b'"a"'),
    ],
)
def test_numbers_of_tags_are_written_plainly(value: Any, text: bytes) -> None:
    change = msgspec.structs.replace(A_CHANGE, value=value)
    assert b'"value":' + text + b"," in change_line(change)
    assert tags_line("c", {"t": value}) == b'{"customer_id":"c","tags":{"t":' + text + b"}}\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_has_no_number_that_is_none(value: float) -> None:
    with pytest.raises(ValueError, match="a tag's value"):
        change_line(msgspec.structs.replace(A_CHANGE, value=value))
    with pytest.raises(ValueError, match="a tag's value"):
        tags_line("c", {"t": value})


def test_a_line_of_changes_is_one_line() -> None:
    change = msgspec.structs.replace(A_CHANGE, reason="two\nlines \u2028 of text")
    line = change_line(change)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert decode_change(line) == change


def test_a_line_of_tags_has_the_names_in_order() -> None:
    line = tags_line("c-7", {"vip": True, "loves": "shoes", "Änne": 1, "a b": 2.5})
    assert line.decode() == (
        '{"customer_id":"c-7","tags":{"a b":2.5,"loves":"shoes","vip":true,"Änne":1}}\n'
    )


def test_a_time_that_no_calendar_has_stays_a_number() -> None:
    change = msgspec.structs.replace(A_CHANGE, expires_at=2**60)
    assert json.loads(change_line(change))["expires_at"] == 2**60
    assert decode_change(change_line(change)) == change


def refusal(value: bytes | None) -> DeadLetterCode:
    with pytest.raises(RecordError) as caught:
        decode_change(value)
    return caught.value.code


def test_bad_outputs_are_record_errors() -> None:
    good = Encoder().encode(A_CHANGE)
    line = change_line(A_CHANGE)
    assert refusal(None) == DeadLetterCode.UNDECODABLE
    assert refusal(b"") == DeadLetterCode.UNDECODABLE
    assert refusal(good[:-1]) == DeadLetterCode.UNDECODABLE
    assert refusal(good + b"x") == DeadLetterCode.UNDECODABLE
    assert refusal(Encoder().encode(A_PURCHASE)) == DeadLetterCode.SCHEMA_MISMATCH
    assert refusal(line[:-5]) == DeadLetterCode.UNDECODABLE
    assert refusal(line.replace(b'"op":"added"', b'"op":"burnt"')) == DeadLetterCode.WRONG_TYPE
    assert refusal(line.replace(b"2026-03-01T09:30:01", b"soon")) == DeadLetterCode.WRONG_TYPE
    assert refusal(line.replace(b'"trigger":{', b'"trigger":[],"x":{')) == DeadLetterCode.WRONG_TYPE


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_record_errors(value: bytes) -> None:
    for begin in (b"", b"{", single_object_header(schemas.current("TagChange"))):
        assert refusal(begin + value)


def test_an_action_outcome_can_be_written_with_its_schema() -> None:
    fields = {"action_id": "a", "status": "sent", "at": 1}
    assert avro(schemas.current("ActionOutcome"), fields) == b"\x02a\x08sent\x02\x00"
