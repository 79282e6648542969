"""How large rules become when the names in them are put in: bounded, so that a small file
cannot ask for endless work.

Meant for packs whose names have no cycles.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tagger.rules.findings import Findings
from tagger.rules.syntax import Condition, Named, Pack, Position, Selector
from tagger.rules.walk import (
    all_selectors,
    clauses_of,
    conditions_of,
    event_selectors,
    measure_parts,
    measures_of,
    parts_of,
    selectors_in,
    selectors_of,
)

MOST_PARTS = 20_000
"""Of all rules of a pack's tags together: conditions, measures and ways to be an event."""
MOST_ALTERNATIVES = 200
"""Of one event filter: the ways in which an event can pass it."""
MOST_NAMES_DEEP = 32


@dataclass(frozen=True, slots=True)
class _Own:
    """What a name stands for: its own size, and the names in it, as often as they stand there.

    `beside` are names that it needs without growing by them.
    """

    at: Position
    size: int
    names: tuple[str, ...]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Full:
    size: int
    depth: int


_LEAF = _Full(1, 0)


def report_expansions(packs: Iterable[Pack], findings: Findings) -> None:
    """One fault for each name, filter or pack that grows beyond the bounds."""
    for pack in packs:
        _report_pack(pack, findings)


def _report_pack(pack: Pack, findings: Findings) -> None:
    own_events = _own_events(pack)
    events = _expand(own_events)
    _report("event", own_events, events, MOST_ALTERNATIVES, findings)
    for selector in all_selectors(pack):
        if _alternatives(selector, events) > MOST_ALTERNATIVES:
            sentence = f"the events named here can come about in over {MOST_ALTERNATIVES} ways"
            findings.add(selector.at, "E-LIMIT", sentence, "name fewer of them")
    own_conditions = {}
    for each in pack.conditions:
        parts = tuple(parts_of(each.condition))
        names = tuple(part.name for part in parts if isinstance(part, Named))
        size = sum(_size(part, events) for part in parts)
        own_conditions[each.name] = _Own(each.at, size, names)
    conditions = _expand(own_conditions)
    _report("condition", own_conditions, conditions, MOST_PARTS, findings)
    _report_tags(pack, events, conditions, findings)


def _own_events(pack: Pack) -> dict[str, _Own]:
    """A pattern is one way to be an event, whatever it is made of."""
    owns = {}
    for event in pack.events:
        selectors = event_selectors(event)
        names = tuple(name for selector in selectors for name in selector.events)
        is_filter = isinstance(event.definition, Selector)
        owns[event.name] = (
            _Own(event.at, 0, names) if is_filter else _Own(event.at, 1, (), beside=names)
        )
    return owns


def _alternatives(selector: Selector, events: Mapping[str, _Full]) -> int:
    return sum(events.get(name, _LEAF).size for name in selector.events)


def _size(condition: Condition, events: Mapping[str, _Full]) -> int:
    """What one condition asks for by itself, without those that it is put together from."""
    measures = sum(1 for _ in measures_of(condition))
    ways = sum(_alternatives(selector, events) for selector in selectors_of(condition))
    return 1 + measures + ways


def _report_tags(
    pack: Pack,
    events: Mapping[str, _Full],
    conditions: Mapping[str, _Full],
    findings: Findings,
) -> None:
    total = 0
    for tag in pack.tags:
        for part in conditions_of(tag):
            total += _size(part, events)
            if isinstance(part, Named):
                total += conditions.get(part.name, _LEAF).size
        filters = [clause.upon for clause in clauses_of(tag) if clause.upon is not None]
        if tag.value is not None:
            filters += selectors_in(measure_parts(tag.value))
        total += sum(_alternatives(selector, events) for selector in filters)
        if total > MOST_PARTS:
            sentence = f"up to here the tags ask for more than {MOST_PARTS} things"
            findings.add(tag.at, "E-LIMIT", sentence, "split the pack")
            return


def _report(
    what: str,
    owns: Mapping[str, _Own],
    full: Mapping[str, _Full],
    most: int,
    findings: Findings,
) -> None:
    for name, own in owns.items():
        if full[name].size > most:
            sentence = f"the {what} `{name}` grows beyond {most} parts when names are put in"
            findings.add(own.at, "E-LIMIT", sentence)
        elif full[name].depth == MOST_NAMES_DEEP + 1:
            sentence = f"the {what} `{name}` lies more than {MOST_NAMES_DEEP} names deep"
            findings.add(own.at, "E-LIMIT", sentence)


def _expand(owns: Mapping[str, _Own]) -> dict[str, _Full]:
    """The full size and depth of every name; a name that is not in `owns` counts as one part."""
    full: dict[str, _Full] = {}
    for start in owns:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            own = owns[name]
            needed = () if name in full else (*own.names, *own.beside)
            missing = [each for each in needed if each in owns and each not in full]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            full[name] = _sum(own, full)
    return full


def _sum(own: _Own, full: Mapping[str, _Full]) -> _Full:
    inner = [full.get(name, _LEAF) for name in own.names]
    deep = [full.get(name, _LEAF).depth for name in (*own.names, *own.beside)]
    return _Full(own.size + sum(each.size for each in inner), 1 + max(deep, default=0))
