"""From authoring models to the plan: names resolved, definitions shared, order decided.

Expects packs without faults; what it finds itself (nothing) would be a bug.
"""

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from tagger.rules import syntax
from tagger.rules.attributes import ATTRIBUTE_KINDS, KNOWN_ATTRIBUTES, AttributeKind
from tagger.rules.compiling.asked import with_what_is_asked
from tagger.rules.compiling.conditions import ConditionTables
from tagger.rules.compiling.events import EventTables
from tagger.rules.compiling.fields import fingerprint
from tagger.rules.compiling.measures import MeasureTables, Used
from tagger.rules.compiling.order import in_evaluation_order
from tagger.rules.compiling.versions import Versions
from tagger.rules.plan import NONE, ActionStep, Band, Pattern, Plan, Tag, Workflow
from tagger.rules.walk import expanded, selectors_of
from tagger.rules.zones import first_date, start_of_date

CONSENTS = ("consent_email", "consent_sms", "consent_push")
"""Attributes that workflows ask about, kept whether or not a rule names them."""
_Fed = TypeVar("_Fed")


def compile_packs(packs: Iterable[syntax.Pack], *, publish_experimental: bool = False) -> Plan:
    """The plan of a folder of packs. With `publish_experimental`, tags of that status are
    published like the others."""
    packs = tuple(packs)
    return _Compiler(packs, publish_experimental).plan()


class _Compiler:
    def __init__(self, packs: tuple[syntax.Pack, ...], publish_experimental: bool) -> None:
        self._packs = packs
        self._publish_experimental = publish_experimental
        self._rules = in_evaluation_order(packs)
        self._index = {rule.name: index for index, (_, rule) in enumerate(self._rules)}
        self._events = EventTables()
        self._measures = MeasureTables(self._events, self._index)
        self._conditions = ConditionTables(self._events, self._measures)
        self._kinds = _attribute_kinds(packs)
        self._versions = Versions(self._events, self._measures, self._conditions, self._kinds)

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
        patterns = with_what_is_asked(self._events.patterns(), self._events.matches, series)
        count = len(self._events.source_names)
        workflows = tuple(_workflow(rule) for pack in self._packs for rule in pack.workflows)
        attributes = sorted({name for each in used for name in each.attributes})
        return Plan(
            version=fingerprint([tag.version for tag in tags], msgspec.to_builtins(workflows)),
            matches={key: tuple(found) for key, found in self._events.matches.items()},
            series=series,
            patterns=patterns,
            measures=tuple(self._measures.measures),
            nodes=tuple(self._conditions.nodes),
            tags=tuple(
                msgspec.structs.replace(tag, dependents=tuple(dependents[index]))
                for index, tag in enumerate(tags)
            ),
            workflows=workflows,
            series_of=_by_source(count, ((each.source, i) for i, each in enumerate(series))),
            steps_of=_by_source(count, _steps(patterns)),
            unlesses_of=_by_source(count, _unlesses(patterns)),
            upon_of=_by_source(count, _upon(tags)),
            source_names=tuple(self._events.source_names),
            tags_of_attribute={
                name: tuple(i for i, each in enumerate(used) if name in each.attributes)
                for name in attributes
            },
            attributes={name: self._kinds[name] for name in (*attributes, *CONSENTS)},
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
            hold_for_ms=rule.hold_for_ms,
            keep_at_least_ms=rule.keep_at_least_ms,
            cool_down_ms=rule.cool_down_ms,
            ends_at=_end_of(pack, rule),
            bands=bands,
            measure=self._value(pack, rule, used),
            step_ms=rule.step_ms,
        )
        version = self._versions.of(made, self._upon_keys(pack, rule))
        return msgspec.structs.replace(made, version=version)

    def _value(self, pack: syntax.Pack, rule: syntax.TagRule, used: Used) -> int:
        if rule.value is None:
            return NONE
        index = self._measures.index(pack, rule.value, used)
        if self._measures.measures[index].is_time:
            self._measures.times.add(rule.name)
        return index

    def _upon_keys(self, pack: syntax.Pack, rule: syntax.TagRule) -> list[str | None]:
        return [
            None
            if clause is None or clause.upon is None
            else self._events.source_key(pack, clause.upon)
            for clause in (rule.assign, rule.remove)
        ]

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


def _attribute_kinds(packs: Iterable[syntax.Pack]) -> dict[str, AttributeKind]:
    kinds = dict(KNOWN_ATTRIBUTES)
    for pack in packs:
        kinds |= {name: ATTRIBUTE_KINDS[kind] for name, kind in pack.attributes.items()}
    return kinds


def _end_of(pack: syntax.Pack, rule: syntax.TagRule) -> int | None:
    """The first instant after the tag's last day."""
    if rule.ends_on is None:
        return None
    return start_of_date(first_date(rule.ends_on, "day", 1), pack.time_zone)


def _steps(patterns: tuple[Pattern, ...]) -> Iterable[tuple[int, tuple[int, int]]]:
    for index, pattern in enumerate(patterns):
        for place, source in enumerate(pattern.steps):
            yield source, (index, place)


def _unlesses(patterns: tuple[Pattern, ...]) -> Iterable[tuple[int, int]]:
    for index, pattern in enumerate(patterns):
        if pattern.unless != NONE:
            yield pattern.unless, index


def _upon(tags: list[Tag]) -> Iterable[tuple[int, int]]:
    for index, tag in enumerate(tags):
        for source in {tag.assign_upon, tag.remove_upon, *tag.renew_on} - {NONE}:
            yield source, index


def _by_source(count: int, pairs: Iterable[tuple[int, _Fed]]) -> tuple[tuple[_Fed, ...], ...]:
    found: list[list[_Fed]] = [[] for _ in range(count)]
    for source, fed in pairs:
        found[source].append(fed)
    return tuple(tuple(each) for each in found)


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
