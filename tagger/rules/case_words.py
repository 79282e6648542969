"""The words of test-case files; see `vocabulary` for those of packs."""

from typing import get_args

from tagger.domain.commands import CommandOp
from tagger.domain.tags import Cause, Op
from tagger.rules.vocabulary import Table, Word

CASE_FILE: Table = {
    "pack": Word("name", "the pack that the cases are about"),
    "starts_at": Word("instant", "the instant that +0d means"),
    "cases": Word("list", "the cases"),
}
CASE: Table = {
    "name": Word("text", "what the case shows"),
    "covers": Word("names to texts", "tag to assigning, near-miss or revoking"),
    "story": Word("truth", "one customer's whole story"),
    "customer": Word("text", "the customer's id"),
    "events": Word("list", "what happens, in any order"),
    "expect": Word("list", "what holds at instants"),
    "changes": Word("list", "every change of the tags named in it, in order"),
}
EVENT: Table = {"at": Word("instant", "when, as an offset, an instant or a list of them")}
EXPECT: Table = {
    "at": Word("instant", "when to look"),
    "tags": Word("names to texts", "tags that are held, with their values"),
    "not_held": Word("names", "tags that are not held"),
}
CHANGE: Table = {
    "at": Word("instant", "when the change takes effect"),
    "tag": Word("name", "the tag"),
    "op": Word("choice", "what happens to it", get_args(Op)),
    "cause": Word("choice", "why", get_args(Cause)),
    "value": Word("operand", "the new value"),
}
COMMAND: Table = {
    "op": Word("choice", "what is asked for", get_args(CommandOp)),
    "tag": Word("name", "the tag"),
    "value": Word("operand", "the value to set; true when not said"),
    "actor": Word("text", "who asks"),
    "role": Word("text", "in which role"),
    "until": Word("instant", "when a manual value ends"),
    "reason": Word("text", "why"),
}
