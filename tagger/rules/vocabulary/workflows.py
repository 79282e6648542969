"""Words of workflows: which actions follow a change of a tag."""

from typing import get_args

from tagger.domain.actions import ActionType
from tagger.rules.vocabulary.word import Table, Word

UPON_CHANGE: Table = {
    "added": Word("tag", "the tag was set", "{added: example}"),
    "removed": Word("tag", "the tag was cleared", "{removed: example}"),
    "updated": Word("tag", "the tag's value or expiry changed", "{updated: example}"),
}
"""One of them."""

ACTION: Table = {
    "template": Word(
        "text",
        "what the executing system knows the message by",
        "{template: back_in_stock}",
        required=True,
    ),
    "parameters": Word(
        "texts", "what is filled in", "{template: hello, parameters: {voice: warm}}"
    ),
}

_ACTION_MEANINGS: dict[str, str] = {
    "coupon": "a coupon is given",
    "sms": "a short message is sent, if the attribute `consent_sms` is true",
    "email": "a mail is sent, if the attribute `consent_email` is true",
    "push": "a push message is sent, if the attribute `consent_push` is true",
    "webhook": "another system is told",
    "task": "somebody is asked to do something",
}
ACTIONS: Table = {
    kind: Word("words", _ACTION_MEANINGS[kind], f"{{{kind}: {{template: hello}}}}", words=ACTION)
    for kind in get_args(ActionType)
}
"""One of them."""

_WHAT = "upon: {added: example}, steps: [{task: {template: call}}]"
WORKFLOW: Table = {
    "version": Word(
        "whole number",
        "rises with every change of meaning",
        f"{{version: 2, {_WHAT}}}",
        required=True,
    ),
    "upon": Word(
        "words",
        "the change of one tag of the pack that starts it",
        "{version: 1, upon: {removed: example}, steps: [{task: {template: call}}]}",
        words=UPON_CHANGE,
        required=True,
    ),
    "steps": Word(
        "listed words",
        "what is done, in order; each step is one action",
        "{version: 1, upon: {added: example}, steps: [{coupon: {template: cart}},"
        " {task: {template: call}}]}",
        words=ACTIONS,
        required=True,
    ),
    "max_age": Word(
        "duration",
        "an older tag change starts nothing; one hour when not said",
        f"{{version: 1, {_WHAT}, max_age: 2h}}",
    ),
    "active_from": Word(
        "instant",
        "an earlier tag change starts nothing",
        f"{{version: 1, {_WHAT}, active_from: 2026-03-01T00:00:00Z}}",
    ),
    "status": Word(
        "choice",
        "whether actions go out: only from `active`, which holds when nothing is said",
        f"{{version: 1, {_WHAT}, status: shadow}}",
        ("active", "shadow", "paused"),
    ),
}
