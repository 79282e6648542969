"""What a worker cannot do for now because brokers are away, told at a bearable rate."""

import time
from collections.abc import Callable

from tagger.stream.kafka.clients import logger
from tagger.stream.kafka.seldom import EVERY_S, Seldom


class Outage:
    """Kinds of work that wait for brokers, each since an instant of its own; on the event loop, but
    for `reason`, which any thread may ask for.

    `clock_s` never goes back.
    """

    def __init__(self, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._waiting: dict[str, tuple[float, str]] = {}
        """Since when a kind of work waits, and why."""
        self._seldom = Seldom(clock_s)

    @property
    def seconds(self) -> float:
        """How long the work has waited that waits longest; 0 when none does."""
        since_s = min((since_s for since_s, _ in self._waiting.values()), default=None)
        return 0.0 if since_s is None else self._clock_s() - since_s

    @property
    def reason(self) -> str:
        """What waits and why, in words; empty when nothing does."""
        now_s = self._clock_s()
        return "; ".join(
            f"{work}, for {now_s - since_s:.0f} s now: {why}"
            for work, (since_s, why) in list(self._waiting.items())
        )

    def met(self, work: str, why: object) -> None:
        """`work` could not be done, because of `why`, and will be tried again."""
        now_s = self._clock_s()
        since_s, _ = self._waiting.get(work, (now_s, ""))
        self._waiting[work] = since_s, str(why)
        if self._seldom.is_time_for(work):
            logger.warning("%s, for %.0f s now: %s", work, now_s - since_s, why)

    def over(self, work: str) -> None:
        """`work` was done, or has no longer to be."""
        since_s, _ = self._waiting.pop(work, (None, ""))
        if since_s is not None and self._clock_s() - since_s >= EVERY_S:
            logger.warning("no longer so, after %.0f s: %s", self._clock_s() - since_s, work)
