"""How long answers take: each message with its answer, as a gauge.

Which message answers which does not depend on the window; a pair counts while both are in it.
"""

from collections.abc import Sequence
from typing import final

from tagger.engine.columns import shown
from tagger.engine.gauges import Gauge, Texts
from tagger.engine.moving import quotient
from tagger.rules.plan import Exact


@final
class ResponseTime(Gauge):
    """The mean time from a message to the next one of the other side in its conversation, of
    slices that begin at `low` or later."""

    __slots__ = ("_answer", "_asked", "_high", "_low", "_pairs", "_sum_ms", "_times")

    def __init__(
        self, times: Sequence[int], messages: Texts, low: int, *, customer_answers: bool
    ) -> None:
        self._times = times
        self._answer, self._asked = _pairs(messages, low, "out" if customer_answers else "in")
        self._low = self._high = low
        self._sum_ms = self._pairs = 0

    def of(self, low: int, high: int) -> Exact | None:
        for index in range(self._high, high):
            for asked in self._asked.get(index, ()):
                self._count(asked, index, 1)
        for index in range(self._low, low):
            answer = self._answer.get(index)
            if answer is not None and answer < high:
                self._count(index, answer, -1)
        self._low, self._high = low, high
        return quotient(self._sum_ms, self._pairs)

    def _count(self, asked: int, answer: int, sign: int) -> None:
        if sign < 0 or asked >= self._low:
            self._sum_ms += sign * (self._times[answer] - self._times[asked])
            self._pairs += sign


def _pairs(messages: Texts, low: int, asking: str) -> tuple[dict[int, int], dict[int, list[int]]]:
    """The answer of each asking message from `low` on, and the messages that each answer
    answers."""
    answer: dict[int, int] = {}
    asked: dict[int, list[int]] = {}
    next_answer: dict[str, int] = {}
    for index in range(len(messages) - 1, low - 1, -1):
        side, _, conversation = str(shown(messages[index])).partition(" ")
        if side != asking:
            next_answer[conversation] = index
        elif conversation in next_answer:
            answer[index] = next_answer[conversation]
            asked.setdefault(next_answer[conversation], []).append(index)
    return answer, asked
