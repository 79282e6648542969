"""Versions of rules: what a tag's rule means, as a fingerprint that outlives a plan.

A version changes when what the rule means may change: its conditions with all that they name, its
events, its life and who may set the tag. Titles, other texts and places do not count, nor do
status and priority, which say nothing of who holds the tag.
"""

from collections.abc import Mapping

from tagger.rules.attributes import AttributeKind
from tagger.rules.compiling.conditions import ConditionTables
from tagger.rules.compiling.events import EventTables
from tagger.rules.compiling.fields import fingerprint
from tagger.rules.compiling.measures import MeasureTables
from tagger.rules.plan import NONE, MeasureKind, Tag


class Versions:
    """Fingerprints of tags whose conditions are in these tables; `attributes` are the kinds of all
    that can be named."""

    def __init__(
        self,
        events: EventTables,
        measures: MeasureTables,
        conditions: ConditionTables,
        attributes: Mapping[str, AttributeKind],
    ) -> None:
        self._events = events
        self._attributes = attributes
        self._measures = measures
        self._conditions = conditions

    def of(self, tag: Tag, upon: list[str | None]) -> str:
        """The version of a tag; `upon` identifies the events of `assign` and `remove`."""
        return fingerprint(
            tag.form,
            [self._node(tag.assign_when), self._node(tag.remove_when), upon],
            [[band.value, self._node(band.node)] for band in tag.bands],
            [self._measure(tag.measure), tag.step_ms],
            [tag.sticky, tag.expires_after_ms, tag.renew],
            [tag.hold_for_ms, tag.keep_at_least_ms, tag.cool_down_ms, tag.ends_at],
            [tag.manual, sorted(tag.manual_roles)],
        )

    def _node(self, index: int) -> object:
        if index == NONE:
            return None
        node = self._conditions.nodes[index]
        return [
            [node.kind, node.op, node.values, node.within_ms, node.include_new, node.zone],
            self._series(node.series),
            self._measure(node.measure),
            [self._measure(node.right), node.times],
            [self._node(child) for child in node.children],
        ]

    def _measure(self, index: int) -> object:
        if index == NONE:
            return None
        measure = self._measures.measures[index]
        kind = self._attributes.get(measure.name) if measure.kind is MeasureKind.ATTRIBUTE else None
        return [
            [measure.kind, measure.name, kind, measure.customer_answers, measure.scale],
            [self._series(measure.series), measure.frame],
            [self._measure(measure.of), self._measure(measure.to)],
        ]

    def _series(self, index: int) -> str:
        return "" if index == NONE else self._events.series[index].fingerprint
