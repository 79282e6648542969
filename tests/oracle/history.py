"""A customer's past, and which of it a filter lets through.

What a filter says of an event never changes, so it is asked once for each event.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from .happenings import Event, lets_through
from .packs import Pack
from .values import Doc

_Key = tuple[Pack | None, int, str]


@dataclass
class Chosen:
    """The events that a filter lets through, in order; `seen` events have been asked about."""

    events: list[Event] = field(default_factory=list)
    instants: list[int] = field(default_factory=list)
    seen: int = 0


class History:
    """What has happened to one customer so far, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._chosen: dict[_Key, Chosen] = {}
        self._found: dict[_Key, tuple[int, Any]] = {}

    def add(self, event: Event) -> None:
        self.events.append(event)

    def select(self, pack: Pack, spec: Doc, after: int | None, until: int) -> list[Event]:
        """Events in (after, until] that the measure's `event` and `where` let through."""

        def takes(event: Event) -> bool:
            return lets_through(pack, spec, event)

        return self._between((pack, id(spec), "taken"), takes, after, until)

    def refunds_like(self, pack: Pack, spec: Doc, after: int | None, until: int) -> list[Event]:
        """Refunds in (after, until] that the filter would let through as sales of some kind."""

        def takes(event: Event) -> bool:
            return event.is_refund and lets_through(pack, spec, replace(event, as_sale=True))

        return self._between((pack, id(spec), "refunds"), takes, after, until)

    def messages(self, after: int | None, until: int) -> list[Event]:
        """Chat messages of conversations in (after, until]."""
        return self._between((None, 0, "messages"), is_message, after, until)

    def once(self, pack: Pack, spec: Doc, what: str, find: Callable[[], Any]) -> Any:
        """What `find` says of this history, asked anew only after something has happened."""
        key, now = (pack, id(spec), what), len(self.events)
        if self._found.get(key, (-1,))[0] != now:
            self._found[key] = (now, find())
        return self._found[key][1]

    def _between(
        self,
        key: _Key,
        takes: Callable[[Event], bool],
        after: int | None,
        until: int,
    ) -> list[Event]:
        chosen = self._chosen.setdefault(key, Chosen())
        for event in self.events[chosen.seen :]:
            if takes(event):
                chosen.events.append(event)
                chosen.instants.append(event.at)
        chosen.seen = len(self.events)
        low = 0 if after is None else bisect_right(chosen.instants, after)
        return chosen.events[low : bisect_right(chosen.instants, until)]


def is_message(event: Event) -> bool:
    """Whether the event is a message of a conversation."""
    is_chat = event.derived is None and event.type == "chat"
    return is_chat and bool(event.data.get("conversation_id"))
