"""What time alone does to whole conditions: the turns of their parts, seen from the top."""

from collections.abc import Iterator
from typing import NamedTuple

from tagger.rules.sentences.conditions import simplified
from tagger.rules.sentences.drifts import Turn
from tagger.rules.sentences.teller import Teller
from tagger.rules.sentences.turns import turns
from tagger.rules.syntax import (
    Absent,
    AllOf,
    AnyOf,
    AtLeast,
    Comparator,
    Compare,
    Condition,
    Named,
    Not,
)

_MORE_IS_TRUE: tuple[Comparator, ...] = ("gt", "gte")
_MORE_IS_FALSE: tuple[Comparator, ...] = ("lt", "lte")


class Leaf(NamedTuple):
    """A part that is measured. `signs`: whether the whole follows it (True), turns against it
    (False), or both."""

    condition: Compare | Absent
    signs: tuple[bool, ...]


def turns_of(teller: Teller, condition: Condition, *, is_known: bool = True) -> tuple[Turn, ...]:
    """Every instant at which time alone can make the condition true or false, each once.
    `is_known`: who reads of it knows which condition is meant."""
    alone = is_known and is_single(teller, condition)
    found = (
        Turn(turn.becomes is sign, turn.moment)
        for leaf in leaves(teller, condition)
        for turn in turns(teller, leaf.condition, is_alone=alone and leaf.signs == (True,))
        for sign in leaf.signs
    )
    return tuple(dict.fromkeys(found))


def is_single(teller: Teller, condition: Condition) -> bool:
    """Whether it is one comparison, so that its turns are its own."""
    found = simplified(condition)
    while isinstance(found, Not | Named):
        inner = found.of if isinstance(found, Not) else teller.shelf.conditions.get(found.name)
        if inner is None:
            return False
        found = simplified(inner)
    return isinstance(found, Compare | Absent)


def leaves(teller: Teller, condition: Condition) -> Iterator[Leaf]:
    """The parts of the condition that are measured, named ones followed, once for each sign."""
    return _leaves(teller, condition, (True,), set())


def _leaves(
    teller: Teller,
    condition: Condition,
    signs: tuple[bool, ...],
    seen: set[tuple[str, tuple[bool, ...]]],
) -> Iterator[Leaf]:
    match simplified(condition):
        case Compare() | Absent() as leaf:
            yield Leaf(leaf, signs)
        case AllOf(of) | AnyOf(of):
            for each in of:
                yield from _leaves(teller, each, signs, seen)
        case Not(of):
            yield from _leaves(teller, of, _turned(signs), seen)
        case AtLeast(of, comparator):
            for each in of:
                yield from _leaves(teller, each, _signs(comparator, signs), seen)
        case Named(name):
            named = teller.shelf.conditions.get(name)
            if named is not None and (name, signs) not in seen:
                seen.add((name, signs))
                yield from _leaves(teller, named, signs, seen)


def _signs(comparator: Comparator, signs: tuple[bool, ...]) -> tuple[bool, ...]:
    if comparator in _MORE_IS_TRUE:
        return signs
    return _turned(signs) if comparator in _MORE_IS_FALSE else (True, False)


def _turned(signs: tuple[bool, ...]) -> tuple[bool, ...]:
    return tuple(not sign for sign in signs)
