"""One customer's life: every instant that could matter, and all tags worked out at each.

Readings fixed here:

- cause: `event` at an event's evaluation and, at a command, for the tags that follow; `manual` for
  the commanded tag; `ttl` where an expiry, the tag's end or a manual `until` of this tag fell due;
  else `time`;
- a refused command leaves no trace: nothing is evaluated, nobody becomes known, its id is free;
- nor does a command that was issued before another one on the same tag that was carried out;
- one that is read late takes effect then; its customer is known from when it was issued;
- an accepted one is an evaluation of all tags, even where it changes nothing;
- `release` publishes the rule's value; of a removal, `source` tells whose word it now is, so a
  manual value that runs out over a rule that does not hold is removed by `rule`;
- a manual `remove` without `until` ends after an evaluation that finds the rule without a value
  (flags), or at one that finds another value than at the command (text and number);
- `{tag: x}` and `{tag_age: x}` see what is published, manual values included; of an experimental
  tag what would be;
- an attribute takes part from its update's evaluation on;
- all patterns hear an event, then each derived event that it completed, with all that follows from
  that, in the order of the patterns; those of a time evaluation are collected before any is heard;
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from . import manual
from .happenings import Event
from .history import History
from .inputs import input_at, own_time
from .interest import Interest
from .life import Ruled, deadlines, evaluate
from .manual import Overlay
from .measures import View
from .moving import Polynomial
from .packs import Pack, Tag, tags_in_order
from .patterns import pattern_of
from .values import Doc, Value, published_number


@dataclass(frozen=True)
class Published:
    """A tag as the world sees it: `value` None is not held, `since` when it took that value."""

    value: Value | None
    source: str
    expires_at: int | None
    since: int | None = None


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
            if "event" not in definition
        ]
        self.interest = Interest(self.tags)


class Customer:
    """One customer's life from the first event to `until`."""

    def __init__(self, customer_id: str, rules: Rules, until: int) -> None:
        self.id = customer_id
        self.rules = rules
        self.until = until
        self.known_since: int | None = None
        self.history = History()
        self.attributes: Doc = {}
        self.patterns = [pattern_of(pack, name) for pack, name in rules.patterns]
        self.ruled = {tag.name: Ruled() for tag in rules.tags}
        self.overlays: dict[str, Overlay] = {}
        self.last_word_at: dict[str, int] = {}
        self.published = {tag.name: Published(None, "rule", None) for tag in rules.tags}
        self.changes: list[Doc] = []
        self.agenda: list[int] = []
        self.expected: set[int] = set()
        self.courses: set[Polynomial] = set()
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
            due = [event for pattern in self.patterns for event in pattern.end(at)]
            happened = [event for one in due for event in self.feed(one)]
            self.evaluate(at, happened, "time")

    def take(self, data: Doc, at: int) -> None:
        """One event or command; repeats, refused and overtaken commands do nothing."""
        is_command = data["type"] == "command"
        if is_command and manual.is_refused(self.rules.by_name, data, at):
            return
        said_at = own_time(data)
        if is_command and said_at < self.last_word_at.get(data["tag"], said_at):
            return
        own_id = data["command_id" if is_command else "event_id"]
        identity = (data["type"], data.get("source", ""), own_id)
        if identity in self.heard:
            return
        self.heard.add(identity)
        if self.known_since is None or said_at < self.known_since:
            self.known_since = said_at
            self.expect(at, self.rules.interest.of_knowing(said_at))
        if is_command:
            self.command(data, at)
            return
        happened = self.feed(Event(at, data))
        if data["type"] == "profile":
            self.attributes |= data["attributes"]
            interest = self.rules.interest.of_attributes(self.attributes, at, self.until)
            self.expect(at, interest)
        self.evaluate(at, happened, "event")

    def feed(self, event: Event) -> list[Event]:
        """Let patterns and measures hear an event; it and all the events that it completes."""
        self.history.add(event)
        self.expect(event.at, self.rules.interest.of_event(event))
        completed = [derived for pattern in self.patterns for derived in pattern.hear(event)]
        for pattern in self.patterns:
            self.expect(event.at, pattern.ends())
        return [event, *(one for derived in completed for one in self.feed(derived))]

    def expect(self, now: int, instants: Iterable[int]) -> None:
        """Visit those of these instants that are still to come."""
        for at in instants:
            if now < at <= self.until and at not in self.expected:
                self.expected.add(at)
                heapq.heappush(self.agenda, at)

    def command(self, data: Doc, at: int) -> None:
        name = data["tag"]
        self.last_word_at[name] = own_time(data)
        self.overlays.pop(name, None)
        if data["op"] != "release":
            overlay = manual.overlay_of(self.rules.by_name[name], data)
            self.overlays[name] = overlay
            self.expect(at, () if overlay.until is None else (overlay.until,))
        self.evaluate(at, [], "event", commanded=name)

    def evaluate(
        self, at: int, happened: Sequence[Event], cause: str, commanded: str | None = None
    ) -> None:
        """Work out every tag at `at` and publish what has changed."""
        views = {tag.pack: self.view(tag.pack, at) for tag in self.rules.tags}
        for tag in self.rules.tags:
            ruled = evaluate(tag, self.ruled[tag.name], views[tag.pack], happened)
            self.ruled[tag.name] = ruled
            self.expect(at, deadlines(tag, ruled))
            ran_out = manual.runs_out(self.overlays, tag, ruled, at)
            why = "ttl" if ruled.has_expired or ran_out else cause
            if tag.name == commanded:
                why = "manual"
            self.publish(tag, self.resolve(tag, ruled), at, why)
        growth = self.rules.interest.of_growth(views.__getitem__, self.until, self.courses)
        self.expect(at, growth)

    def view(self, pack: Pack, at: int) -> View:
        known_since = at if self.known_since is None else self.known_since
        return View(
            pack, at, known_since, self.history, self.attributes, self.value_of, self.since_of
        )

    def value_of(self, name: str) -> Value | None:
        """A tag's value as `{tag: ...}` sees it: a flag is true or false, never unset."""
        value = self.published[name].value
        return value is not None if self.rules.by_name[name].form == "flag" else value

    def since_of(self, name: str) -> int | None:
        return self.published[name].since

    def resolve(self, tag: Tag, ruled: Ruled) -> Published:
        """A word said by hand wins over the rule."""
        overlay = self.overlays.get(tag.name)
        if overlay is None:
            value, source, ends = ruled.value, "rule", ruled.expires_at
        else:
            value, source, ends = overlay.value, "manual", overlay.until
            manual.end_if_rule_is_false(self.overlays, tag.name, ruled)
        known_ends = [one for one in (ends, tag.ends_at) if one is not None]
        return Published(value, source, None if value is None else min(known_ends, default=None))

    def publish(self, tag: Tag, now: Published, at: int, cause: str) -> None:
        before = self.published[tag.name]
        since = before.since if now.value == before.value else at
        now = Published(now.value, now.source, now.expires_at, None if now.value is None else since)
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
