"""The compiled plan: what the engine runs, as flat tables.

An index into a table stands for a thing: a *source* (a set of events), a *series* (what is
remembered of a source), a *pattern*, a *measure*, a *node* (a condition), a *tag*. Indices are of
one plan; what outlives it, in profiles, is keyed by fingerprint or by the tag's name.

A *series* is shared by all measures over the same events: a window is a view of it, so a
threshold or a longer window costs no further state.
"""

from enum import IntEnum
from fractions import Fraction
from typing import Final

import msgspec

from tagger.domain.actions import ActionType
from tagger.rules.attributes import AttributeKind
from tagger.rules.syntax import Form, Manual, Period, Refunds

NONE: Final = -1
"""The index of nothing."""

LEAST_KEPT = 64
"""A series keeps at least so many of its newest times."""
MOST_COUNTED = 8_192
"""The greatest number of events in a window that a condition may compare a count with."""

Exact = int | Fraction
Threshold = bool | str | int | Fraction


class Op(IntEnum):
    """Comparators."""

    EQ = 0
    NE = 1
    GT = 2
    GTE = 3
    LT = 4
    LTE = 5
    BETWEEN = 6
    IN = 7
    MENTIONS = 8
    IS_SET = 9
    MATCHES = 10


class FieldKind(IntEnum):
    """How a field's exact value is read from an event, or from a line of an order."""

    PLAIN = 0
    MONEY = 1
    """Minor units; unset when the purchase is in another currency."""
    QUANTITY = 2
    """Of an event with lines the sum over them, of another its own."""
    PROFIT = 3
    """Amount less cost, in minor units; unset without cost or in another currency."""
    HOUR = 4
    """0..23 on the clock of `zone`."""
    WEEKDAY = 5
    """mon..sun by the date in `zone`."""
    DAY = 6
    """The date in `zone` as `YYYY-MM-DD`."""
    WEEK = 7
    """The date of the week's Monday in `zone`."""
    MONTH = 8
    """The date of the month's first day in `zone`."""
    LINES = 9
    """The values of `attribute` of the order's lines: several, each once."""
    MESSAGE = 10
    """Who wrote a message in which conversation: `in` or `out`, a space, the conversation's id;
    unset without a conversation."""


class Field(msgspec.Struct, frozen=True):
    """A field of an event: the struct's attribute and how to read it. The kinds HOUR to MONTH
    read the instant at which the event happens, which for a derived event is its own."""

    kind: FieldKind
    attribute: str
    currency: str = ""
    zone: str = ""


class Test(msgspec.Struct, frozen=True):
    """A field against thresholds, which are already in the field's units."""

    __test__ = False

    field: Field
    op: Op
    values: tuple[Threshold, ...]


class Filter(msgspec.Struct, frozen=True):
    """All `tests` hold for the event, and all `line_tests` together for one of its lines."""

    tests: tuple[Test, ...] = ()
    line_tests: tuple[Test, ...] = ()


class Match(msgspec.Struct, frozen=True):
    """An event that passes all filters belongs to `source`."""

    source: int
    filters: tuple[Filter, ...]


class Grain(msgspec.Struct, frozen=True):
    """Events that are younger than `reach_ms` may be put together in slices of `slice_ms`, a power
    of two, when they are too many to be kept one by one."""

    reach_ms: int
    slice_ms: int


class Series(msgspec.Struct, frozen=True):
    """What is remembered of a source: times, and values when `field` says so.

    `retention_ms` None keeps all (`ever`), 0 keeps no times: only first, last and total.
    `keep` is how many of the newest times comparisons of counts with constants need, and
    `asks_for_more` tells that this is not all that is asked of times, `asks_ends` that the first,
    the last or the number of all events ever is asked. `grains` say how older events may be put
    together, the youngest first; what no grain reaches is in no window that ends. `past_ms` is the
    least length of a window that leaves out the newest events; None when there is none.
    An event whose field is unset is left out, unless `keeps_unset` (for `earliest` and `latest`,
    which may find an event without a value). `line_filters` narrow the lines that a field of
    lines ranges over, by event key: a line counts when, of one of the alternatives that the event
    passes, it passes the line tests of every filter; no alternatives let every line count.
    """

    fingerprint: str
    source: int
    field: Field | None
    refunds: Refunds
    retention_ms: int | None
    keep: int
    tags: tuple[int, ...]
    keeps_unset: bool = False
    line_filters: tuple[tuple[str, tuple[Filter, ...]], ...] = ()
    asks_for_more: bool = False
    asks_ends: bool = False
    grains: tuple[Grain, ...] = ()
    past_ms: int | None = None


class Pattern(msgspec.Struct, frozen=True):
    """What makes derived events, with the key `derived_key(fingerprint)`.

    With `unless`, a source: `steps` has one, which starts a wait of `within_ms` per value of
    `by`; `unless` ends it early, and a wait that runs out is the event. Without: the event
    happens when the last of `steps` (two or more sources) comes, all in order within the time.
    `asked` are the attributes that anything asks of its derived events.
    """

    fingerprint: str
    name: str
    steps: tuple[int, ...]
    unless: int
    by: str | None
    within_ms: int
    asked: tuple[str, ...] = ()


