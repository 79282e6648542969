"""Words that make conditions of measures: logic, comparators and right sides."""

from tagger.rules.vocabulary.events import SELECTOR
from tagger.rules.vocabulary.word import Table, Word

ABSENCE: Table = {
    "within": Word(
        "duration",
        "the window that holds no such event",
        "{event: browse, within: 30d}",
        required=True,
        moves="turns true at exactly e + within of the last event e",
    ),
    "include_new": Word(
        "truth",
        "whether it also holds for customers known for less than the window",
        "{event: browse, within: 30d, include_new: true}",
        moves="without it nothing holds before the customer has been known for `within`",
    ),
}
ABSENT: Table = {**SELECTOR, **ABSENCE}
AT_LEAST: Table = {
    "of": Word(
        "conditions",
        "the conditions to count; their number stands beside a comparator",
        "{of: [{tag: example}, {condition: bought}, {attribute: city, is_set: true}], gte: 2}",
        required=True,
    ),
}

LOGIC: Table = {
    "all": Word(
        "conditions",
        "every condition of the list holds",
        "{all: [{tag: example}, {condition: bought}]}",
        moves="with its parts",
    ),
    "any": Word(
        "conditions",
        "at least one condition of the list holds",
        "{any: [{tag: example}, {condition: bought}]}",
        moves="with its parts",
    ),
    "not": Word(
        "condition",
        "the condition does not hold, be it for want of a value",
        "{not: {condition: bought}}",
        moves="with its part",
    ),
    "at_least": Word(
        "words",
        "how many conditions of the list hold",
        "{at_least: {of: [{tag: example}, {condition: bought}], gte: 1}}",
        words=AT_LEAST,
        moves="with its parts",
    ),
    "condition": Word(
        "condition name",
        "a named condition of the pack",
        "{condition: bought}",
        moves="with the condition",
    ),
    "absent": Word(
        "words",
        "no such event in the window, for a customer known at least that long",
        "{absent: {event: browse, within: 30d}}",
        words=ABSENT,
        moves="turns true at exactly e + within of the last event e, false with an event alone",
    ),
}

OPERAND: Table = {
    "measure": Word(
        "measure",
        "the measure to compare with, of the same kind as the left side",
        "{measure: {count: {event: purchase, within: 7d, ago: 7d}}}",
        required=True,
        moves="whenever one of the two sides does",
    ),
    "times": Word(
        "number",
        "what a number, an amount or a time is multiplied by; 1 when not said",
        "{measure: {count: {event: purchase, within: 7d, ago: 7d}}, times: 1.5}",
    ),
}
"""A right side that is a measure itself."""

COMPARATORS: Table = {
    "eq": Word(
        "value",
        "equal; texts as they are",
        "{attribute: sex, eq: female}",
        words=OPERAND,
        moves="of a time since e: true at exactly e + d",
    ),
    "ne": Word(
        "value",
        "set, and not equal",
        "{attribute: language, ne: de}",
        words=OPERAND,
        moves="of a time since e: false at exactly e + d",
    ),
    "gt": Word(
        "ordered value",
        "greater",
        "{since: {event: purchase}, gt: {measure: {interval: {event: purchase, within: 365d}},"
        " times: 2}}",
        words=OPERAND,
        moves="of a time since e: turns true at e + d + 1 ms",
    ),
    "gte": Word(
        "ordered value",
        "greater or equal",
        "{count: {event: chat, within: 7d}, gte: 3}",
        words=OPERAND,
        moves="of a time since e: turns true at exactly e + d",
    ),
    "lt": Word(
        "ordered value",
        "less",
        "{since: {event: chat}, lt: 2d}",
        words=OPERAND,
        moves="of a time since e: turns false at exactly e + d",
    ),
    "lte": Word(
        "ordered value",
        "less or equal",
        "{since: {event: chat}, lte: 2d}",
        words=OPERAND,
        moves="of a time since e: turns false at e + d + 1 ms",
    ),
    "between": Word(
        "bounds",
        "`[a, b]`: at least a and less than b, so that bands meet without gap or overlap",
        "{count: {event: purchase, within: 90d}, between: [2, 6]}",
        moves="of a time since e: true from e + a on, false from e + b on",
    ),
    "in": Word(
        "members",
        "one of the members, or of a named list",
        "{attribute: city, in: first_tier}",
        moves="as `eq` of each member",
    ),
    "mentions": Word(
        "terms",
        "the text has one of these words or phrases: whole words in alphabetic scripts, anywhere"
        " in Chinese, Japanese and Korean",
        "{attribute: occupation, mentions: [nurse, 医生]}",
        moves="with its measure",
    ),
    "matches": Word(
        "expression",
        "the regular expression is found in the text as it stands; `(?i)` ignores case",
        '{attribute: company, matches: "(?i)gmbh$"}',
        moves="with its measure",
    ),
    "is_set": Word(
        "truth",
        "there is a value, or there is none",
        "{attribute: company, is_set: true}",
        moves="with its measure",
    ),
    "anniversary_within": Word(
        "days",
        "the next anniversary of the attribute's date is today or within that many days, today"
        " counted; 29 February counts as 1 March in common years",
        "{attribute: birth_date, anniversary_within: 7d}",
        moves="at midnight in the pack's zone: true n - 1 days before the anniversary, false at"
        " the end of its day",
    ),
}
"""All but `is_set` are false while one side is unset."""
