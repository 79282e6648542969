"""One evaluation: the touched tags brought up to a moment, and what the world must hear of it."""

from bisect import insort
from collections.abc import Sequence
from typing import final

from tagger.domain.commands import TagCommand
from tagger.domain.tags import Cause, Op, TagChange, TagValue, Trigger, TriggerKind
from tagger.engine import life, showing
from tagger.engine.evidence import evidence_for
from tagger.engine.forms import follow
from tagger.engine.identity import change_id
from tagger.engine.moment import Moment
from tagger.engine.profile import Profile, TagState
from tagger.engine.program import Program, Rule
from tagger.engine.step import Clock
from tagger.engine.view import View, earliest
from tagger.rules.plan import NONE, Tag

_NOTHING: Sequence[tuple[str, frozenset[int]]] = ()
_UNTOUCHED = TagState()
"""Of such a tag nothing has to be remembered."""


@final
class Setting:
    """What an evaluation is due to: the trigger's kind, id and instant, and the cause. A command's
    changes take effect at `effective_from`, which may lie after the moment that the rules are
    evaluated at. A trigger without an id stands for a deadline of each tag's own, but for the tags
    in `touched_by`, which derived events touched, the last of them last."""

    __slots__ = (
        "_trigger",
        "cause",
        "command",
        "effective_from",
        "now",
        "touched_by",
        "trigger_at",
        "trigger_id",
        "trigger_kind",
    )

    def __init__(
        self,
        trigger_kind: TriggerKind,
        trigger_id: str,
        trigger_at: int,
        cause: Cause,
        clock: Clock,
        command: TagCommand | None = None,
        effective_from: int | None = None,
        touched_by: Sequence[tuple[str, frozenset[int]]] = _NOTHING,
    ) -> None:
        self.trigger_kind = trigger_kind
        self.trigger_id = trigger_id
        self.trigger_at = trigger_at
        self.cause = cause
        self.now = clock.now
        self.command = command
        self.effective_from = effective_from
        self.touched_by = touched_by
        self._trigger: Trigger | None = None

    def trigger_of(self, tag: str, index: int) -> Trigger:
        """What set off the evaluation of a tag; of a deadline, the tag itself or a derived
        event."""
        id_ = self.trigger_id
        if id_:
            if self._trigger is None:
                self._trigger = Trigger(self.trigger_kind, id_, self.trigger_at)
            return self._trigger
        id_ = tag
        for name, touched in self.touched_by:
            if index in touched:
                id_ = name
        return Trigger(self.trigger_kind, id_, self.trigger_at)


def evaluate(
    program: Program, profile: Profile, moment: Moment, touched: set[int], setting: Setting
) -> list[TagChange]:
    """Bring the touched tags, and those that ask about a tag that changed, up to the moment, in
    order of evaluation; these join `touched`. The changes, in order of `sequence`."""
    changes: list[TagChange] = []
    tags, command = profile.tags, setting.command
    view = View(program, profile, moment.at)
    waiting = sorted(touched)
    done = 0
    while done < len(waiting):
        index = waiting[done]
        done += 1
        rule = program.rules[index]
        tag = rule.tag
        state = tags.get(rule.name)
        is_new = state is None
        if state is None:
            if rule.awaits != NONE and rule.awaits not in moment.fired and command is None:
                continue
            state = TagState()
        before = state.shown
        expired = is_shown = False
        if rule.is_plain and command is None and life.is_plainly_kept(state):
            state.due_at = life.live_plainly(view, tag, state)
            is_shown = state.value is before
        else:
            expired = _bring_up(view, rule, state, moment, command)
        if is_new and state != _UNTOUCHED:
            tags[rule.name] = state
        if is_shown:
            continue
        change = _show(view, index, tag, state, moment, setting, expired=expired)
        if change is not None:
            changes.append(change)
        if rule.dependents and state.shown != before:
            for dependent in rule.dependents:
                if dependent not in touched:
                    touched.add(dependent)
                    insort(waiting, dependent, done)
    return changes


def _bring_up(
    view: View, rule: Rule, state: TagState, moment: Moment, command: TagCommand | None
) -> bool:
    """Bring a tag up to the moment: what its rule says, and what was set by hand over it. True
    when an instant ended what it was."""
    tag = rule.tag
    expired, state.due_at = follow(view, tag, state, moment)
    if command is not None and command.tag == rule.name:
        showing.lay_over(tag, state, command)
    if state.overlay is not None:
        expired = showing.lift_overlay(tag, state, moment.at) or expired
        state.due_at = earliest((state.due_at, showing.next_lift(tag, state)))
    return expired


def _show(
    view: View,
    index: int,
    tag: Tag,
    state: TagState,
    moment: Moment,
    setting: Setting,
    *,
    expired: bool,
) -> TagChange | None:
    """Take over what now shows of the tag; the change, if the world must hear of one."""
    value, expires_at, source = showing.what_shows(tag, state)
    told, told_expires_at = state.shown, state.shown_expires_at
    if value == told and (
        value is None or (expires_at == told_expires_at and source == state.shown_source)
    ):
        return None
    effective_at = moment.at
    if setting.effective_from is not None:
        effective_at = max(effective_at, setting.effective_from)
    if value != told:
        state.shown_since = None if value is None else effective_at
    state.shown, state.shown_expires_at, state.shown_source = value, expires_at, source
    account = view.leaves.accounts[index]
    if not account.is_published:
        return None
    profile, name, now = view.profile, account.name, setting.now
    profile.sequence = sequence = profile.sequence + 1
    profile.updated_at = effective_at
    customer_id = profile.customer_id
    command = setting.command
    ours = command if command is not None and command.tag == name else None
    trigger = setting.trigger_of(name, index)
    return TagChange(
        id=change_id(customer_id, sequence, name, value, trigger),
        customer_id=customer_id,
        sequence=sequence,
        tag=name,
        op=_op(told, value),
        value=value,
        previous_value=told,
        effective_at=effective_at,
        processed_at=effective_at if now is None else now,
        cause=_cause(setting, ours, expired=expired),
        trigger=trigger,
        actor=ours.actor if ours else None,
        reason=(ours.reason or None) if ours else None,
        rule=account.rule,
        rule_version=account.rule_version,
        source="manual" if ours and ours.op == "remove" else source,
        priority=account.priority,
        evidence=evidence_for(view, account, moment, told_expires_at if expired else None),
        expires_at=expires_at,
    )


def _op(told: TagValue | None, value: TagValue | None) -> Op:
    if value is None:
        return "removed"
    return "added" if told is None else "updated"


def _cause(setting: Setting, ours: TagCommand | None, *, expired: bool) -> Cause:
    if ours is not None:
        return "manual"
    return "ttl" if expired and setting.cause == "time" else setting.cause
