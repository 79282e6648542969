"""Words that choose events: filters, their tests, and patterns."""

from tagger.rules.vocabulary.word import Table, Word

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

EVENTS: dict[str, str] = {
    "purchase": "a sale, a rental or a subscription; never a refund",
    "refund": "money given back",
    "browse": "any action of a visit",
    "page_view": "a page was looked at",
    "product_view": "a product was looked at",
    "category_view": "a category was looked at",
    "search": "something was searched for",
    "click": "something was clicked",
    "favourite": "a product was marked as a favourite",
    "unfavourite": "the mark was taken away",
    "cart_add": "a product was put into a cart",
    "cart_remove": "a product was taken out of a cart",
    "checkout_start": "a checkout was begun",
    "share": "something was shared",
    "review": "a review was written",
    "campaign_click": "a campaign's link was followed",
    "other": "any other action",
    "chat": "a message, from the customer or to them",
    "profile": "an update of the customer's attributes",
}
"""The events that every pack knows."""

SELECTOR: Table = {
    "event": Word(
        "event names",
        "which events are meant: one name, or any of several",
        "{event: [purchase, chat]}",
        required=True,
    ),
    "where": Word(
        "where",
        "tests of the event's fields; all must hold, and a bare value means `eq`",
        "{event: chat, where: {direction: inbound, text: {mentions: [refund, 退款]}}}",
    ),
}

WHERE: Table = {
    "any_line": Word(
        "line tests",
        "tests that must hold together for one line of the order",
        "{any_line: {category: shoes, amount: {gte: 50}}}",
    ),
    "hour": Word(
        "hours",
        "the hour of the day at which the event happens, on the clock of the pack's zone",
        "{hour: {between: [22, 24]}}",
        moves="never: it is the event's hour, not the present one",
    ),
    "weekday": Word(
        "weekdays",
        "the day of the week on which the event happens, in the pack's zone",
        "{weekday: {in: [sat, sun]}}",
        WEEKDAYS,
        moves="never: it is the event's day, not the present one",
    ),
}
"""Beside the fields of the event."""

PATTERN: Table = {
    "first": Word(
        "filter",
        "the event that starts a wait; a further one of the same key starts it anew",
        "{first: cart_add, unless: purchase, within: 1d}",
        moves="a wait from t covers [t, t + within)",
    ),
    "unless": Word(
        "filter",
        "the event that ends the wait; when none comes, the named event happens at its end",
        "{first: cart_add, unless: [purchase, checkout_start], by: cart_id, within: 30m}",
        moves="the event happens at exactly t + within; an `unless` at that instant is too late",
    ),
    "then": Word(
        "filter",
        "the event that completes the pattern; the named event happens with it",
        "{first: cart_add, then: purchase, by: cart_id, within: 1h}",
        moves="a `then` at exactly t + within is too late; nothing happens by time alone",
    ),
    "steps": Word(
        "filters",
        "a chain of 2 to 8 events in order; the named event happens with the last",
        "{steps: [search, cart_add, purchase], within: 1h}",
        moves="the whole chain lies in [t, t + within); nothing happens by time alone",
    ),
    "by": Word(
        "key",
        "the field that the events must have in common; each value has a wait of its own",
        "{first: cart_add, unless: purchase, by: cart_id, within: 2h}",
        moves="each value's wait ends by itself",
    ),
    "within": Word(
        "duration",
        "how long the wait, or the whole chain, lasts",
        "{first: chat, unless: purchase, within: 1d}",
        required=True,
        moves="at exactly t + within the wait is over, before any event of that instant",
    ),
}

PATTERN_HEADS = ("first", "unless", "then", "steps")
"""The words of which one says that a pattern is meant, whatever stands beside it."""

NAMED_EVENT: Table = {**SELECTOR, **PATTERN}
"""A filter or a pattern, never both."""
