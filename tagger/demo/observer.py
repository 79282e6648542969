"""What a downstream system sees: reads the output topics while the demonstration runs.

It is a consumer like any other, in a thread of its own, and knows nothing of the worker. The tags
it holds are the fold of the changes it has read.
"""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable

from confluent_kafka import Message, TopicPartition

from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import OutputDecoder
from tagger.domain.actions import WorkflowAction
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.tags import CurrentTags, TagChange, fold
from tagger.settings import Settings
from tagger.stream.kafka import clients
from tagger.stream.kafka.batches import headers_of
from tagger.stream.kafka.embedded import PARTITIONS

_BATCH = 5_000
_WAIT_S = 0.05
_REMEMBERED = 3


class Observer:
    """What was published, as far as it has been read. Read the fields only after `stop`, or to
    show progress."""

    def __init__(self, settings: Settings, on_change: Callable[[TagChange], None]) -> None:
        self.tags: dict[str, CurrentTags] = {}
        self.published: dict[str, CurrentTags] = {}
        self._newest: defaultdict[str, dict[str, deque[TagChange]]] = defaultdict(dict)
        self.changes: Counter[tuple[str, str, str]] = Counter()
        self.actions: list[WorkflowAction] = []
        self.dead_letters: list[DeadLetter] = []
        self.repeats = 0
        self._seen: defaultdict[str, int] = defaultdict(int)
        self._on_change = on_change
        self._topics = settings.topics
        self._decoder = OutputDecoder()
        self._halt = threading.Event()
        self._failure: Exception | None = None
        self._consumer = clients.lone_reader(settings, "demo-observer", {"fetch.wait.max.ms": 20})
        self._thread = threading.Thread(target=self._run, name="demo-observer")

    def start(self) -> None:
        """Begin to read, from the beginning of each topic."""
        topics = self._topics
        names = (
            topics.tag_change,
            topics.current_tags,
            topics.workflow_action,
            topics.dead_letter,
        )
        self._consumer.assign(
            [TopicPartition(name, number, 0) for name in names for number in range(PARTITIONS)]
        )
        self._thread.start()

    def stop(self) -> None:
        """Read what is still there, then end. Raises what went wrong while reading."""
        self._halt.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def newest_changes(self, customer_id: str) -> list[TagChange]:
        """A customer's newest changes, up to three of each tag, in order of `sequence`."""
        changes = [each for of_tag in self._newest[customer_id].values() for each in of_tag]
        return sorted(changes, key=lambda each: each.sequence)

    def _run(self) -> None:
        try:
            while True:
                halting = self._halt.is_set()
                messages = self._consumer.consume(_BATCH, 1.0 if halting else _WAIT_S)
                for message in messages:
                    if message.error() is None:
                        self._take(message)
                if halting and not messages:
                    return
        except Exception as error:  # noqa: BLE001 - handed to whoever stops the observer
            self._failure = error
        finally:
            self._consumer.close()

    def _take(self, message: Message) -> None:
        topic, value = message.topic(), message.value()
        if topic == self._topics.tag_change:
            self._take_change(self._decoder.decode(TagChange, value))
        elif topic == self._topics.current_tags:
            current = self._decoder.decode(CurrentTags, value)
            self.published[current.customer_id] = current
        elif topic == self._topics.workflow_action:
            self.actions.append(self._decoder.decode(WorkflowAction, value))
        else:
            self.dead_letters.append(letter_of(message.key(), value, headers_of(message)))

    def _take_change(self, change: TagChange) -> None:
        if change.sequence <= self._seen[change.customer_id]:
            self.repeats += 1
            return
        self._seen[change.customer_id] = change.sequence
        self.tags[change.customer_id] = fold(self.tags.get(change.customer_id), change)
        of_tag = self._newest[change.customer_id].setdefault(change.tag, deque(maxlen=_REMEMBERED))
        of_tag.append(change)
        self.changes[change.tag, change.op, change.cause] += 1
        self._on_change(change)
