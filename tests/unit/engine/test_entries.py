"""Slices and single events as one row: what is asked of them, against a walk over all of them."""

from collections.abc import Iterator
from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tagger.engine.columns import stored
from tagger.engine.entries import Counted, Entries, Row
from tagger.engine.falls import last_for_count, last_for_greatest, last_for_total
from tagger.engine.gauges import Distinct, Extreme, Mean, Total
from tagger.engine.lightening import series_bytes
from tagger.engine.profile import Profile, SeriesState, Slices, StoredNumber
from tagger.engine.running import (
    counted_before,
    events_before,
    least_from,
    most_from,
    stored_bytes,
    totals_before,
)
from tagger.engine.sights import Window
from tagger.engine.slices import drop_first, merged
from tagger.engine.windows import bounds
from tagger.rules.plan import Exact, Frame, Grain, MeasureKind

NUMBERS = st.integers(0, 50) | st.fractions(0, 9, max_denominator=4).map(
    lambda each: each.numerator if each.denominator == 1 else each
)
SET = st.lists(st.tuples(st.integers(0, 400), NUMBERS), max_size=24).map(sorted)
STEPS = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 3)), max_size=8)
KINDS = st.sampled_from([MeasureKind.SUM, MeasureKind.MIN, MeasureKind.MAX])


def slices_of(events: list[tuple[int, Exact]]) -> Slices:
    """A slice of each event; every third number does not count in a mean."""
    worth: list[StoredNumber | None] = [stored(number) for _, number in events]
    return Slices(
        [at for at, _ in events],
        [number % 3 + 1 for number in range(len(events))],
        [int(number % 3 > 0) for number in range(len(events))],
        [stored(number) for _, number in events],
        worth,
        [*worth],
        [],
    )


@st.composite
def states(draw: st.DrawFn) -> SeriesState:
    events = draw(SET)
    cut = draw(st.integers(0, len(events)))
    values = [stored(number) for _, number in events[cut:]]
    slices = slices_of(events[:cut]) if cut else None
    return SeriesState([at for at, _ in events[cut:]], [*values], slices=slices)


def numbers_in(state: SeriesState) -> list[Fraction]:
    older = [] if state.slices is None else state.slices.totals
    return [Fraction(each) for each in [*older, *state.values] if isinstance(each, int | str)]


def row_of(state: SeriesState, kind: MeasureKind) -> Row:
    return Row(state.slices, state.values, kind)


def places(state: SeriesState) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(Entries(state))), min_size=2, max_size=2).map(sorted)


def stretches(steps: list[tuple[int, int]], count: int) -> Iterator[tuple[int, int]]:
    """Slices of `count` entries of which no end goes back."""
    high = 0
    for begin, length in sorted(steps):
        low, high = min(begin, count), min(max(high, begin + length), count)
        yield low, high


@given(states(), st.data())
def test_numbers_of_a_stretch_are_those_of_its_entries(
    state: SeriesState, data: st.DataObject
) -> None:
    low, high = data.draw(places(state))
    worth = numbers_in(state)[low:high]
    assert row_of(state, MeasureKind.SUM).total(low, high) == sum(worth)
    assert row_of(state, MeasureKind.MIN).outermost(low, high) == min(worth, default=None)
    assert row_of(state, MeasureKind.MAX).outermost(low, high) == max(worth, default=None)


@given(states(), st.data())
def test_events_and_instants_are_those_of_all_entries(
    state: SeriesState, data: st.DataObject
) -> None:
    entries = Entries(state)
    low, high = data.draw(places(state))
    older = [] if state.slices is None else state.slices.events
    assert entries.events(low, high) == sum([*older, *(1 for _ in state.times)][low:high])
    assert [entries.instant(each) for each in range(len(entries))] == entries.instants()
    frame = Frame(data.draw(st.integers(1, 400)), data.draw(st.sampled_from([0, 0, 30, 200])))
    window, at = Window(frame), max(entries.instants(), default=0) + data.draw(st.integers(0, 60))
    assert entries.bounds(window, at) == bounds(entries.instants(), window, at)


@given(states(), st.data())
def test_those_that_count_in_a_mean_are_set_and_no_refunds(
    state: SeriesState, data: st.DataObject
) -> None:
    said = [data.draw(st.sampled_from([1, None])) for _ in state.times]
    refunds = [data.draw(st.booleans()) for _ in state.times]
    if data.draw(st.booleans()):
        refunds = []
    low, high = data.draw(places(state))
    older = [] if state.slices is None else state.slices.counted
    of_events = [
        int(value is not None and not (refunds and refunds[index]))
        for index, value in enumerate(said)
    ]
    counted = Counted(state.slices, said, refunds, is_whole=None not in said)
    assert counted.number(low, high) == sum([*older, *of_events][low:high])