class MeasureKind(IntEnum):
    COUNT = 0
    SUM = 1
    SINCE = 2
    SINCE_FIRST = 3
    ATTRIBUTE = 4
    TAG = 5
    AVG = 6
    MIN = 7
    MAX = 8
    DISTINCT = 9
    EARLIEST = 10
    LATEST = 11
    INTERVAL = 12
    RESPONSE_TIME = 13
    RATIO = 14
    AGE = 15
    """Full years by the date of `birth_date` in the frame's zone, else the attribute `age`."""
    TAG_AGE = 16


class Frame(msgspec.Struct, frozen=True):
    """A window: (t - ago - within, t - ago]; or with `period` the calendar period of `zone` that
    t is in, the one before it with `periods_ago` 1; or, with neither, ever."""

    within_ms: int | None = None
    ago_ms: int = 0
    period: Period | None = None
    periods_ago: int = 0
    zone: str = ""

    @property
    def is_ever(self) -> bool:
        """Whether the window never ends."""
        return self.within_ms is None and self.period is None


class Measure(msgspec.Struct, frozen=True):
    """A view of a series in a frame, or what the kind says instead.

    `name` is the attribute's name, or the other tag's (`tag`). `of` and `to` are the measures of
    a ratio. `customer_answers`: a response time until the customer answers instead of the staff.
    `is_time` tells that the value is milliseconds. A published number is the exact value divided
    by `scale`.
    """

    kind: MeasureKind
    text: str
    series: int = NONE
    frame: Frame = Frame()
    name: str = ""
    tag: int = NONE
    of: int = NONE
    to: int = NONE
    customer_answers: bool = False
    is_time: bool = False
    scale: int = 1


class NodeKind(IntEnum):
    COMPARE = 0
    ABSENT = 1
    ALL = 2
    ANY = 3
    NOT = 4
    AT_LEAST = 5
    ANNIVERSARY = 6


class Node(msgspec.Struct, frozen=True):
    """A condition. Children come before their parents in the table.

    A comparison is with `values`, or, when `right` is a measure, with its value `times` that
    number. An anniversary of the date that `measure` is lies in the `within_ms` (whole days of
    `zone`) that begin with today.
    """

    kind: NodeKind
    text: str
    measure: int = NONE
    op: Op = Op.EQ
    values: tuple[Threshold, ...] = ()
    right: int = NONE
    times: Exact = 1
    series: int = NONE
    within_ms: int = 0
    include_new: bool = False
    zone: str = ""
    children: tuple[int, ...] = ()


class Band(msgspec.Struct, frozen=True):
    """One value of a text tag; `node` NONE is `otherwise`."""

    value: str
    node: int


class Tag(msgspec.Struct, frozen=True):
    """A tag's rule and life. Of `assign` and `remove`: with an `*_upon` source, `*_when` is the
    condition at that event; without, it is a state. From `ends_at` on nobody holds the tag."""

    name: str
    rule: str
    version: str
    form: Form
    priority: int
    published: bool
    manual: Manual
    manual_roles: tuple[str, ...]
    assign_when: int = NONE
    assign_upon: int = NONE
    remove_when: int = NONE
    remove_upon: int = NONE
    sticky: bool = False
    expires_after_ms: int | None = None
    renew: bool = False
    renew_on: tuple[int, ...] = ()
    hold_for_ms: int | None = None
    keep_at_least_ms: int | None = None
    cool_down_ms: int | None = None
    ends_at: int | None = None
    bands: tuple[Band, ...] = ()
    measure: int = NONE
    step_ms: int | None = None
    dependents: tuple[int, ...] = ()


class ActionStep(msgspec.Struct, frozen=True):
    type: ActionType
    template: str
    parameters: dict[str, str]


class Workflow(msgspec.Struct, frozen=True):
    """What follows a change of `tag` with `op`, unless the change is older than `max_age_ms` or
    took effect before `active_from`."""

    name: str
    version: int
    tag: str
    op: str
    steps: tuple[ActionStep, ...]
    max_age_ms: int
    active_from: int | None
    status: str


class Plan(msgspec.Struct, frozen=True):
    """Everything that the engine and the workflows need to know of the rule packs.

    `tags` is in order of evaluation: a tag comes after those it asks about. `patterns` is in
    order of packs by name, and in a pack as its author wrote them. `matches` finds the sources of
    an event by its key (`event_key`), `series_of`, `steps_of` (pairs of pattern and place in its
    steps), `unlesses_of` and `upon_of` what a source feeds. `attributes` are those that profiles
    keep, with the kind of value that each must have.
    """

    version: str
    matches: dict[str, tuple[Match, ...]]
    series: tuple[Series, ...]
    patterns: tuple[Pattern, ...]
    measures: tuple[Measure, ...]
    nodes: tuple[Node, ...]
    tags: tuple[Tag, ...]
    workflows: tuple[Workflow, ...]
    series_of: tuple[tuple[int, ...], ...]
    steps_of: tuple[tuple[tuple[int, int], ...], ...]
    unlesses_of: tuple[tuple[int, ...], ...]
    upon_of: tuple[tuple[int, ...], ...]
    source_names: tuple[str, ...]
    tags_of_attribute: dict[str, tuple[int, ...]]
    attributes: dict[str, AttributeKind]
    tags_of_age: tuple[int, ...]
    tag_index: dict[str, int]
    nets_refunds: bool


def derived_key(pattern_fingerprint: str) -> str:
    """The event key of a pattern's derived event."""
    return "pattern/" + pattern_fingerprint
