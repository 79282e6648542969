"""A window that slides over the times of a series.

A window of length w, a ago, at t is (t - a - w, t - a]: an event at e enters at e + a and leaves
at e + a + w, both exactly. What it holds is a slice [low:high] of the times, and both ends only
ever grow.
"""

from bisect import bisect_right
from typing import Final, final

END_OF_TIME: Final = 2**63 - 1
"""No instant is later: it could not be stored."""


@final
class Sliding:
    """The slice of the ascending `times`, none of which is later than `at`, that lie in the window
    at `at`, moved on from change to change. `next_at` is when it changes next by itself; it never
    does where that is `END_OF_TIME` or later."""

    __slots__ = ("_enters_ms", "_leaves_ms", "_times", "high", "low", "next_at")

    def __init__(self, times: list[int], ago_ms: int, within_ms: int, at: int) -> None:
        self._times = times
        self._enters_ms = ago_ms
        self._leaves_ms = ago_ms + within_ms
        self.high = bisect_right(times, at - ago_ms) if ago_ms else len(times)
        self.low = bisect_right(times, at - self._leaves_ms, 0, self.high)
        self.next_at = self._look_ahead()

    def move(self) -> None:
        """Go on to the next change."""
        times, count, instant = self._times, len(self._times), self.next_at
        while self.high < count and times[self.high] + self._enters_ms == instant:
            self.high += 1
        while self.low < count and times[self.low] + self._leaves_ms == instant:
            self.low += 1
        self.next_at = self._look_ahead()

    def _look_ahead(self) -> int:
        times, low, high = self._times, self.low, self.high
        count = len(times)
        if low >= count:
            return END_OF_TIME
        instant = times[low] + self._leaves_ms
        if high < count:
            instant = min(instant, times[high] + self._enters_ms)
        return instant
