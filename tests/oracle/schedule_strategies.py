"""Random schedules: generated packs and histories, written to a stream that has accidents.

Three feeds:

* live: each record is written at most the grace after it happened, in order of time, and workers
  hear of it before they read on. A command is written when the shards' clocks stand at its instant
  and all before it is committed, because commands overtake events;
* history: the same order, with a feed's clock in place of the wall clock;
* disordered: records come as late as they like, some twice. Packs that remember nothing end in the
  same tags.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hypothesis import strategies as st

from tagger.testing import Feed, Settle, Wait

from .accident_strategies import (
    ANY,
    BRIEFLY_MS,
    GRACE_MS,
    KEEPING_ORDER,
    Draft,
    accidents,
)
from .bodies import Setting
from .cases import setting_of
from .draws import chance, pick
from .forgetful import forgetful
from .inputs import in_order, input_at
from .pack_strategies import Folder, folders
from .schedules import Knobs, Promise, Schedule
from .strategies import REPEATED, histories, untils
from .values import Doc

Written = TypeVar("Written")

DAY_MS = 86_400_000
REMEMBERED_MS = 6 * DAY_MS
"""Less than the time for which the stream recognises a repeated event."""
FAMILIES = ("c", "d", "e")
"""Beginnings of the names of customers of the histories that make up a schedule."""
PROMPTLY_MS = (0, 0, 0, 1, 700, GRACE_MS)
LATE_MS = (0, 0, 0, GRACE_MS, 300_000, 3_600_000, DAY_MS, 30 * DAY_MS)
FEW = 5
HISTORY = 24
"""Events of a history, at most."""
KNOBS = (
    Knobs(),
    Knobs(),
    Knobs(batch=1),
    Knobs(batch=2, high_water=4, low_water=1),
    Knobs(batch=3, sweep_limit=1),
    Knobs(batch=3, checkpoint_records=FEW),
    Knobs(slice_records=1),
    Knobs(batch=5, slice_records=2, high_water=4, low_water=1),
    Knobs(cached_profiles=1),
    Knobs(cached_profiles=2, slice_records=3),
    Knobs(batch=2, cached_profiles=1, sweep_limit=1),
    Knobs(batch=3, cached_profiles=3, checkpoint_records=FEW),
)


@dataclass(frozen=True)
class _Story:
    """What is written, in order of time, and the instant at which it ends."""

    packs: list[Doc]
    events: list[Doc]
    ends_at: int
    promise: Promise


_Feed = Callable[[st.DrawFn, _Story, Draft], None]


@st.composite
def schedules(draw: st.DrawFn, each: int) -> list[Schedule]:
    """So many schedules of the same random packs."""
    folder = draw(folders())
    feed: _Feed = pick(draw, (_live, _live, _history, _disordered, _disordered, _disordered))
    promise: Promise = "changes"
    if feed is _disordered:
        plain = forgetful(folder.packs)
        promise = "tags" if plain else "nothing"
        folder = Folder(plain or folder.packs, folder.era)
        if not plain and not chance(draw, 4):
            feed, promise = _live, "changes"
    setting = setting_of(folder)
    stories = [draw(_stories(folder, setting, promise)) for _ in range(each)]
    return [_schedule(draw, feed, story) for story in stories]


def _schedule(draw: st.DrawFn, feed: _Feed, story: _Story) -> Schedule:
    shards, workers, knobs = pick(draw, (1, 1, 2, 3)), pick(draw, (1, 2, 3)), pick(draw, KNOBS)
    starts_at = min(map(input_at, story.events))
    draft = Draft(starts_at, shards, workers, holds_commits=knobs.checkpoint_records > FEW)
    feed(draw, story, draft)
    return Schedule(
        packs=story.packs,
        steps=draft.steps,
        starts_at=story.ends_at if feed is _history else starts_at,
        promise=story.promise,
        shards=shards,
        workers=workers,
        transactional=not chance(draw, 2),
        knobs=knobs,
        read_at=draft.read_at,
    )


@st.composite
def _stories(draw: st.DrawFn, folder: Folder, setting: Setting, promise: Promise) -> _Story:
    events: list[Doc] = []
    ends: list[int] = []
    for family in FAMILIES[: pick(draw, (2, 1, 2, 3))]:
        own = [_of_family(event, family) for event in draw(histories(setting, max_size=HISTORY))]
        last_at = max(map(input_at, own))
        ends.append(draw(untils(setting, last_at)) or last_at)
        events += own
    ends_at = max(ends)
    told = in_order(event for event in events if input_at(event) <= ends_at)
    if not told:
        told, ends_at = in_order(events), max(map(input_at, events))
    if promise == "tags" or ends_at - input_at(told[0]) > REMEMBERED_MS:
        told = [_as_another(event, number) for number, event in enumerate(told)]
    return _Story(folder.packs, told, ends_at, promise)


def _of_family(event: Doc, family: str) -> Doc:
    id_word = _id_word(event)
    own_id = event[id_word]
    own_id = own_id if own_id == REPEATED else f"{family}-{own_id}"
    return event | {"customer_id": family + event["customer_id"][1:], id_word: own_id}


def _as_another(event: Doc, number: int) -> Doc:
    """The event under an id that no other has."""
    return event | {_id_word(event): f"n{number}"}


def _id_word(event: Doc) -> str:
    return "command_id" if event["type"] == "command" else "event_id"


def _with_next(
    what: Sequence[Written], instants: Sequence[int], ends_at: int
) -> Iterator[tuple[Written, int]]:
    """Each of what happens at these instants, with the instant of the next, or of the end."""
    return zip(what, [*instants[1:], ends_at], strict=False)


def _live(draw: st.DrawFn, story: _Story, draft: Draft) -> None:
    instants = list(map(input_at, story.events))
    for event, next_at in _with_next(story.events, instants, story.ends_at):
        at = input_at(event)
        if event["type"] == "command":
            draft.wait_until(at + GRACE_MS)
            draft.ask()
            draft.add(Settle())
            draft.is_broker_away = False
            draft.write(event)
            draft.add(Settle())
            draft.has_unasked = False
        else:
            draft.wait_until(max(draft.now, at + pick(draw, PROMPTLY_MS)))
            draft.write(event)
        draft.latest = next_at + GRACE_MS
        if next_at > draft.now or chance(draw, 2):
            accidents(draw, draft, KEEPING_ORDER)
    draft.latest = max(draft.now, story.ends_at)
    accidents(draw, draft, KEEPING_ORDER)
    draft.wait_until(story.ends_at)


def _history(draw: st.DrawFn, story: _Story, draft: Draft) -> None:
    draft.now = draft.latest = story.ends_at
    events = [event for event in story.events if event["type"] != "command"]
    for event, next_at in _with_next(events, list(map(input_at, events)), story.ends_at):
        if not draft.steps:
            draft.add(Feed(input_at(event) - 1))
        draft.write(event)
        if chance(draw, 2):
            continue
        draft.add(Feed(pick(draw, (input_at(event), next_at)) - 1))
        accidents(draw, draft, KEEPING_ORDER)
        if chance(draw, 3):
            draft.add(Wait(BRIEFLY_MS))
            draft.now += BRIEFLY_MS
    draft.ask()


def _disordered(draw: st.DrawFn, story: _Story, draft: Draft) -> None:
    written = sorted(_late(draw, story), key=lambda each: each[0])
    for (at, event), next_at in _with_next(written, [at for at, _ in written], story.ends_at):
        draft.wait_until(at)
        draft.write(event)
        draft.has_unasked = draft.has_unasked and chance(draw, 2)
        draft.latest = max(draft.now, next_at)
        accidents(draw, draft, ANY)
    draft.wait_until(story.ends_at)


def _late(draw: st.DrawFn, story: _Story) -> Iterator[tuple[int, Doc]]:
    """When each event is written, some of them twice. Commands stay in order, and where tags are
    promised they are those that every order ends in."""
    commanded_at = 0
    for event in story.events:
        at = input_at(event)
        written_at = min(at + pick(draw, LATE_MS), story.ends_at)
        if event["type"] != "command":
            yield written_at, event
            is_remembered = story.ends_at - at < REMEMBERED_MS
            if is_remembered and chance(draw, 6):
                yield min(written_at + pick(draw, LATE_MS), story.ends_at), event
        elif story.promise != "tags" or _ends_alike(story.packs, event):
            commanded_at = max(commanded_at, written_at)
            yield commanded_at, event


def _ends_alike(packs: list[Doc], command: Doc) -> bool:
    """Whether the command means the same whenever it is carried out, if none overtakes another."""
    tags = {
        name: pack.get("defaults", {}) | tag for pack in packs for name, tag in pack["tags"].items()
    }
    lasts = "until" not in command and command["op"] in ("assign", "release")
    return lasts and "ends_on" not in tags.get(command["tag"], {})
