import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tagger.codecs.faults import FIRST_INSTANT_MS, LAST_INSTANT_MS
from tagger.codecs.json_events import JsonEvents
from tagger.codecs.json_fields import to_json
from tagger.codecs.wire import Input, Kind
from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import DeadLetterCode, RecordError
from tagger.domain.events import ProfileUpdate, Purchase
from tagger.domain.times import format_instant

from .sample_records import A_COMMAND, A_PURCHASE, ANY_INPUT

COMMON = '"event_id":"e","customer_id":"c","occurred_at":%s,'
PROFILE = '{"type":"profile",' + COMMON + '"attributes":%s}'


def refusal(value: str | bytes, decoder: JsonEvents | None = None) -> RecordError:
    value = value.encode() if isinstance(value, str) else value
    with pytest.raises(RecordError) as caught:
        (decoder or JsonEvents()).decode(value)
    return caught.value


def profile(occurred_at: str = "1", attributes: str = "{}") -> ProfileUpdate:
    record = JsonEvents().decode((PROFILE % (occurred_at, attributes)).encode())
    assert isinstance(record, ProfileUpdate)
    return record


@given(ANY_INPUT)
def test_what_is_written_is_read(sample: tuple[Kind, Input]) -> None:
    kind, record = sample
    assert JsonEvents(strict=True).decode(to_json(record)) == record
    assert JsonEvents(kind, strict=True).decode(to_json(record)) == record


def test_type_is_optional_on_a_topic_and_required_in_a_file() -> None:
    fields = msgspec.to_builtins(A_PURCHASE)
    del fields["type"]
    value = msgspec.json.encode(fields)
    assert JsonEvents("purchase").decode(value) == A_PURCHASE
    assert refusal(value).code == DeadLetterCode.MISSING_FIELD
    assert refusal(value).detail.startswith("type: ")


def test_type_must_be_the_topics() -> None:
    value = to_json(A_PURCHASE)
    assert refusal(value, JsonEvents("browse")).code == DeadLetterCode.SCHEMA_MISMATCH
    gift = value.replace(b'"type":"purchase"', b'"type":"gift"')
    assert refusal(gift).code == DeadLetterCode.WRONG_TYPE
    number = value.replace(b'"type":"purchase"', b'"type":3')
    assert refusal(number, JsonEvents("purchase")).code == DeadLetterCode.WRONG_TYPE


@given(st.integers(FIRST_INSTANT_MS, LAST_INSTANT_MS))
@example(FIRST_INSTANT_MS)
@example(LAST_INSTANT_MS)
def test_times_are_milliseconds_or_text(at_ms: int) -> None:
    assert profile(str(at_ms)).occurred_at == at_ms
    assert profile(f'"{format_instant(at_ms)}"').occurred_at == at_ms


def test_finer_digits_are_cut_and_offsets_are_applied() -> None:
    assert profile('"1970-01-01T01:00:00.0019999+01:00"').occurred_at == 1
    assert profile('"1969-12-31T23:59:59.9999Z"').occurred_at == -1


@pytest.mark.parametrize(
    "occurred_at",
    [
        "true",
        "1.0",
        "1e3",
        "null",
        '""',
        '"1"',
        '"2026-03-01"',
        '"2026-03-01T09:30:00"',
        '"2026-02-30T09:30:00Z"',
        '"2026-03-01T24:30:00Z"',
        '"0001-01-01T00:00:00+01:00"',
        str(LAST_INSTANT_MS + 1),
        str(FIRST_INSTANT_MS - 1),
        str(2**63),
        str(-(2**63) - 1),
        "1" * 400,
        "[]",
    ],
)
def test_anything_else_is_no_time(occurred_at: str) -> None:
    error = refusal(PROFILE % (occurred_at, "{}"))
    assert error.code == DeadLetterCode.WRONG_TYPE
    assert error.detail.startswith("occurred_at: ")


def test_times_of_a_command() -> None:
    text = to_json(A_COMMAND)[:-1] + b',"until":"2026-03-02T00:00:00Z"}'
    decoded = JsonEvents("command").decode(text)
    assert isinstance(decoded, TagCommand)
    assert decoded.until == 1_772_409_600_000
    assert refusal(text.replace(b"2026-03-02", b"soon")).detail.startswith("until: ")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "01", "1."])
