"""What an edit changes and what it costs, and the lock file that remembers the state before."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagger.domain.times import format_duration
from tagger.rules.edits.differences import (
    Differences,
    Edit,
    StateDifference,
    TagDifference,
    compare,
)
from tagger.rules.edits.lock import LockError, lock_text, locked, read_lock
from tagger.rules.edits.snapshot import Snapshot, snapshot_of

from .plans import packs_of

HEAD = "pack: p\ncurrency: EUR\ndefaults: {owner: growth}\n"
COUNT = "{count: {event: purchase, within: 30d}, gte: 3}"
SUM = "{sum: {event: purchase, of: amount, this: month}, gte: 3}"
CITY = "{attribute: city, eq: Ulm}"
WORKFLOW = "workflows: {w: {version: %s, upon: {added: a}, steps: [{sms: {template: hello}}]}}\n"
RULES = '{"format": 1, "rules": {"tags": {}, "series": {}, "patterns": {%s}, "attributes": {}}}'

conditions = st.sampled_from(
    [
        *(COUNT, SUM, CITY),
        "{since: {event: chat}, gte: 3d}",
        "{distinct: {event: purchase, of: category, within: 9d}, gte: 3}",
        "{latest: {event: chat, of: text, within: 9d}, mentions: hello}",
        "{count: {event: broken, within: 9d}, gte: 1}",
        "{count: {event: bought, within: 9d}, gte: 1}",
    ]
)


def snapshot(more: str = "", **tags: str) -> Snapshot:
    """Of a pack whose tags have these conditions."""
    named = "".join(
        f"  {name}: {{assign: {{when: {condition}}}, expires_after: 9d}}\n"
        for name, condition in tags.items()
    )
    events = (
        "events:\n  broken: {first: {event: cart_add}, unless: {event: purchase}, within: 1h}\n"
        "  bought: {first: {event: cart_add}, then: {event: purchase}, within: 2d}\n"
    )
    return snapshot_of(packs_of(f"{HEAD}{events}{more}tags:\n{named}" if tags else HEAD + events))


def count_within(days: int, least: int = 3) -> Snapshot:
    return snapshot(a=f"{{count: {{event: purchase, within: {days}d}}, gte: {least}}}")


def the_only_state(differences: Differences) -> StateDifference:
    (state,) = differences.state
    return state


@given(st.dictionaries(st.sampled_from("abcd"), conditions, min_size=1))
def test_nothing_differs_from_itself_or_from_its_lock_file(tags: dict[str, str]) -> None:
    one = snapshot(**tags)
    assert not compare(one, snapshot(**tags))
    again = read_lock(lock_text(one).encode())
    assert again == locked(one)
    assert not compare(again, locked(one))
    assert lock_text(again) == lock_text(one)


@given(
    st.dictionaries(st.sampled_from("abcd"), conditions, min_size=1),
    st.dictionaries(st.sampled_from("abcd"), conditions, min_size=1),
)
def test_the_way_back_drops_what_the_way_there_added(
    tags: dict[str, str], others: dict[str, str]
) -> None:
    there = compare(snapshot(**tags), snapshot(**others))
    back = compare(snapshot(**others), snapshot(**tags))
    for one, other in ((there, back), (back, there)):
        assert names(one, "added") == names(other, "dropped")
        assert names(one, "changed") == names(other, "changed")
        assert whats(one, "new") == whats(other, "dropped")
        assert whats(one, "widened") == whats(other, "narrowed")
        assert one.tags_kept == other.tags_kept
    assert there.tags_kept + len(names(there, "added") | names(there, "changed")) == len(others)


def names(differences: Differences, kind: str) -> set[str]:
    return {each.name for each in differences.tags if each.kind == kind}


def whats(differences: Differences, kind: str) -> set[str]:
    return {each.what for each in differences.state if each.kind == kind}


@given(st.integers(1, 400), st.integers(1, 400))
def test_a_longer_window_is_complete_when_the_rest_of_it_has_passed(old: int, new: int) -> None:
    differences = compare(count_within(old), count_within(new))
    if old == new:
        assert not differences
        return
    state = the_only_state(differences)
    assert (state.before, state.after, state.tags) == (f"{old}d", f"{new}d", ("a",))
    wait = format_duration((new - old) * 86_400_000) if new > old else None
    assert state.kind == ("widened" if new > old else "narrowed")
    assert state.complete_after == differences.complete_after == wait


def test_another_threshold_costs_nothing_and_is_said_in_the_words_that_changed() -> None:
    differences = compare(count_within(30), count_within(30, least=5))
    (tag,) = differences.tags
    head = "It is set as soon as there have been at least"
    rest = "purchases in the last 30 days."
    assert (tag.kind, tag.rule) == ("changed", (Edit("", f"{head} 3 {rest}", f"{head} 5 {rest}"),))
    assert (differences.state, differences.state_kept, differences.tags_kept) == ((), 1, 0)


@pytest.mark.parametrize(
    ("condition", "reach", "wait"),
    [
        ("{sum: {event: purchase, of: amount, within: 9d}, gte: 1}", "9d", "9d"),
        ("{since: {event: chat}, gte: 1d}", "first, last and number", None),
        ("{sum: {event: purchase, of: amount, ever: true}, gte: 1}", "ever", None),
        (CITY, "ever", None),
    ],
)
def test_what_is_new_is_complete_when_its_window_has_passed_and_else_never(
    condition: str, reach: str, wait: str | None
) -> None:
    state = the_only_state(compare(snapshot(a=COUNT), snapshot(a=COUNT, b=condition)))
    assert (state.kind, state.before, state.after) == ("new", None, reach)
    assert state.complete_after == wait


def test_all_of_history_is_never_known_after_a_window() -> None:
    within, ever = (
        snapshot(a=f"{{max: {{event: chat, of: rating, {window}}}, gte: 4}}")
        for window in ("within: 9d", "ever: true")
    )
    state = the_only_state(compare(within, ever))
    assert (state.kind, state.after, state.complete_after) == ("widened", "ever", None)


def test_the_longest_wait_is_that_of_a_duration_and_not_of_a_text() -> None:
    chats = [f"{{count: {{event: {event}, within: 9d}}, gte: 1}}" for event in ("chat", "refund")]
    longer = chats[1].replace("9d", "10d")
    differences = compare(snapshot(a=COUNT), snapshot(a=COUNT, b=chats[0], c=longer))
    assert {each.complete_after for each in differences.state} == {"9d", "10d"}
    assert differences.complete_after == "10d"


def test_patterns_begin_and_end_with_their_waits() -> None:
    differences = compare(
        snapshot(a="{count: {event: broken, within: 9d}, gte: 1}"),
        snapshot(a="{count: {event: bought, within: 9d}, gte: 1}"),
    )
    found = {
        (each.what, each.kind): each.complete_after
        for each in differences.state
        if each.what.startswith("pattern")
    }
    assert found == {
        ("pattern bought (cart_add, then purchase)", "new"): "2d",
        ("pattern broken (cart_add, unless purchase)", "dropped"): None,
    }


def test_another_name_for_a_rule_is_recognised_unless_there_is_doubt() -> None:
    (added,) = [
        tag for tag in compare(snapshot(a=COUNT), snapshot(b=COUNT)).tags if tag.kind == "added"
    ]
    assert added.renamed_from == "a"
    two = compare(snapshot(a=COUNT), snapshot(b=COUNT, c=COUNT))
    assert [tag.renamed_from for tag in two.tags if tag.kind == "added"] == [None, None]


def test_words_around_a_rule_are_told_apart_from_it_and_are_in_no_lock_file() -> None:
    texts = (
        f"{HEAD}tags: {{a: {{title: {{en: {title}}}, assign: {{when: {COUNT}}}}}}}"
        for title in "AB"
    )
    old, new = (snapshot_of(packs_of(text)) for text in texts)
    differences = compare(old, new)
    edit = Edit("title (en)", "A", "B")
    assert differences.tags == (TagDifference("a", "described", "p", about=(edit,)),)
    assert differences.tags_kept == 1
    assert lock_text(old) == lock_text(new)


def test_workflows_are_compared_word_by_word() -> None:
    old, new = (snapshot(WORKFLOW % version, a=COUNT) for version in (1, 2))
    (changed,) = compare(old, new).workflows
    assert (changed.name, changed.kind) == ("w", "changed")
    assert changed.edits == (Edit("version", "1", "2"),)
    assert [each.kind for each in compare(old, snapshot(a=COUNT)).workflows] == ["dropped"]
    assert [each.kind for each in compare(snapshot(a=COUNT), new).workflows] == ["added"]


def test_a_lock_file_says_nothing_of_order_and_workflows() -> None:
    texts = {
        lock_text(snapshot(a=COUNT, b=SUM)),
        lock_text(snapshot(b=SUM, a=COUNT)),
        lock_text(snapshot(WORKFLOW % 1, b=SUM, a=COUNT)),
    }
    assert len(texts) == 1


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{}", "\xff", '{"format": 1}'),
        RULES % "3",
        RULES % '"a": {"what": "x", "within": "long"}',
    ],
)
def test_what_is_no_lock_file_is_refused(content: Any) -> None:
    with pytest.raises(LockError, match="no lock file"):
        read_lock(content.encode("latin-1"))


def test_a_lock_file_of_another_format_is_refused_with_what_to_do() -> None:
    text = lock_text(count_within(3)).replace('"format": 1', '"format": 2')
    with pytest.raises(LockError, match="delete it and write it anew"):
        read_lock(text.encode())
