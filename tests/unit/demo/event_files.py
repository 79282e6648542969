"""Reads event files as any other program would."""

from pathlib import Path

from tagger.codecs import event_files
from tagger.codecs.json_events import JsonEvents
from tagger.domain.commands import TagCommand
from tagger.domain.dead_letters import RecordError
from tagger.domain.events import Event


def read_events(path: Path) -> list[Event]:
    """All events of a file, in its order. Raises RecordError for a line that is none."""
    found: list[Event] = []
    for line in event_files.read_events(path, decoder=JsonEvents(strict=True)):
        if isinstance(line.content, RecordError):
            raise line.content
        assert not isinstance(line.content, TagCommand)
        found.append(line.content)
    return found
