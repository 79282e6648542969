"""Words that measure: what a rule compares, over which events and which time."""

from tagger.rules.fields import DATE_FIELDS, FIELDS, LINE_FIELDS
from tagger.rules.vocabulary.events import SELECTOR
from tagger.rules.vocabulary.word import Table, Word

REFUNDS = ("by_order", "by_date", "ignore")
REFUNDED = ("amount", "profit")
"""The fields that a refund takes something off."""
PERIODS = ("day", "week", "month", "quarter", "year")
TIME_MEASURES = frozenset({"since", "since_first", "interval", "response_time", "tag_age"})
"""The measures that are times."""

_OF_EVENTS = {name: each[0] for fields in FIELDS.values() for name, each in fields.items()}
_OF_LINES = {name: each[0] for name, each in LINE_FIELDS.items()}
NUMERIC_FIELDS = tuple(name for name, kind in _OF_EVENTS.items() if kind != "text")
COUNTED_FIELDS = (
    *dict.fromkeys(name for name, kind in {**_OF_EVENTS, **_OF_LINES}.items() if kind == "text"),
    *DATE_FIELDS,
)

WINDOW: Table = {
    "within": Word(
        "duration",
        "the window ends now and is that long: (t - within, t]",
        "{event: purchase, within: 30d}",
        moves="an event at e leaves at exactly e + within",
    ),
    "ago": Word(
        "duration",
        "the window ended that long ago: (t - ago - within, t - ago]; only beside `within`",
        "{event: purchase, within: 30d, ago: 30d}",
        moves="an event at e enters at exactly e + ago and leaves at e + ago + within",
    ),
    "this": Word(
        "choice",
        "the calendar period of the pack's zone that is now, up to now; weeks begin on Monday",
        "{event: purchase, this: month}",
        PERIODS,
        moves="all events leave at the first instant of the next period",
    ),
    "previous": Word(
        "choice",
        "the whole calendar period before the one that is now",
        "{event: purchase, previous: month}",
        PERIODS,
        moves="at the first instant of each period the events of the one before it come in",
    ),
    "ever": Word(
        "true",
        "all of the customer's history",
        "{event: purchase, ever: true}",
        moves="no event ever leaves",
    ),
}
BOUNDED_WINDOW: Table = {word: WINDOW[word] for word in WINDOW if word != "ever"}
"""Of measures that remember every event of their window, which must therefore end."""

AMOUNT: Table = {
    "of": Word(
        "field",
        "the field to look at: a number or money; `quantity` of a purchase adds over its lines",
        "{event: purchase, of: discount, within: 90d}",
        NUMERIC_FIELDS,
        required=True,
    ),
    "refunds": Word(
        "choice",
        "how a refund is taken off `amount` and `profit`: from its order's purchase (when nothing"
        " is said), at its own date, or not at all; `min` and `max` do not take `by_date`, nor do"
        " events that a pattern makes",
        "{event: purchase, of: amount, within: 90d, refunds: by_date}",
        REFUNDS,
        moves="`by_order`: with the purchase's window; `by_date`: with the refund's",
    ),
}
DIFFERENT: Table = {
    "of": Word(
        "field",
        "the text to tell apart: a field, or of a purchase's lines `product_id`, `category` or"
        " `brand`, or the local `day`, `week` or `month`",
        "{event: purchase, of: category, within: 90d}",
        COUNTED_FIELDS,
        required=True,
    ),
}
ONE_VALUE: Table = {
    "of": Word(
        "field",
        "the field whose value counts, as it was before any refund",
        "{event: purchase, of: channel, ever: true}",
        tuple(_OF_EVENTS),
        required=True,
    ),
}

COUNT: Table = {**SELECTOR, **WINDOW}
INTERVAL = COUNT
SINCE = COUNT
SUM: Table = {**COUNT, **AMOUNT}
EXTREME: Table = {
    **SUM,
    "refunds": Word(
        "choice",
        "whether a refund is taken off its order's purchase first",
        "{event: purchase, of: amount, within: 90d, refunds: ignore}",
        ("by_order", "ignore"),
        moves="with the purchase's window",
    ),
}
ONE: Table = {**COUNT, **ONE_VALUE}
DISTINCT: Table = {**SELECTOR, **BOUNDED_WINDOW, **DIFFERENT}
RATIO: Table = {
    "of": Word(
        "measure",
        "the measure that is divided",
        "{of: {count: {event: refund, within: 90d}}, to: {count: {event: purchase, within: 90d}}}",
        required=True,
    ),
    "to": Word(
        "measure",
        "the measure that it is divided by: a number, or of the same kind",
        "{of: {sum: {event: purchase, of: amount, this: month}},"
        " to: {sum: {event: purchase, of: amount, previous: month}}}",
        required=True,
    ),
}
ANSWERS: Table = {
    "of": Word(
        "choice",
        "who answers: `agent` (when nothing is said) or `customer`",
        "{of: customer, within: 30d}",
        ("agent", "customer"),
    ),
}
RESPONSE_TIME: Table = {**ANSWERS, **BOUNDED_WINDOW}

