"""Lines of event files in the order in which they are read.

A command may say `read_at`, a word of these tests alone: then it was issued before that, and others
may have overtaken it. Without the word, everything is read when it happens.
"""

from collections import defaultdict
from collections.abc import Iterable

from .values import Doc, instant

ORDER = ("profile", "browse", "chat", "purchase", "command")


def input_at(event: Doc) -> int:
    """When the line is read."""
    return instant(event["read_at"]) if "read_at" in event else own_time(event)


def own_time(event: Doc) -> int:
    """When an event happened, or a command was issued."""
    return instant(event["issued_at" if event["type"] == "command" else "occurred_at"])


def read_when_issued(events: Iterable[Doc]) -> list[Doc]:
    """The same lines, as if no command had been overtaken."""
    return [{word: event[word] for word in event if word != "read_at"} for event in events]


def in_order(events: Iterable[Doc]) -> list[Doc]:
    """Sorted by instant, then type, then as they came."""
    return sorted(events, key=lambda event: (input_at(event), ORDER.index(event["type"])))


def by_customer(ordered: Iterable[Doc]) -> dict[str, list[Doc]]:
    found: dict[str, list[Doc]] = defaultdict(list)
    for event in ordered:
        found[event["customer_id"]].append(event)
    return found
