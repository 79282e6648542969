"""How large rules become when the names in them are put in: bounded, so that a small file
cannot ask for endless work.

Meant for packs whose names have no cycles.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tagger.rules.findings import Findings
from tagger.rules.syntax import Named, Pack, Position
from tagger.rules.walk import conditions_of, event_selectors, parts_of

MOST_PARTS = 20_000
"""Of all conditions of a pack's tags together."""
MOST_ALTERNATIVES = 200
"""Of one named event: the ways in which an event can be one."""
MOST_NAMES_DEEP = 32


@dataclass(frozen=True, slots=True)
class _Own:
    """What a name stands for: its own size, and the names in it, as often as they stand there."""

    at: Position
    size: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Full:
    size: int
    depth: int


def report_expansions(packs: Iterable[Pack], findings: Findings) -> None:
    """One fault for each name or pack that grows beyond the bounds."""
    for pack in packs:
        events = {
            event.name: _Own(event.at, 0, event_selectors(event)[0].events) for event in pack.events
        }
        _report("event", events, _expand(events), MOST_ALTERNATIVES, findings)
        conditions = {}
        for each in pack.conditions:
            parts = tuple(parts_of(each.condition))
            names = tuple(part.name for part in parts if isinstance(part, Named))
            conditions[each.name] = _Own(each.at, len(parts), names)
        full = _expand(conditions)
        _report("condition", conditions, full, MOST_PARTS, findings)
        _report_tags(pack, full, findings)


def _report_tags(pack: Pack, conditions: Mapping[str, _Full], findings: Findings) -> None:
    total = 0
    for tag in pack.tags:
        for part in conditions_of(tag):
            named = conditions.get(part.name) if isinstance(part, Named) else None
            total += 1 + (named.size if named is not None else 0)
        if total > MOST_PARTS:
            sentence = f"up to here the tags ask for more than {MOST_PARTS} conditions"
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
            missing = [] if name in full else [n for n in owns[name].names if _lacks(n, owns, full)]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            full[name] = _sum(owns[name], full)
    return full


def _lacks(name: str, owns: Mapping[str, _Own], full: Mapping[str, _Full]) -> bool:
    return name in owns and name not in full


def _sum(own: _Own, full: Mapping[str, _Full]) -> _Full:
    inner = [full.get(name, _Full(1, 0)) for name in own.names]
    return _Full(
        own.size + sum(each.size for each in inner),
        1 + max((each.depth for each in inner), default=0),
    )
