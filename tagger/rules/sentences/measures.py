"""Measures in words: as a noun, and in a comparison where that reads better as a whole."""

from decimal import Decimal

from tagger.rules.sentences.events import described, window_text
from tagger.rules.sentences.kinds import Kind, is_always_set, kind_of
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.values import predicate, quantity, value, values
from tagger.rules.syntax import (
    Aggregate,
    AttributeValueOf,
    Comparator,
    Compare,
    Measure,
    Operand,
    Ratio,
    ResponseTime,
    Since,
    TagAge,
    TagValueOf,
    Window,
)

_PERIOD_FIELDS = ("day", "week", "month")
_CLOCKED = ("gt", "gte", "lt", "lte")
_NONE_AT_ALL = {"eq": 0, "lte": 0, "lt": 1}
MS_PER_DAY = 86_400_000


def measure_noun(teller: Teller, measure: Measure) -> str:
    """`the total amount of purchases in the last 30 days`."""
    match measure:
        case Aggregate():
            return _aggregate(teller, measure)
        case Since():
            return teller.say("since", subject=since_subject(teller, measure))
        case ResponseTime(window, of):
            return teller.say(f"answer_{of}", window=window_text(teller, window))
        case Ratio(of, to):
            parts = {"of": measure_noun(teller, of), "to": measure_noun(teller, to)}
            return teller.say("ratio", **parts)
        case AttributeValueOf(name):
            return teller.language.attribute(name)
        case TagValueOf(name):
            return teller.say("tag_value", tag=teller.tag(name))
        case TagAge(name):
            return teller.say(f"{held(teller, name)}_for", tag=teller.tag(name))


def _aggregate(teller: Teller, measure: Aggregate) -> str:
    parts = described(teller, measure.selector, measure.window).parts()
    match measure.kind:
        case "count":
            return teller.say("number_of", **parts)
        case "interval":
            return teller.say("interval", **parts)
        case "distinct":
            phrase = "distinct_periods" if measure.of in _PERIOD_FIELDS else "distinct"
            return teller.say(phrase, variety=teller.language.variety(measure.of or ""), **parts)
        case kind:
            return teller.say(kind, field=teller.language.field(measure.of or ""), **parts)


def since_subject(teller: Teller, measure: Since) -> str:
    """`the last purchase`, `the first purchase this year`."""
    window = None if measure.window == Window(None) else measure.window
    parts = described(teller, measure.selector, window).parts()
    return teller.say("first" if measure.first else "last", **parts)


def held(teller: Teller, tag: str) -> str:
    """The stem of the phrases for how long a tag is held: a flag is held, another has a value."""
    is_flag = tag not in teller.library or teller.library.tag(tag).form == "flag"
    return "held" if is_flag else "held_value"


def comparison(teller: Teller, compare: Compare) -> str:
    """A comparison as a clause: `there were at least 3 purchases in the last 30 days`."""
    whole = _whole(teller, compare)
    if whole is not None:
        return whole
    measure, operand = compare.measure, compare.operand
    kind, always = kind_of(measure, teller), is_always_set(measure)
    right = right_side(teller, operand)
    said = predicate(teller, compare.comparator, operand, kind, is_always_set=always, right=right)
    return teller.say("compared", measure=measure_noun(teller, measure), predicate=said)


def right_side(teller: Teller, operand: Operand) -> str | None:
    """The right side in words where it is a measure: `twice the average time between ...`."""
    if operand.measure is None:
        return None
    return teller.language.multiple(operand.times, measure_noun(teller, operand.measure))


def _whole(teller: Teller, compare: Compare) -> str | None:
    """The comparison where the language says it as a whole, None where it does not."""
    comparator, operand = compare.comparator, compare.operand
    if operand.measure is not None:
        return None
    match compare.measure:
        case Aggregate(kind="count"):
            return _count(teller, compare.measure, comparator, operand)
        case Since():
            return _since(teller, compare.measure, comparator, operand)
        case TagAge(name):
            if comparator not in _CLOCKED:
                return None
            lasted = value(teller, operand.values[0], "duration")
            return teller.say(
                f"{held(teller, name)}_{comparator}", tag=teller.tag(name), value=lasted
            )
        case TagValueOf(name):
            return _flag(teller, name, comparator, operand)
        case AttributeValueOf(name):
            return _attribute(teller, name, comparator, operand)
    return None


