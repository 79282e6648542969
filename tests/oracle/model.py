"""The document of truth: what `replay` must say, found by looking at everything, always.

For each customer every instant is visited at which anything could change (`interest`), and each
expiry, hold, cool-down and wait. At each visit every tag is worked out from the whole history. What
is remembered from one evaluation to the next is only what the language itself remembers: `life`'s
memory of a flag, open waits, and what was said by hand.

Reading fixed here: without `until`, the last instant is that of the last line, whatever became of
it.
"""

from dataclasses import dataclass

from .customer import Customer, Rules
from .inputs import by_customer, in_order, input_at
from .values import Doc


@dataclass(frozen=True)
class OracleResult:
    """Changes by (`effective_at`, customer, sequence), and the tags held at the end."""

    changes: list[Doc]
    tags: dict[str, Doc]


def simulate(packs: list[Doc], events: list[Doc], until: int | None) -> OracleResult:
    """What `replay` says of these events up to and including `until`."""
    rules = Rules(packs)
    ordered = in_order(events)
    if until is None:
        until = max((input_at(event) for event in ordered), default=0)
    changes: list[Doc] = []
    tags: dict[str, Doc] = {}
    for customer_id, own in sorted(by_customer(ordered).items()):
        customer = Customer(customer_id, rules, until)
        customer.live(own)
        changes += customer.changes
        if customer.known_since is not None:
            tags[customer_id] = customer.final_tags()
    changes.sort(key=lambda c: (c["effective_at"], c["customer_id"], c["sequence"]))
    return OracleResult(changes, tags)
