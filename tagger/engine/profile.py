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


class SeriesState(msgspec.Struct, array_like=True, gc=False):
    """Times of events, ascending, with `values` and `orders` beside them when the series has
    them. `total` counts all events ever; times up to `cut_at` may have been dropped;
    `has_negative` stays once a value below 0 has come."""

    times: list[int] = []
    values: list[StoredNumber] = []
    orders: list[str] = []
    total: int = 0
    first_at: int | None = None
    last_at: int | None = None
    cut_at: int | None = None
    has_negative: bool = False


class Wait(msgspec.Struct, array_like=True):
    """A pattern's wait that `first` started; it covers [first, ends_at)."""

    first: Event
    ends_at: int


class PatternState(msgspec.Struct, array_like=True):
    """Open waits by key ("" for events that lack one) and the latest instant at which an
    `unless` of each key came, as far back as a late `first` may need it. The key None of an
    `unless` without a key, which ends every wait, is stored as `ended_all_at`."""

    waits: dict[str, Wait] = {}
    ended_at: dict[str, int] = {}
    ended_all_at: int | None = None


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
    """One tag: what its rule says (`value`, `set_at`, `expires_at`, `spent`), what was laid over
    it by hand, what the world was told (`shown`...), and when to look again (`due_at`)."""

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


class Profile(msgspec.Struct, array_like=True):
    """All that is remembered. `clock_at` is the latest instant that was evaluated; `refunds`
    adds up what was given back, by currency and order; `seen` holds recent event identities in
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
