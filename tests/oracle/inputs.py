"""Lines of event files in the order in which they are read."""

from collections import defaultdict
from collections.abc import Iterable

from .values import Doc, instant

ORDER = ("profile", "browse", "chat", "purchase", "command")


def input_at(event: Doc) -> int:
    return instant(event["issued_at" if event["type"] == "command" else "occurred_at"])


def in_order(events: Iterable[Doc]) -> list[Doc]:
    """Sorted by instant, then type, then as they came."""
    return sorted(events, key=lambda event: (input_at(event), ORDER.index(event["type"])))


def by_customer(ordered: Iterable[Doc]) -> dict[str, list[Doc]]:
    found: dict[str, list[Doc]] = defaultdict(list)
    for event in ordered:
        found[event["customer_id"]].append(event)
    return found
