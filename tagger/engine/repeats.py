"""Which inputs a profile remembers, so that one that comes again is known.

An input is remembered from the customer's clock at which it was taken, not from its own time: a
retry comes shortly after the first attempt, however old the event is that both tell of. It is
remembered for `seen_ms`, the end not included, among the customer's newest `seen_events`. A
repeat does not prolong that.

With each identity goes a check of the content, so that a producer that gives two different events
one id is noticed: the first one counts.
"""

from typing import Final, Literal
from zlib import crc32

import msgspec

from tagger.engine.profile import Limits, Profile
from tagger.engine.step import Input

Repeat = Literal["duplicate", "conflicting"]
"""An input that was taken before: with the same content, or with another."""

_CHECK_BITS: Final = 16
_CHECK_MASK: Final = (1 << _CHECK_BITS) - 1
_FARTHEST_MS: Final = 1 << 46
"""An instant and a check have to fit into 63 bits; no real clock comes near 2,200 years."""

_HOLES_MASK: Final = 511
"""A dict from whose front entries are taken keeps holes there, and whoever looks for its oldest
entry goes over them. A copy has none: it is made for one input in 512."""

_encode: Final = msgspec.msgpack.Encoder(order="deterministic").encode


def repeated(
    profile: Profile, record: Input, identity: int, clock_at: int, limits: Limits
) -> Repeat | None:
    """Whether the input was taken before. `clock_at` is the customer's clock when it comes."""
    note = profile.seen.get(identity)
    if note is None or _is_too_old(note, _within_bounds(clock_at), limits.seen_ms):
        return None
    return "duplicate" if note & _CHECK_MASK == _check(record) else "conflicting"


def remember(profile: Profile, record: Input, identity: int, clock_at: int, limits: Limits) -> None:
    """Remember an input that is taken at `clock_at`, and forget those that are too many or too
    old."""
    seen = profile.seen
    if identity & _HOLES_MASK == 0:
        seen = profile.seen = dict(seen)
    if identity in seen:
        del seen[identity]
    taken_at = _within_bounds(clock_at)
    seen[identity] = taken_at << _CHECK_BITS | _check(record)
    most, seen_ms = limits.seen_events, limits.seen_ms
    while seen:
        oldest, note = _oldest(seen)
        is_too_much = most is not None and len(seen) > most
        if not is_too_much and not _is_too_old(note, taken_at, seen_ms):
            return
        del seen[oldest]


def _oldest(seen: dict[int, int]) -> tuple[int, int]:
    """What came first of them, of which there is one at least, and its note."""
    for identity, note in seen.items():
        return identity, note
    raise LookupError("nothing is remembered")


def _is_too_old(note: int, clock_at: int, seen_ms: int | None) -> bool:
    return seen_ms is not None and clock_at - (note >> _CHECK_BITS) >= seen_ms


def _within_bounds(clock_at: int) -> int:
    return min(max(clock_at, -_FARTHEST_MS), _FARTHEST_MS)


def _check(record: Input) -> int:
    """A few bits of all that the input says."""
    try:
        content = _encode(record)
    except UnicodeEncodeError:
        content = repr(record).encode("utf-8", "surrogatepass")
    return crc32(content) & _CHECK_MASK
