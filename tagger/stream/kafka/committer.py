"""What makes checkpoints durable on Kafka: transactions, or sends acknowledged in turn."""

from typing import Protocol

from tagger.stream.log import Checkpoint


class NotCommittedError(Exception):
    """The brokers refused a checkpoint again and again."""


class Committer(Protocol):
    """Makes the checkpoints of one worker durable, on its event loop."""

    async def ready(self) -> None:
        """Return when commits can be made; nobody's earlier commit is under way then that this
        worker's name stands for."""

    async def commit(self, checkpoint: Checkpoint, tenure: int) -> int | None:
        """Return when `checkpoint` is durable; `tenure` is that in which its shard was opened.
        Gives the offset behind its last record in the changelog, see `Log.commit`. Raises when
        that is not sure, and NotOurShardError when another tenure has begun."""

    def close(self) -> None:
        """No more commits follow."""
