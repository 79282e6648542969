"""Words of a flag's life that work against each other or change nothing."""

from tagger.domain.times import format_duration
from tagger.rules import words
from tagger.rules.findings import Findings
from tagger.rules.linting.intervals import interval_of
from tagger.rules.linting.shape import condition_shape
from tagger.rules.syntax import (
    AllOf,
    Clause,
    Compare,
    Condition,
    Named,
    Pack,
    Since,
    TagAge,
    TagRule,
)
from tagger.rules.walk import parts_of, selectors_of


def check_life(pack: Pack, findings: Findings) -> None:
    """`W-LIFE` and, for flags that can never be set, `W-NEVER`."""
    conditions = {each.name: each.condition for each in pack.conditions}
    with_events: dict[str, bool] = {}
    for tag in pack.tags:
        if tag.form == "flag" and tag.assign is not None:
            _check_durations(tag, findings)
            _check_renew(tag, tag.assign, conditions, with_events, findings)
            _check_clauses(tag, tag.assign, findings)
            _check_hold(tag, tag.assign, findings)


def _check_durations(tag: TagRule, findings: Findings) -> None:
    expires_ms, hold_ms = tag.expires_after_ms, tag.hold_for_ms
    if expires_ms is None:
        return
    if hold_ms is not None and hold_ms > expires_ms:
        sentence = f"`hold_for` of `{tag.name}` is longer than `expires_after`"
        hint = "it takes longer to get the tag than the tag lasts; swap them or say `renew: true`"
        findings.add(tag.at, "W-LIFE", sentence, hint)
    if tag.keep_at_least_ms == expires_ms and tag.remove is not None and not tag.renew:
        sentence = f"`remove` of `{tag.name}` does nothing: it is kept until it expires"
        hint = "shorten `keep_at_least`, or take `remove` out"
        findings.add(tag.remove.at, "W-LIFE", sentence, hint)


def _check_renew(
    tag: TagRule,
    assign: Clause,
    conditions: dict[str, Condition],
    with_events: dict[str, bool],
    findings: Findings,
) -> None:
    if not tag.renew or assign.upon is not None or assign.when is None:
        return
    if not _looks_at_events(assign.when, conditions, with_events):
        sentence = f"`renew` of `{tag.name}` does nothing: `assign` looks at no event"
        findings.add(tag.at, "W-LIFE", sentence, "take `renew` out, or `expires_after` too")


def _looks_at_events(
    condition: Condition, conditions: dict[str, Condition], known: dict[str, bool]
) -> bool:
    for part in parts_of(condition):
        if isinstance(part, Named):
            if part.name not in known:
                known[part.name] = _looks_at_events(conditions[part.name], conditions, known)
            if known[part.name]:
                return True
        elif any(True for _ in selectors_of(part)):
            return True
    return False


def _check_clauses(tag: TagRule, assign: Clause, findings: Findings) -> None:
    """`remove` wins of one evaluation: what sets the tag must not clear it as well."""
    remove = tag.remove
    if remove is None:
        return
    same_state = (
        remove.upon is None
        and remove.when is not None
        and assign.when is not None
        and condition_shape(remove.when) == condition_shape(assign.when)
    )
    same_event = (
        remove.when is None
        and remove.upon is not None
        and assign.upon is not None
        and words.selector(remove.upon) == words.selector(assign.upon)
    )
    if same_state or same_event:
        sentence = f"`{tag.name}` is never set: what sets it clears it too, and `remove` wins"
        findings.add(remove.at, "W-NEVER", sentence, "name something else under `remove`")


def _check_hold(tag: TagRule, assign: Clause, findings: Findings) -> None:
    """A time that lies between two bounds holds no longer than they are apart."""
    if tag.hold_for_ms is None or assign.when is None:
        return
    for part in assign.when.of if isinstance(assign.when, AllOf) else (assign.when,):
        if not isinstance(part, Compare) or not isinstance(part.measure, Since | TagAge):
            continue
        found = interval_of(part.comparator, part.operand)
        if found is not None and found.high[0] - found.low[0] <= tag.hold_for_ms:
            held = format_duration(tag.hold_for_ms)
            sentence = f"`{tag.name}` is never set: the {words.measure(part.measure)} passes"
            sentence += f" through these bounds in less than `hold_for: {held}`"
            findings.add(part.at, "W-NEVER", sentence, "shorten `hold_for`")
