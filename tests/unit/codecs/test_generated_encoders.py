"""Generated encoders write what fastavro writes, for every struct that can be built."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from tagger.codecs import binary_writing, generate, schemas
from tagger.codecs.binary_writing import put_name, put_text
from tagger.codecs.encode import Encoder
from tagger.codecs.json_fields import Record

from .sample_records import A_BROWSE, A_CHANGE, INT, avro

ENCODER = Encoder()
EDGES = [power + by for power in (2**31, 2**34, 2**41, 2**63) for by in (-1, 0, 1)]
INSTANTS = st.integers(-(2**42), 2**42)
NUMBERS = INSTANTS | st.integers() | st.sampled_from([*EDGES, *(-edge for edge in EDGES), 2**1100])
TEXT = st.text(st.characters(exclude_categories=())) | st.integers(60, 9_000).map("é".__mul__)


def any_value(of: inspect.Type) -> st.SearchStrategy[Any]:
    """Values of a struct's field. Of 64 bits more are asked than fit; of 32 bits not, for fastavro
    would write them."""
    match of:
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType(le=le):
            return INT if le == 2**31 - 1 else NUMBERS
        case inspect.FloatType():
            return st.floats()
        case inspect.StrType():
            return TEXT
        case inspect.LiteralType():
            return st.sampled_from(of.values)
        case inspect.UnionType():
            return st.one_of(*map(any_value, of.types))
        case inspect.VarTupleType():
            return st.lists(any_value(of.item_type), max_size=3).map(tuple)
        case inspect.DictType():
            return st.dictionaries(any_value(of.key_type), any_value(of.value_type), max_size=3)
        case inspect.StructType():
            return st.builds(of.cls, *(any_value(field.type) for field in of.fields))
    raise AssertionError(of)


ANY_RECORD: st.SearchStrategy[Record] = st.one_of(
    *(any_value(inspect.type_info(struct)) for struct in generate.WRITTEN_RECORDS.values())
)


@settings(max_examples=200)
@given(ANY_RECORD)
def test_records_are_written_as_fastavro_does_or_refused(record: Record) -> None:
    schema = schemas.current(type(record).__name__)
    try:
        expected = avro(schema, msgspec.to_builtins(record))
    except (ValueError, OverflowError):
        with pytest.raises(ValueError):  # noqa: PT011 - text has another message than numbers
            ENCODER.encode(record)
    else:
        assert ENCODER.encode(record)[10:] == expected


@given(st.lists(st.text("aé\ud800", max_size=3)))
def test_a_name_is_written_like_any_text_however_often(names: list[str]) -> None:
    for name in names:
        assert written(put_name, name) == written(put_text, name)


def written(put: Callable[[list[bytes], str], None], text: str) -> bytes | None:
    """None for text that cannot be written."""
    out: list[bytes] = []
    try:
        put(out, text)
    except UnicodeEncodeError:
        return None
    return b"".join(out)


def test_few_and_short_names_are_kept() -> None:
    kept = binary_writing._NAMES
    kept.clear()
    most, longest = binary_writing._MOST_NAMES, binary_writing._LONGEST_NAME
    for number in range(most):
        put_name([], f"{number}")
    assert len(kept) == most
    put_name([], "x" * (longest + 1))
    assert len(kept) == most
    put_name([], "x" * longest)
    assert list(kept) == ["x" * longest]


@pytest.mark.parametrize(
    ("record", "changed", "why"),
    [
        (A_CHANGE, {"sequence": 2**63}, "TagChange: 9223372036854775808 does not fit 64 bits"),
        (A_CHANGE, {"priority": -(2**63) - 1}, "-9223372036854775809 does not fit 64 bits"),
        (A_CHANGE, {"expires_at": 2**64}, "TagChange: 18446744073709551616 does not fit 64 bits"),
        (A_CHANGE, {"value": 10**400}, "TagChange: .*too large"),
        (A_BROWSE, {"quantity": 2**31}, "Browse: 2147483648 does not fit 32 bits"),
        (A_BROWSE, {"quantity": -(2**31) - 1}, "Browse: -2147483649 does not fit 32 bits"),
    ],
)
def test_a_number_that_does_not_fit_is_refused(
    record: Record, changed: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        ENCODER.encode(msgspec.structs.replace(record, **changed))


COME_FROM_OUTSIDE = [
    struct
    for struct in generate.WRITTEN_RECORDS.values()
    if struct.__name__ not in ("TagChange", "CurrentTags")
]


@given(st.one_of(*(any_value(inspect.type_info(struct)) for struct in COME_FROM_OUTSIDE)))
def test_nothing_that_somebody_wrote_is_kept_for_the_next_record(record: Record) -> None:
    before = dict(binary_writing._NAMES)
    with suppress(ValueError):
        ENCODER.encode(record)
    assert before == binary_writing._NAMES
