"""A schedule while it is being drawn, and the accidents that can be put into it.

`now` is the wall clock at the end of the steps so far. Accidents of the menu `KEEPING_ORDER` never
make a worker process a customer's events in another order than that of time, if workers hear of
the ends of all topics after each write and before anything else; `ANY` has no such care.
"""

import json
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from tagger import testing
from tagger.stream.murmur2 import partition_of
from tagger.stream.parts import StreamSettings
from tagger.stream.topics import InputKind
from tagger.testing.broker import CommitPoint

from .draws import chance, pick
from .values import Doc

DEFAULTS = StreamSettings(partitions=1)
GRACE_MS = DEFAULTS.grace_ms
STALE_MS = DEFAULTS.fresh_ms + 1
"""After so long an answer about ends proves nothing any more."""
EVENT_KINDS: tuple[InputKind, ...] = ("purchase", "browse", "chat", "profile")
CRASH_POINTS: tuple[CommitPoint, ...] = ("before", "between", "after")
CLOCK_STEPS_MS = (-60_000, 30_000, 60_000)
BRIEFLY_MS = 120
FAR_AHEAD_MS = DEFAULTS.max_skew_ms + 100_000
"""Further ahead than any clock here is wrong."""


class Draft:
    """The steps so far, and the instant at which they end. Steps that let time pass do not let it
    come beyond `latest`, which whoever goes on moves. `holds_commits`: commits may be held."""

    def __init__(self, starts_at: int, shards: int, workers: int, *, holds_commits: bool) -> None:
        self.steps: list[testing.Step] = []
        self.read_at: dict[str, int] = {}
        self.now = self.latest = starts_at
        self.shards = shards
        self.workers = workers
        self.holds_commits = holds_commits
        self.has_unasked = False
        self.is_broker_away = False

    def add(self, *steps: testing.Step) -> None:
        self.steps += steps

    def write(self, event: Doc) -> None:
        """The application writes the event now."""
        fields = {word: event[word] for word in event if word not in ("type", "read_at")}
        if "read_at" in event:
            self.read_at[event["command_id"]] = event["read_at"]
        self.add(testing.Write(event["type"], fields.pop("customer_id"), fields))
        self.has_unasked = True

    def ask(self) -> None:
        """Workers hear where all topics end by now."""
        if self.has_unasked:
            self.add(testing.Tick(), testing.Tick())
            self.has_unasked = False

    def wait_until(self, at: int) -> None:
        if at > self.now:
            self.ask()
            self.add(testing.WaitUntil(at))
            self.now = at

    def has_room(self, duration_ms: int) -> bool:
        return self.now + duration_ms <= self.latest


Accident = Callable[[st.DrawFn, Draft], None]


def accidents(draw: st.DrawFn, draft: Draft, menu: Sequence[Accident]) -> None:
    """None, one or a few of the menu."""
    draft.ask()
    for _ in range(pick(draw, (0, 1, 1, 2, 3))):
        pick(draw, menu)(draw, draft)


def _kind(draw: st.DrawFn) -> InputKind:
    return pick(draw, EVENT_KINDS)


def _shard(draw: st.DrawFn, draft: Draft) -> int:
    return pick(draw, range(draft.shards))


def _worker(draw: st.DrawFn, draft: Draft) -> int:
    return pick(draw, range(1, draft.workers + 1))


def _deliver(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Deliver(_kind(draw), pick(draw, (1, 2, 5)), _shard(draw, draft)))


def _repeat(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Repeat(_kind(draw), pick(draw, (1, 2, 5)), _shard(draw, draft)))


def _hold(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Hold(_kind(draw)))


def _release(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Release(_kind(draw)))


def _skip_offsets(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.SkipOffsets(_kind(draw), pick(draw, (1, 3)), _shard(draw, draft)))


def _tick(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Tick())


