"""What is written to the input topics: events of all types, commands, and now and then a record
that nobody can use.

In order: a customer's events come far enough apart that no merge has to choose between them, so
that every change follows from them alone. Disordered: customers do things at any time, events come
late, and events come again.
"""

import heapq
import json
import random
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

Order = Literal["in-order", "disordered"]
Role = Literal["purchase", "browse", "chat", "profile", "command"]

APART_MS = 5_000
"""Between two events of one customer that come in order; more than the grace of 2 seconds."""
LATE_SHARE = 0.15
LATE_MS = 40_000
AGAIN_SHARE = 0.08
AGAIN_MS = 30_000
BROKEN_SHARE = 0.01
BY_HAND = "cared_for"
"""The tag that commands are about."""
ROLES: tuple[tuple[Role, float], ...] = (
    ("purchase", 0.42),
    ("browse", 0.28),
    ("chat", 0.18),
    ("profile", 0.05),
    ("command", 0.07),
)


class Written(msgspec.Struct, frozen=True):
    """One record. `line` is it as a line of an event file; None for one that nobody can use, and
    for one that was written before."""

    role: Role
    customer: str
    value: bytes
    line: dict[str, Any] | None = None
    is_broken: bool = False


class Traffic:
    """Draws records; instants are milliseconds."""

    def __init__(self, order: Order, customers: int, seed: int) -> None:
        self._is_ordered = order == "in-order"
        self._random = random.Random(seed)
        self._free_at = dict.fromkeys((f"c-{number}" for number in range(customers)), 0)
        self._number = 0
        self._again: list[tuple[int, int, Written]] = []

    def first_words(self, now: int) -> Iterator[Written]:
        """A profile update of each customer; once these are read, commands may come at any time
        and make nobody known earlier than events do."""
        for customer in self._free_at:
            yield self._event("profile", customer, now)

    def draw(self, now: int) -> Written | None:
        """The next record; None when no customer is free."""
        if self._again and self._again[0][0] <= now:
            return heapq.heappop(self._again)[2]
        free = [name for name, at in self._free_at.items() if at <= now]
        if not free:
            return None
        customer = self._random.choice(free)
        if self._random.random() < BROKEN_SHARE:
            return self.unusable()
        (role,) = self._random.choices(*zip(*ROLES, strict=True))
        if role == "command":
            return self._command(customer, now)
        if self._is_ordered:
            return self._event(role, customer, now)
        is_late = self._random.random() < LATE_SHARE
        at = now - self._random.randrange(LATE_MS) if is_late else now
        event = self._event(role, customer, at)
        if self._random.random() < AGAIN_SHARE:
            again = msgspec.structs.replace(event, line=None)
            at = now + self._random.randrange(AGAIN_MS)
            heapq.heappush(self._again, (at, self._number, again))
        return event

    def unusable(self) -> Written:
        """A record that becomes a dead letter."""
        self._number += 1
        role, customer = self._random.choice(ROLES)[0], self._random.choice(list(self._free_at))
        return Written(role, customer, b'{"broken": %d' % self._number, is_broken=True)

    def _event(self, role: Role, customer: str, at: int) -> Written:
        self._number += 1
        if self._is_ordered:
            self._free_at[customer] = at + APART_MS
        fields = {"event_id": f"e-{self._number}", "customer_id": customer, "occurred_at": at}
        return _written(role, customer, fields | self._fields(role))

    def _command(self, customer: str, now: int) -> Written:
        self._number += 1
        fields = {
            "command_id": f"m-{self._number}",
            "customer_id": customer,
            "issued_at": now,
            "actor": "soak",
            "role": "agent",
            "op": self._random.choice(("assign", "assign", "remove", "release")),
            "tag": BY_HAND if self._random.random() < 0.95 else "nothing_of_the_kind",
        }
        return _written("command", customer, fields)

    def _fields(self, role: Role) -> dict[str, Any]:
        match role:
            case "purchase":
                sale = {"order_id": f"o-{self._number}", "kind": "sale", "lines": []}
                amount = {"amount_minor": self._random.randrange(1, 90) * 100, "currency": "USD"}
                return sale | amount
            case "browse":
                return {"action": "cart_add", "product_id": "p", "cart_id": "k"}
            case "chat":
                return {"conversation_id": "k", "direction": "inbound", "text": "hello"}
        return {"attributes": {"seen": self._number}}


def _written(role: Role, customer: str, fields: dict[str, Any]) -> Written:
    return Written(role, customer, json.dumps(fields).encode(), {"type": role, **fields})
