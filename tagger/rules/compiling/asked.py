"""What is asked of derived events, so that a wait need not keep all that its first event says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from tagger.rules.plan import Field, FieldKind, Match, Pattern, Series, derived_key

_OF_LINES = (FieldKind.LINES, FieldKind.QUANTITY)


def with_what_is_asked(
    patterns: Iterable[Pattern], matches: Mapping[str, Sequence[Match]], series: Iterable[Series]
) -> tuple[Pattern, ...]:
    """The patterns, each with the attributes that anything asks of its derived events: filters,
    measures, and patterns that go on from it."""
    patterns, series = tuple(patterns), tuple(series)
    heard = [matches.get(derived_key(each.fingerprint), ()) for each in patterns]
    feeds = [{match.source for match in each} for each in heard]
    own = [
        {*_tested(each), *_measured(series, sources), *_told_apart(patterns, sources)}
        for each, sources in zip(heard, feeds, strict=True)
    ]
    steps_of: dict[int, list[int]] = {}
    for index, pattern in enumerate(patterns):
        for source in pattern.steps:
            steps_of.setdefault(source, []).append(index)
    asked = [
        {attribute for each in _going_on(index, feeds, steps_of) for attribute in own[each]}
        for index in range(len(patterns))
    ]
    return tuple(
        msgspec.structs.replace(pattern, asked=tuple(sorted(attributes)))
        for pattern, attributes in zip(patterns, asked, strict=True)
    )


def _going_on(
    start: int, feeds: Sequence[set[int]], steps_of: Mapping[int, Sequence[int]]
) -> set[int]:
    """The pattern and all that go on from it, directly or through others."""
    found, waiting = {start}, [start]
    while waiting:
        for source in feeds[waiting.pop()]:
            later = set(steps_of.get(source, ())) - found
            found |= later
            waiting += later
    return found


def _tested(matches: Iterable[Match]) -> Iterator[str]:
    for match in matches:
        for filter_ in match.filters:
            for test in filter_.tests:
                yield _read(test.field)
            if filter_.line_tests:
                yield "lines"


def _measured(series: Iterable[Series], sources: set[int]) -> Iterator[str]:
    for each in series:
        if each.source in sources and each.field is not None:
            yield _read(each.field)


def _told_apart(patterns: Iterable[Pattern], sources: set[int]) -> Iterator[str]:
    for each in patterns:
        if each.by is not None and not sources.isdisjoint((*each.steps, each.unless)):
            yield each.by


def _read(field: Field) -> str:
    return "lines" if field.kind in _OF_LINES else field.attribute
