"""Whether customers have moved before, as the positions of their group tell."""

import pytest

from tagger.stream.kafka.migration_faults import MigrationError
from tagger.stream.kafka.migration_group import Positions, has_moved
from tagger.stream.log import Committed
from tagger.stream.metadata import ClockMetadata

NAMES = {"chat": "chat-p32"}
NONE: Positions = {0: {}}


def at(topic: str, partitions: int, moved_to: str = "") -> Positions:
    """One position, of a topic that customers may have left."""
    clock = ClockMetadata(partitions=partitions, moved_to=moved_to)
    return {0: {topic: Committed(7, clock.encode())}, 1: {}}


def test_customers_are_where_the_mark_says() -> None:
    assert not has_moved("g", NAMES, NONE, NONE)
    assert not has_moved("g", NAMES, at("chat", 12), NONE)
    assert has_moved("g", NAMES, at("chat", 32, "chat-p32"), at("chat-p32", 32))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (at("chat", 12), at("chat-p32", 12, "chat-p12"), "for chat-p12: choose another --suffix"),
        (at("chat", 16, "chat-p16"), NONE, "moved to chat-p16: name the topics"),
        (at("chat", 12), at("chat-p32", 32), "workers have begun without them.*another --suffix"),
    ],
)
def test_topics_that_do_not_go_together_are_refused(
    old: Positions, new: Positions, said: str
) -> None:
    with pytest.raises(MigrationError, match=said):
        has_moved("g", NAMES, old, new)
