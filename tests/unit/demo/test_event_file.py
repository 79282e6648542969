"""Writing event files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tagger.demo.event_file import write_events
from tagger.domain.events import Browse, ChatMessage, Event, Line, ProfileUpdate, Purchase

from .event_files import read_events

EVENTS: list[Event] = [
    ProfileUpdate("p", "h", 1_500_000_000_001, {"age": 41, "region": None}),
    Browse("b", "h", 1_500_000_000_002, "cart_add", cart_id="k"),
    ChatMessage("c", "h", 1_500_000_000_003, "talk", "inbound", "维生素？\n\u2028", rating=3),
    Purchase(
        *("o", "h", 1_500_000_000_004, "o", "rental", 1999, "USD"),
        period_start=1_500_000_000_000,
        period_end=1_600_000_000_000,
        lines=(Line("1", "ICE", "National", 0.5, 1999),),
    ),
]


@pytest.mark.parametrize("name", ["e.jsonl", "e.jsonl.gz", "e.jsonl.zst"])
def test_events_are_read_back_as_they_were(tmp_path: Path, name: str) -> None:
    target = tmp_path / "new" / name
    assert write_events(EVENTS, target) == len(EVENTS)
    assert read_events(target) == EVENTS


def test_times_are_written_for_people(tmp_path: Path) -> None:
    write_events(EVENTS[:1], tmp_path / "e.jsonl")
    assert b'"occurred_at":"2017-07-14T02:40:00.001Z"' in (tmp_path / "e.jsonl").read_bytes()


def test_a_file_that_could_not_be_finished_does_not_appear(tmp_path: Path) -> None:
    target = tmp_path / "e.jsonl"
    target.write_bytes(b"before")

    def cut_off() -> Iterator[Event]:
        yield from EVENTS
        raise OSError("the source is gone")

    with pytest.raises(OSError, match="the source is gone"):
        write_events(cut_off(), target)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]
