"""The smallest schedule that still breaks its promise, by leaving out what is not needed.

Whatever is left out, the promise has to stand: what makes time pass, or tells workers what they
have to know, goes only where nothing is left that needs it. Greedy, in chunks that become smaller
(delta debugging: Zeller and Hildebrandt, 2002), and bounded in number.
"""

from collections.abc import Callable, Iterator

import msgspec

from tagger.testing import BrokerAway, Feed, Raw, Settle, Step, Tick, Wait, WaitUntil, Write

from .schedules import Knobs, Schedule
from .values import Doc

MOST_TRIALS = 3_000
TICKS_TO_HEAR = 2
"""A worker asks at one tick, and hears the answer at the next."""
SECTIONS = ("tags", "conditions", "events", "lists", "attributes")
REQUIRED_FIELDS = {
    *("event_id", "command_id", "occurred_at", "issued_at", "order_id", "kind", "amount_minor"),
    *("currency", "action", "conversation_id", "direction", "text", "attributes"),
    *("actor", "role", "op", "tag"),
}

Breaks = Callable[[Schedule], bool]


def reduced(schedule: Schedule, breaks: Breaks) -> Schedule:
    """A part of the schedule that breaks its promise as the whole does; `breaks` tells."""
    trials = 0

    def still(candidate: Schedule) -> bool:
        nonlocal trials
        trials += 1
        return breaks(candidate)

    before = None
    while schedule != before and trials < MOST_TRIALS:
        before = schedule
        for candidates in (_fewer_steps, _plainer, _less_in_packs, _fewer_fields):
            schedule = _greedy(schedule, candidates, still, lambda: trials < MOST_TRIALS)
    return schedule


def _greedy(
    schedule: Schedule,
    candidates: Callable[[Schedule, int], Iterator[Schedule]],
    still: Breaks,
    may_go_on: Callable[[], bool],
) -> Schedule:
    """Take the first candidate that still breaks, again and again, with smaller and smaller parts
    left out."""
    chunk = max(1, len(schedule.steps) // 2)
    while may_go_on():
        better = next((each for each in candidates(schedule, chunk) if still(each)), None)
        if better is not None:
            schedule = better
        elif chunk == 1:
            return schedule
        else:
            chunk //= 2
    return schedule


def _fewer_steps(schedule: Schedule, chunk: int) -> Iterator[Schedule]:
    """Without some of the steps that can be left out, the last ones first."""
    steps = schedule.steps
    places = [place for place in range(len(steps)) if _can_go(steps, place)]
    for end in range(len(places), 0, -chunk):
        gone = set(places[max(0, end - chunk) : end])
        kept = [step for place, step in enumerate(steps) if place not in gone]
        yield msgspec.structs.replace(schedule, steps=kept)


def _can_go(steps: list[Step], place: int) -> bool:
    """Whether the promise stands without this step."""
    before, step, after = steps[:place], steps[place], steps[place + 1 :]
    match step:
        case Tick():
            return not _asks(before)
        case Settle():
            return not any(isinstance(each, Write) for each in (*before[-1:], *after[:1]))
        case Feed():
            return any(isinstance(each, Feed) for each in before)
        case Wait():
            return not (before and isinstance(before[-1], BrokerAway))
        case WaitUntil():
            return bool(after) and isinstance(after[0], WaitUntil)
    return True


def _asks(before: list[Step]) -> bool:
    """Whether a tick behind these steps lets workers hear of what was written."""
    ticks = 0
    for step in reversed(before):
        if isinstance(step, Write | Raw):
            return ticks < TICKS_TO_HEAR
        if not isinstance(step, Tick | Feed):
            return False
        ticks += isinstance(step, Tick)
    return False


def _plainer(schedule: Schedule, chunk: int) -> Iterator[Schedule]:
    """With one shard or worker less, or as workers do by themselves."""
    if chunk > 1:
        return
    for words in (
        {"knobs": Knobs()},
        {"transactional": True},
        {"workers": 1},
        {"shards": 1},
    ):
        plainer = msgspec.structs.replace(schedule, **words)
        if plainer != schedule:
            yield plainer


def _less_in_packs(schedule: Schedule, chunk: int) -> Iterator[Schedule]:
    """Without one of the tags, or of the names that they use."""
    if chunk > 1:
        return
    for place, pack in enumerate(schedule.packs):
        for section in SECTIONS:
            for name in pack.get(section, {}):
                less = pack | {section: _without(pack[section], name)}
                kept = [less] if less["tags"] else []
                packs = [*schedule.packs[:place], *kept, *schedule.packs[place + 1 :]]
                if packs:
                    yield msgspec.structs.replace(schedule, packs=packs)


def _fewer_fields(schedule: Schedule, chunk: int) -> Iterator[Schedule]:
    """Without one of the fields that an event need not have."""
    if chunk > 1:
        return
    for place, step in enumerate(schedule.steps):
        if isinstance(step, Write):
            for fields in _fewer(step.fields):
                plainer = msgspec.structs.replace(step, fields=fields)
                steps = [*schedule.steps[:place], plainer, *schedule.steps[place + 1 :]]
                yield msgspec.structs.replace(schedule, steps=steps)


def _fewer(fields: Doc) -> Iterator[Doc]:
    for name in sorted(fields.keys() - REQUIRED_FIELDS):
        yield _without(fields, name)
    for name in fields.get("attributes", {}):
        yield fields | {"attributes": _without(fields["attributes"], name)}


def _without(words: Doc, name: str) -> Doc:
    return {word: value for word, value in words.items() if word != name}