def _count(
    teller: Teller, measure: Aggregate, comparator: Comparator, operand: Operand
) -> str | None:
    if comparator in ("ne", "is_set"):
        return None
    parts = described(teller, measure.selector, measure.window).parts()
    then = past(measure.window)
    first = operand.values[0]
    if len(operand.values) == 1 and _NONE_AT_ALL.get(comparator) == first:
        return teller.say(f"count_none{then}", **parts)
    if comparator == "gt" and first == 0:
        comparator, operand = "gte", Operand((1,), operand.at)
    said = quantity(teller, comparator, operand, parts["unit"])
    number = operand.values[-1]
    one = isinstance(number, int | Decimal) and teller.language.is_singular(number)
    return teller.say(f"count_one{then}" if one else f"count{then}", quantity=said, **parts)


def past(window: Window) -> str:
    """The ending of phrases about a time that is over."""
    return "_then" if window.ago_ms or window.periods_ago else ""


def _since(teller: Teller, measure: Since, comparator: Comparator, operand: Operand) -> str | None:
    if comparator == "is_set":
        parts = described(teller, measure.selector, measure.window).parts()
        then = past(measure.window)
        if operand.values == (False,):
            return teller.say(f"count_none{then}", **parts)
        at_least_one = quantity(teller, "gte", Operand((1,), operand.at), parts["unit"])
        return teller.say(f"count_one{then}", quantity=at_least_one, **parts)
    if comparator not in _CLOCKED:
        return None
    age = value(teller, operand.values[0], "duration")
    return teller.say(f"clock_{comparator}", subject=since_subject(teller, measure), value=age)


def _flag(teller: Teller, name: str, comparator: Comparator, operand: Operand) -> str | None:
    if kind_of(TagValueOf(name, operand.at), teller) != "truth":
        if comparator == "is_set":
            phrase = "tag_held" if operand.values == (True,) else "tag_not_held"
            return teller.say(phrase, tag=teller.tag(name))
        return None
    wanted = operand.values == ((comparator != "ne"),)
    return teller.say("tag_held" if wanted else "tag_not_held", tag=teller.tag(name))


def _attribute(teller: Teller, name: str, comparator: Comparator, operand: Operand) -> str | None:
    if comparator == "anniversary_within":
        return _anniversary(teller, name, operand)
    if comparator == "is_set":
        return None
    kind: Kind = teller.shelf.attribute_kind(name)
    if name == "age" and kind == "number":
        return _age(teller, comparator, operand)
    phrase = f"{name}_{'true' if operand.values == ((comparator == 'eq'),) else 'false'}"
    if kind == "truth" and phrase in teller.language.phrases:
        return teller.say(phrase)
    return None


def _age(teller: Teller, comparator: Comparator, operand: Operand) -> str:
    phrase = f"age_{comparator}"
    if comparator == "in":
        return teller.say(phrase, values=values(teller, operand.values, "number"))
    told = [value(teller, each, "number") for each in operand.values]
    if comparator == "between":
        return teller.say(phrase, low=told[0], high=told[1])
    return teller.say(phrase, value=told[0])


def anniversary_name(teller: Teller, attribute: str) -> str:
    """`the customer's birthday`."""
    if attribute == "birth_date":
        return teller.say("birthday")
    return teller.say("anniversary", attribute=teller.language.attribute(attribute))


def _anniversary(teller: Teller, name: str, operand: Operand) -> str:
    days = anniversary_days(operand)
    day = anniversary_name(teller, name)
    if days == 1:
        return teller.say("anniversary_today", day=day)
    if days == 2:
        return teller.say("anniversary_tomorrow", day=day)
    to_come = teller.language.duration((days - 1) * MS_PER_DAY)
    return teller.say("anniversary_soon", day=day, days=to_come)


def anniversary_days(operand: Operand) -> int:
    """How many days, today included, an anniversary may be away."""
    (within_ms,) = operand.values
    return max(1, int(within_ms) // MS_PER_DAY)
