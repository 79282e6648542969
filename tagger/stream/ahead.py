"""Customers whose stored profiles are ahead of the committed offsets.

A crash between the changelog and the offsets leaves them, and so does the loss of offsets. Their
records are read again. Each topic is processed in its own order, so the profile has exactly the
records before the offset that was stored with it: those are done already, however long ago they
came. What is remembered shrinks as the shard gets past it.
"""

from collections.abc import Mapping
from heapq import heappop, heappush


class Ahead:
    """By topic and customer, the offset before which everything is in the profile already."""

    __slots__ = ("_behind", "_committed", "_order", "_until")

    def __init__(self, committed: Mapping[str, int]) -> None:
        self._committed = dict(committed)
        self._behind: Mapping[str, int] | None = None
        """Offsets noted last that were not ahead; many profiles share the same object."""
        self._until: dict[str, dict[str, int]] = {}
        self._order: dict[str, list[tuple[int, str]]] = {}

    def __len__(self) -> int:
        """How many pairs of topic and customer are remembered."""
        return sum(map(len, self._until.values()))

    def note(self, customer_id: str, offsets: Mapping[str, int]) -> None:
        """Take over the next offsets that were stored with a customer's profile."""
        if offsets is self._behind:
            return
        committed = self._committed
        ahead = [(topic, at) for topic, at in offsets.items() if at > committed.get(topic, 0)]
        if not ahead:
            self._behind = offsets
        for topic, offset in ahead:
            self._until.setdefault(topic, {})[customer_id] = offset
            heappush(self._order.setdefault(topic, []), (offset, customer_id))

    def covers(self, topic: str, customer_id: str, offset: int) -> bool:
        """Whether the customer's profile has this record already."""
        until = self._until.get(topic)
        return until is not None and offset < until.get(customer_id, 0)

    def offsets_of(self, customer_id: str, offsets: Mapping[str, int]) -> Mapping[str, int]:
        """How far the customer's profile has come when the shard has come to `offsets`; the same
        object when that is no farther."""
        if not self._until:
            return offsets
        beyond = {
            topic: until[customer_id]
            for topic, until in self._until.items()
            if until.get(customer_id, 0) > offsets.get(topic, 0)
        }
        return {**offsets, **beyond} if beyond else offsets

    def forget_before(self, offsets: Mapping[str, int]) -> None:
        """Forget what the shard, whose next offsets these are, has got past."""
        for topic, order in list(self._order.items()):
            until, position = self._until[topic], offsets.get(topic, 0)
            while order and order[0][0] <= position:
                offset, customer_id = heappop(order)
                if until.get(customer_id) == offset:
                    del until[customer_id]
            if not order:
                del self._order[topic], self._until[topic]
