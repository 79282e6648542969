"""What the demonstration shows at its end: tags, one story, coupons, dead letters, what next."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tagger.demo.observer import Observer
from tagger.demo.screen import Screen
from tagger.demo.stage import Played
from tagger.domain.actions import WorkflowAction
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.tags import TagChange
from tagger.domain.times import format_instant
from tagger.rules.plan import Plan

_MOST_ROWS = 12
_DETAIL = 90


def epilogue(
    screen: Screen, rules: Sequence[Path], plan: Plan, titles: Mapping[str, str], played: Played
) -> None:
    """Everything there is to say afterwards. `titles` are the tags' titles in one language."""
    observer = played.observer
    screen.heading(f"tags of {len(observer.tags):,} customers at {format_instant(played.frontier)}")
    screen.tags(plan, titles, observer)
    customer_id = star(observer)
    if customer_id is not None:
        screen.heading(f"the story of {customer_id}: its newest changes, and why")
        screen.story(observer.newest_changes(customer_id))
    _coupons(screen, observer.actions)
    _dead_letters(screen, observer.dead_letters)
    _figures(screen, played)
    _what_next(screen, rules, customer_id or "h-1")


def star(observer: Observer) -> str | None:
    """The customer with the most to tell: an action if possible, then the most different tags,
    the most different causes and the longest history."""
    told = {action.customer_id for action in observer.actions} or observer.tags.keys()
    variety = {each: _variety(observer.newest_changes(each)) for each in sorted(told)}
    return max(variety, key=variety.__getitem__, default=None)


def _variety(changes: Iterable[TagChange]) -> tuple[int, int, int]:
    listed = list(changes)
    tags = {change.tag for change in listed}
    return len(tags), len({change.cause for change in listed}), len(listed)


def _coupons(screen: Screen, actions: list[WorkflowAction]) -> None:
    screen.heading(f"actions that went out, each once: {len(actions)}")
    rows = [
        (each.customer_id, each.type, each.template, format_instant(each.due_at), each.action_id)
        for each in actions[:_MOST_ROWS]
    ]
    screen.table(("customer", "type", "template", "due", "action id"), rows)


def _dead_letters(screen: Screen, letters: list[DeadLetter]) -> None:
    screen.heading(f"bad records that were set aside, and nothing else with them: {len(letters)}")
    rows = [
        (
            f"{each.topic}/{each.partition}@{each.offset}",
            each.code.value,
            _shortened(each.detail),
        )
        for each in letters[:_MOST_ROWS]
    ]
    screen.table(("record", "code", "detail"), rows)


def _shortened(detail: str) -> str:
    return detail if len(detail) <= _DETAIL else detail[: _DETAIL - 1] + "…"


def _figures(screen: Screen, played: Played) -> None:
    observer = played.observer
    causes: Counter[str] = Counter()
    for (_, _, cause), number in observer.changes.items():
        causes[cause] += number
    by_cause = ", ".join(f"{number:,} by {cause}" for cause, number in causes.most_common())
    rate = played.history_events / played.history_s
    screen.heading("in figures")
    screen.say(
        f"  {played.history_events:,} events of history in {played.history_s:.1f} s: "
        f"{rate:,.0f} events/s through the whole program"
    )
    screen.say("  (broker, feed, worker and observer share this one Python process)")
    screen.say(f"  {sum(causes.values()):,} tag changes: {by_cause}")


def _what_next(screen: Screen, rules: Sequence[Path], customer_id: str) -> None:
    screen.heading("what to try next")
    screen.say("  see it again, keep it, and compare with a replay that needs no broker:")
    screen.say("    .venv/bin/tagger demo --keep kept")
    named = " ".join(f"--rules {path}" for path in rules)
    events = f"{named} --events kept/events.jsonl.zst"
    at = "$(cat kept/frontier)"
    replay = f"replay {events} --until {at} --tags -"
    screen.say(f"    .venv/bin/tagger {replay} | cmp - kept/tags.jsonl")
    screen.say("  ask why a customer has a tag, or why not:")
    screen.say(f"    .venv/bin/tagger why {customer_id} active {events} --at {at}")
    screen.say('  write a rule of your own: README.md, "Your first rule"')