def test_what_is_no_json_number_is_undecodable(number: str) -> None:
    error = refusal(PROFILE % ("1", f'{{"a":{number}}}'))
    assert error.code == DeadLetterCode.UNDECODABLE


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9223372036854775808", "[]", "{}"])
def test_values_beyond_the_domain_are_of_the_wrong_type(number: str) -> None:
    error = refusal(PROFILE % ("1", f'{{"a":{number}}}'))
    assert error.code == DeadLetterCode.WRONG_TYPE
    command = to_json(A_COMMAND)[:-1] + f',"value":{number}}}'.encode()
    assert refusal(command).code == DeadLetterCode.WRONG_TYPE


def test_a_number_that_is_too_large_does_no_harm_in_an_unknown_field() -> None:
    decoder = JsonEvents()
    assert decoder.decode(to_json(A_PURCHASE)[:-1] + b',"score":1e999}') == A_PURCHASE
    assert decoder.unknown_fields == 1


def test_true_is_not_one() -> None:
    assert profile(attributes='{"a":true,"b":1,"c":1.0,"d":null}').attributes == {
        "a": True,
        "b": 1,
        "c": 1.0,
        "d": None,
    }
    assert profile(attributes='{"a":true}').attributes["a"] is True
    value = to_json(A_PURCHASE).replace(b'"amount_minor":1999', b'"amount_minor":true')
    assert refusal(value).code == DeadLetterCode.WRONG_TYPE


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('"event_id":"p-1",', "", DeadLetterCode.MISSING_FIELD, "event_id"),
        ('"event_id":"p-1"', '"event_id":""', DeadLetterCode.WRONG_TYPE, "event_id"),
        ('"event_id":"p-1"', '"event_id":7', DeadLetterCode.WRONG_TYPE, "event_id"),
        ('"product_id":"sku-1",', "", DeadLetterCode.MISSING_FIELD, "lines[0].product_id"),
        ('"quantity":1.0', '"quantity":"1"', DeadLetterCode.WRONG_TYPE, "lines[0].quantity"),
        ('"kind":"sale"', '"kind":"gift"', DeadLetterCode.WRONG_TYPE, "kind"),
        ('"lines":[', '"lines":3,"x":[', DeadLetterCode.WRONG_TYPE, "lines"),
        ('"source":""', '"source":null', DeadLetterCode.WRONG_TYPE, "source"),
    ],
)
def test_an_error_names_the_field(old: str, new: str, code: DeadLetterCode, path: str) -> None:
    value = to_json(A_PURCHASE).decode()
    assert old in value
    error = refusal(value.replace(old, new))
    assert (error.code, error.detail.partition(": ")[0]) == (code, path)


def test_an_error_repeats_little_of_what_it_refuses() -> None:
    value = to_json(A_PURCHASE).replace(b'"kind":"sale"', b'"kind":"' + b"x" * 100_000 + b'"')
    assert len(refusal(value).detail) < 300
    unknown = b'{"' + b"y" * 100_000 + b'":1}'
    assert len(refusal(unknown, JsonEvents("browse", strict=True)).detail) < 300


@pytest.mark.parametrize(
    "value",
    [
        b'{"a":1',
        b"{}{}",
        b'{"a":"\xff"}',
        b'{"event_id":"\\ud800"}',
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"x":' + b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_broken_json_is_undecodable(value: bytes, strict: bool) -> None:
    error = refusal(value, JsonEvents("purchase", strict=strict))
    assert error.code == DeadLetterCode.UNDECODABLE


@given(st.binary(), st.booleans())
def test_arbitrary_bytes_are_a_record_error(value: bytes, strict: bool) -> None:
    assert refusal(value, JsonEvents(strict=strict)).detail


@given(ANY_INPUT, st.data())
def test_damaged_json_is_a_record_or_a_record_error(
    sample: tuple[Kind, Input], data: st.DataObject
) -> None:
    value = bytearray(to_json(sample[1]))
    at = data.draw(st.integers(0, len(value) - 1))
    value[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        record = JsonEvents(sample[0]).decode(bytes(value))
    except RecordError:
        return
    assert JsonEvents(sample[0]).decode(to_json(record)) == record


def test_unknown_fields_of_lines_are_ignored_but_not_their_errors() -> None:
    decoder = JsonEvents()
    value = to_json(A_PURCHASE).replace(b'"brand"', b'"marque"')
    decoded = decoder.decode(value)
    assert isinstance(decoded, Purchase)
    assert decoded.lines[0].brand == ""
    assert decoder.unknown_fields == 1
    wrong = value.replace(b'"quantity":1.0', b'"quantity":null')
    assert refusal(wrong, decoder).code == DeadLetterCode.WRONG_TYPE
    assert decoder.unknown_fields == 1
