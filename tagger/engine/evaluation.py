"""One evaluation: the touched tags brought up to a moment, and what the world must hear of it."""

import heapq
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tagger.domain.commands import TagCommand
from tagger.domain.tags import Cause, Evidence, Op, TagChange, Trigger
from tagger.engine import life, showing
from tagger.engine.evidence import evidence_for
from tagger.engine.forms import follow
from tagger.engine.identity import change_id
from tagger.engine.life import Moment
from tagger.engine.profile import Profile, TagState
from tagger.engine.program import Program
from tagger.engine.showing import Shown
from tagger.engine.step import Clock
from tagger.engine.view import View, earliest
from tagger.rules.plan import Tag


class Setting(NamedTuple):
    """What an evaluation is due to. A command's changes take effect at `effective_from`, which
    may lie after the moment that the rules are evaluated at. A trigger without an id stands for a
    deadline of each tag's own, but for the tags in `touched_by`, which a derived event touched."""

    trigger: Trigger
    cause: Cause
    clock: Clock
    command: TagCommand | None = None
    effective_from: int | None = None
    touched_by: Mapping[int, str] = MappingProxyType({})


def evaluate(
    program: Program, profile: Profile, moment: Moment, touched: set[int], setting: Setting
) -> list[TagChange]:
    """Bring the touched tags, and those that ask about a tag that changed, up to the moment, in
    order of evaluation. The changes, in order of `sequence`."""
    changes: list[TagChange] = []
    plan, tags = program.plan, profile.tags
    view = View(program, profile, moment.at)
    waiting = sorted(touched)
    done = -1
    while waiting:
        index = heapq.heappop(waiting)
        if index == done:
            continue
        done = index
        tag = plan.tags[index]
        state = tags.get(tag.name)
        if state is None:
            state = tags[tag.name] = TagState()
        is_alone = setting.command is None and program.is_plain[index]
        if is_alone and life.is_plainly_kept(state):
            state.due_at = life.live_plainly(view, tag, state)
            expired = False
            if state.value is state.shown:
                continue
        else:
            expired, state.due_at = follow(view, tag, state, moment)
            if setting.command is not None and setting.command.tag == tag.name:
                showing.lay_over(tag, state, setting.command)
            if state.overlay is not None:
                expired = showing.lift_overlay(tag, state, moment.at) or expired
                state.due_at = earliest((state.due_at, showing.next_lift(tag, state)))
        before = state.shown
        change = _show(view, tag, state, moment, setting, expired=expired)
        if change is not None:
            changes.append(change)
        if state.shown != before:
            for dependent in tag.dependents:
                heapq.heappush(waiting, dependent)
    return changes


def _show(
    view: View,
    tag: Tag,
    state: TagState,
    moment: Moment,
    setting: Setting,
    *,
    expired: bool,
) -> TagChange | None:
    """Take over what now shows of the tag; the change, if the world must hear of one."""
    shown = showing.what_shows(tag, state)
    told = Shown(state.shown, state.shown_expires_at, state.shown_source)
    if shown == told or shown.value is told.value is None:
        return None
    effective_at = moment.at
    if setting.effective_from is not None:
        effective_at = max(effective_at, setting.effective_from)
    if shown.value != told.value:
        state.shown_since = None if shown.value is None else effective_at
    state.shown, state.shown_expires_at, state.shown_source = shown
    if not tag.published:
        return None
    view.profile.sequence += 1
    view.profile.updated_at = effective_at
    evidence = evidence_for(view, tag, moment, expired_at=told.expires_at if expired else None)
    return _change(view, tag, told, shown, effective_at, setting, evidence, expired=expired)


def _change(
    view: View,
    tag: Tag,
    told: Shown,
    shown: Shown,
    effective_at: int,
    setting: Setting,
    evidence: tuple[Evidence, ...],
    *,
    expired: bool,
) -> TagChange:
    profile = view.profile
    ours = setting.command if setting.command and setting.command.tag == tag.name else None
    trigger = _trigger(view, tag, setting)
    now = setting.clock.now
    return TagChange(
        id=change_id(profile.customer_id, profile.sequence, tag.name, shown.value, trigger),
        customer_id=profile.customer_id,
        sequence=profile.sequence,
        tag=tag.name,
        op=_op(told, shown),
        value=shown.value,
        previous_value=told.value,
        effective_at=effective_at,
        processed_at=effective_at if now is None else now,
        cause=_cause(setting, ours, expired=expired),
        trigger=trigger,
        actor=ours.actor if ours else None,
        reason=(ours.reason or None) if ours else None,
        rule=tag.rule,
        rule_version=tag.version,
        source="manual" if ours and ours.op == "remove" else shown.source,
        priority=tag.priority,
        evidence=evidence,
        expires_at=shown.expires_at,
    )


def _trigger(view: View, tag: Tag, setting: Setting) -> Trigger:
    """What set off the evaluation; of a deadline, the tag itself or a derived event."""
    trigger = setting.trigger
    if trigger.id:
        return trigger
    index = view.plan.tag_index[tag.name]
    return Trigger(trigger.kind, setting.touched_by.get(index, tag.name), trigger.at)


def _op(told: Shown, shown: Shown) -> Op:
    if shown.value is None:
        return "removed"
    return "added" if told.value is None else "updated"


def _cause(setting: Setting, ours: TagCommand | None, *, expired: bool) -> Cause:
    if ours is not None:
        return "manual"
    return "ttl" if expired and setting.cause == "time" else setting.cause
