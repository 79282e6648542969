"""The document of truth: what `replay` must say, found by looking at everything, always.

For each customer every instant is visited that any duration in any pack could make interesting:
each event's instant plus each duration, to the millisecond and one after, each wait's end, each
expiry. At each visit every tag is worked out from the whole history. What is remembered from one
evaluation to the next is only what the language itself remembers: the tag held and since when it
counts its expiry, `spent`, open waits, and what was said by hand.

Readings fixed here:

- cause: `event` at an event's evaluation and, at a command, for the tags that follow; `manual` for
  the commanded tag; `ttl` where an expiry or a manual `until` of this tag fell due; else `time`;
- a refused command leaves no trace: nothing is evaluated, nobody becomes known, its id is free;
- an accepted one is an evaluation of all tags, even where it changes nothing;
- `release` publishes the rule's value; of a removal, `source` tells whose word it now is, so a
  manual value that runs out over a rule that does not hold is removed by `rule`;
- a manual `remove` without `until` ends after an evaluation that finds the rule without a value
  (flags), or at one that finds another value than at the command (text and number);
- `{tag: x}` sees what is published, manual values included; of an experimental tag what would be;
- an attribute takes part from its update's evaluation on;
- without `until`, the last instant is that of the last line, whatever became of it.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from . import manual
from .conditions import View
from .happenings import Event, History, Waits
from .inputs import by_customer, in_order, input_at
from .life import Ruled, evaluate
from .manual import Overlay
from .packs import Tag, durations_in, tags_in_order
from .values import Doc, Value, duration, published_number


@dataclass(frozen=True)
class OracleResult:
    """Changes by (`effective_at`, customer, sequence), and the tags held at the end."""

    changes: list[Doc]
    tags: dict[str, Doc]


@dataclass(frozen=True)
class Published:
    """A tag as the world sees it: `value` None is not held."""

    value: Value | None
    source: str
    expires_at: int | None


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


class Rules:
    """The packs of a folder as one set of rules; with `names`, of these tags alone
    (an empty set: of the patterns alone)."""

    def __init__(self, packs: list[Doc], names: set[str] | None = None) -> None:
        every = tags_in_order(packs)
        self.tags = [tag for tag in every if names is None or tag.name in names]
        self.by_name = {tag.name: tag for tag in self.tags}
        scopes = list({tag.pack: None for tag in self.tags or every})
        self.patterns = [
            (scope, name)
            for scope in sorted(scopes, key=lambda scope: scope.name)
            for name, definition in scope.events.items()
            if "first" in definition
        ]
        parts = [tag.doc for tag in self.tags]
        parts += [part for scope in scopes for part in (scope.events, scope.conditions)]
        self.spans_ms = {found for part in parts for found in durations_in(part)}
        self.edges_ms = sorted({edge for span in self.spans_ms for edge in (span, span + 1)})
        self.steps_ms = {duration(t.doc["step"]) for t in self.tags if "step" in t.doc}


class Customer:
    """One customer's life from the first event to `until`."""

    def __init__(self, customer_id: str, rules: Rules, until: int) -> None:
        self.id = customer_id
        self.rules = rules
        self.until = until
        self.known_since: int | None = None
        self.history = History()
        self.attributes: Doc = {}
        self.waits = [Waits(pack, name) for pack, name in rules.patterns]
        self.ruled = {tag.name: Ruled() for tag in rules.tags}
        self.overlays: dict[str, Overlay] = {}
        self.published = {tag.name: Published(None, "rule", None) for tag in rules.tags}
        self.changes: list[Doc] = []
        self.agenda: list[int] = []
        self.heard: set[tuple[str, str, str]] = set()

    def live(self, inputs: Sequence[Doc]) -> None:
        """Go through every instant up to and including `until`; `inputs` are in order."""
        for at, together in groupby(inputs, key=input_at):
            self.pass_time(min(at, self.until))
            if at > self.until:
                return
            for one in together:
                self.take(one, at)
        self.pass_time(self.until)

    def pass_time(self, until: int) -> None:
        """One time evaluation at each instant of the agenda up to and including `until`."""
        while self.agenda and self.agenda[0] <= until:
            at = heapq.heappop(self.agenda)
            while self.agenda and self.agenda[0] == at:
                heapq.heappop(self.agenda)
            derived = [event for waits in self.waits for event in waits.end(at)]
            for event in derived:
                self.add(event)
            self.evaluate(at, derived, "time")

    def take(self, data: Doc, at: int) -> None:
        """One event or command; repeats and refused commands do nothing."""
        is_command = data["type"] == "command"
        if is_command and manual.is_refused(self.rules.by_name, data, at):
            return
        own_id = data["command_id" if is_command else "event_id"]
        identity = (data["type"], data.get("source", ""), own_id)
        if identity in self.heard:
            return
        self.heard.add(identity)
        if self.known_since is None:
            self.known_since = at
            self.expect_edges(at)
        if is_command:
            self.command(data, at)
            return
        event = Event(at, data)
        self.add(event)
        if data["type"] == "profile":
            self.attributes |= data["attributes"]
        self.evaluate(at, [event], "event")

    def add(self, event: Event) -> None:
        self.history.add(event)
        for waits in self.waits:
            waits.hear(event)
        self.expect_edges(event.at)

    def expect_edges(self, at: int) -> None:
        """Every instant at which something that happened at `at` could matter again."""
        for edge in self.rules.edges_ms:
            self.expect(at + edge)
        for step in self.rules.steps_ms:
            for later in range(at + step, self.until + 1, step):
                self.expect(later)

    def expect(self, at: int | None) -> None:
        if at is not None and at <= self.until:
            heapq.heappush(self.agenda, at)

    def command(self, data: Doc, at: int) -> None:
        name = data["tag"]
        self.overlays.pop(name, None)
        if data["op"] != "release":
            overlay = manual.overlay_of(self.rules.by_name[name], data)
            self.overlays[name] = overlay
            self.expect(overlay.until)
        self.evaluate(at, [], "event", commanded=name)

    def evaluate(
        self, at: int, happened: Sequence[Event], cause: str, commanded: str | None = None
    ) -> None:
        """Work out every tag at `at` and publish what has changed."""
        for tag in self.rules.tags:
            ruled = evaluate(tag, self.ruled[tag.name], self.view(tag, at), happened)
            self.ruled[tag.name] = ruled
            self.expect(ruled.expires_at)
            ran_out = manual.runs_out(self.overlays, tag.name, ruled, at)
            why = "ttl" if ruled.has_expired or ran_out else cause
            if tag.name == commanded:
                why = "manual"
            self.publish(tag, self.resolve(tag.name, ruled), at, why)

    def view(self, tag: Tag, at: int) -> View:
        known_since = at if self.known_since is None else self.known_since
        return View(tag.pack, at, known_since, self.history, self.attributes, self.value_of)

    def value_of(self, name: str) -> Value | None:
        """A tag's value as `{tag: ...}` sees it: a flag is true or false, never unset."""
        value = self.published[name].value
        is_flag = self.rules.by_name[name].form == "flag"
        return value is not None if is_flag else value

    def resolve(self, name: str, ruled: Ruled) -> Published:
        """A word said by hand wins over the rule."""
        overlay = self.overlays.get(name)
        if overlay is None:
            return Published(ruled.value, "rule", ruled.expires_at)
        now = Published(overlay.value, "manual", overlay.until if overlay.is_held else None)
        manual.end_if_rule_is_false(self.overlays, name, ruled)
        return now

    def publish(self, tag: Tag, now: Published, at: int, cause: str) -> None:
        before = self.published[tag.name]
        self.published[tag.name] = now
        if before == now or (before.value is None and now.value is None) or not tag.is_published:
            return
        op = "updated"
        if before.value is None or now.value is None:
            op = "added" if before.value is None else "removed"
        self.changes.append(
            {
                "customer_id": self.id,
                "sequence": len(self.changes) + 1,
                "tag": tag.name,
                "op": op,
                "value": as_json(now.value),
                "previous_value": as_json(before.value),
                "effective_at": at,
                "cause": cause,
                "source": now.source,
                "expires_at": now.expires_at,
            }
        )

    def final_tags(self) -> Doc:
        return {
            tag.name: as_json(self.published[tag.name].value)
            for tag in sorted(self.rules.tags, key=lambda tag: tag.name)
            if tag.is_published and self.published[tag.name].value is not None
        }


def as_json(value: Value | None) -> Any:
    return published_number(value) if isinstance(value, Fraction) else value
