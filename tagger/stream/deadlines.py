"""A shard's deadlines: for each customer the next instant at which anything can change.

A heap holds at most one live entry per customer, never later than the customer's deadline.
Deadlines move later with almost every event; such a move touches no heap: the early entry is
put off when its turn comes. Entries that an earlier one has replaced are dropped on the way.
"""

from heapq import heapify, heappop, heappush

_SLACK = 1_024


class Deadlines:
    """Deadlines by customer id, in milliseconds."""

    def __init__(self) -> None:
        self._deadline: dict[str, int] = {}
        self._queued: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []

    def __len__(self) -> int:
        """How many customers have a deadline."""
        return len(self._deadline)

    def set(self, customer_id: str, deadline: int | None) -> None:
        """Give a customer a deadline in place of an earlier one, or none."""
        if deadline is None:
            self._deadline.pop(customer_id, None)
            return
        self._deadline[customer_id] = deadline
        queued = self._queued.get(customer_id)
        if queued is None or deadline < queued:
            self._queue(customer_id, deadline)

    def due(self, frontier: int, limit: int) -> list[str]:
        """Take up to `limit` customers whose deadline is at or before `frontier`, earliest first
        and of one instant by customer id. They have no deadline until they are given one."""
        found: list[str] = []
        while len(found) < limit:
            at = self.earliest()
            if at is None or at > frontier:
                break
            customer_id = heappop(self._heap)[1]
            del self._queued[customer_id], self._deadline[customer_id]
            found.append(customer_id)
        return found

    def earliest(self) -> int | None:
        """The first deadline of all, None when there is none."""
        heap = self._heap
        while heap:
            queued_at, customer_id = heap[0]
            if self._queued.get(customer_id) == queued_at:
                deadline = self._deadline.get(customer_id)
                if deadline == queued_at:
                    return queued_at
                heappop(heap)
                del self._queued[customer_id]
                if deadline is not None:
                    self._queue(customer_id, deadline)
            else:
                heappop(heap)
        return None

    def count_due(self, frontier: int, cap: int) -> int:
        """How many customers are due at `frontier`, counting no further than `cap`."""
        found: set[str] = set()
        look = [0]
        while look and len(found) < cap:
            index = look.pop()
            if index < len(self._heap) and self._heap[index][0] <= frontier:
                customer_id = self._heap[index][1]
                if self._deadline.get(customer_id, frontier + 1) <= frontier:
                    found.add(customer_id)
                look += (2 * index + 1, 2 * index + 2)
        return len(found)

    def _queue(self, customer_id: str, deadline: int) -> None:
        self._queued[customer_id] = deadline
        heappush(self._heap, (deadline, customer_id))
        if len(self._heap) > 2 * len(self._deadline) + _SLACK:
            self._queued = dict(self._deadline)
            self._heap = [(at, customer) for customer, at in self._deadline.items()]
            heapify(self._heap)
