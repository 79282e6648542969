"""The broker of a stage: the simulated log, with one accident more.

Without transactions a checkpoint is published before the profiles are stored. Whoever dies between
the two leaves records that are published again: consumers know them by their ids.
"""

from typing import Literal

from tagger.stream.log import Checkpoint
from tagger.stream.simulated import SimulatedCrashError, SimulatedLog, SimulatedMember

CommitPoint = Literal["before", "published", "between", "after"]
"""Where in a checkpoint a worker dies: before anything is durable; when what it publishes is, but
not its profiles; when both are, but not its offsets; when all is, and it has not heard. With
transactions nothing is durable before all is."""


class Broker(SimulatedLog):
    """Members in `doomed`, by name, die once they have published their next checkpoint."""

    def __init__(self, *, partitions: int, now: int, transactional: bool = True) -> None:
        super().__init__(partitions=partitions, now=now, transactional=transactional)
        self.doomed: dict[str, SimulatedMember] = {}

    def publish(self, checkpoint: Checkpoint) -> None:
        member = self.doomed.pop(self.owners.get(checkpoint.shard, ""), None)
        if member is None or not member.is_alive:
            super().publish(checkpoint)
            return
        if not self.transactional:
            self.published += checkpoint.outputs
        member.die()
        raise SimulatedCrashError(f"{member.name} died before it had stored its profiles")
