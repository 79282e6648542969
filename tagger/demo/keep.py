"""What `--keep` leaves behind: the events as they were fed, the tags, and the instant they hold at.

`tagger replay --rules DIR --events events.jsonl.zst --until $(cat frontier)` gives the same tags.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tagger.codecs.json_lines import tags_line
from tagger.demo.event_file import write_events
from tagger.domain.commands import TagCommand
from tagger.domain.events import Event
from tagger.domain.tags import CurrentTags
from tagger.domain.times import format_instant


def keep(
    folder: Path,
    inputs: Iterable[Event | TagCommand],
    tags: Mapping[str, CurrentTags],
    known: Iterable[str],
    frontier: int,
) -> None:
    """Write `events.jsonl.zst`, `tags.jsonl` (every known customer) and `frontier`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_events(inputs, folder / "events.jsonl.zst")
    with (folder / "tags.jsonl").open("wb") as out:
        for customer_id in sorted(known):
            current = tags.get(customer_id)
            held = {} if current is None else current.tags
            values = {name: tag.value for name, tag in held.items()}
            out.write(tags_line(customer_id, values))
    (folder / "frontier").write_text(format_instant(frontier) + "\n", encoding="ascii")
