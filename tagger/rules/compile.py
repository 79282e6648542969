"""From authoring models to the plan: names resolved, definitions shared, order decided.

Expects packs without faults; what it finds itself (nothing) would be a bug.
"""

import heapq
from collections.abc import Iterable

import msgspec

from tagger.rules import syntax
from tagger.rules.attributes import ATTRIBUTE_KINDS, KNOWN_ATTRIBUTES
from tagger.rules.compile_conditions import ConditionTables, Used
from tagger.rules.compile_events import EventTables, fingerprint, plain
from tagger.rules.plan import NONE, ActionStep, Band, Plan, Tag, Workflow
from tagger.rules.walk import conditions_of, expanded, selectors_of

CONSENTS = ("consent_email", "consent_sms", "consent_push")
"""Attributes that workflows ask about, kept whether or not a rule names them."""


def compile_packs(packs: Iterable[syntax.Pack], *, publish_experimental: bool = False) -> Plan:
    """The plan of a folder of packs. With `publish_experimental`, tags of that status are
    published like the others."""
    packs = tuple(packs)
    return _Compiler(packs, publish_experimental).plan()


class _Compiler:
    def __init__(self, packs: tuple[syntax.Pack, ...], publish_experimental: bool) -> None:
        self._packs = packs
        self._publish_experimental = publish_experimental
        self._rules = _in_evaluation_order(packs)
        self._index = {rule.name: index for index, (_, rule) in enumerate(self._rules)}
        self._events = EventTables()
        self._conditions = ConditionTables(self._events, self._index)

    def plan(self) -> Plan:
        used = [Used() for _ in self._rules]
        tags = [self._tag(*rule, used[index]) for index, rule in enumerate(self._rules)]
        dependents: list[list[int]] = [[] for _ in tags]
        for index, looked_at in enumerate(used):
            for each_series in looked_at.series:
                self._events.series[each_series].tags.add(index)
            for other in looked_at.tags:
                dependents[other].append(index)
        series = tuple(draft.freeze() for draft in self._events.series)
        patterns = tuple(self._events.patterns)
        count = len(self._events.source_names)
        workflows = tuple(_workflow(rule) for pack in self._packs for rule in pack.workflows)
        attributes = sorted({name for each in used for name in each.attributes})
        kinds = dict(KNOWN_ATTRIBUTES)
        for pack in self._packs:
            kinds |= {name: ATTRIBUTE_KINDS[kind] for name, kind in pack.attributes.items()}
        return Plan(
            version=fingerprint([tag.version for tag in tags], msgspec.to_builtins(workflows)),
            matches={key: tuple(found) for key, found in self._events.matches.items()},
            series=series,
            patterns=patterns,
            measures=tuple(self._conditions.measures),
            nodes=tuple(self._conditions.nodes),
            tags=tuple(
                msgspec.structs.replace(tag, dependents=tuple(dependents[index]))
                for index, tag in enumerate(tags)
            ),
            workflows=workflows,
            series_of=_by_source(count, ((each.source, i) for i, each in enumerate(series))),
            firsts_of=_by_source(count, ((each.first, i) for i, each in enumerate(patterns))),
            unlesses_of=_by_source(count, ((each.unless, i) for i, each in enumerate(patterns))),
            upon_of=_by_source(count, _upon(tags)),
            source_names=tuple(self._events.source_names),
            tags_of_attribute={
                name: tuple(i for i, each in enumerate(used) if name in each.attributes)
                for name in attributes
            },
            attributes={name: kinds[name] for name in (*attributes, *CONSENTS)},
            tags_of_age=tuple(i for i, each in enumerate(used) if each.age),
            tag_index=self._index,
            nets_refunds=any(each.refunds == "by_order" for each in series),
        )

    def _tag(self, pack: syntax.Pack, rule: syntax.TagRule, used: Used) -> Tag:
        assign, remove = rule.assign, rule.remove
        bands = tuple(Band(band.value, self._node(pack, band.when, used)) for band in rule.values)
        made = Tag(
            name=rule.name,
            rule=f"{pack.name}/{rule.name}",
            version="",
            form=rule.form,
            priority=rule.priority,
            published=rule.status != "experimental" or self._publish_experimental,
            manual=rule.manual,
            manual_roles=rule.manual_roles,
            assign_when=self._node(pack, assign.when if assign else None, used),
            assign_upon=self._upon(pack, assign),
            remove_when=self._node(pack, remove.when if remove else None, used),
            remove_upon=self._upon(pack, remove),
            sticky=rule.sticky,
            expires_after_ms=rule.expires_after_ms,
            renew=rule.renew,
            renew_on=self._renewing(pack, rule) if rule.renew else (),
            bands=bands,
            measure=self._conditions.measure(pack, rule.value, used) if rule.value else NONE,
            step_ms=rule.step_ms,
        )
        return msgspec.structs.replace(made, version=self._version(pack, rule, made))

    def _version(self, pack: syntax.Pack, rule: syntax.TagRule, tag: Tag) -> str:
        """Changes when what the rule means may change; texts and places do not count."""
        nodes = (tag.assign_when, tag.remove_when, *(band.node for band in tag.bands))
        upon = [
            self._events.source_key(pack, clause.upon)
            for clause in (rule.assign, rule.remove)
            if clause is not None and clause.upon is not None
        ]
        life = [tag.sticky, tag.expires_after_ms, rule.renew, tag.step_ms, tag.manual]
        return fingerprint(
            tag.form,
            [self._node_meaning(node) for node in nodes],
            [self._measure_meaning(tag.measure), upon, life],
            [band.value for band in tag.bands],
        )

    def _node_meaning(self, index: int) -> object:
        if index == NONE:
            return None
        node = self._conditions.nodes[index]
        children = [self._node_meaning(child) for child in node.children]
        series = "" if node.series == NONE else self._events.series[node.series].fingerprint
        measured = self._measure_meaning(node.measure)
        own = [node.kind, node.op, plain(node.values), node.within_ms, node.include_new]
        return [own, series, measured, children]

    def _measure_meaning(self, index: int) -> object:
        if index == NONE:
            return None
        measure = self._conditions.measures[index]
        series = "" if measure.series == NONE else self._events.series[measure.series].fingerprint
        return [measure.kind, series, measure.within_ms, measure.ago_ms, measure.name]

    def _node(self, pack: syntax.Pack, condition: syntax.Condition | None, used: Used) -> int:
        return NONE if condition is None else self._conditions.node(pack, condition, used)

    def _upon(self, pack: syntax.Pack, clause: syntax.Clause | None) -> int:
        if clause is None or clause.upon is None:
            return NONE
        return self._events.source(pack, clause.upon)

    def _renewing(self, pack: syntax.Pack, rule: syntax.TagRule) -> tuple[int, ...]:
        """The sources whose events restart the expiry of a tag in state form."""
        if rule.assign is None or rule.assign.upon is not None or rule.assign.when is None:
            return ()
        chosen = [
            selector for part in expanded(pack, rule.assign.when) for selector in selectors_of(part)
        ]
        return tuple(sorted({self._events.source(pack, selector) for selector in chosen}))


