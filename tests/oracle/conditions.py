"""What measures are worth and which conditions hold, for one customer at one instant.

Every measure is computed anew from the history.

Readings fixed here:

- `by_order` nets `of: amount` alone; a refund in another currency than the pack's nets nothing;
- where purchases share an order id, refunds are taken from the newest of those that the measure's
  filter lets through, then from the next, never below 0 and whether or not it lies in the window;
- an attribute whose value is not of its declared type, and one not declared, is unset.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .happenings import Event, History, literals, measured
from .packs import Pack
from .values import Doc, UnsupportedError, Value, as_value, compare, duration, is_duration

COMPARATORS = {"eq", "ne", "gt", "gte", "lt", "lte", "between", "in", "mentions", "is_set"}
TYPES = {"text": str, "number": Fraction, "boolean": bool}


@dataclass(frozen=True)
class View:
    """What a rule of this pack sees of a customer at an instant."""

    pack: Pack
    at: int
    known_since: int
    history: History
    attributes: Mapping[str, Any]
    tag_value: Callable[[str], Value | None]

    def holds(self, condition: Doc) -> bool:
        """Whether a condition is true."""
        match condition:
            case {"all": parts}:
                return all(self.holds(part) for part in parts)
            case {"any": parts}:
                return any(self.holds(part) for part in parts)
            case {"not": part}:
                return not self.holds(part)
            case {"condition": name}:
                return self.holds(self.pack.conditions[name])
            case {"absent": spec}:
                return self._is_absent(spec)
            case {"at_least": spec}:
                number = Fraction(sum(self.holds(part) for part in spec["of"]))
                return self._compare(spec, number)
        return self._compare(condition, self.measure(condition))

    def _compare(self, doc: Doc, left: Value | None) -> bool:
        words = COMPARATORS & set(doc)
        if len(words) != 1 or len(doc) != 2:
            raise UnsupportedError(f"condition {doc}")
        word = words.pop()
        right = literals(self.pack, word, doc[word])
        if isinstance(left, Fraction):
            right = [_span(one) for one in right] if isinstance(right, list) else _span(right)
        return compare(word, left, right)

    def _is_absent(self, spec: Doc) -> bool:
        within = duration(spec["within"])
        if self.history.select(self.pack, spec, self.at - within, self.at):
            return False
        return bool(spec.get("include_new")) or self.at - self.known_since >= within

    def measure(self, doc: Doc) -> Value | None:
        """The value of the one measure in `doc`; durations in milliseconds; None is unset."""
        match doc:
            case {"count": spec}:
                return Fraction(len(self._in_window(spec)))
            case {"sum": spec}:
                return self._sum(spec)
            case {"since": spec}:
                return self._since(spec, -1)
            case {"since_first": spec}:
                return self._since(spec, 0)
            case {"attribute": name}:
                return self._attribute(name)
            case {"tag": name}:
                return self.tag_value(name)
        raise UnsupportedError(f"measure {doc}")

    def _in_window(self, spec: Doc) -> list[Event]:
        return self.history.select(self.pack, spec, *self._window(spec))

    def _window(self, spec: Doc) -> tuple[int | None, int]:
        """(after, until]; `after` None has no beginning."""
        if spec.get("ever"):
            return None, self.at
        until = self.at - (duration(spec["ago"]) if "ago" in spec else 0)
        return until - duration(spec["within"]), until

    def _since(self, spec: Doc, which: int) -> Fraction | None:
        if set(spec) - {"event", "where"}:
            raise UnsupportedError(f"since with {spec}")
        events = self.history.select(self.pack, spec, None, self.at)
        return Fraction(self.at - events[which].at) if events else None

    def _sum(self, spec: Doc) -> Fraction:
        field, refunds = spec["of"], spec.get("refunds", "by_order")
        net = self._net_by_order(spec) if field == "amount" and refunds == "by_order" else {}
        total = Fraction(0)
        for event in self._in_window(spec):
            value = net.get(event, measured(self.pack, field, event))
            if isinstance(value, Fraction):
                total += value
        if field == "amount" and refunds == "by_date":
            for refund in self.history.refunds_like(self.pack, spec, *self._window(spec)):
                value = measured(self.pack, field, refund)
                total -= value if isinstance(value, Fraction) else 0
        return total

    def _net_by_order(self, spec: Doc) -> dict[Event, Fraction]:
        """What is left of each purchase whose order had a refund."""
        given_back: dict[str, Fraction] = defaultdict(Fraction)
        for event in self.history.refunds:
            if event.data.get("order_id"):
                value = measured(self.pack, "amount", event)
                given_back[event.data["order_id"]] += value if isinstance(value, Fraction) else 0
        net: dict[Event, Fraction] = {}
        if given_back:
            for event in reversed(self.history.select(self.pack, spec, None, self.at)):
                paid = measured(self.pack, "amount", event)
                order_id = event.data.get("order_id")
                if event.is_refund or order_id not in given_back or not isinstance(paid, Fraction):
                    continue
                taken = min(paid, given_back[order_id])
                given_back[order_id] -= taken
                net[event] = paid - taken
        return net

    def _attribute(self, name: str) -> Value | None:
        declared = self.pack.attributes.get(name)
        if declared is None or name == "age":
            raise UnsupportedError(f"attribute {name}")
        value = as_value(self.attributes.get(name))
        return value if declared == "any" or isinstance(value, TYPES[declared]) else None


def _span(right: Any) -> Any:
    return duration(right) if is_duration(right) else right
