"""Steps that happen to workers and to the broker. Workers are counted from 1, shards from 0."""

from tagger.stream.topics import InputKind
from tagger.testing.broker import CommitPoint
from tagger.testing.stage import Stage
from tagger.testing.steps import Step
from tagger.testing.times import Duration, duration_ms


class Crash(Step, frozen=True):
    """A worker dies, at once or (`in_commit`) at this point of its next checkpoint. What it has
    not committed is gone, and its shards have nobody until `Start` or `Rebalance`."""

    worker: int = 1
    in_commit: CommitPoint | None = None

    async def happen(self, stage: Stage) -> None:
        await stage.crew.crash(self.worker, self.in_commit)


class Start(Step, frozen=True):
    """A worker joins, or one that has died comes back; all that live share the shards evenly."""

    worker: int = 1

    async def happen(self, stage: Stage) -> None:
        await stage.crew.start(self.worker)


class Stop(Step, frozen=True):
    """A worker makes its last checkpoint and leaves; the others share its shards."""

    worker: int = 1

    async def happen(self, stage: Stage) -> None:
        await stage.crew.stop(self.worker)


class Rebalance(Step, frozen=True):
    """Shards go to these workers, by shard; to all that live, evenly, when nothing is said.
    Disorderly, those who had them hear of it only when others have opened them already."""

    owners: dict[int, int] | None = None
    orderly: bool = True

    async def happen(self, stage: Stage) -> None:
        await stage.crew.rebalance(self.owners, orderly=self.orderly)


class StepClock(Step, frozen=True):
    """Somebody sets the wall clock of a worker's machine, by so much ahead or (negative) back.
    Applications and the broker have the right time."""

    by: Duration
    worker: int = 1

    async def happen(self, stage: Stage) -> None:
        stage.crew.step_clock(self.worker, duration_ms(self.by))


class Leaderless(Step, frozen=True):
    """A partition has no leader until that is `over`: nobody answers for it, and nothing of it is
    delivered."""

    kind: InputKind
    shard: int = 0
    over: bool = False

    async def happen(self, stage: Stage) -> None:
        stage.change_leader(self.kind, self.shard, is_there=self.over)


class BrokerAway(Step, frozen=True):
    """The broker answers no question. Unless it `still_delivers`, records and checkpoints wait
    too."""

    still_delivers: bool = False

    async def happen(self, stage: Stage) -> None:
        stage.lose_broker(still_delivers=self.still_delivers)


class BrokerBack(Step, frozen=True):
    """The broker is there again."""

    async def happen(self, stage: Stage) -> None:
        stage.regain_broker()


class HoldCommits(Step, frozen=True):
    """The checkpoints of a worker wait, until they are let go on."""

    worker: int = 1

    async def happen(self, stage: Stage) -> None:
        stage.crew.hold_commits(self.worker)


class LetCommits(Step, frozen=True):
    """The checkpoints of a worker that wait go on."""

    worker: int = 1

    async def happen(self, stage: Stage) -> None:
        await stage.crew.let_commits(self.worker)
