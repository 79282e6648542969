"""What is legal in a pack and yet doubtful: warnings, which refuse nothing.

Every check looks at each rule a bounded number of times, so that a folder of the largest allowed
size is linted in a moment.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from tagger.rules.faults import Fault
from tagger.rules.findings import Findings
from tagger.rules.lint_bands import check_bands
from tagger.rules.lint_values import check_money, check_unset
from tagger.rules.shape import rule_shape
from tagger.rules.syntax import (
    Absent,
    Aggregate,
    Clause,
    Compare,
    Condition,
    Named,
    Operand,
    Pack,
    Position,
    Selector,
    TagRule,
)
from tagger.rules.walk import all_conditions, all_selectors, parts_of

MOST_TAGS_AT_ONCE = 20
_NEAR = 0.1
_NUMBER = re.compile(r"(?<![\w-])\d+(?:\.\d+)?")


def lint(packs: Iterable[Pack]) -> tuple[Fault, ...]:
    """All warnings of a folder, by place. Meant for packs without errors."""
    folder = tuple(packs)
    findings = Findings()
    for pack in folder:
        _check_unused(pack, findings)
        check_unset(pack, findings)
        check_money(pack, findings)
        _check_returns(pack, findings)
        for tag in pack.tags:
            _check_description(tag, findings)
            check_bands(tag, findings)
    _check_titles(folder, findings)
    _check_duplicates(folder, findings)
    _check_number_of_tags(folder, findings)
    return findings.sorted()


def _check_description(tag: TagRule, findings: Findings) -> None:
    if not tag.owner:
        hint = "add `owner` here or under `defaults`"
        findings.add(tag.at, "W-NO-OWNER", f"nobody answers for `{tag.name}`", hint)
    if not tag.title:
        hint = "add for example `title: {en: ...}`"
        findings.add(tag.at, "W-NO-TITLE", f"`{tag.name}` has no title for people", hint)


def _check_titles(packs: tuple[Pack, ...], findings: Findings) -> None:
    first: dict[tuple[str, str], TagRule] = {}
    for tag in (tag for pack in packs for tag in pack.tags):
        for language, title in tag.title.items():
            other = first.setdefault((language, title.casefold()), tag)
            if other is not tag:
                sentence = f'`{tag.name}` has the title "{title}" of `{other.name}`'
                findings.add(tag.at, "W-DUPLICATE-TITLE", sentence)


def _check_number_of_tags(packs: tuple[Pack, ...], findings: Findings) -> None:
    tags = [tag for pack in packs for tag in pack.tags if tag.status != "experimental"]
    if len(tags) > MOST_TAGS_AT_ONCE:
        sentence = (
            f"one customer could hold {len(tags)} tags at once; nobody reads more than"
            f" {MOST_TAGS_AT_ONCE}"
        )
        hint = "make values of one text tag of those that exclude each other"
        findings.add(tags[MOST_TAGS_AT_ONCE].at, "W-MANY-TAGS", sentence, hint)


def _check_unused(pack: Pack, findings: Findings) -> None:
    conditions, selectors = list(all_conditions(pack)), list(all_selectors(pack))
    events = {name for selector in selectors for name in selector.events}
    lists = {operand.list_name for operand in _operands(conditions, selectors)}
    used_conditions = {each.name for each in conditions if isinstance(each, Named)}
    kinds: list[tuple[str, dict[str, Position], set[str]]] = [
        ("event", {each.name: each.at for each in pack.events}, events),
        ("condition", {each.name: each.at for each in pack.conditions}, used_conditions),
        ("list", {each.name: each.at for each in pack.lists}, {each for each in lists if each}),
    ]
    for kind, defined, used in kinds:
        for name, at in defined.items():
            if name not in used:
                findings.add(at, "W-UNUSED-NAME", f"the {kind} `{name}` is used nowhere")


def _operands(conditions: list[Condition], selectors: list[Selector]) -> Iterator[Operand]:
    for condition in conditions:
        if isinstance(condition, Compare):
            yield condition.operand
    for selector in selectors:
        if selector.where is not None:
            for test in (*selector.where.tests, *selector.where.any_line):
                yield test.operand


def _check_returns(pack: Pack, findings: Findings) -> None:
    named = _longest_of_named(pack)
    for tag in pack.tags:
        assign_ms, remove_ms = _longest(tag.assign, named), _longest(tag.remove, named)
        if tag.remove is not None and assign_ms and remove_ms and remove_ms < assign_ms:
            sentence = (
                f"`remove` of `{tag.name}` looks at a shorter window than `assign`, so that the"
                " tag can come back by time alone"
            )
            findings.add(tag.remove.at, "W-RETURNS", sentence, "give both the same window")


def _longest(clause: Clause | None, named: dict[str, int]) -> int:
    """The longest window of a clause in milliseconds; 0 when it has none."""
    if clause is None or clause.when is None:
        return 0
    return _longest_in(clause.when, named)


def _longest_of_named(pack: Pack) -> dict[str, int]:
    """The longest window that each named condition says itself."""
    return {each.name: _longest_in(each.condition, {}) for each in pack.conditions}


def _longest_in(condition: Condition, named: dict[str, int]) -> int:
    longest = 0
    for part in parts_of(condition):
        if isinstance(part, Named):
            longest = max(longest, named.get(part.name, 0))
        elif isinstance(part, Absent):
            longest = max(longest, part.within_ms)
        elif isinstance(part, Compare) and isinstance(part.measure, Aggregate):
            window = part.measure.window
            longest = max(longest, (window.within_ms or 0) + window.ago_ms)
    return longest


def _check_duplicates(packs: tuple[Pack, ...], findings: Findings) -> None:
    """Rules that are the same but for numbers that differ by a tenth at most."""
    alike: dict[str, list[tuple[list[float], TagRule]]] = {}
    for tag in (tag for pack in packs for tag in pack.tags):
        shape = rule_shape(tag)
        if shape:
            numbers = [float(number) for number in _NUMBER.findall(shape)]
            alike.setdefault(_NUMBER.sub("#", shape), []).append((numbers, tag))
    for group in alike.values():
        group.sort(key=lambda each: each[0])
        for (numbers, tag), (next_numbers, next_tag) in pairwise(group):
            if all(map(_is_near, numbers, next_numbers)):
                first, second = sorted((tag, next_tag), key=lambda each: each.at)
                sentence = f"`{second.name}` has nearly the same rule as `{first.name}`"
                findings.add(second.at, "W-DUPLICATE-RULE", sentence)


def _is_near(first: float, second: float) -> bool:
    return abs(first - second) <= _NEAR * max(abs(first), abs(second))
