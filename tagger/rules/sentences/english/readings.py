"""English sentences on how a rule counts, where that can surprise."""

READINGS: dict[str, str] = {
    "refunds_by_order": (
        "a refund reduces the purchase it belongs to, from the moment of the refund on; no order"
        " ever counts for less than nothing, and a refund of an unknown order changes nothing"
    ),
    "refunds_by_date": "a refund is taken off when it is made, whatever order it belongs to",
    "refunds_ignored": "refunds are not taken off",
    "refunded_counts": "a purchase still counts as a purchase when it was refunded",
    "before_refunds": "a single purchase is judged by what was paid, before any refund",
    "currency": "only amounts in {currency} count; other money is left out",
    "profit": "profit is what was paid less the cost; a purchase of unknown cost is left out",
    "none_then_unset": "for a customer without {one}, {measure} is not known, and {result}",
    "unset_false": "the condition on it is not met",
    "unset_true": "the condition on it is met, because it is negated",
    "interval_unset": (
        "with fewer than two {many}, there is no time between them to speak of, and {result}"
    ),
    "ratio_unset": "if one of the two is not known, or the divisor is 0, {result}",
    "answer_unset": "without a message that was answered in that time, {result}",
    "attribute_unset": "while {attribute} is not known, {result}",
    "tag_age_unset": "while the customer does not have the tag {tag}, {result}",
    "nothing_counts_too": (
        "that {clause} is also true of a customer who never had one, from the first event that we"
        " have of that customer"
    ),
    "absent_new": (
        "silence counts only from somebody we have known for {duration}: new customers are not"
        " taken for silent ones"
    ),
    "absent_include_new": (
        "new customers count as silent, too, from the first thing that we hear of them"
    ),
    "calendar": "days, weeks, months and years begin at midnight in {zone}; weeks on Monday",
    "local_clock": "hours and days of the week are those in {zone}",
    "age": "age counts full years; the birth date goes before a reported age",
    "leap_day": "who was born on 29 February has the birthday on 1 March in other years",
    "lines": "of an order, only the lines that fit are counted",
    "mention_rules": (
        "capital letters make no difference; words of alphabetic scripts count only as whole words"
    ),
    "answers": "only chats with a conversation id count",
    "other_tags": (
        "what it asks of other tags, it sees at once: values set by hand, too, and changes that"
        " time makes"
    ),
}
