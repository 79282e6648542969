"""A view with some things otherwise: what the conditions would be then."""

from collections.abc import Iterable
from fractions import Fraction

from tagger.engine.field_values import Value
from tagger.engine.filters import compare
from tagger.engine.needs import Alternative
from tagger.engine.view import View
from tagger.rules.plan import NONE, Node, NodeKind


class Supposed:
    """What the rules would see if all the alternatives were so."""

    def __init__(self, view: View, chosen: Iterable[Alternative] = ()) -> None:
        self.view = view
        self._chosen = {each.thing: each for each in chosen}

    def with_one(self, alternative: Alternative) -> "Supposed":
        """The same with one thing more, or with this instead of another of the same thing."""
        return Supposed(self.view, (*self._chosen.values(), alternative))

    def without(self, alternative: Alternative) -> "Supposed":
        """The same with one thing as it is."""
        return Supposed(self.view, (each for each in self.chosen if each is not alternative))

    @property
    def chosen(self) -> tuple[Alternative, ...]:
        """What is otherwise, each thing once."""
        return tuple(self._chosen.values())

    def is_open(self, measure: int) -> bool:
        """Whether a measure is supposed to be one of many values, of which any would do."""
        chosen = self._of_measure(measure)
        return chosen is not None and chosen.is_open

    def value(self, measure: int) -> Value | None:
        """The exact value that a measure would have; None when it would be unset."""
        chosen = self._of_measure(measure)
        return self.view.value(measure) if chosen is None else chosen.value

    def right_value(self, node: Node) -> Value | None:
        """What a comparison with another measure would compare with."""
        if self._of_measure(node.right) is None:
            return self.view.right_value(node)
        value = self.value(node.right)
        return value if value is None or isinstance(value, bool | str) else value * node.times

    def right_value_alike(self, node: Node) -> Value | None:
        """What the other measure of such a comparison would be where both sides are alike."""
        value = self.value(node.measure)
        if value is None or isinstance(value, bool | str):
            return value
        return Fraction(value) / node.times

    def holds(self, index: int) -> bool:
        """Whether a condition would hold."""
        node = self.view.plan.nodes[index]
        outcome = self._chosen.get((NONE, index))
        if outcome is not None:
            return outcome.holds
        if node.kind is NodeKind.COMPARE:
            return self._compare(index, node)
        if node.kind in (NodeKind.ABSENT, NodeKind.ANNIVERSARY):
            return self.view.holds(index)
        number = sum(self.holds(child) for child in node.children)
        if node.kind is NodeKind.ALL:
            return number == len(node.children)
        if node.kind is NodeKind.ANY:
            return number > 0
        if node.kind is NodeKind.NOT:
            return number == 0
        return compare(node.op, number, node.values)

    def _compare(self, index: int, node: Node) -> bool:
        if self._of_measure(node.measure) is None and self._of_measure(node.right) is None:
            return self.view.holds(index)
        value = self.value(node.measure)
        if node.right == NONE:
            return compare(node.op, value, node.values)
        threshold = self.right_value(node)
        return threshold is not None and compare(node.op, value, (threshold,))

    def _of_measure(self, measure: int) -> Alternative | None:
        return None if measure == NONE else self._chosen.get((measure, NONE))
