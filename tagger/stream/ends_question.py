"""The question where the topics end: asked often, one at a time, and waited for by nobody."""

import asyncio

import msgspec

from tagger.stream.frontier import is_within
from tagger.stream.log import EndOffsets, Log, LogUnavailableError
from tagger.stream.wall_clock import WallClock
from tagger.telemetry import Telemetry

SPARE_EVERY_MS = 1_000
"""How often a worker without shards asks at most."""

Answer = tuple[EndOffsets, int]
"""What was answered, and the monotonic clock from before the question."""


class EndsQuestion:
    """Asks `log` every `every_ms` at most; an answer that took longer than `fresh_ms` is none.

    An answer says by the wall clock what it holds for. While `clock` is doubted, that is replaced
    by the instant that had come for sure before the question.
    """

    def __init__(
        self, log: Log, clock: WallClock, telemetry: Telemetry, *, every_ms: int, fresh_ms: int
    ) -> None:
        self._log = log
        self._clock = clock
        self._telemetry = telemetry
        self._every_ms = every_ms
        self._fresh_ms = fresh_ms
        self._asked_at: int | None = None
        self._awaited: asyncio.Task[Answer | None] | None = None

    def ask(self, monotonic: int, *, has_shards: bool) -> None:
        """Ask, unless an answer is awaited or the last question was a moment ago."""
        every_ms = self._every_ms if has_shards else max(self._every_ms, SPARE_EVERY_MS)
        asked_at = self._asked_at
        recently = asked_at is not None and is_within(every_ms - 1, asked_at, monotonic)
        if self._awaited is None and not recently:
            self._asked_at = monotonic
            asking = self._answer(monotonic, counts=has_shards)
            self._awaited = asyncio.get_running_loop().create_task(asking)

    def ask_soon(self) -> None:
        """Let the next question be asked at once."""
        self._asked_at = None

    def take(self, monotonic: int) -> Answer | None:
        """The answer, once, when it has come in time."""
        if self._awaited is None or not self._awaited.done():
            return None
        answer, self._awaited = self._awaited.result(), None
        if answer is not None and not is_within(self._fresh_ms, answer[1], monotonic):
            self._telemetry.ends_unanswered()
            return None
        return answer

    def under_way(self) -> list[asyncio.Task[Answer | None]]:
        """The question that awaits its answer."""
        return [] if self._awaited is None else [self._awaited]

    async def _answer(self, asked_at: int, *, counts: bool) -> Answer | None:
        """`counts`: whether telemetry is told when there is no answer."""
        certain, was_doubted = self._clock.certain, self._clock.is_doubted
        try:
            ends = await self._log.ends()
        except LogUnavailableError:
            if counts:
                self._telemetry.ends_unanswered()
            return None
        self._clock.read(self._log.now(), self._log.monotonic())
        is_doubted = was_doubted or self._clock.is_doubted
        if is_doubted and not ends.fed and ends.as_of > certain:
            ends = msgspec.structs.replace(ends, as_of=certain)
        return ends, asked_at
