"""What is remembered of one customer.

A profile belongs to whoever holds it: a step changes it in place and hands it on, and whoever
keeps the old state keeps its encoded form. State is keyed by fingerprints and tag names, so that
it outlives an edit of the packs.
"""

import msgspec

from tagger.domain.events import AttributeValue, Event
from tagger.domain.tags import Source, TagValue

StoredNumber = int | str
"""An exact number: an integer, or a fraction written `numerator/denominator`."""

StoredValue = StoredNumber | list[str] | None
"""What an event says: a number, texts (one, or several of an order's lines), or nothing."""


class Folded(msgspec.Struct, array_like=True, gc=False):
    """The numbers of events that were dropped, for measures without an end. `events` leaves
    out refunds, which `total` takes off."""

    events: int = 0
    total: StoredNumber = 0
    least: StoredNumber | None = None
    most: StoredNumber | None = None


class SeriesState(msgspec.Struct, array_like=True, gc=False):
    """Times of events, ascending, with columns beside them when the series has them: `values`,
    the `orders` by which refunds find purchases, `costs` to be taken off what is left of these,
    and which events are `refunds` taken off at their own date.

    `total` counts all events ever; times up to `cut_at` may have been dropped, their numbers are
    then in `folded`; `first_value` and `last_value` belong to `first_at` and `last_at`.
    `has_negative` stays once a value below 0 has come or can.
    """

    times: list[int] = []
    values: list[StoredValue] = []
    orders: list[str] = []
    total: int = 0
    first_at: int | None = None
    last_at: int | None = None
    cut_at: int | None = None
    has_negative: bool = False
    costs: list[int | None] = []
    refunds: list[bool] = []
    first_value: StoredValue = None
    last_value: StoredValue = None
    folded: Folded | None = None


class Wait(msgspec.Struct, array_like=True):
    """A pattern's wait that `first` started; it covers [first, ends_at)."""

    first: Event
    ends_at: int


class Stage(msgspec.Struct, array_like=True, gc=False):
    """A chain under way: when its first step came, and when the step that it stands at."""

    started_at: int
    reached_at: int


class PatternState(msgspec.Struct, array_like=True):
    """What is open, by key ("" for events that lack one).

    Of a pattern with `unless`: the `waits` in order of their ends, and `ended_at`, the latest
    instant at which an `unless` of each key came, as far back as a late `first` may need it;
    `ended_all_at` is that of an `unless` without a key, which ends every wait. Of a chain: for
    each step but the last the one that stands there, in order of the latest first step.
    """

    waits: dict[str, Wait] = {}
    ended_at: dict[str, int] = {}
    ended_all_at: int | None = None
    chains: dict[str, list[Stage | None]] = {}


class Attribute(msgspec.Struct, array_like=True, gc=False):
    """An attribute's latest value and when it was reported; null is remembered as unset."""

    value: AttributeValue
    at: int


class Overlay(msgspec.Struct, array_like=True, gc=False):
    """A manual value over the rule's. `value` None hides the tag; `until_differs` ends that
    when the rule's value is no longer `rule_value`."""

    value: TagValue | None
    until: int | None
    until_differs: bool = False
    rule_value: TagValue | None = None


class TagState(msgspec.Struct, array_like=True, gc=False):
    """One tag: what its rule says (`value`, `expires_at`), what was laid over it by hand, what
    the world was told (`shown`...), and when to look again (`due_at`).

    What a flag's life remembers besides: `set_at` is the instant that set or renewed it last,
    `held_since` the evaluation that set it, `spent` that a state must be false before it sets
    again, `wanted_since` the evaluation from which it has been true, `cleared_at` the rule's last
    clearing. `held_since`, `wanted_since` and `cleared_at` are set only where `keep_at_least`,
    `hold_for` and `cool_down` ask for them.
    """

    value: TagValue | None = None
    set_at: int | None = None
    expires_at: int | None = None
    spent: bool = False
    overlay: Overlay | None = None
    shown: TagValue | None = None
    shown_since: int | None = None
    shown_expires_at: int | None = None
    shown_source: Source = "rule"
    due_at: int | None = None
    held_since: int | None = None
    wanted_since: int | None = None
    cleared_at: int | None = None


class Profile(msgspec.Struct, array_like=True):
    """All that is remembered. `clock_at` is the latest instant that was evaluated; `refunds`
    adds up what was given back, by currency and order, and `forgot_refunds` tells that some of it
    was dropped for being too much; `seen` holds recent event identities in
    order of arrival. `quarantined` profiles have been emptied, see `quarantine`."""

    customer_id: str
    known_since: int
    clock_at: int
    sequence: int = 0
    updated_at: int = 0
    deadline: int | None = None
    series: dict[str, SeriesState] = {}
    patterns: dict[str, PatternState] = {}
    attributes: dict[str, Attribute] = {}
    refunds: dict[str, int] = {}
    seen: dict[int, int] = {}
    tags: dict[str, TagState] = {}
    quarantined: bool = False
    forgot_refunds: bool = False


def quarantine(profile: Profile) -> Profile:
    """A profile that grew too large, without its memory: what is shown stays, and nothing is
    decided about the customer any more."""
    return msgspec.structs.replace(
        profile,
        deadline=None,
        series={},
        patterns={},
        attributes={},
        refunds={},
        seen={},
        tags={
            name: msgspec.structs.replace(tag, due_at=None) for name, tag in profile.tags.items()
        },
        quarantined=True,
    )


class Limits(msgspec.Struct, frozen=True):
    """How much a profile may remember; None means all. `exact_events` bounds the times of a
    series whose measures are only compared with constants."""

    exact_events: int | None = 512
    series_events: int | None = 8_192
    seen_events: int | None = 4_096
    seen_ms: int | None = 7 * 86_400_000
    waits: int | None = 256
    refunded_orders: int | None = 1_024


STREAM_LIMITS = Limits()
UNLIMITED = Limits(None, None, None, None, None, None)
