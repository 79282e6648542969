"""Batches that have arrived at a shard and have not been read, in order.

Usually there are none: a batch is read when it comes. But where it is the turn of very many records
that have waited in the merge, these come first, a slice at a time.
"""

from collections import deque

from tagger.stream.log import Batch
from tagger.stream.merge import Lane, Read


class Arrivals:
    """Whole batches, and before them what is left of one that has been read in part."""

    def __init__(self) -> None:
        self.begun: tuple[Lane, list[Read]] | None = None
        self._batches: deque[Batch] = deque()

    def __bool__(self) -> bool:
        return self.begun is not None or len(self._batches) > 0

    def put(self, batch: Batch) -> None:
        """A batch has come."""
        self._batches.append(batch)

    def take(self) -> Batch:
        """The next whole batch, to be read now."""
        return self._batches.popleft()

    def count(self, topic: str) -> int:
        """How many records of a topic have come, those of the batch that is read now left out."""
        count = 0
        for batch in self._batches:
            if batch.topic == topic:
                count += len(batch.records)
        return count