@given(states(), st.data(), st.integers(-1, 90), st.booleans())
def test_what_falls_short_first_is_found(
    state: SeriesState, data: st.DataObject, least: int, strictly: bool
) -> None:
    low, high = data.draw(places(state))
    worth = numbers_in(state)
    entries, sums = Entries(state), row_of(state, MeasureKind.SUM)
    greatest = row_of(state, MeasureKind.MAX)

    def is_enough(number: Exact | None) -> bool:
        return number is not None and (number > least if strictly else number >= least)

    def last(numbers: list[Exact | None]) -> int | None:
        found = [low + place for place, number in enumerate(numbers) if is_enough(number)]
        return found[-1] if found and not is_enough(0) else None

    totals: list[Exact | None] = [sum(worth[each:high]) for each in range(low, high)]
    counts: list[Exact | None] = [entries.events(each, high) for each in range(low, high)]
    assert last_for_total(sums, low, high, least, strictly=strictly) == last(totals)
    assert last_for_count(entries, low, high, least, strictly=strictly) == last(counts)
    by_itself = [low + place for place, each in enumerate(worth[low:high]) if is_enough(each)]
    found = last_for_greatest(greatest, low, high, least, strictly=strictly)
    assert found == (by_itself[-1] if by_itself else None)


@given(states(), KINDS, STEPS)
def test_a_gauge_that_moves_on_says_what_a_new_one_does(
    state: SeriesState, kind: MeasureKind, steps: list[tuple[int, int]]
) -> None:
    row = row_of(state, kind)
    make = Total if kind is MeasureKind.SUM else Extreme
    gauge = make(row)
    for low, high in stretches(steps, len(Entries(state))):
        assert gauge.of(low, high) == make(row).of(low, high)


@given(st.lists(NUMBERS.map(stored) | st.none(), max_size=6))
def test_what_is_unset_is_passed_over(said: list[StoredNumber | None]) -> None:
    known = [Fraction(each) for each in said if each is not None]
    assert Row(None, said, MeasureKind.SUM).total(0, len(said)) == sum(known)
    least, most = (Row(None, said, kind) for kind in (MeasureKind.MIN, MeasureKind.MAX))
    assert least.outermost(0, len(said)) == min(known, default=None)
    assert most.outermost(0, len(said)) == max(known, default=None)


@given(st.lists(NUMBERS.map(stored) | st.none(), max_size=24), STEPS)
def test_a_mean_that_moves_on_is_that_of_the_numbers_inside(
    said: list[StoredNumber | None], steps: list[tuple[int, int]]
) -> None:
    counted = Counted(None, said, [], is_whole=None not in said)
    gauge = Mean(Row(None, said, MeasureKind.AVG), counted)
    for low, high in stretches(steps, len(said)):
        inside = [Fraction(each) for each in said[low:high] if each is not None]
        mean = sum(inside) / len(inside) if inside else None
        assert gauge.of(low, high) == mean


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=3), max_size=24), STEPS)
def test_different_texts_that_move_on_are_those_inside(
    said: list[list[str]], steps: list[tuple[int, int]]
) -> None:
    gauge = Distinct(said)
    for low, high in stretches(steps, len(said)):
        inside = {text for texts in said[low:high] for text in texts}
        assert gauge.of(low, high) == len(inside)


CHANGES = st.lists(
    st.tuples(SET, st.integers(0, 9), st.sampled_from([1, 4, 32]), st.booleans()), max_size=6
)


@given(CHANGES)
def test_what_is_known_of_slices_is_what_would_be_worked_out_anew(
    changes: list[tuple[list[tuple[int, Exact]], int, int, bool]],
) -> None:
    slices = Slices()
    for more, dropped, length, is_asked in changes:
        slices = merged(slices, slices_of(more), [Grain(10_000, length)], 1, 500)
        drop_first(slices, min(dropped, len(slices.ends)))
        anew = msgspec.convert(msgspec.to_builtins(slices), Slices)
        assert slices.ends == sorted(slices.ends)
        if not is_asked:
            continue
        for before in (events_before, counted_before, totals_before):
            mine, others = before(slices), before(anew)
            assert [each - mine[0] for each in mine] == others
        assert least_from(slices) == least_from(anew)
        assert most_from(slices) == most_from(anew)
        assert stored_bytes(slices) == len(msgspec.msgpack.encode(slices))


@given(states(), states())
def test_all_series_are_as_large_as_they_are_stored(one: SeriesState, other: SeriesState) -> None:
    profile = Profile("c", 0, 0, series={"one": one, "other": other})
    assert series_bytes(profile) == len(msgspec.msgpack.encode(profile.series))
