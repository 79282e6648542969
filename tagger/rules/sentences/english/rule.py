"""English phrases for what sets and ends a tag, and for its life."""

RULE: dict[str, str] = {
    # what kind of tag it is
    "lead_flag": "a customer has this tag or does not have it",
    "lead_text": "a customer has exactly one of its values at a time: {values}",
    "lead_text_or_none": "a customer has one of its values at a time, or none: {values}",
    "lead_text_free": "staff give a customer one value of this tag at a time",
    "lead_number": "the tag carries a number",
    "lead_only": "no rule decides this tag; people set it and take it away",
    # flags
    "has_while": "a customer has this tag exactly as long as {condition}",
    "sets_state": "it is set as soon as {condition}",
    "sets_upon": "it is set at every {bare}",
    "sets_upon_when": "it is set at every {bare}, provided that at that moment {condition}",
    "ends_false": "it is removed as soon as this is no longer so",
    "ends_state": "it is removed as soon as {condition}",
    "ends_upon": "it is removed at every {bare}",
    "ends_upon_when": "it is removed at every {bare}, provided that at that moment {condition}",
    "too_upon": "it is also removed at every {bare}",
    "too_upon_when": "it is also removed at every {bare}, provided that at that moment {condition}",
    "latch": "when neither is so, it stays as it is; when both are so at once, it is removed",
    "remove_blocks": "as long as this is so, no event sets it either",
    "remove_wins": "an event that would do both removes it",
    "no_event_ends": "no event ends it, only time does",
    "nothing_ends": "no rule ever takes it away",
    "nothing_ends_but_people": "no rule ever takes it away; a person can",
    "spent": (
        "if that happens while the condition for setting it is true, it does not come back until"
        " that condition has been false"
    ),
    # life
    "hold_for": (
        "the tag is not set at once: all this must first have been so for {duration} without a"
        " break, and every interruption starts the wait anew"
    ),
    "keep_at_least": (
        "once set, it is kept for at least {duration}; only then is the rule looked at again"
    ),
    "keep_loses": "an event that would remove it within this time is lost",
    "cool_down": "after its rule has dropped it, it is not set again for {duration}",
    "cool_down_loses": "events within this time are lost",
    "expires": "it expires {duration} after it was set; {further}",
    "not_renewed": "further events do not prolong it",
    "renewed_upon": "every further such event starts its term anew",
    "renewed_when": (
        "every further event that its condition asks for starts its term anew, as long as the"
        " condition is true"
    ),
    "expired_upon": "after that, the next such event sets it again",
    "expired_when": "after that, it does not come back until its condition has been false",
    "ends_on": "its last day is {day}; after that nobody has it, and nobody can be given it",
    # values
    "band": "{value} if {condition}",
    "band_else": "otherwise {value} if {condition}",
    "band_otherwise": "in all other cases {value}",
    "no_band": "if none of these fits, the customer does not have the tag",
    "follows": "the number is {measure}",
    "in_money": "it is given in {currency}",
    "in_duration": "it is given in milliseconds",
    "in_steps": "it is rounded down to whole steps of {step}",
    "unset_number": "as long as there is nothing to measure, the customer does not have the tag",
}