def asked_tags(pack: syntax.Pack, rule: syntax.TagRule) -> set[str]:
    """The names of the tags that must be evaluated before this one."""
    asked = {
        part.measure.name
        for condition in conditions_of(rule)
        for part in expanded(pack, condition)
        if isinstance(part, syntax.Compare) and isinstance(part.measure, syntax.TagValueOf)
    }
    return asked | ({rule.value.name} if isinstance(rule.value, syntax.TagValueOf) else set())


def _in_evaluation_order(
    packs: tuple[syntax.Pack, ...],
) -> list[tuple[syntax.Pack, syntax.TagRule]]:
    """Tags after those that they ask about; of those that are free, by name."""
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


def _upon(tags: list[Tag]) -> Iterable[tuple[int, int]]:
    for index, tag in enumerate(tags):
        for source in {tag.assign_upon, tag.remove_upon, *tag.renew_on} - {NONE}:
            yield source, index


def _by_source(count: int, pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(count)]
    for source, index in pairs:
        found[source].append(index)
    return tuple(tuple(indices) for indices in found)


def _workflow(rule: syntax.WorkflowRule) -> Workflow:
    return Workflow(
        name=rule.name,
        version=rule.version,
        tag=rule.upon_tag,
        op=rule.upon_op,
        steps=tuple(ActionStep(step.type, step.template, step.parameters) for step in rule.steps),
        max_age_ms=rule.max_age_ms,
        active_from=rule.active_from,
        status=rule.status,
    )
