"""The right side of comparisons: values in their units, and what is said of them."""

from collections.abc import Sequence
from decimal import Decimal

from tagger.rules.sentences.kinds import Kind
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import Comparator, Operand, Scalar


def value(teller: Teller, scalar: Scalar, kind: Kind) -> str:
    """One value; names and texts are quoted."""
    language = teller.language
    if isinstance(scalar, bool):
        return teller.say("true" if scalar else "false")
    if isinstance(scalar, str):
        return language.quoted(scalar)
    if kind == "money":
        return language.money(scalar, teller.shelf.pack.currency)
    if kind == "duration":
        return language.duration(int(scalar))
    return language.number(scalar)


def values(teller: Teller, scalars: Sequence[Scalar], kind: Kind) -> str:
    """`a, b or c`."""
    return teller.language.alternatives([value(teller, each, kind) for each in scalars])


def predicate(
    teller: Teller,
    comparator: Comparator,
    operand: Operand,
    kind: Kind,
    *,
    is_always_set: bool = False,
    right: str | None = None,
) -> str:
    """What a comparison says of its left side. `right` is the right side in words where that is
    a measure. Raises KeyError for a comparator without words."""
    if comparator == "is_set":
        return teller.say("is_known" if operand.values == (True,) else "is_unknown")
    if comparator in ("mentions", "matches"):
        return _of_text(teller, comparator, operand)
    verb = "lasts" if kind == "duration" else "is"
    if right is None and comparator == "between":
        low, high = (value(teller, each, kind) for each in operand.values)
        return teller.say(f"{verb}_between", low=low, high=high)
    if comparator == "in":
        return _in(teller, verb, operand, kind)
    if right is None:
        right = value(teller, operand.values[0], kind)
    word = "ne_known" if comparator == "ne" and not is_always_set else comparator
    return teller.say(f"{verb}_{word}", value=right)


def _in(teller: Teller, verb: str, operand: Operand, kind: Kind) -> str:
    members = values(teller, operand.values, kind)
    if operand.list_name is None:
        return teller.say(f"{verb}_in", values=members)
    return teller.say(f"{verb}_in_list", list=teller.name(operand.list_name), values=members)


def _of_text(teller: Teller, comparator: Comparator, operand: Operand) -> str:
    if comparator == "matches":
        return teller.say("matches", value=value(teller, operand.values[0], "text"))
    members = values(teller, operand.values, "text")
    if operand.list_name is None:
        return teller.say("mentions", values=members)
    return teller.say("mentions_list", list=teller.name(operand.list_name), values=members)


def quantity(teller: Teller, comparator: Comparator, operand: Operand, unit: str = "") -> str:
    """How many: `at least 3`. Raises KeyError for a comparator that is not about numbers."""
    numbers = [each for each in operand.values if isinstance(each, int | Decimal)]
    counted = [teller.language.counted(each) for each in numbers]
    phrase = f"quantity_{comparator}"
    if comparator == "between":
        return teller.say(phrase, low=counted[0], high=counted[1], unit=unit)
    if comparator == "in":
        return teller.say(phrase, values=teller.language.alternatives(counted), unit=unit)
    return teller.say(phrase, n=counted[0], unit=unit)
