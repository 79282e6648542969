"""Why: the conditions of a tag as they stand, each measured value against its threshold."""

from typing import Final

from tagger.domain.tags import Evidence
from tagger.engine.leaves import END_OF_VALIDITY, LATE_EVENT, Account, Leaf
from tagger.engine.moment import Moment
from tagger.engine.presenting import presented
from tagger.engine.view import View
from tagger.rules.plan import NONE

_MOST: Final = 32


def evidence_for(
    view: View, account: Account, moment: Moment, expired_at: int | None
) -> tuple[Evidence, ...]:
    """What decided about the account's tag at the moment, at most 32 entries: events that happened,
    then conditions in the order in which the author wrote them."""
    found: list[Evidence] = []
    at, event_at = moment.at, moment.event_at
    if event_at is not None and event_at < at:
        found.append(Evidence(LATE_EVENT, event_at, "behind the clock", at, True))
    for source, name in account.sources:
        if source in moment.fired:
            found.append(Evidence(name, moment.happened_at(), "happened", None, True))
    if expired_at is not None:
        found.append(Evidence(END_OF_VALIDITY, at, "reached", expired_at, True))
    for node, places in account.conditions:
        for index, leaf, negated in places:
            found.append(leaf_evidence(view, index, leaf, negated=negated))
        if account.up_to_first and view.holds(node):
            break
    if account.measure != NONE:
        found.append(_measured_number(view, account))
    if account.may_repeat:
        found = _each_once(found)
    return tuple(found if len(found) <= _MOST else found[:_MOST])


def _each_once(found: list[Evidence]) -> list[Evidence]:
    """The first of those that are the same; few are compared sooner than their hashes are made."""
    kept: list[Evidence] = []
    for each in found:
        if each not in kept:
            kept.append(each)
            if len(kept) == _MOST:
                break
    return kept


def leaf_evidence(view: View, index: int, leaf: Leaf, *, negated: bool = False) -> Evidence:
    """One comparison, absence or anniversary as evidence. One below a `not` says so, and holds
    where the condition itself does not."""
    text = leaf.told(negated)
    holds = view.holds(index) is not negated
    if leaf.is_absence:
        last_at = view.series(leaf.series).last_at
        quiet_ms = view.at - (view.profile.known_since if last_at is None else last_at)
        return Evidence(text, quiet_ms, leaf.comparator, leaf.threshold, holds)
    measure, right = leaf.measure, leaf.right
    value, threshold = presented(view.value(measure), leaf.scale), leaf.threshold
    is_approximate = view.is_approximate(measure)
    if right != NONE:
        threshold = presented(view.right_value(leaf.node), leaf.scale)
        is_approximate = is_approximate or view.is_approximate(right)
    return Evidence(text, value, leaf.comparator, threshold, holds, is_approximate)


def _measured_number(view: View, account: Account) -> Evidence:
    measure = account.measure
    value = presented(view.value(measure), account.scale)
    approximate = view.is_approximate(measure)
    return Evidence(account.text, value, "value", None, value is not None, approximate)
