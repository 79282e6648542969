"""Rule packs as their authors wrote them, with the place of everything that can be at fault.

These are the authoring models: they explain. `tagger.rules.plan` holds what runs.
Durations are milliseconds; decimals are exact; names are not yet resolved, except that a list
name on the right side of a comparator has been replaced by the list's members.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from tagger.domain.actions import ActionType

Scalar = str | int | Decimal | bool
Comparator = Literal[
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "in",
    "matches",
    "mentions",
    "is_set",
    "anniversary_within",
]
Period = Literal["day", "week", "month", "quarter", "year"]
AggregateKind = Literal[
    "count", "sum", "avg", "min", "max", "distinct", "earliest", "latest", "interval"
]
Refunds = Literal["by_order", "by_date", "ignore"]
Form = Literal["flag", "text", "number"]
Layer = Literal["core", "extended", "temporary"]
Status = Literal["experimental", "stable", "deprecated"]
Manual = Literal["allowed", "forbidden", "only"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a rule file; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Operand:
    """The right side of a comparator.

    `values` has one member for `eq ne gt gte lt lte matches is_set anniversary_within`, two for
    `between`, any number for `in` and `mentions`, none where `measure` says what to compare with:
    then the right side is the measure's value `times` that number. `is_duration` tells that the
    values are milliseconds, `list_name` of which list of the pack they are the members.
    """

    values: tuple[Scalar, ...]
    at: Position
    is_duration: bool = False
    list_name: str | None = None
    measure: "Measure | None" = None
    times: int | Decimal = 1


@dataclass(frozen=True, slots=True)
class FieldTest:
    """One line of a `where`: a field of the event against an operand."""

    field: str
    comparator: Comparator
    operand: Operand
    at: Position


@dataclass(frozen=True, slots=True)
class Where:
    """All tests must hold; `any_line` tests must hold together for one line of the order."""

    tests: tuple[FieldTest, ...]
    any_line: tuple[FieldTest, ...] = ()


@dataclass(frozen=True, slots=True)
class Selector:
    """Which events are meant: any of the names, that the filter lets through."""

    events: tuple[str, ...]
    where: Where | None
    at: Position


@dataclass(frozen=True, slots=True)
class Window:
    """(t - ago - within, t - ago]; or with `period` the calendar period that t is in, the one
    before it with `periods_ago` 1; with neither `within_ms` nor `period`, `ever: true`."""

    within_ms: int | None
    ago_ms: int = 0
    period: Period | None = None
    periods_ago: Literal[0, 1] = 0

    @property
    def is_ever(self) -> bool:
        return self.within_ms is None and self.period is None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`count`, `sum`, ... of events in a window. `of` is a field's name, None for `count` and
    `interval`; `refunds` means something for money alone."""

    kind: AggregateKind
    selector: Selector
    window: Window
    of: str | None
    refunds: Refunds
    at: Position


@dataclass(frozen=True, slots=True)
class Since:
    """Time since the last, or the first, event of the window (ever, when the author said none)."""

    selector: Selector
    first: bool
    at: Position
    window: Window = Window(None)


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Mean time from a message to the next one of the other side in its conversation: until the
    staff answers (`agent`), or until the customer does (`customer`)."""

    window: Window
    of: Literal["agent", "customer"]
    at: Position


@dataclass(frozen=True, slots=True)
class Ratio:
    """One measure over another."""

    of: "Measure"
    to: "Measure"
    at: Position


@dataclass(frozen=True, slots=True)
class AttributeValueOf:
    """A profile attribute."""

    name: str
    at: Position


@dataclass(frozen=True, slots=True)
class TagValueOf:
    """Another tag's value."""

    name: str
    at: Position


@dataclass(frozen=True, slots=True)
class TagAge:
    """How long another tag has been held with its present value."""

    name: str
    at: Position


Measure = Aggregate | Since | ResponseTime | Ratio | AttributeValueOf | TagValueOf | TagAge


@dataclass(frozen=True, slots=True)
class Compare:
    """A measure against an operand."""

    measure: Measure
    comparator: Comparator
    operand: Operand
    at: Position


