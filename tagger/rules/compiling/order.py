"""The order in which tags are evaluated: each after those that it asks about."""

import heapq
from collections.abc import Iterable

from tagger.rules import syntax
from tagger.rules.walk import conditions_of, expanded, measure_parts, measures_of, tags_in


def asked_tags(pack: syntax.Pack, rule: syntax.TagRule) -> set[str]:
    """The names of the tags that must be evaluated before this one."""
    measures = [
        measure
        for condition in conditions_of(rule)
        for part in expanded(pack, condition)
        for measure in measures_of(part)
    ]
    if rule.value is not None:
        measures += measure_parts(rule.value)
    return {each.name for each in tags_in(measures)}


def in_evaluation_order(
    packs: Iterable[syntax.Pack],
) -> list[tuple[syntax.Pack, syntax.TagRule]]:
    """All tags, each after those that it asks about; of those that are free, by name."""
    rules = {rule.name: (pack, rule) for pack in packs for rule in pack.tags}
    waiting = {name: asked_tags(*rules[name]) for name in rules}
    free = [name for name, asked in waiting.items() if not asked]
    heapq.heapify(free)
    order = []
    while free:
        done = heapq.heappop(free)
        order.append(rules[done])
        for name, asked in waiting.items():
            if done in asked:
                asked.remove(done)
                if not asked:
                    heapq.heappush(free, name)
    return order
