"""What a series gives up when its events are too many to be kept one by one.

The oldest times and numbers are put together in slices, and once no window that ends can see a
slice, its numbers are folded into one. Texts cannot be added up: of one that is said again and
again the occurrences that no window needs go first, then the oldest texts; so do messages. What a
series says of itself is enough for this: its columns tell what it holds.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from tagger.engine.columns import exact, numbers, stored
from tagger.engine.feeds import Feed
from tagger.engine.profile import Limits, SeriesState, Slices
from tagger.engine.slices import drop_first, folded, merged
from tagger.rules.plan import LEAST_KEPT, Grain


def cut(
    feed: Feed,
    state: SeriesState,
    clock_at: int,
    limits: Limits,
    refunded: Mapping[str, int],
) -> None:
    """Forget what no window can see any more, and cut the series if it is too long."""
    retention_ms = feed.retention_ms
    if retention_ms is not None:
        _drop_unseen(state, clock_at - retention_ms)
    most = _most_kept(feed, limits)
    if most is None:
        return
    count = len(state.times)
    is_too_long = count > most + most // 8
    if is_too_long or count % LEAST_KEPT == 0:
        if holds_texts(state):
            _shorten_texts(feed, state, most)
        elif is_too_long:
            put_into_slices(state, count - most, feed.grains, clock_at, refunded)
    if retention_ms is None:
        _fold_unseen(state, feed.grains, clock_at)


def holds_texts(state: SeriesState) -> bool:
    """Whether the values are texts to be told apart, or messages."""
    values = state.values
    return bool(values) and isinstance(values[0], list) and not _keeps_ends(state)


def put_into_slices(
    state: SeriesState,
    count: int,
    grains: Sequence[Grain],
    clock_at: int,
    refunded: Mapping[str, int],
) -> None:
    """Put the `count` oldest events that are kept one by one into slices. Refunds by order that
    are known by now are taken off for good."""
    if not count:
        return
    more = _as_slices(state, count, refunded)
    state.slices = merged(state.slices, more, grains, state.slice_ms, clock_at)
    drop_oldest(state, count)


def drop_oldest(state: SeriesState, count: int) -> None:
    """Remember no longer the `count` oldest of the events that are kept one by one."""
    if count <= 0:
        return
    newest = state.times[count - 1]
    state.cut_at = newest if state.cut_at is None else max(newest, state.cut_at)
    _delete(state, count)


def _shorten_texts(feed: Feed, state: SeriesState, most: int) -> None:
    if not feed.is_of_messages:
        drop_repeats(state, feed.past_ms)
    drop_oldest(state, len(state.times) - most)


def drop_repeats(state: SeriesState, past_ms: int | None) -> None:
    """Drop the occurrences of texts that no window needs. Of a text, where all windows reach the
    present, that is all but the newest; else what lies between two others that are no further
    from each other than the shortest window of the past is long."""
    needed = _needed_texts(state, past_ms)
    kept = [index for index in range(len(state.times)) if index in needed]
    state.times = [state.times[index] for index in kept]
    state.values = [needed[index] for index in kept]


def _needed_texts(state: SeriesState, past_ms: int | None) -> dict[int, list[str]]:
    needed: dict[int, list[str]] = {}
    last: dict[str, int] = {}
    kept_before: dict[str, int] = {}
    for index, (at, said) in enumerate(zip(state.times, state.values, strict=True)):
        for text in said if isinstance(said, list) else ():
            before = last.get(text)
            if before is not None and past_ms is not None:
                lower = kept_before.get(text)
                if lower is None or at - lower > past_ms:
                    needed.setdefault(before, []).append(text)
                    kept_before[text] = state.times[before]
            last[text] = index
    for text, index in last.items():
        needed.setdefault(index, []).append(text)
    return needed


def _most_kept(feed: Feed, limits: Limits) -> int | None:
    """How many of the newest events are kept one by one."""
    if feed.saying is not None:
        return limits.exact_events
    most = limits.exact_times if feed.asks_for_more else limits.exact_events
    return None if most is None else max(most, feed.keep)


def _drop_unseen(state: SeriesState, horizon: int) -> None:
    times, slices = state.times, state.slices
    if times and times[0] <= horizon:
        _delete(state, bisect_right(times, horizon))
    if slices is not None and slices.ends[0] <= horizon:
        _drop_slices(state, slices, bisect_right(slices.ends, horizon))


def _fold_unseen(state: SeriesState, grains: Sequence[Grain], clock_at: int) -> None:
    slices = state.slices
    if slices is not None:
        horizon = clock_at - grains[-1].reach_ms if grains else slices.ends[-1]
        count = bisect_right(slices.ends, horizon)
        if count:
            state.folded = folded(state.folded, slices, count)
            _drop_slices(state, slices, count)


def _drop_slices(state: SeriesState, slices: Slices, count: int) -> None:
    drop_first(slices, count)
    if not slices.ends:
        state.slices = None
        state.slice_ms = 1


def _as_slices(state: SeriesState, count: int, refunded: Mapping[str, int]) -> Slices:
    """The oldest events as slices of one event each."""
    times, ones = state.times[:count], [1] * count
    if not state.values:
        return Slices(times, ones)
    if _keeps_ends(state):
        return Slices(times, ones, latest=state.values[:count])
    found = [exact(each) for each in numbers(state, refunded)[:count]]
    refunds = state.refunds[:count] or [False] * count
    counted = [int(each is not None and not off) for each, off in zip(found, refunds, strict=True)]
    worth = [None if each is None else stored(each) for each in found]
    totals = [0 if each is None else each for each in worth]
    return Slices(times, ones, counted, totals, worth, [*worth])


def _keeps_ends(state: SeriesState) -> bool:
    """Whether the series remembers its first and its last value. Only then are there values that
    are unset."""
    return (
        state.last_value is not None
        or state.values[-1:] == [None]
        or (state.slices is not None and bool(state.slices.latest))
    )


def _delete(state: SeriesState, count: int) -> None:
    del state.times[:count]
    if state.values:
        del state.values[:count]
        for column in (state.orders, state.costs, state.refunds):
            if column:
                del column[:count]
