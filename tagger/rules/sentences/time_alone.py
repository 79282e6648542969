"""What time alone does to a tag: what can bring it, take it away, or change its value."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tagger.rules.sentences.drifts import at
from tagger.rules.sentences.effects import is_single, turns_of
from tagger.rules.sentences.measures import since_subject
from tagger.rules.sentences.movements import derived_events, movements, waits_over
from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import Aggregate, Condition, Measure, Since, TagAge, TagRule


class _Moments(NamedTuple):
    """The instants at which something can happen; `is_sure`: it then does happen."""

    moments: tuple[str, ...]
    is_sure: bool


def time_points(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    """What time does, or that it does nothing."""
    if tag.form == "flag":
        return _of_flag(teller, tag)
    moments = _of_values(teller, tag) if tag.form == "text" else _of_number(teller, tag)
    points = _points(teller, "change", moments)
    ending = _of_last_day(teller, tag)
    if not points and not ending:
        return (teller.point(_nothing(teller, tag)),)
    return (*points, *_points(teller, "end", _Moments(ending, is_sure=True)))


def _of_flag(teller: Teller, tag: TagRule) -> tuple[Point, ...]:
    sets, ends = _setting(teller, tag), _ending(teller, tag)
    if not sets.moments and not ends.moments:
        return (teller.point(_nothing(teller, tag)),)
    points = [*_points(teller, "set", sets), *_points(teller, "end", ends)]
    follows = bool(teller.library.asks(tag.name))
    if not sets.moments and not follows:
        points.append(teller.point("time_never_sets"))
    if not ends.moments and (tag.sticky or not follows):
        points.append(teller.point("time_never_ends"))
    return tuple(points)


def _nothing(teller: Teller, tag: TagRule) -> str:
    return "time_follows" if teller.library.asks(tag.name) else "time_never"


def _points(teller: Teller, what: str, found: _Moments) -> tuple[Point, ...]:
    if not found.moments:
        return ()
    if found.is_sure and len(found.moments) == 1:
        return (teller.point(f"time_{what}s", moment=found.moments[0]),)
    lead = teller.language.lead(teller.say(f"time_can_{what}"))
    return (Point(lead, tuple(_sentence(teller, each) for each in found.moments)),)


def _sentence(teller: Teller, moment: str) -> Point:
    return Point(teller.language.sentence(moment))


def _setting(teller: Teller, tag: TagRule) -> _Moments:
    moments: list[str] = []
    is_sure = True
    assign, remove = tag.assign, tag.remove
    if assign is not None and assign.upon is not None:
        moments += [at(teller, each) for each in waits_over(teller, assign.upon)]
        is_sure = assign.when is None
    elif assign is not None and assign.when is not None:
        moments += _turning(teller, assign.when, becomes=True)
        is_sure = is_single(teller, assign.when)
        if tag.hold_for_ms is not None:
            moments, is_sure = [_lasting(teller, "held_long_enough", tag.hold_for_ms)], True
        if remove is not None and remove.upon is None and remove.when is not None:
            moments += _turning(teller, remove.when, becomes=False)
        if tag.cool_down_ms is not None:
            moments.append(_lasting(teller, "cooled_down", tag.cool_down_ms))
    return _Moments(tuple(dict.fromkeys(moments)), is_sure)


def _ending(teller: Teller, tag: TagRule) -> _Moments:
    moments: list[str] = []
    is_sure = True
    if not tag.sticky:
        moments, is_sure = _ending_by_rule(teller, tag)
        if tag.expires_after_ms is not None:
            phrase = "term_renewed_over" if tag.renew else "term_over"
            moments.append(_lasting(teller, phrase, tag.expires_after_ms))
        if tag.keep_at_least_ms is not None:
            moments.append(_lasting(teller, "kept_long_enough", tag.keep_at_least_ms))
    moments += _of_last_day(teller, tag)
    return _Moments(tuple(dict.fromkeys(moments)), is_sure)


def _ending_by_rule(teller: Teller, tag: TagRule) -> tuple[list[str], bool]:
    assign, remove = tag.assign, tag.remove
    moments: list[str] = []
    is_sure = True
    if remove is not None and remove.upon is not None:
        moments += [at(teller, each) for each in waits_over(teller, remove.upon)]
        is_sure = remove.when is None
    elif remove is not None and remove.when is not None:
        moments += _turning(teller, remove.when, becomes=True)
        return moments, is_single(teller, remove.when)
    if assign is not None and assign.upon is None and assign.when is not None:
        moments += _turning(teller, assign.when, becomes=False)
        is_sure = is_sure and is_single(teller, assign.when)
    return moments, is_sure


def _turning(teller: Teller, condition: Condition, *, becomes: bool) -> list[str]:
    return [turn.moment for turn in turns_of(teller, condition) if turn.becomes is becomes]


def _lasting(teller: Teller, phrase: str, duration_ms: int) -> str:
    return at(teller, teller.say(phrase, duration=teller.language.duration(duration_ms)))


def _of_last_day(teller: Teller, tag: TagRule) -> tuple[str, ...]:
    if tag.ends_on is None:
        return ()
    return (at(teller, teller.say("ends_after", day=teller.language.day(tag.ends_on))),)


def _of_values(teller: Teller, tag: TagRule) -> _Moments:
    conditions = [band.when for band in tag.values if band.when is not None]
    moments = [
        turn.moment for each in conditions for turn in turns_of(teller, each, is_known=False)
    ]
    return _Moments(tuple(dict.fromkeys(moments)), len(set(moments)) == 1)


def _of_number(teller: Teller, tag: TagRule) -> _Moments:
    if tag.value is None:
        return _Moments((), is_sure=True)
    moments = [at(teller, each) for each in _running(teller, tag.value, tag.step_ms)]
    moments += [at(teller, each.moment) for each in movements(teller, tag.value)]
    moments += [at(teller, each) for each in _by_themselves(teller, tag.value)]
    return _Moments(tuple(dict.fromkeys(moments)), is_sure=True)


def _running(teller: Teller, measure: Measure, step_ms: int | None) -> Iterable[str]:
    """The steps of a value that grows at every instant."""
    step = teller.language.duration(step_ms or 1)
    if isinstance(measure, Since):
        yield teller.say("step_passes", step=step, subject=since_subject(teller, measure))
    elif isinstance(measure, TagAge):
        yield teller.say("step_held", step=step, tag=teller.tag(measure.name))


def _by_themselves(teller: Teller, measure: Measure) -> Sequence[str]:
    if not isinstance(measure, Aggregate | Since):
        return ()
    return tuple(derived_events(teller, measure.selector))
