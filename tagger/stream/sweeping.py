"""How much time deadlines get, so that live events keep theirs when very many fall due at once.

* At a tick, the deadlines of all shards together may take `sweep_ms`, and after a batch a quarter
  of what the batch took, in equal parts where several have some due. So no shard waits for the
  backlog of another.
* In the long run they get no more than half of the time that live events leave: what they take, and
  what checkpoints take for their customers, is paid for by time in which the worker has nothing to
  do. A batch pays a quarter of its time too, so that deadlines go on in a backlog, where there is
  always something to do. At most one tick's worth is paid in advance.
* Between two checkpoints of a shard, the deadlines of `sweep_limit` customers are run at most.
  After a batch of its own more are, but none while `checkpoint_records` results wait: what waits
  has a bound.

Time decides only how many customers are run now, never which come first nor what is decided.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from tagger.stream.log import Checkpoint
from tagger.stream.parts import StreamSettings
from tagger.stream.shard import Shard

BATCH_PARTS = 4
"""The time that a batch took, in parts of which deadlines get one."""


class Sweeps:
    """The sweeps of one worker. `stopwatch` gives seconds that never go back; one that stands
    still leaves only the bounds in number."""

    def __init__(self, settings: StreamSettings, stopwatch: Callable[[], float]) -> None:
        self._settings = settings
        self._stopwatch = stopwatch
        self._tick_s = settings.sweep_ms / 1_000
        self._last = -1
        self._begun = self._ended = stopwatch()
        self._paid_s = 0.0
        """Negative for what is still to be paid."""

    @contextmanager
    def work(self) -> Iterator[None]:
        """What the worker does for a batch or a tick; in between it has nothing to do."""
        self._begun = self._stopwatch()
        self._pay(self._begun - self._ended)
        try:
            yield
        finally:
            self._ended = self._stopwatch()

    def after_batch(self, shard: Shard, shards: Iterable[Shard], now: int) -> None:
        """Sweep those of `shards` that have deadlines due, after a batch of `shard` that has been
        processed since `work` began."""
        part_s = (self._stopwatch() - self._begun) / BATCH_PARTS
        self._pay(part_s)
        self._share(shards, now, part_s, just_read=shard)

    def at_tick(self, shards: Iterable[Shard], now: int) -> None:
        """Sweep those of `shards` that have deadlines due."""
        self._share(shards, now, self._tick_s)

    def checkpoint(self, shard: Shard) -> Checkpoint | None:
        """Take the shard's checkpoint, see `Shard.take_checkpoint`."""
        begun, pending = self._stopwatch(), shard.pending
        swept_share = pending.swept / max(pending.swept, len(pending.dirty), 1)
        checkpoint = shard.take_checkpoint()
        self._paid_s -= (self._stopwatch() - begun) * swept_share
        return checkpoint

    def is_full(self, shard: Shard) -> bool:
        """Whether the shard's deadlines wait for its next checkpoint."""
        return shard.pending.swept >= self._settings.sweep_limit or self._waits_for_room(shard)

    def _pay(self, seconds: float) -> None:
        self._paid_s = min(self._tick_s, self._paid_s + seconds)

    def _waits_for_room(self, shard: Shard) -> bool:
        return len(shard.pending) >= self._settings.checkpoint_records

    def _share(
        self, shards: Iterable[Shard], now: int, all_s: float, just_read: Shard | None = None
    ) -> None:
        """Let deadlines take `all_s`, beginning with the shards that the last time left out."""
        if self._paid_s < 0:
            return
        due = [shard for shard in shards if shard.has_due()]
        if not due:
            return

        def is_full(shard: Shard) -> bool:
            return self._waits_for_room(shard) if shard is just_read else self.is_full(shard)

        due = [shard for shard in due if not is_full(shard)]
        due.sort(key=lambda shard: (shard.number <= self._last, shard.number))
        begun = self._stopwatch()
        for place, shard in enumerate(due, 1):
            self._sweep(shard, now, begun + all_s * place / len(due), is_full)
            self._last = shard.number
            if self._stopwatch() > begun + all_s:
                break
        self._paid_s -= self._stopwatch() - begun

    def _sweep(
        self, shard: Shard, now: int, until: float, is_full: Callable[[Shard], bool]
    ) -> None:
        shard.sweep(now, lambda: self._stopwatch() <= until and not is_full(shard))
