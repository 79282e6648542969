"""Words of tags: what they are called, what their value is, and how long they live."""

from tagger.rules.vocabulary.events import SELECTOR
from tagger.rules.vocabulary.word import Table, Word

LAYERS = ("core", "extended", "temporary")
STATUSES = ("experimental", "stable", "deprecated")
MANUAL = ("allowed", "forbidden", "only")
FORMS = ("flag", "text", "number")

DEFAULTS: Table = {
    "owner": Word("text", "who answers for a tag", "{owner: growth}"),
    "layer": Word("choice", "how lasting a tag is", "{layer: extended}", LAYERS),
    "status": Word("choice", "how far a tag has come", "{status: experimental}", STATUSES),
    "priority": Word(
        "whole number", "which of a customer's tags to look at first", "{priority: 50}"
    ),
    "manual": Word(
        "choice",
        "whether staff may set a tag",
        "{manual: forbidden}",
        ("allowed", "forbidden"),
    ),
    "manual_roles": Word(
        "names", "the roles that may; every role when not said", "{manual_roles: [agent, manager]}"
    ),
}

_RULE = "assign: {when: {condition: bought}}"
_DESCRIPTION: Table = {
    "title": Word(
        "titles",
        "what people call the tag, by language",
        f"{{title: {{en: Active customer, zh: 活跃客户}}, {_RULE}}}",
    ),
    "description": Word(
        "text",
        "what the tag says of a customer",
        f"{{description: Bought in the last 30 days., {_RULE}}}",
    ),
    "purpose": Word(
        "text",
        "what the business does with it",
        f"{{purpose: Leave out of win-back mail., {_RULE}}}",
    ),
    "colour": Word("colour", "how it is shown", f'{{colour: "#2e7d32", {_RULE}}}'),
    "priority": Word(
        "whole number",
        "which of a customer's tags to look at first: the highest",
        f"{{priority: 50, {_RULE}}}",
    ),
    "owner": Word("text", "who answers for the tag", f"{{owner: growth, {_RULE}}}"),
    "layer": Word(
        "choice",
        "how lasting the tag is; `temporary` needs `ends_on` or `expires_after`",
        f"{{layer: temporary, {_RULE}, expires_after: 30d}}",
        LAYERS,
    ),
    "status": Word(
        "choice",
        "how far the tag has come; `experimental` is computed, not published",
        f"{{status: experimental, {_RULE}}}",
        STATUSES,
    ),
    "replaced_by": Word(
        "tag",
        "the tag to use instead",
        f"{{status: deprecated, replaced_by: example, {_RULE}}}",
    ),
    "ends_on": Word(
        "date",
        "the last day of the tag, in the pack's zone",
        f"{{ends_on: 2026-12-31, {_RULE}}}",
        moves="at the first instant of the next day the tag ends for good, set by hand or not",
    ),
    "manual": Word(
        "choice",
        "whether staff may set the tag; `only` has no rule",
        "{manual: only}",
        MANUAL,
    ),
    "manual_roles": Word(
        "names",
        "the roles that may; every role when not said",
        f"{{manual_roles: [agent, manager], {_RULE}}}",
    ),
    "form": Word(
        "choice",
        "what the value is: a flag when nothing is said",
        f"{{form: flag, {_RULE}}}",
        FORMS,
    ),
}

CLAUSE: Table = {
    "when": Word(
        "condition",
        "a state that must hold; the flag follows it at every evaluation",
        "{when: {condition: bought}}",
        moves="whenever the condition does",
    ),
    "upon": Word(
        "filter",
        "an event that changes the flag; what happened before is past",
        "{upon: {event: purchase, where: {amount: {gte: 100}}}}",
        words=SELECTOR,
        moves="only with an event, be it one of a pattern that comes by time",
    ),
}

LIFE: Table = {
    "assign": Word(
        "words",
        "when the flag is set: with `when` alone it is held exactly while that holds",
        f"{{{_RULE}}}",
        words=CLAUSE,
        moves="with its condition",
    ),
    "remove": Word(
        "words",
        "when the flag is cleared; beside `assign.when` it makes a latch, and `remove` wins",
        "{assign: {when: {count: {event: purchase, within: 30d}, gte: 8}},"
        " remove: {when: {count: {event: purchase, within: 30d}, lt: 4}}}",
        words=CLAUSE,
        moves="with its condition",
    ),
    "expires_after": Word(
        "duration",
        "the flag ends that long after it was set",
        "{assign: {upon: refund}, expires_after: 7d}",
        moves="at exactly set + d",
    ),
    "renew": Word(
        "truth",
        "whether each qualifying event starts `expires_after` anew",
        "{assign: {upon: chat}, expires_after: 7d, renew: true}",
        moves="at exactly d after the last qualifying event",
    ),
    "sticky": Word(
        "truth",
        "whether no rule ever removes the flag",
        "{assign: {when: {count: {event: purchase, ever: true}, gte: 1}}, sticky: true}",
        moves="never ends by itself",
    ),
    "hold_for": Word(
        "duration",
        "how long the condition must have held without a break before the flag is set",
        f"{{{_RULE}, hold_for: 10m}}",
        moves="set at exactly h + d, where h is when the condition turned true",
    ),
    "keep_at_least": Word(
        "duration",
        "how long the flag is held at least, whatever the rule says meanwhile",
        f"{{{_RULE}, keep_at_least: 7d}}",
        moves="at exactly set + d the rule is looked at as it then stands",
    ),
    "cool_down": Word(
        "duration",
        "how long the flag is not set again after it was cleared",
        f"{{{_RULE}, cool_down: 1d}}",
        moves="at exactly cleared + d the flag may be set again, by time if the condition holds",
    ),
}
"""The life of a flag; text and number tags have none of it."""

BAND: Table = {
    "when": Word(
        "condition",
        "a state that must hold; of several values the first that fits counts",
        "{when: {condition: bought}}",
        moves="whenever the condition does",
    ),
    "otherwise": Word(
        "true", "the value when no other one fits; it stands last", "{otherwise: true}"
    ),
}

_VALUE: Table = {
    "values": Word(
        "named words",
        "text tags: the values in the order in which they are tried",
        "{form: text, values: {high: {when: {count: {event: purchase, within: 90d}, gte: 6}},"
        " low: {otherwise: true}}}",
        words=BAND,
        moves="whenever the first fitting value does",
    ),
    "value": Word(
        "measure",
        "number tags: the measure that the value follows",
        "{form: number, value: {sum: {event: purchase, of: amount, within: 90d}}}",
        moves="with the measure",
    ),
    "step": Word(
        "duration",
        "number tags that are times: the value is floored to it; a measure that grows all the"
        " time needs one",
        "{form: number, value: {since: {event: purchase}}, step: 1d}",
        moves="at every whole step of the time",
    ),
}

TAG: Table = {**_DESCRIPTION, **LIFE, **_VALUE}
