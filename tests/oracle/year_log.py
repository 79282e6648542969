"""A broker for a long run: it keeps what compaction and retention leave, and follows what is
published as a consumer does."""

from bisect import bisect_left
from collections.abc import Iterable

from tagger.codecs.decode_outputs import decode_change, decode_current_tags
from tagger.domain.tags import CurrentTags, TagValue, fold
from tagger.stream.log import Checkpoint, LogRecord, Output
from tagger.stream.simulated import SimulatedLog

from .year_events import PARTITIONS, TOPICS

Tags = dict[str, dict[str, TagValue]]
"""Values of the tags held, by customer and name."""

_COMPACTED_AT = 4
"""A changelog is compacted when it has so many times as many records as keys."""


class WrongOutputError(Exception):
    """What was published is not what a consumer may rely on."""


class Consumer:
    """Current tags as the changes tell them, held against the topic of current tags."""

    def __init__(self) -> None:
        self._folded: dict[str, CurrentTags] = {}
        self._told: dict[str, bytes | None] = {}

    def take(self, outputs: Iterable[Output]) -> None:
        """Follow published records. Raises WrongOutputError where a change is missing, or a
        record of the input was rejected."""
        for output in outputs:
            if output.topic == TOPICS.tag_change:
                self._fold(output.value)
            elif output.topic == TOPICS.current_tags and output.key is not None:
                self._told[output.key.decode()] = output.value
            elif output.topic == TOPICS.dead_letter:
                raise WrongOutputError(f"a record was rejected: {dict(output.headers)}")

    def tags(self) -> Tags:
        """What every customer holds. Raises WrongOutputError where the two topics differ."""
        found = {}
        for customer_id, current in self._folded.items():
            if decode_current_tags(self._told[customer_id]) != current:
                raise WrongOutputError(f"{customer_id}: the changes add up to {current}")
            found[customer_id] = {name: tag.value for name, tag in current.tags.items()}
        return found

    def _fold(self, value: bytes | None) -> None:
        change = decode_change(value)
        before = self._folded.get(change.customer_id)
        expected = 1 if before is None else before.sequence + 1
        if change.sequence > expected:
            raise WrongOutputError(f"{change.customer_id}: change {expected} was not published")
        if change.sequence == expected:
            self._folded[change.customer_id] = fold(before, change)


class YearLog(SimulatedLog):
    """The simulated log with a consumer; what was consumed, committed or replaced is dropped."""

    def __init__(self, *, transactional: bool) -> None:
        super().__init__(partitions=PARTITIONS, topics=TOPICS, transactional=transactional)
        self.consumer = Consumer()

    def publish(self, checkpoint: Checkpoint) -> None:
        super().publish(checkpoint)
        self.consumer.take(self.published)
        self.published.clear()
        rows = self.changelogs[checkpoint.shard]
        if len(rows) > _COMPACTED_AT * len(kept := dict(rows)):
            rows[:] = kept.items()

    def commit_offsets(self, checkpoint: Checkpoint) -> None:
        super().commit_offsets(checkpoint)
        for topic, offset in checkpoint.offsets.items():
            records = self.records[topic, checkpoint.shard]
            done = bisect_left(records, offset, key=_offset)
            del records[: min(done, len(records) - 1)]


def _offset(record: LogRecord) -> int:
    return record.offset
