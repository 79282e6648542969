"""The rule of the job in plain Python, as somebody would write it by hand.

Of each customer only the newest times are kept, as many as the rule needs. A purchase lets
everything happen first that is due by then, for all customers of its partition. Every active
customer has one alarm; an alarm that rings too early is put off, so a purchase costs none.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple, Protocol

from bench.job.rule import LEAST, WITHIN_MS


class Change(NamedTuple):
    """A customer gets or loses the tag, at an instant in milliseconds."""

    customer: str
    op: str
    at: int


class State(Protocol):
    """Where a peer keeps a list for each customer."""

    def get(self, customer: str, /) -> list[int] | None:
        """None, or an empty list, for a customer who was never heard of."""

    def __getitem__(self, customer: str, /) -> list[int]: ...

    def __setitem__(self, customer: str, recent: list[int], /) -> None: ...


class ActiveCustomers:
    """Those of one partition. `state` has a list for each customer: whether the tag is held, 1 or
    0, then the newest times in ascending order."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._alarms: list[tuple[int, str]] = []

    def buy(self, customer: str, at: int) -> Iterator[Change]:
        """A purchase, and the changes up to and with it. Purchases come in order of time."""
        if self._alarms and self._alarms[0][0] <= at:
            yield from self._ring(at)
        held, *times = self._state.get(customer) or (0,)
        times = [*times[1 - LEAST :], at]
        if not held and len(times) == LEAST and times[0] > at - WITHIN_MS:
            held = 1
            heappush(self._alarms, (times[0] + WITHIN_MS, customer))
            yield Change(customer, "added", at)
        self._state[customer] = [held, *times]

    def _ring(self, now: int) -> Iterator[Change]:
        alarms, state = self._alarms, self._state
        while alarms and alarms[0][0] <= now:
            _, customer = heappop(alarms)
            _, *times = state[customer]
            leaves_at = times[0] + WITHIN_MS
            if leaves_at <= now:
                state[customer] = [0, *times]
                yield Change(customer, "removed", leaves_at)
            else:
                heappush(alarms, (leaves_at, customer))
