"""What makes derived events: waits that nothing ends in time, and events that follow each other.

Readings fixed here:

- an event that is both `unless` and `first` of a pattern ends the wait and starts it anew;
- derived events of one instant come in the order of pack, pattern, then of their waits' starts;
- of a chain every step keeps, for each key, the wait whose start is the latest; an event is taken
  for the last step it can be first, and may start another wait besides;
- a completed chain drops every wait of its key that started at the same instant or before.
"""

from dataclasses import dataclass
from typing import Any

from .happenings import Event, field_of, lets_through
from .packs import Pack
from .values import Doc, UnsupportedError, Value, duration

WAIT_WORDS = {"first", "unless", "by", "within"}
CHAIN_WORDS = ({"first", "then", "by", "within"}, {"steps", "by", "within"})


class Pattern:
    """A pattern of a pack, listening to one customer's events."""

    def __init__(self, pack: Pack, name: str) -> None:
        self.pack = pack
        self.name = name
        self.doc: Doc = pack.events[name]
        self.within = duration(self.doc["within"])

    def hear(self, event: Event) -> list[Event]:
        """Take an event in; the derived events that it completes."""
        raise NotImplementedError

    def end(self, at: int) -> list[Event]:
        """The derived events that the time `at` itself makes."""
        raise NotImplementedError

    def ends(self) -> list[int]:
        """The instants at which time would make derived events."""
        raise NotImplementedError

    def _key(self, event: Event) -> Value | None:
        return field_of(self.pack, self.doc["by"], event) if "by" in self.doc else None

    def _is(self, selector: Any, event: Event) -> bool:
        return lets_through(self.pack, selector, event)

    def _derived(self, at: int, source: Event) -> Event:
        return Event(at, source.data, (self.pack.name, self.name))


def pattern_of(pack: Pack, name: str) -> Pattern:
    words = set(pack.events[name])
    if {"first", "unless", "within"} <= words <= WAIT_WORDS:
        return Waits(pack, name)
    if any(needed - {"by"} <= words <= needed for needed in CHAIN_WORDS):
        return Chain(pack, name)
    raise UnsupportedError(f"pattern {name}")


@dataclass(frozen=True)
class Wait:
    first: Event
    ends_at: int


class Waits(Pattern):
    """`unless`: the open waits, one for each key; None is no key."""

    def __init__(self, pack: Pack, name: str) -> None:
        super().__init__(pack, name)
        self.open: dict[Value | None, Wait] = {}

    def hear(self, event: Event) -> list[Event]:
        key = self._key(event)
        if self._is(self.doc["unless"], event):
            if "by" in self.doc and key is None:
                self.open.clear()
            else:
                self.open.pop(key, None)
                self.open.pop(None, None)
        if self._is(self.doc["first"], event):
            self.open.pop(key, None)
            self.open[key] = Wait(event, event.at + self.within)
        return []

    def end(self, at: int) -> list[Event]:
        over = {key: wait for key, wait in self.open.items() if wait.ends_at <= at}
        for key in over:
            del self.open[key]
        return [self._derived(wait.ends_at, wait.first) for wait in over.values()]

    def ends(self) -> list[int]:
        return [wait.ends_at for wait in self.open.values()]


class Chain(Pattern):
    """`then` or `steps`: for each key and number of steps done, the instant of the first."""

    def __init__(self, pack: Pack, name: str) -> None:
        super().__init__(pack, name)
        self.steps: list[Any] = self.doc.get("steps") or [self.doc["first"], self.doc["then"]]
        self.started: dict[Value | None, dict[int, int]] = {}

    def hear(self, event: Event) -> list[Event]:
        waits = self.started.setdefault(self._key(event), {})
        derived: list[Event] = []
        for done in range(len(self.steps) - 1, 0, -1):
            if done not in waits or not self._is(self.steps[done], event):
                continue
            start = waits.pop(done)
            if event.at >= start + self.within:
                continue
            if done + 1 < len(self.steps):
                waits[done + 1] = start
                continue
            derived.append(self._derived(event.at, event))
            for other in [other for other, began in waits.items() if began <= start]:
                del waits[other]
        if self._is(self.steps[0], event):
            waits[1] = event.at
        return derived

    def end(self, at: int) -> list[Event]:
        return []

    def ends(self) -> list[int]:
        return []
