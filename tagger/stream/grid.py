"""When a shard's checkpoint is due.

Lines lie `every_ms` apart on the monotonic clock, each shard's with a phase of its own, so that the
shards of a worker do not commit all at once. What time alone has decided while nothing was read
does not wait for a line, but lies at least half the distance behind the checkpoint before. So there
are at most two checkpoints from line to line, however many deadlines fall due.
"""

from tagger.stream.frontier import is_within


class CheckpointGrid:
    """The grid of a worker's shards; `partitions` is the number of all shards."""

    def __init__(self, every_ms: int, partitions: int) -> None:
        self._every_ms = every_ms
        self._partitions = partitions
        self._lines: dict[int, int] = {}
        self._begun: dict[int, int] = {}

    def crossed(self, shard: int, now: int) -> bool:
        """Whether a line of the shard's has been crossed since this was last asked."""
        line = (now + shard * self._every_ms // self._partitions) // self._every_ms
        before, self._lines[shard] = self._lines.get(shard), line
        return before != line

    def is_apart(self, shard: int, now: int) -> bool:
        """Whether the shard's last checkpoint is at least half the distance of lines ago."""
        begun = self._begun.get(shard)
        return begun is None or not is_within((self._every_ms + 1) // 2 - 1, begun, now)

    def begun(self, shard: int, now: int) -> None:
        """Remember that a checkpoint of the shard begins."""
        self._begun[shard] = now
