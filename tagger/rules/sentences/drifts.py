"""How comparisons turn where no single event decides: windows move on, waits end."""

from collections.abc import Iterator
from typing import NamedTuple

from tagger.rules.sentences.crossings import crossings
from tagger.rules.sentences.kinds import is_always_set
from tagger.rules.sentences.movements import (
    Movement,
    derived_events,
    movements,
    runs_with_time,
)
from tagger.rules.sentences.teller import Teller
from tagger.rules.syntax import Compare, Selector

BOTH = (True, False)


class Turn(NamedTuple):
    """A condition becomes true, or false, at that instant."""

    becomes: bool
    moment: str


class Watched(NamedTuple):
    """A condition whose turns are told. `clause` is None where the reader knows which it is."""

    teller: Teller
    clause: str | None

    def turn(self, phrase: str, *, becomes: bool, **parts: object) -> Turn:
        """A phrase, said of the condition."""
        phrase += "_alone" if self.clause is None else ""
        phrase += "" if becomes else "_not"
        cited = "" if self.clause is None else self.teller.language.cited(self.clause)
        return Turn(becomes, at(self.teller, self.teller.say(phrase, clause=cited, **parts)))


def at(teller: Teller, moment: str, *, is_after: bool = False) -> str:
    """`at the very millisecond when ...`."""
    return teller.say("after" if is_after else "at", moment=moment)


def by_movements(
    watched: Watched, compare: Compare, directions: tuple[bool, ...] = BOTH
) -> Iterator[Turn]:
    """By the events that come and go at the edges of windows, whatever that leads to."""
    sides = (compare.measure, compare.operand.measure)
    measures = [each for each in sides if each is not None]
    if compare.comparator != "is_set" and any(map(runs_with_time, measures)):
        for becomes in directions:
            yield watched.turn("passes", becomes=becomes)
        return
    every = dict.fromkeys(
        movement for each in measures for movement in movements(watched.teller, each)
    )
    found = [each for each in every if not any(_is_part(each, other) for other in every)]
    for movement in found:
        is_emptied = movement.empties and len(found) == 1
        for becomes in (holds_of_nothing(compare),) if is_emptied else directions:
            yield watched.turn("ages_and", becomes=becomes, moment=movement.moment)


def _is_part(movement: Movement, other: Movement) -> bool:
    """Whether the other one tells of the same moments and of more."""
    return bool(movement.ages) and movement.ages < other.ages


def by_derived_events(
    watched: Watched, selector: Selector, directions: tuple[bool, ...]
) -> Iterator[Turn]:
    """By events that happen because a wait is over."""
    for moment in derived_events(watched.teller, selector):
        for becomes in directions:
            yield watched.turn("ages_and", becomes=becomes, moment=moment)


def holds_of_nothing(compare: Compare) -> bool:
    """Whether the comparison is true where there is no event at all."""
    if not is_always_set(compare.measure) or compare.operand.measure is not None:
        return compare.comparator == "is_set" and compare.operand.values == (False,)
    levels = crossings(compare.comparator, compare.operand.values)
    reached = [becomes for level, becomes, _ in levels if level <= 0]
    first = levels[0].becomes if levels else False
    return reached[-1] if reached else not first
