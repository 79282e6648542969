"""Rules that say nearly the same: the same words, with numbers that differ by a tenth at most."""

import hashlib
import re
from collections.abc import Iterable
from itertools import pairwise

from tagger.domain.times import format_duration
from tagger.rules import words
from tagger.rules.findings import Findings
from tagger.rules.linting.shape import condition_shape, life_of
from tagger.rules.syntax import (
    ChainPattern,
    Clause,
    Condition,
    Named,
    NamedEvent,
    Pack,
    Selector,
    TagRule,
)
from tagger.rules.walk import (
    clauses_of,
    conditions_of,
    event_selectors,
    measures_of_tag,
    parts_of,
    selectors_in,
    selectors_of,
)

_NEAR = 0.1
_NUMBER = re.compile(r"(?<![\w-])\d+(?:\.\d+)?")


def check_duplicates(packs: Iterable[Pack], findings: Findings) -> None:
    """`W-DUPLICATE-RULE` for each tag whose rule another tag nearly has."""
    alike: dict[str, list[tuple[list[float], TagRule]]] = {}
    for pack in packs:
        shapes = _Shapes(pack)
        for tag in pack.tags:
            shape = shapes.rule(tag)
            if shape:
                numbers = [float(number) for number in _NUMBER.findall(shape)]
                alike.setdefault(_NUMBER.sub("#", shape), []).append((numbers, tag))
    for group in alike.values():
        group.sort(key=lambda each: each[0])
        for (numbers, tag), (next_numbers, next_tag) in pairwise(group):
            if all(map(_is_near, numbers, next_numbers)):
                first, second = sorted((tag, next_tag), key=lambda each: each.at)
                sentence = f"`{second.name}` has nearly the same rule as `{first.name}`"
                hint = "keep one of them, or set them further apart"
                findings.add(second.at, "W-DUPLICATE-RULE", sentence, hint)


def _is_near(first: float, second: float) -> bool:
    return abs(first - second) <= _NEAR * max(abs(first), abs(second))


class _Shapes:
    """The shapes of one pack's rules, with what its own names stand for put in."""

    def __init__(self, pack: Pack) -> None:
        self._pack = pack
        self._conditions = {each.name: each for each in pack.conditions}
        self._events = {each.name: each for each in pack.events}
        self._condition_shapes: dict[str, str] = {}
        self._condition_events: dict[str, frozenset[str]] = {}
        self._event_keys: dict[str, str] = {}

    def rule(self, tag: TagRule) -> str:
        """What decides the tag, in one line; empty for a tag that is only set by hand."""
        parts = [self._clause("assign", tag.assign), self._clause("remove", tag.remove)]
        parts += [
            self._condition(band.when) if band.when is not None else "otherwise"
            for band in tag.values
        ]
        parts.append(words.measure(tag.value) if tag.value is not None else "")
        said = [part for part in parts if part]
        if not said:
            return ""
        said += [f"{word} {format_duration(length_ms)}" for word, length_ms in life_of(tag).items()]
        said += sorted({self._event(name) for name in self._events_of(tag)})
        return " | ".join([f"{self._pack.currency} {self._pack.time_zone}", *said])

    def _clause(self, word: str, clause: Clause | None) -> str:
        if clause is None:
            return ""
        when = "" if clause.when is None else f" when {self._condition(clause.when)}"
        upon = "" if clause.upon is None else f" upon {words.selector(clause.upon)}"
        return f"{word}{when}{upon}"

    def _condition(self, condition: Condition) -> str:
        for part in parts_of(condition):
            if isinstance(part, Named) and part.name not in self._condition_shapes:
                inner = self._conditions[part.name].condition
                self._condition_shapes[part.name] = self._condition(inner)
        return condition_shape(condition, self._condition_shapes)

    def _events_of(self, tag: TagRule) -> frozenset[str]:
        found = self._names(selectors_in(measures_of_tag(tag)))
        found |= self._names(clause.upon for clause in clauses_of(tag) if clause.upon is not None)
        for part in conditions_of(tag):
            found |= self._events_of_condition(part)
        return found

    def _events_of_condition(self, condition: Condition) -> frozenset[str]:
        """Of the condition by itself, or of what its name stands for."""
        if not isinstance(condition, Named):
            return self._names(selectors_of(condition))
        if condition.name not in self._condition_events:
            found: frozenset[str] = frozenset()
            for part in parts_of(self._conditions[condition.name].condition):
                found |= self._events_of_condition(part)
            self._condition_events[condition.name] = found
        return self._condition_events[condition.name]

    def _names(self, selectors: Iterable[Selector]) -> frozenset[str]:
        names = (name for selector in selectors for name in selector.events)
        return frozenset(name for name in names if name in self._events)

    def _event(self, name: str) -> str:
        """A key that is equal for named events that mean the same."""
        if name not in self._event_keys:
            event = self._events[name]
            said = [_definition(event)]
            for selector in event_selectors(event):
                said += [self._event(each) for each in selector.events if each in self._events]
            digest = hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]
            self._event_keys[name] = f"{name}_{digest}"
        return self._event_keys[name]


def _definition(event: NamedEvent) -> str:
    definition = event.definition
    texts = [words.selector(selector) for selector in event_selectors(event)]
    if isinstance(definition, Selector):
        return texts[0]
    kind = "then" if isinstance(definition, ChainPattern) else "unless"
    return f"{kind} {'; '.join(texts)} by {definition.by} within {definition.within_ms}"