@dataclass(frozen=True, slots=True)
class Absent:
    """No such event in the window, for a customer known at least that long."""

    selector: Selector
    within_ms: int
    include_new: bool
    at: Position


@dataclass(frozen=True, slots=True)
class AllOf:
    of: "tuple[Condition, ...]"
    at: Position


@dataclass(frozen=True, slots=True)
class AnyOf:
    of: "tuple[Condition, ...]"
    at: Position


@dataclass(frozen=True, slots=True)
class Not:
    of: "Condition"
    at: Position


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number of conditions that hold, against a number."""

    of: "tuple[Condition, ...]"
    comparator: Comparator
    operand: Operand
    at: Position


@dataclass(frozen=True, slots=True)
class Named:
    """A named condition of the pack."""

    name: str
    at: Position


Condition = Compare | Absent | AllOf | AnyOf | Not | AtLeast | Named


@dataclass(frozen=True, slots=True)
class UnlessPattern:
    """Happens at the end of a wait that `first` starts and no `unless` ends."""

    first: Selector
    unless: Selector
    by: str | None
    within_ms: int
    at: Position


@dataclass(frozen=True, slots=True)
class ChainPattern:
    """Happens when the last of `steps` (two or more) comes, all of them in order within the time
    from the first. `{first, then}` is a chain of two."""

    steps: tuple[Selector, ...]
    by: str | None
    within_ms: int
    at: Position


@dataclass(frozen=True, slots=True)
class NamedEvent:
    name: str
    definition: Selector | UnlessPattern | ChainPattern
    at: Position


@dataclass(frozen=True, slots=True)
class NamedCondition:
    name: str
    condition: Condition
    at: Position


@dataclass(frozen=True, slots=True)
class NamedList:
    name: str
    members: tuple[Scalar, ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Clause:
    """An `assign` or `remove`: a state (`when`), an event (`upon`), or an event at which a
    state must hold (both)."""

    when: Condition | None
    upon: Selector | None
    at: Position


@dataclass(frozen=True, slots=True)
class BandValue:
    """One value of a text tag; `when` None is `otherwise: true`."""

    value: str
    when: Condition | None
    at: Position


@dataclass(frozen=True, slots=True)
class TagRule:
    """One tag with everything its author said of it. `ends_on` is its last day."""

    name: str
    form: Form
    at: Position
    title: dict[str, str] = field(default_factory=dict)
    description: str = ""
    purpose: str = ""
    colour: str = ""
    owner: str = ""
    priority: int = 0
    layer: Layer = "core"
    status: Status = "stable"
    replaced_by: str | None = None
    ends_on: date | None = None
    assign: Clause | None = None
    remove: Clause | None = None
    values: tuple[BandValue, ...] = ()
    value: Measure | None = None
    step_ms: int | None = None
    expires_after_ms: int | None = None
    renew: bool = False
    sticky: bool = False
    hold_for_ms: int | None = None
    keep_at_least_ms: int | None = None
    cool_down_ms: int | None = None
    manual: Manual = "allowed"
    manual_roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionStep:
    """One step of a workflow: an action with its template."""

    type: ActionType
    template: str
    parameters: dict[str, str]
    at: Position


@dataclass(frozen=True, slots=True)
class WorkflowRule:
    """What follows a tag change. `upon_op` is the op of the change (`updated` too)."""

    name: str
    version: int
    upon_op: Literal["added", "removed", "updated"]
    upon_tag: str
    steps: tuple[ActionStep, ...]
    max_age_ms: int
    active_from: int | None
    status: Literal["active", "shadow", "paused"]
    at: Position


@dataclass(frozen=True, slots=True)
class Pack:
    """`attributes_at` is where each of `attributes` is declared."""

    name: str
    file: str
    at: Position
    category: str
    currency: str | None
    time_zone: str
    attributes: dict[str, str]
    events: tuple[NamedEvent, ...]
    conditions: tuple[NamedCondition, ...]
    tags: tuple[TagRule, ...]
    workflows: tuple[WorkflowRule, ...]
    lists: tuple[NamedList, ...] = ()
    attributes_at: dict[str, Position] = field(default_factory=dict)
