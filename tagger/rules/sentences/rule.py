"""What sets and ends a tag, and which value it has."""

from collections.abc import Iterator

from tagger.rules.sentences.conditions import phrased
from tagger.rules.sentences.events import described
from tagger.rules.sentences.kinds import is_always_set, kind_of
from tagger.rules.sentences.measures import measure_noun
from tagger.rules.sentences.story import Point
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import Clause, TagRule

Parts = tuple[tuple[str, tuple[Point, ...]], ...]
"""Points by the key of their section."""


def lead(teller: Teller, tag: TagRule) -> str:
    """What kind of tag it is, in a sentence."""
    return teller.language.sentence(_lead(teller, tag))


def rule_parts(teller: Teller, tag: TagRule) -> Parts:
    """The sections that say when the tag is held; none for a tag without a rule."""
    if tag.manual == "only":
        return ()
    if tag.form == "text":
        return (("values", (*_bands(teller, tag), *_last_day(teller, tag))),)
    if tag.form == "number":
        return (("value", (*_number(teller, tag), *_last_day(teller, tag))),)
    if _is_plain(tag) and tag.assign is not None and tag.assign.when is not None:
        held = phrased(teller, "has_while", tag.assign.when)
        return (("holds", (held, *_last_day(teller, tag))),)
    return (("sets", tuple(_setting(teller, tag))), ("ends", tuple(_ending(teller, tag))))


def _lead(teller: Teller, tag: TagRule) -> str:
    if tag.manual == "only":
        return teller.say("lead_text_free" if tag.form == "text" else "lead_only")
    if tag.form == "text":
        named = [teller.language.quoted(band.value) for band in tag.values]
        is_complete = any(band.when is None for band in tag.values)
        phrase = "lead_text" if is_complete else "lead_text_or_none"
        return teller.say(phrase, values=teller.language.either(named))
    return teller.say(f"lead_{tag.form}")


def _is_plain(tag: TagRule) -> bool:
    """Whether the flag is held exactly while its condition holds."""
    life = (tag.expires_after_ms, tag.hold_for_ms, tag.keep_at_least_ms, tag.cool_down_ms)
    is_state = tag.assign is not None and tag.assign.upon is None
    return is_state and tag.remove is None and not tag.sticky and life == (None,) * len(life)


def _setting(teller: Teller, tag: TagRule) -> Iterator[Point]:
    duration = teller.language.duration
    if tag.assign is not None:
        yield _clause(teller, "sets", tag.assign)
    if tag.hold_for_ms is not None:
        yield teller.point("hold_for", duration=duration(tag.hold_for_ms))
    if tag.cool_down_ms is not None:
        yield teller.point("cool_down", duration=duration(tag.cool_down_ms))
        if _is_upon(tag.assign):
            yield teller.point("cool_down_loses")


def _ending(teller: Teller, tag: TagRule) -> Iterator[Point]:
    if tag.sticky:
        phrase = "nothing_ends" if tag.manual == "forbidden" else "nothing_ends_but_people"
        yield teller.point(phrase)
        return
    yield from _removing(teller, tag)
    if tag.keep_at_least_ms is not None:
        kept = teller.language.duration(tag.keep_at_least_ms)
        yield teller.point("keep_at_least", duration=kept)
        if _is_upon(tag.remove):
            yield teller.point("keep_loses")
    yield from _expiring(teller, tag)
    yield from _last_day(teller, tag)


def _removing(teller: Teller, tag: TagRule) -> Iterator[Point]:
    assign, remove = tag.assign, tag.remove
    is_state = assign is not None and assign.upon is None
    if remove is None:
        yield teller.point("ends_false" if is_state else "no_event_ends")
        return
    if is_state and _is_upon(remove):
        yield teller.point("ends_false")
        yield _clause(teller, "too", remove)
    else:
        yield _clause(teller, "ends", remove)
    if _is_upon(remove):
        if is_state:
            yield teller.point("spent")
        elif _share_an_event(assign, remove):
            yield teller.point("remove_wins")
    else:
        yield teller.point("latch" if is_state else "remove_blocks")


def _expiring(teller: Teller, tag: TagRule) -> Iterator[Point]:
    if tag.expires_after_ms is None:
        return
    suffix = "upon" if _is_upon(tag.assign) else "when"
    further = teller.say(f"renewed_{suffix}" if tag.renew else "not_renewed")
    duration = teller.language.duration(tag.expires_after_ms)
    yield teller.point("expires", duration=duration, further=further)
    yield teller.point(f"expired_{suffix}")


def _last_day(teller: Teller, tag: TagRule) -> Iterator[Point]:
    if tag.ends_on is not None:
        yield teller.point("ends_on", day=teller.language.day(tag.ends_on))


def _is_upon(clause: Clause | None) -> bool:
    return clause is not None and clause.upon is not None


def _share_an_event(assign: Clause | None, remove: Clause) -> bool:
    if assign is None or assign.upon is None or remove.upon is None:
        return False
    return not set(assign.upon.events).isdisjoint(remove.upon.events)


def _clause(teller: Teller, what: str, clause: Clause) -> Point:
    """`what` is `sets`, `ends`, or `too` for a further end."""
    if clause.upon is None:
        if clause.when is None:
            raise ValueError(f"{clause.at}: a clause without a condition and without an event")
        return phrased(teller, f"{what}_state", clause.when)
    parts = described(teller, clause.upon).parts()
    if clause.when is None:
        return teller.point(f"{what}_upon", **parts)
    return phrased(teller, f"{what}_upon_when", clause.when, **parts)


def _bands(teller: Teller, tag: TagRule) -> Iterator[Point]:
    for number, band in enumerate(tag.values):
        value = teller.language.quoted(band.value)
        if band.when is None:
            yield teller.point("band_otherwise", value=value)
            return
        yield phrased(teller, "band_else" if number else "band", band.when, value=value)
    yield teller.point("no_band")


def _number(teller: Teller, tag: TagRule) -> Iterator[Point]:
    if tag.value is None:
        return
    yield teller.point("follows", measure=measure_noun(teller, tag.value))
    kind, currency = kind_of(tag.value, teller), teller.shelf.pack.currency
    if kind == "money" and currency is not None:
        yield teller.point("in_money", currency=teller.language.currency(currency))
    if kind == "duration":
        yield teller.point("in_duration")
    if tag.step_ms is not None:
        yield teller.point("in_steps", step=teller.language.duration(tag.step_ms))
    if not is_always_set(tag.value):
        yield teller.point("unset_number")
