"""A worker's wall clock, believed as far as other clocks bear it out.

A shard's frontier never goes back, so a wall clock that is set ahead by mistake would end tags that
have still long to run, for good. A wall clock that moves on by more or less than the monotonic
clock has been *set*. Then it is doubted, and two instants stand in for it:

* `certain`, the earlier of what the wall clock says and what it would say if nobody had set it: by
  this instant frontiers move. So they go on as if nothing had happened after a step ahead, and
  stand still after a step back until the wall clock has come back to where they are;
* `now`, what it would say if nobody had set it: against this instant records are held, and how
  late something is decided is reckoned by it. So a step back makes no live event one of the far
  future, and a step ahead makes no live change too old for an action.

The doubt ends when the two clocks go together again. After a step ahead it also ends with
`doubt_ms`: then the wall clock is believed as it is; a step back is not believed by silence, for
whatever is written then would be refused. Timestamps of records come from other machines and decide
sooner. One that lies ahead of what the wall clock would say proves that it is at least that late;
while they lie where the wall clock would be, the doubt goes on. A wall clock that is wrong from the
start has nothing to be compared with.
"""

import logging

from tagger.telemetry import Telemetry

STEP_MS = 1_000
"""How far the two clocks may part between two readings: half the usual grace, and a leap second."""
DOUBT_MS = 300_000
LIVE_MS = 10_000
"""How old the timestamp of a record is at most that was read as it was written."""

logger = logging.getLogger("tagger.stream")


class WallClock:
    """The wall clock of one worker. All instants are in milliseconds; `wall` and `monotonic` are
    what both clocks say at the start."""

    def __init__(
        self, wall: int, monotonic: int, telemetry: Telemetry, *, doubt_ms: int = DOUBT_MS
    ) -> None:
        self.now = self.certain = wall
        self._telemetry = telemetry
        self._doubt_ms = doubt_ms
        self._monotonic = monotonic
        self._doubted_since: int | None = None
        self._shown = self._believed = wall - monotonic
        """What the wall clock is ahead of the monotonic one, and what it would be ahead."""

    @property
    def is_doubted(self) -> bool:
        """Whether the wall clock was set and nothing has shown yet that it is right."""
        return self._doubted_since is not None

    @property
    def step_ms(self) -> int:
        """By how much the wall clock has been set since it was last believed; 0 while it is."""
        return self._shown - self._believed if self.is_doubted else 0

    def read(self, wall: int, monotonic: int) -> None:
        """Take over what both clocks say at one moment; to be called often."""
        before, self._shown, self._monotonic = self._shown, wall - monotonic, monotonic
        if abs(self._shown - self._believed) <= STEP_MS:
            self._believe()
        elif self._doubted_since is None or abs(self._shown - before) > STEP_MS:
            self._doubt()
        elif self.step_ms > 0 and monotonic - self._doubted_since >= self._doubt_ms:
            self._believe()
        self._set_instants()

    def heard(self, timestamp: int) -> None:
        """A record with this timestamp was just read."""
        if self._doubted_since is None:
            return
        shown = timestamp - self._monotonic
        near_ms = min(LIVE_MS, abs(self._shown - self._believed) // 2)
        if shown > self._believed + STEP_MS:
            self._believed = max(self._believed, min(shown, self._shown))
            self._set_instants()
        elif shown >= self._believed - near_ms:
            self._doubted_since = self._monotonic

    def compare(self, shard: int, frontier: int) -> None:
        """Tell the operator when a stored frontier lies ahead of what the wall clock says."""
        ahead_ms = frontier - self.now
        if ahead_ms > STEP_MS:
            logger.warning(
                "the stored clock of shard %d is %.3f s ahead of this machine's wall clock: one of "
                "the two is or was wrong, and no tag of the shard changes by time meanwhile; look "
                "after the machines' clocks (NTP)",
                shard,
                ahead_ms / 1_000,
            )

    def _set_instants(self) -> None:
        self.certain = self._monotonic + min(self._believed, self._shown)
        self.now = self._monotonic + self._believed

    def _doubt(self) -> None:
        self._doubted_since = self._monotonic
        self._telemetry.wall_clock_stepped()
        logger.warning(
            "this machine's wall clock was set by %+.3f s; until records or %.0f s have shown "
            "which time is right, tags change by themselves at the earlier one: look after the "
            "machine's clock (NTP)",
            self.step_ms / 1_000,
            self._doubt_ms / 1_000,
        )

    def _believe(self) -> None:
        if self._doubted_since is not None:
            self._doubted_since = None
            logger.warning("this machine's wall clock is believed again")
        self._believed = self._shown