def _pass_time(draw: st.DrawFn, draft: Draft) -> None:
    """Half of what may pass, or little."""
    until = pick(draw, ((draft.now + draft.latest) // 2, draft.now + BRIEFLY_MS))
    draft.wait_until(min(until, draft.latest))


def _crash(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Crash(_worker(draw, draft)))


def _crash_in_commit(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Crash(_worker(draw, draft), pick(draw, CRASH_POINTS)))


def _crash_when_published(draw: st.DrawFn, draft: Draft) -> None:
    """What is published comes again; it is only the same again where order is kept."""
    draft.add(testing.Crash(_worker(draw, draft), "published"))


def _crash_and_come_back(draw: st.DrawFn, draft: Draft) -> None:
    worker = _worker(draw, draft)
    draft.add(testing.Crash(worker), testing.Start(worker))


def _start(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Start(_worker(draw, draft)))


def _stop(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Stop(_worker(draw, draft)))


def _rebalance(draw: st.DrawFn, draft: Draft) -> None:
    owners = {shard: _worker(draw, draft) for shard in range(draft.shards)}
    draft.add(testing.Rebalance(owners, orderly=not chance(draw, 2)))


def _hold_commits(draw: st.DrawFn, draft: Draft) -> None:
    if draft.holds_commits:
        draft.add(testing.HoldCommits(_worker(draw, draft)))


def _let_commits(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.LetCommits(_worker(draw, draft)))


def _lose_leader(draw: st.DrawFn, draft: Draft) -> None:
    draft.add(testing.Leaderless(_kind(draw), _shard(draw, draft), over=chance(draw, 2)))


def _lose_broker(draw: st.DrawFn, draft: Draft) -> None:
    """Until the last answer about ends has become old, nothing is written."""
    if draft.is_broker_away:
        draft.add(testing.BrokerBack(), testing.Tick(), testing.Tick())
        draft.is_broker_away = False
    elif draft.has_room(STALE_MS):
        still_delivers = chance(draw, 2) or not draft.holds_commits
        draft.add(testing.BrokerAway(still_delivers), testing.Wait(STALE_MS))
        draft.now += STALE_MS
        draft.is_broker_away = True


def _write_rubbish(draw: st.DrawFn, draft: Draft) -> None:
    """A record that nobody can use: broken, empty, of another's key, from the far future, or where
    it does not belong."""
    kind, customer = _kind(draw), pick(draw, ("c1", "d1", "x"))
    head = {"event_id": "rubbish", "customer_id": customer, "action": "page_view"}
    sound = head | {"occurred_at": draft.now}
    rubbish = [
        testing.Raw(kind, customer, b"{broken"),
        testing.Raw(kind, customer, None),
        testing.Raw("command", customer, b"{}"),
        testing.Raw("browse", customer, _json(sound | {"customer_id": "another"})),
        testing.Raw("browse", customer, _json(sound | {"occurred_at": draft.now + FAR_AHEAD_MS})),
    ]
    if draft.shards > 1:
        elsewhere = (partition_of(customer.encode(), draft.shards) + 1) % draft.shards
        rubbish.append(testing.Raw("browse", customer, _json(sound), elsewhere))
    draft.add(pick(draw, rubbish))
    draft.has_unasked = True
    draft.ask()


def _json(fields: Doc) -> bytes:
    return json.dumps(fields).encode()


def _step_clock(draw: st.DrawFn, draft: Draft) -> None:
    """A worker's clock is wrong for a while that ends before the schedule does."""
    by_ms, worker = pick(draw, CLOCK_STEPS_MS), _worker(draw, draft)
    half_ms = (draft.latest - draft.now) // 2
    if half_ms > abs(by_ms):
        draft.add(testing.StepClock(by_ms, worker))
        draft.wait_until(draft.now + half_ms)
        draft.add(testing.StepClock(-by_ms, worker))


_ORDINARY: tuple[Accident, ...] = (
    *([_deliver] * 3 + [_pass_time] * 4 + [_crash_in_commit] * 4 + [_crash_and_come_back] * 3),
    *([_rebalance] * 3 + [_start] * 3 + [_lose_broker] * 2),
    *(_repeat, _hold, _release, _skip_offsets, _tick, _crash, _stop),
    *(_hold_commits, _let_commits, _lose_leader, _write_rubbish),
)
KEEPING_ORDER: tuple[Accident, ...] = (*_ORDINARY, *[_crash_when_published] * 2)
ANY: tuple[Accident, ...] = (*_ORDINARY, _step_clock)
