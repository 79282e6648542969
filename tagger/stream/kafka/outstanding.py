"""Counts the records that are under way to the worker.

They are counted by partition and epoch, so that what cannot go on for now does not keep the rest
from being read: records of a partition that is held, and those that will be dropped. Of each there
are at most as many as may be outstanding at all when the partition is held or taken away.
"""

from collections.abc import Callable, Iterable

from tagger.stream.kafka.assignment import Partition
from tagger.stream.kafka.batches import Delivery


class Outstanding:
    """Batches delivered and not given back. Not for several threads at once."""

    def __init__(self) -> None:
        self.records = 0
        """All of them."""
        self.given_back = 0
        """Batches so far."""
        self._waiting: dict[tuple[Partition, int], int] = {}
        """Records by partition and epoch."""

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Batches are on their way."""
        for each in deliveries:
            count = len(each.batch.records)
            self.records += count
            self._waiting[_place(each)] = self._waiting.get(_place(each), 0) + count

    def give_back(self, delivery: Delivery) -> None:
        """A batch has been taken over, or dropped."""
        place, count = _place(delivery), len(delivery.batch.records)
        self.given_back += 1
        self.records -= count
        left = self._waiting.pop(place, count) - count
        if left:
            self._waiting[place] = left

    def count(self, goes_on: Callable[[Partition, int], bool]) -> int:
        """The records of those partitions and epochs that `goes_on` holds of."""
        return sum(count for place, count in self._waiting.items() if goes_on(*place))


def _place(delivery: Delivery) -> tuple[Partition, int]:
    return (delivery.batch.topic, delivery.batch.partition), delivery.epoch
