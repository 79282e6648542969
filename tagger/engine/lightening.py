"""What a profile gives up when all its series together are too large.

The heaviest series goes first: its slices are made longer until at most half of them are left, or
the older half of its texts is dropped. A series keeps its newest events one by one, so many as
comparisons with constants need, and measures that look further back say `approximate`.
"""

from collections import Counter
from collections.abc import Mapping

import msgspec

from tagger.engine.cutting import drop_oldest, holds_texts, put_into_slices
from tagger.engine.profile import Profile, SeriesState, Slices
from tagger.engine.running import stored_bytes
from tagger.engine.slices import halving_ms, merged
from tagger.rules.plan import LEAST_KEPT, Grain

_ANY_AGE_MS = 2**62
_NIL_BYTES = 1
_encoder = msgspec.msgpack.Encoder()


def series_bytes(profile: Profile) -> int:
    """How large all series of the profile are together, as they are stored."""
    return _together(_sizes(profile))


def lighten(profile: Profile, most_bytes: int, kept: Mapping[str, int]) -> Counter[str]:
    """Shorten series until all together have at most `most_bytes`, or none can be shortened any
    more; gives which were, and how many times. `kept` is how many of its newest events a series
    keeps, by fingerprint; 64 where it says nothing."""
    shortened: Counter[str] = Counter()
    sizes = _sizes(profile)
    over = _together(sizes) - most_bytes
    if over <= 0:
        return shortened
    least = {key: kept.get(key, LEAST_KEPT) for key in profile.series}
    weights = {key: _weight(state, sizes[key], least[key]) for key, state in profile.series.items()}
    while over > 0 and weights:
        heaviest = max(weights, key=weights.__getitem__)
        state = profile.series[heaviest]
        if _shorten(profile, state, least[heaviest]):
            shortened[heaviest] += 1
            before, size = sizes[heaviest], _state_bytes(state)
            over -= before - size
            sizes[heaviest], weights[heaviest] = size, _weight(state, size, least[heaviest])
        else:
            del weights[heaviest]
    return shortened


def _sizes(profile: Profile) -> dict[str, int]:
    return {key: _state_bytes(state) for key, state in profile.series.items()}


def _together(sizes: dict[str, int]) -> int:
    """How large series of these sizes are with their fingerprints in front of them."""
    fingerprints = len(_encoder.encode(dict.fromkeys(sizes)))
    return fingerprints + sum(sizes.values()) - _NIL_BYTES * len(sizes)


def _state_bytes(state: SeriesState) -> int:
    """How large a series is as it is stored."""
    slices = state.slices
    if slices is None:
        return len(_encoder.encode(state))
    rest = msgspec.structs.replace(state, slices=None)
    return len(_encoder.encode(rest)) - _NIL_BYTES + stored_bytes(slices)


def _weight(state: SeriesState, size: int, least: int) -> float:
    """How many of the `size` bytes of the series are of what can be shortened."""
    slices = 0 if state.slices is None else len(state.slices.ends)
    spare = slices + max(0, len(state.times) - least)
    return size * spare / (slices + len(state.times) or 1)


def _shorten(profile: Profile, state: SeriesState, least: int) -> bool:
    """Halve the slices, or what is kept one by one where that is more. False when neither can
    be."""
    spare = max(0, len(state.times) - least)
    if holds_texts(state):
        drop_oldest(state, (spare + 1) // 2)
        return spare > 0
    ends = [] if state.slices is None else state.slices.ends
    count = spare if spare > len(ends) else 0
    length = halving_ms([*ends, *state.times[:count]], state.slice_ms)
    if length is None:
        return False
    state.slice_ms = length
    grains = (Grain(_ANY_AGE_MS, length),)
    if count:
        put_into_slices(state, count, grains, profile.clock_at, profile.refunds)
    else:
        state.slices = merged(state.slices, Slices(), grains, length, profile.clock_at)
    return True
