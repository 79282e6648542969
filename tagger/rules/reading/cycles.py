"""Names that depend on themselves: events, conditions and tags must not."""

from collections.abc import Iterable, Mapping

from tagger.rules.findings import Findings
from tagger.rules.syntax import Condition, Named, Pack, Position
from tagger.rules.walk import (
    conditions_of,
    event_selectors,
    measure_parts,
    measures_of,
    parts_of,
    tags_in,
)

Graph = Mapping[str, tuple[Position, frozenset[str]]]
"""By name: where it is defined, and the names that it needs."""


def report_cycles(packs: Iterable[Pack], findings: Findings) -> bool:
    """Whether there is any cycle; each is one fault, at the name by which it was entered."""
    all_packs = tuple(packs)
    found = False
    for pack in all_packs:
        found |= _report("event", _event_graph(pack), findings)
        found |= _report("condition", _condition_graph(pack), findings)
    tags: dict[str, tuple[Position, frozenset[str]]] = {}
    for pack in all_packs:
        tags |= _tag_graph(pack)
    owned = frozenset(tag.name for pack in all_packs for tag in pack.tags)
    return _report("tag", tags, findings, owned) or found


def _event_graph(pack: Pack) -> Graph:
    graph = {}
    for event in pack.events:
        selectors = event_selectors(event)
        needed = frozenset(name for selector in selectors for name in selector.events)
        graph[event.name] = (event.at, needed)
    return graph


def _condition_graph(pack: Pack) -> Graph:
    return {
        each.name: (
            each.at,
            frozenset(p.name for p in parts_of(each.condition) if isinstance(p, Named)),
        )
        for each in pack.conditions
    }


def _tag_graph(pack: Pack) -> dict[str, tuple[Position, frozenset[str]]]:
    """Tags and, as nodes between them, the named conditions of the pack."""
    graph = {}
    for each in pack.conditions:
        needed = _needed_tags(parts_of(each.condition), pack)
        graph[_node_of(pack, each.name)] = (each.at, needed)
    for tag in pack.tags:
        needed = _needed_tags(conditions_of(tag), pack)
        if tag.value is not None:
            needed |= {asked.name for asked in tags_in(measure_parts(tag.value))}
        graph[tag.name] = (tag.at, needed)
    return graph


def _needed_tags(parts: Iterable[Condition], pack: Pack) -> frozenset[str]:
    needed: set[str] = set()
    for part in parts:
        needed.update(asked.name for asked in tags_in(measures_of(part)))
        if isinstance(part, Named):
            needed.add(_node_of(pack, part.name))
    return frozenset(needed)


def _node_of(pack: Pack, condition: str) -> str:
    return f"{condition} (a condition of {pack.name})"


def _report(
    what: str, graph: Graph, findings: Findings, among: frozenset[str] | None = None
) -> bool:
    """Reports the cycles that go through a name of `among` (None: all of them)."""
    done: set[str] = set()
    found = False
    for start in graph:
        path = _cycle_from(start, graph, done)
        if path and (among is None or not among.isdisjoint(path)):
            chain = " -> ".join(f"`{name}`" for name in path[:8])
            more = " -> ..." if len(path) > 8 else ""
            sentence = f"the {what} needs itself: {chain}{more}"
            findings.add(graph[path[0]][0], "E-CYCLE", sentence)
            found = True
    return found


def _cycle_from(start: str, graph: Graph, done: set[str]) -> list[str]:
    """The names of a cycle that can be reached from `start`, the first one again at the end."""
    path: list[str] = []
    on_path: set[str] = set()
    waiting: list[tuple[str, bool]] = [(start, False)]
    while waiting:
        name, is_leaving = waiting.pop()
        if is_leaving:
            path.pop()
            on_path.discard(name)
            done.add(name)
            continue
        if name in on_path:
            cycle = path[path.index(name) :]
            done.update(cycle)
            return [*cycle, name]
        if name in done or name not in graph:
            continue
        path.append(name)
        on_path.add(name)
        waiting.append((name, True))
        waiting += [(each, False) for each in sorted(graph[name][1], reverse=True)]
    return []