_WITH_WINDOW = "with its window"
MEASURES: Table = {
    "count": Word(
        "words",
        "number of events; 0 when there is none",
        "{count: {event: purchase, within: 30d}, gte: 3}",
        words=COUNT,
        moves=_WITH_WINDOW,
    ),
    "sum": Word(
        "words",
        "sum of a field; 0 when there is none; events without the field are left out",
        "{sum: {event: purchase, of: amount, within: 90d}, gte: 250}",
        words=SUM,
        moves=_WITH_WINDOW,
    ),
    "avg": Word(
        "words",
        "mean of a field, an exact fraction; unset when there is none",
        "{avg: {event: purchase, of: amount, within: 90d}, gte: 50}",
        words=SUM,
        moves=_WITH_WINDOW,
    ),
    "min": Word(
        "words",
        "smallest value of a field; unset when there is none",
        "{min: {event: chat, of: rating, within: 90d}, lte: 2}",
        words=EXTREME,
        moves=_WITH_WINDOW,
    ),
    "max": Word(
        "words",
        "largest value of a field; unset when there is none",
        "{max: {event: purchase, of: amount, within: 90d}, gte: 100}",
        words=EXTREME,
        moves=_WITH_WINDOW,
    ),
    "distinct": Word(
        "words",
        "number of different values of a field; 0 when there is none; the window must end",
        "{distinct: {event: purchase, of: category, within: 90d}, gte: 3}",
        words=DISTINCT,
        moves="a value leaves with its last event",
    ),
    "earliest": Word(
        "words",
        "value of a field of the window's earliest event; unset when there is none",
        "{earliest: {event: purchase, of: channel, ever: true}, eq: web}",
        words=ONE,
        moves="when the earliest event leaves the window, the next one counts",
    ),
    "latest": Word(
        "words",
        "value of a field of the window's latest event; unset when there is none",
        "{latest: {event: chat, of: rating, within: 30d}, lte: 2}",
        words=ONE,
        moves="unset when the latest event leaves the window",
    ),
    "interval": Word(
        "words",
        "mean time between the events of the window; unset below two",
        "{interval: {event: purchase, within: 365d}, lt: 14d}",
        words=INTERVAL,
        moves="with its window only; it does not grow while nothing happens",
    ),
    "since": Word(
        "words",
        "time since the last event, of all history when no window is named; unset without one",
        "{since: {event: purchase}, gte: 30d}",
        words=SINCE,
        moves="grows all the time; with a window, unset when the last event leaves it",
    ),
    "since_first": Word(
        "words",
        "time since the first event, of all history when no window is named; unset without one",
        "{since_first: {event: purchase}, lt: 90d}",
        words=SINCE,
        moves="grows all the time; with a window, the next event counts when the first leaves it",
    ),
    "ratio": Word(
        "words",
        "one measure over another, an exact fraction; unset when one is, or the divisor is 0",
        "{ratio: {of: {count: {event: refund, within: 90d}},"
        " to: {count: {event: purchase, within: 90d}}}, gt: 0.5}",
        words=RATIO,
        moves="whenever one of its two measures does",
    ),
    "response_time": Word(
        "words",
        "mean time from a message to the next one of the other side in its conversation; unset"
        " without such a pair in the window, which must end",
        "{response_time: {of: agent, within: 30d}, gt: 1h}",
        words=RESPONSE_TIME,
        moves="a pair leaves with its first message",
    ),
    "attribute": Word(
        "attribute",
        "a profile attribute; `age` comes from `birth_date` when that is known",
        "{attribute: age, gte: 18}",
        moves="`age` at the first instant of a birthday in the pack's zone, no other by itself",
    ),
    "tag": Word(
        "tag",
        "another tag's value as it is shown, manual values too; a flag, true or false, may stand"
        " alone",
        "{tag: example}",
        moves="with the other tag, in the same evaluation",
    ),
    "tag_age": Word(
        "tag",
        "how long another tag has had its present value; unset while it is not held",
        "{tag_age: example, gt: 30d}",
        moves="grows all the time while the tag is held",
    ),
}
