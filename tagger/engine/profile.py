"""What is remembered of one customer.

A profile belongs to whoever holds it: a step changes it in place and hands it on, and whoever
keeps the old state keeps its encoded form. State is keyed by fingerprints and tag names, so that
it outlives an edit of the packs. Nothing in it refers back to what holds it, so the collector of
garbage need not know of it (`gc=False`).
"""

import msgspec

from tagger.domain.events import AttributeValue, Event
from tagger.domain.tags import Source, TagValue

StoredNumber = int | str
"""An exact number: an integer, or a fraction written `numerator/denominator`."""

StoredValue = StoredNumber | list[str] | None
"""What an event says: a number, texts (one, or several of an order's lines), or nothing."""


class Folded(msgspec.Struct, array_like=True, gc=False):
    """The numbers of events that no window with an end can see, for measures without one.
    `events` leaves out refunds, which `total` takes off."""

    events: int = 0
    total: StoredNumber = 0
    least: StoredNumber | None = None
    most: StoredNumber | None = None


class Slices(msgspec.Struct, array_like=True, dict=True):
    """Older events, those of one slice of time put together, in order of time. A column has one
    entry for each slice, or none at all where the series has no such thing.

    `ends` is the instant of the slice's newest event, `events` their number, `latest` the value of
    the newest, for series of which first and last values are asked. Of numbers, after refunds:
    `counted` is how many there are, without refunds, then their total, the least and the greatest.
    What the columns come to is kept in `__dict__`, which is not stored, see `running`: only
    `slices` changes columns.
    """

    ends: list[int] = []
    events: list[int] = []
    counted: list[int] = []
    totals: list[StoredNumber] = []
    least: list[StoredNumber | None] = []
    most: list[StoredNumber | None] = []
    latest: list[StoredValue] = []


class SeriesState(msgspec.Struct, array_like=True, gc=False):
    """Times of events, ascending, with columns beside them when the series has them: `values`,
    the `orders` by which refunds find purchases, `costs` to be taken off what is left of these,
    and which events are `refunds` taken off at their own date.

    `total` counts all events ever; times up to `cut_at` may have been put into `slices`, their
    numbers into `folded` once no window that ends can see them, or may have been dropped.
    `slice_ms` is the least length of a slice, a power of two, which a profile that grew too large
    raises. `first_value` and `last_value` belong to `first_at` and `last_at`. `has_negative`
    stays once a value below 0 has come or can.
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
    slices: Slices | None = None
    slice_ms: int = 1


class Wait(msgspec.Struct, array_like=True, gc=False):
    """A pattern's wait that `first` started, of which it keeps what is asked of a derived event;
    it covers [first, ends_at)."""

    first: Event
    ends_at: int


class Stage(msgspec.Struct, array_like=True, gc=False):
    """A chain under way: when its first step came, and when the step that it stands at."""

    started_at: int
    reached_at: int


class PatternState(msgspec.Struct, array_like=True, gc=False):
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


class Profile(msgspec.Struct, array_like=True, gc=False):
    """All that is remembered. `clock_at` is the latest instant that was evaluated; `refunds`
    adds up what was given back, by currency and order, and `forgot_refunds` tells that some of it
    was dropped for being too much; `seen` holds what came lately, in order of arrival, see
    `repeats`. `quarantined` profiles have been emptied, see `quarantine`. `alarms` belongs
    to whoever keeps the profile: the instants, ascending, at which its deadline will be looked
    at. Of all inputs ever, `late` and `too_late` count the events behind the customer's clock that
    some measure took, and that none took, `repeats` and `conflicts` what was left out because its
    id had come before, with the same content or with another. `commanded_at` is, by tag, when the
    newest command on it that was carried out had been issued; None while there was none."""

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
    alarms: tuple[int, ...] = ()
    late: int = 0
    too_late: int = 0
    repeats: int = 0
    conflicts: int = 0
    commanded_at: dict[str, int] | None = None


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
        commanded_at=None,
    )


class Limits(msgspec.Struct, frozen=True):
    """How much a profile may remember; None means all.

    `exact_events` is how many of the newest events of a series are kept one by one, `exact_times`
    the same where only their times are, but more than comparisons with constants are asked;
    older ones are put together in slices. `series_bytes` is how large all series together may
    become before slices grow longer. `waits` bounds the open waits, or chains, of one pattern.
    """

    exact_events: int | None = 512
    exact_times: int | None = 2_048
    series_bytes: int | None = 131_072
    seen_events: int | None = 4_096
    seen_ms: int | None = 7 * 86_400_000
    waits: int | None = 256
    refunded_orders: int | None = 1_024


STREAM_LIMITS = Limits()
UNLIMITED = Limits(None, None, None, None, None, None, None)
