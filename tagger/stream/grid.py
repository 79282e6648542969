"""When a shard's checkpoint is due.

Lines lie `every_ms` apart on the monotonic clock, the same for all shards of a worker: their
checkpoints go out in one transaction, which costs little more than that of one shard, while several
of them would wait for each other. What time alone has decided while nothing was read does not wait
for a line, but lies at least half the distance behind the checkpoint before. So there are at most
two checkpoints of a shard from line to line, however many deadlines fall due.
"""

from tagger.stream.frontier import is_within


class CheckpointGrid:
    """The grid of a worker's shards."""

    def __init__(self, every_ms: int) -> None:
        self._every_ms = every_ms
        self._lines: dict[int, int] = {}
        self._begun: dict[int, int] = {}

    def crossed(self, shard: int, now: int) -> bool:
        """Whether a line has been crossed since this was last asked about the shard."""
        line = now // self._every_ms
        before, self._lines[shard] = self._lines.get(shard), line
        return before != line

    def is_apart(self, shard: int, now: int) -> bool:
        """Whether the shard's last checkpoint is at least half the distance of lines ago."""
        begun = self._begun.get(shard)
        return begun is None or not is_within((self._every_ms + 1) // 2 - 1, begun, now)

    def begun(self, shard: int, now: int) -> None:
        """Remember that a checkpoint of the shard begins."""
        self._begun[shard] = now
