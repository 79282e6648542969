"""Events in words: their names, their windows and what filters ask of them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from tagger.rules.sentences.kinds import kind_of_field
from tagger.rules.sentences.language import EventWords, Noun
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.values import predicate
from tagger.rules.syntax import FieldTest, Operand, Selector, Window

_CLOCK_FIELDS = ("hour", "weekday")
HOURS_PER_DAY = 24


class Described(NamedTuple):
    """A noun with its window, for phrases that put the window elsewhere."""

    noun: Noun
    window: str

    def parts(self) -> dict[str, str]:
        """What phrases about events can name."""
        noun = self.noun
        return {
            "bare": noun.bare,
            "one": noun.one,
            "many": noun.many,
            "unit": noun.unit,
            "window": self.window,
        }


def described(teller: Teller, selector: Selector, window: Window | None = None) -> Described:
    """The events of a selector, in a window where one matters."""
    names, tests = _named(selector)
    text = "" if window is None else window_text(teller, window)
    times = tuple(_time(teller, test) for test in sorted(tests, key=_field) if _is_time(test))
    clauses = tuple(_clause(teller, test) for test in tests if not _is_time(test))
    lines = merged(selector.where.any_line) if selector.where is not None else ()
    words = EventWords(names, text, times, clauses, tuple(_clause(teller, each) for each in lines))
    return Described(teller.language.noun(words), text)


def merged(tests: tuple[FieldTest, ...]) -> tuple[FieldTest, ...]:
    """The tests, where two of them are the bounds of one band as one."""
    found: list[FieldTest] = []
    for test in tests:
        for place, other in enumerate(found):
            low, high = (other, test) if other.comparator == "gte" else (test, other)
            if other.field == test.field and (low.comparator, high.comparator) == ("gte", "lt"):
                bounds = replace(low.operand, values=(*low.operand.values, *high.operand.values))
                found[place] = replace(low, comparator="between", operand=bounds)
                break
        else:
            found.append(test)
    return tuple(found)


def window_text(teller: Teller, window: Window) -> str:
    """`in the last 30 days`."""
    duration = teller.language.duration
    near = duration(window.ago_ms)
    if window.period is not None:
        return teller.say(f"{'previous' if window.periods_ago else 'this'}_{window.period}")
    if window.within_ms is None:
        return teller.say("until_ago", near=near) if window.ago_ms else teller.say("so_far")
    if window.ago_ms:
        far = duration(window.ago_ms + window.within_ms)
        return teller.say("between_ago", near=near, far=far)
    return teller.say("in_last", duration=duration(window.within_ms))


def _named(selector: Selector) -> tuple[tuple[str, ...], tuple[FieldTest, ...]]:
    """The names and the remaining tests, where a name can take one of them in: a chat message
    comes from the customer or goes there."""
    tests = merged(selector.where.tests) if selector.where is not None else ()
    if selector.events != ("chat",):
        return selector.events, tests
    for test in tests:
        if test.field == "direction" and test.comparator == "eq":
            rest = tuple(each for each in tests if each is not test)
            return (f"chat_{test.operand.values[0]}",), rest
    return selector.events, tests


def _field(test: FieldTest) -> str:
    return test.field


def _is_time(test: FieldTest) -> bool:
    return test.field in _CLOCK_FIELDS and test.comparator != "is_set"


def _clause(teller: Teller, test: FieldTest) -> str:
    field = teller.language.field(test.field)
    if test.comparator == "is_set":
        return teller.say("given" if test.operand.values == (True,) else "missing", field=field)
    kind = kind_of_field(test.field)
    said = predicate(teller, test.comparator, test.operand, kind)
    return teller.say("whose", field=field, predicate=said)


def _time(teller: Teller, test: FieldTest) -> str:
    return _weekday(teller, test) if test.field == "weekday" else _hour(teller, test)


def _weekday(teller: Teller, test: FieldTest) -> str:
    language = teller.language
    names = [language.weekdays.get(str(each), str(each)) for each in test.operand.values]
    phrase = "not_weekday" if test.comparator == "ne" else "weekday"
    return teller.say(phrase, days=language.either(names))


def _hour(teller: Teller, test: FieldTest) -> str:
    clocks = [_clock(teller, hour) for hour in _hours(test.operand)]
    if test.comparator == "between":
        return teller.say("hour_between", low=clocks[0], high=clocks[1])
    if test.comparator == "in":
        run = _run_of(_hours(test.operand))
        if run is None:
            return teller.say("hour_in", values=teller.language.either(clocks))
        low, high = (_clock(teller, hour) for hour in run)
        return teller.say("hour_between", low=low, high=high)
    (hour,) = _hours(test.operand)
    from_, to = _clock(teller, hour), _clock(teller, hour + 1)
    return teller.say(f"hour_{test.comparator}", from_=from_, to=to)


def _run_of(hours: Iterable[int]) -> tuple[int, int] | None:
    """The first hour and the one after the last, of hours that follow one another round the
    clock; None of others."""
    found = set(hours)
    starts = [hour for hour in found if (hour - 1) % HOURS_PER_DAY not in found]
    if len(starts) != 1 or len(found) == 1:
        return None
    return starts[0], (starts[0] + len(found)) % HOURS_PER_DAY


def _hours(operand: Operand) -> Iterable[int]:
    return [int(each) for each in operand.values]


def _clock(teller: Teller, hour: int) -> str:
    return teller.say("clock", hour=hour)
