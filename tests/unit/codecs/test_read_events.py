import gzip
import io
import sys
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tagger.codecs.event_files import EventFileError, EventLine, event_line, read_events
from tagger.codecs.json_events import JsonEvents
from tagger.codecs.wire import Input, Kind
from tagger.domain.dead_letters import DeadLetterCode, RecordError

from .sample_records import A_BROWSE, A_COMMAND, A_PROFILE, A_PURCHASE, ANY_INPUT

EVENTS: list[Input] = [A_PURCHASE, A_BROWSE, A_PROFILE, A_COMMAND]
LINES = b"".join(event_line(event) for event in EVENTS)


def zstd(*frames: bytes) -> bytes:
    return b"".join(zstandard.ZstdCompressor().compress(frame) for frame in frames)


def contents(path: Path) -> list[Input | RecordError]:
    return [line.content for line in read_events(path)]


def written(folder: Path, data: bytes) -> Path:
    path = folder / "events"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        LINES,
        LINES.rstrip(b"\n"),
        LINES.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + LINES,
        LINES.replace(b"\n", b"\n\n \t\n"),
        gzip.compress(LINES, mtime=0),
        gzip.compress(LINES[:50], mtime=0) + gzip.compress(LINES[50:], mtime=0),
        zstd(LINES),
        zstd(LINES[:50], b"", LINES[50:]),
    ],
    ids=["plain", "no end", "crlf", "mark", "blank", "gzip", "gzips", "zstd", "zstds"],
)
def test_events_are_read_whatever_the_packing(tmp_path: Path, data: bytes) -> None:
    assert contents(written(tmp_path, data)) == EVENTS


@given(st.lists(ANY_INPUT, max_size=5))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, samples: list[tuple[Kind, Input]]
) -> None:
    records = [record for _, record in samples]
    path = written(tmp_path_factory.mktemp("events"), b"".join(map(event_line, records)))
    assert contents(path) == records


def test_a_bad_line_is_reported_with_its_place_and_harms_no_other(tmp_path: Path) -> None:
    good = event_line(A_BROWSE)
    path = written(tmp_path, good + b"\n{broken\n\xff\xfe\n" + good + b"[]\n" + good)
    lines = list(read_events(path))
    assert [line.line for line in lines] == [1, 3, 4, 5, 6, 7]
    assert {line.file for line in lines} == {str(path)}
    errors = [line.line for line in lines if isinstance(line.content, RecordError)]
    assert errors == [3, 4, 6]
    assert [line.content for line in lines if line.line in {1, 5, 7}] == [A_BROWSE] * 3


def test_a_line_that_is_too_long_is_left_out(tmp_path: Path) -> None:
    good = event_line(A_BROWSE)
    size = len(good) - 1
    long = good[:-2] + b" " * 3 * size + b"}\n"
    path = written(tmp_path, good + long + good + long[:-1])
    lines = list(read_events(path, max_line_bytes=size))
    codes = [getattr(line.content, "code", None) for line in lines]
    assert codes == [None, DeadLetterCode.TOO_LARGE, None, DeadLetterCode.TOO_LARGE]
    assert [line.line for line in lines] == [1, 2, 3, 4]


def test_a_small_file_of_one_endless_line_is_one_error(tmp_path: Path) -> None:
    path = written(tmp_path, zstd(bytes(50_000_000)))
    assert path.stat().st_size < 10_000
    (line,) = read_events(path)
    assert isinstance(line.content, RecordError)


def test_an_empty_file_has_no_events(tmp_path: Path) -> None:
    assert contents(written(tmp_path, b"")) == []
    assert contents(written(tmp_path, b"\xef\xbb\xbf\n")) == []


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(LINES, mtime=0)[:-4],
        gzip.compress(LINES, mtime=0)[:20] + b"?" * 40,
        gzip.compress(LINES, mtime=0) + b"trailing",
        zstd(LINES)[:-4],
        zstd(LINES)[:5],
        zstd(LINES) + b"trailing",
        b"\x28\xb5\x2f\xfd" + b"?" * 40,
        b"\x1f\x8b",
    ],
)
def test_a_corrupt_file_is_an_error_that_names_it(tmp_path: Path, data: bytes) -> None:
    path = written(tmp_path, data)
    with pytest.raises(EventFileError, match=str(path)):
        list(read_events(path))


def test_lines_before_the_trouble_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, zstd(LINES) + zstd(LINES)[:-4])
    read: list[EventLine] = []
    with pytest.raises(EventFileError, match="after line 4"):
        read.extend(read_events(path))
    assert [line.content for line in read] == EVENTS


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(EventFileError, match=str(path)):
            list(read_events(path))


@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("data", [LINES, gzip.compress(LINES, mtime=0)])
def test_standard_input_is_read_and_left_open(
    monkeypatch: pytest.MonkeyPatch, data: bytes, buffered: bool
) -> None:
    source = io.BytesIO(data)
    buffer = io.BufferedReader(source) if buffered else source
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(buffer))
    lines = list(read_events("-"))
    assert [line.content for line in lines] == EVENTS
    assert {line.file for line in lines} == {"-"}
    assert not source.closed


def test_the_decoder_is_the_callers(tmp_path: Path) -> None:
    path = written(tmp_path, LINES.replace(b'"page"', b'"seite"'))
    lenient, strict = JsonEvents(), JsonEvents(strict=True)
    assert [line.content for line in read_events(path, decoder=lenient)] == EVENTS
    assert lenient.unknown_fields == 1
    codes = [getattr(line.content, "code", None) for line in read_events(path, decoder=strict)]
    assert codes == [None, DeadLetterCode.UNKNOWN_FIELD, None, None]
