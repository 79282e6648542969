"""Recordings as files."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagger.stream.log import LogRecord
from tagger.stream.recording import Look, Read, Recording, RecordingError, dump, load
from tagger.stream.script import Step
from tagger.workflows.pipeline import Pipeline

from .kit import START, parts
from .replaying import WITHOUT_MEMORY, recorded, scripts


@settings(max_examples=30)
@given(script=scripts)
def test_a_recording_is_read_as_it_was_written(script: list[Step]) -> None:
    recording = recorded(script, parts(Pipeline(WITHOUT_MEMORY))).recording
    assert load(dump(recording)) == recording


VALUES = st.one_of(
    st.none(),
    st.binary(max_size=20),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2).map(
        lambda fields: json.dumps(fields, ensure_ascii=False, indent="\r").encode()
    ),
    st.sampled_from([b"{broken", b'{"a":\n1}', b'{"a": "\xff"}', b'{"a": 1}\r', b"{}"]),
)
KEYS = st.one_of(st.none(), st.text(max_size=5).map(str.encode))
NUMBERS = st.integers(-1, 2**62)


@settings(max_examples=300)
@given(st.lists(st.tuples(NUMBERS, KEYS, VALUES), max_size=6))
def test_any_record_comes_back_from_a_file(
    rows: list[tuple[int, bytes | None, bytes | None]],
) -> None:
    reads = [
        Read("t", LogRecord(offset, timestamp, key, value), START)
        for offset, (timestamp, key, value) in enumerate(rows)
    ]
    recording = Recording(3, 8, (Look(START, 5), *reads, Look(START, 6)))
    assert load(dump(recording)) == recording


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"", "line 1"),
        (b'{"recording":99,"shard":0,"partitions":1}', "line 1: .* version 99"),
        (b'{"recording":1,"shard":0,"partitions":1}\n{"later":1}', "line 2"),
        (b'{"recording":1,"shard":0,"partitions":1}\n{"now":1}\n{"now":"x"}\n', "line 3"),
        (
            b'{"recording":1,"shard":0,"partitions":1}\n{"now":1,"read":"t","records":[[0,0,"k","?"]]}',
            "line 2",
        ),
    ],
)
def test_a_damaged_recording_names_the_line(data: bytes, line: str) -> None:
    with pytest.raises(RecordingError, match=line):
        load(data)


def test_a_record_with_headers_is_not_recorded() -> None:
    record = LogRecord(0, START, b"k", b"{}", (("trace", b"1"),))
    with pytest.raises(ValueError, match="offset 0 has headers"):
        dump(Recording(0, 1, (Read("t", record, START),)))
