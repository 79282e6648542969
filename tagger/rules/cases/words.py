"""The words of test-case files; see `vocabulary` for those of packs."""

from typing import get_args

from tagger.domain.commands import CommandOp
from tagger.domain.events import BrowseAction
from tagger.domain.tags import Cause, Op
from tagger.rules.vocabulary import EVENTS, Table, Word

COMMAND: Table = {
    "op": Word(
        "choice",
        "what is asked for",
        "{op: release, tag: example}",
        get_args(CommandOp),
        required=True,
    ),
    "tag": Word("tag", "the tag", "{op: assign, tag: example}"),
    "value": Word(
        "plain value",
        "the value to set; true when not said",
        "{op: assign, tag: level, value: gold}",
    ),
    "actor": Word("text", "who asks", "{op: remove, tag: example, actor: ben}"),
    "role": Word("text", "in which role", "{op: remove, tag: example, role: agent}"),
    "until": Word(
        "case instant", "when a manual value ends", "{op: assign, tag: example, until: +2d}"
    ),
    "command_id": Word(
        "text", "the command's id, to send it twice", "{op: remove, tag: example, command_id: m-1}"
    ),
    "reason": Word("text", "why", "{op: remove, tag: example, reason: told me}"),
}

EVENT: Table = {
    "at": Word(
        "instants",
        "when, as an offset, a time or a list of them",
        "{at: [+0d, +3d12h], purchase: {amount: 20}}",
        required=True,
    ),
    "event_id": Word(
        "text",
        "the event's id, to send the same event twice; without it each has its own",
        "{at: [+0d, +1d], event_id: e-1, purchase: {amount: 20}}",
    ),
    "source": Word(
        "text",
        "the system that the event comes from",
        "{at: +0d, source: shop, profile: {city: Berlin}}",
    ),
}
RECORDS: Table = {
    "purchase": Word("words", EVENTS["purchase"], "{at: +0d, purchase: {amount: 19.99}}"),
    "refund": Word("words", EVENTS["refund"], "{at: +1d, refund: {amount: 5, order_id: o-1}}"),
    "browse": Word("words", EVENTS["browse"], "{at: +0d, browse: {action: search, query: shoes}}"),
    "chat": Word("words", EVENTS["chat"], "{at: +0d, chat: {direction: inbound, text: hello}}"),
    "profile": Word("words", EVENTS["profile"], "{at: +0d, profile: {city: Berlin}}"),
    "command": Word(
        "words",
        "a change by hand",
        "{at: +0d, command: {op: assign, tag: example}}",
        words=COMMAND,
    ),
    **{
        action: Word("words", EVENTS[action], f"{{at: +0d, {action}: {{product_id: sku-1}}}}")
        for action in get_args(BrowseAction)
    },
}
"""What stands beside `at`, one of them, with the event's fields; a browse action stands for
itself."""

EXPECT: Table = {
    "at": Word("case instant", "when to look", "{at: +1d, tags: {example: true}}", required=True),
    "tags": Word(
        "held tags", "tags that are held, with their values", "{at: +1d, tags: {level: gold}}"
    ),
    "not_held": Word("tags", "tags that are not held", "{at: +1d, not_held: [example]}"),
}
CHANGE: Table = {
    "at": Word(
        "case instant",
        "when the change takes effect",
        "{at: +1d, tag: example, op: added}",
        required=True,
    ),
    "tag": Word("tag", "the tag", "{at: +1d, tag: example, op: removed}", required=True),
    "op": Word(
        "choice",
        "what happens to it",
        "{at: +1d, tag: level, op: updated}",
        get_args(Op),
        required=True,
    ),
    "cause": Word(
        "choice",
        "why",
        "{at: +30d, tag: example, op: removed, cause: time}",
        get_args(Cause),
    ),
    "value": Word(
        "plain value",
        "the new value",
        "{at: +1d, tag: level, op: added, value: gold}",
    ),
}

CASE: Table = {
    "name": Word(
        "text",
        "what the case shows",
        "{name: nothing bought, expect: [{at: +1d, not_held: [example]}]}",
        required=True,
    ),
    "covers": Word(
        "coverings",
        "what the case shows of which tags: `assigning`, `near-miss`, `revoking`",
        "{name: never, covers: {example: near-miss}, expect: [{at: +1d, not_held: [example]}]}",
    ),
    "story": Word(
        "truth",
        "whether it is one customer's whole story",
        "{name: ana, story: true, expect: [{at: +1d, not_held: [example]}]}",
    ),
    "customer": Word(
        "text",
        "the customer's id",
        "{name: ana, customer: c-7, expect: [{at: +1d, not_held: [example]}]}",
    ),
    "events": Word(
        "listed words",
        "what happens, in any order: `at` and one event, or a `command`",
        "{name: buys, events: [{at: +0d, chat: {}}], expect: [{at: +1d, not_held: [example]}]}",
        words={**EVENT, **RECORDS},
    ),
    "expect": Word(
        "listed words",
        "what holds at instants",
        "{name: nothing, expect: [{at: +1d, not_held: [example]}]}",
        words=EXPECT,
    ),
    "changes": Word(
        "listed words",
        "every change of the tags named in it, in order",
        "{name: by hand, events: [{at: +0d, command: {op: assign, tag: example}}],"
        " changes: [{at: +0d, tag: example, op: added}]}",
        words=CHANGE,
    ),
}
_CASES = "cases: [{name: never, expect: [{at: +1d, not_held: [example]}]}]"
CASE_FILE: Table = {
    "pack": Word(
        "name",
        "the pack that the cases are about",
        f"{{pack: shop, starts_at: 2026-03-01T09:00:00Z, {_CASES}}}",
        required=True,
    ),
    "starts_at": Word(
        "instant",
        "the instant that +0d means",
        f"{{pack: shop, starts_at: 2026-03-29T00:00:00+01:00, {_CASES}}}",
        required=True,
    ),
    "cases": Word(
        "listed words",
        "the cases",
        f"{{pack: shop, starts_at: 2026-03-01T09:00:00Z, {_CASES}}}",
        words=CASE,
        required=True,
    ),
}
