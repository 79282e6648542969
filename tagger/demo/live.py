"""What is written while the audience watches: events, bad records and commands, at their time."""

import time
from collections.abc import Callable, Iterable, Iterator

from tagger.codecs.encode import Encoder
from tagger.demo.bad_records import bad_records
from tagger.demo.timeline import LivePart
from tagger.domain.commands import TagCommand
from tagger.domain.events import Event
from tagger.stream.kafka.feed import FeedRecord, feed_records
from tagger.stream.topics import InputKind, Topics

_BAD_AT = 0.4
_COMMANDS_AT = 0.6


def commands(customer_id: str, start_ms: int, live_ms: int) -> list[TagCommand]:
    """A manager names a key account; an agent tries to, and may not."""
    at = start_ms + int(live_ms * _COMMANDS_AT)
    return [
        TagCommand(
            command_id=f"demo-{role}",
            customer_id=customer_id,
            issued_at=at + index,
            actor=actor,
            role=role,
            op="assign",
            tag="key_account",
            reason=reason,
        )
        for index, (actor, role, reason) in enumerate(
            (("ben", "agent", "asked nicely"), ("ann", "manager", "contract signed"))
        )
    ]


def script(part: LivePart, start_ms: int, live_ms: int) -> list[Event | TagCommand]:
    """Live events and commands in order of their instants."""
    live: list[Event | TagCommand] = [planned.event for planned in part.live]
    if part.live:
        live += commands(part.live[0].event.customer_id, start_ms, live_ms)
    return sorted(live, key=instant_of)


def instant_of(record: Event | TagCommand) -> int:
    """The record's own time."""
    return record.issued_at if isinstance(record, TagCommand) else record.occurred_at


def live_records(
    records: Iterable[Event | TagCommand],
    topics: Topics,
    encoder: Encoder,
    bad_at: int,
    wait_until: Callable[[int], None],
) -> Iterator[FeedRecord]:
    """The records, each when its instant has come; at `bad_at` the deliberately bad ones."""
    topic_of: dict[InputKind, str] = {kind: topic for topic, kind in topics.inputs().items()}
    bad_written = False
    for record in records:
        at = instant_of(record)
        if at >= bad_at and not bad_written:
            bad_written = True
            wait_until(bad_at)
            for bad in bad_records(bad_at, record.customer_id):
                yield FeedRecord(
                    topic_of[bad.topic_of], bad.key, bad.value, bad_at, tuple(bad.headers)
                )
        wait_until(at)
        yield from feed_records([record], topics, encoder)


def wall_clock() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def wall_wait(at: int) -> None:
    """Sleep until the wall clock reads `at`."""
    early_s = at / 1_000 - time.time()
    if early_s > 0:
        time.sleep(early_s)


def bad_instant(start_ms: int, live_ms: int) -> int:
    """When the bad records are written."""
    return start_ms + int(live_ms * _BAD_AT)
