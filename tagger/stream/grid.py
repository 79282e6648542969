"""When a shard's checkpoint is due.

Lines lie `every_ms` apart on the monotonic clock, the same for all shards of a worker: their
checkpoints go out in one transaction, which costs little more than that of one shard, while several
of them would wait for each other. What time alone has decided while nothing was read does not wait
for a line, but lies at least half the distance behind the checkpoint before. So there are at most
two checkpoints of a shard from line to line, however many deadlines fall due. A checkpoint that
cannot be made on its line, as while the one before is under way, is made as soon as it can be.
"""

from tagger.stream.frontier import is_within


class CheckpointGrid:
    """The grid of a worker's shards."""

    def __init__(self, every_ms: int) -> None:
        self._every_ms = every_ms
        self._lines: dict[int, int] = {}
        self._begun: dict[int, int] = {}

    def crossed(self, shard: int, now: int) -> bool:
        """Whether a line lies between the shard's last `looked_at` and `now`, or there was none."""
        return self._lines.get(shard) != now // self._every_ms

    def looked_at(self, shard: int, now: int) -> None:
        """A checkpoint of the shard was made, or there was nothing for one."""
        self._lines[shard] = now // self._every_ms

    def is_apart(self, shard: int, now: int) -> bool:
        """Whether the shard's last checkpoint is at least half the distance of lines ago."""
        begun = self._begun.get(shard)
        return begun is None or not is_within((self._every_ms + 1) // 2 - 1, begun, now)

    def begun(self, shard: int, now: int) -> None:
        """Remember that a checkpoint of the shard begins."""
        self._begun[shard] = now
