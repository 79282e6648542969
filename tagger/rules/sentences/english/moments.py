"""English phrases for instants at which something changes with no event.

A moment is a clause, put behind `at the very millisecond when`.
"""

MOMENTS: dict[str, str] = {
    "at": "at the very millisecond when {moment}",
    "after": "one millisecond after {moment}",
    # what a moment is
    "nth_ages": "{nth} turns {age} old",
    "rest_below": "{one} turns {age} old and the rest adds up to less than {value}",
    "rest_at_most": "{one} turns {age} old and the rest adds up to {value} or less",
    "ages": "{one} turns {age} old",
    "ages_and": "{moment} and that makes it true that {clause}",
    "ages_and_not": "{moment} and that makes it no longer true that {clause}",
    "ages_and_alone": "{moment} and with that the condition comes to be met",
    "ages_and_alone_not": "{moment} and with that the condition is no longer met",
    "passes": "time makes it true that {clause}",
    "passes_not": "time makes it no longer true that {clause}",
    "passes_alone": "the passing of time makes the condition true",
    "passes_alone_not": "the passing of time makes the condition false",
    "clock_reaches": "{subject} turns {age} old",
    "held_reaches": "the customer has had the tag {tag} for {age}",
    "held_value_reaches": "the tag {tag} has had its present value for {age}",
    "unheard_of": (
        "the last {bare} turns {age} old, or, for a customer who never had one, when we have known"
        " that customer for {age}"
    ),
    "turns_age": "the day begins on which the customer turns {years}",
    "birthday_comes": "the customer's birthday begins",
    "anniversary_nears": "the day begins that is {days} before {day}",
    "anniversary_comes": "the day of {day} begins",
    "anniversary_over": "the day of {day} is over",
    "day_begins": "a new day begins",
    "week_begins": "a new week begins",
    "month_begins": "a new month begins",
    "quarter_begins": "a new quarter begins",
    "year_begins": "a new year begins",
    "waited": (
        "the wait of {duration} after the last {first} is over, with no {bare} in the meantime"
    ),
    "comes_by_itself": "{one} happens because its wait is over",
    "held_long_enough": "its condition has been true for {duration} without a break",
    "kept_long_enough": ("the minimum of {duration} is over, if nothing holds it any longer"),
    "cooled_down": "the break of {duration} is over, if its condition is true then",
    "term_over": "its term of {duration} is over",
    "term_renewed_over": "its term of {duration}, counted from when it was last renewed, is over",
    "ends_after": "the day of {day} is over",
    "step_passes": "another full step of {step} has passed since {subject}",
    "step_held": "another full step of {step} has passed since the tag {tag} got its present value",
    # what it does to the tag
    "time_sets": "it comes {moment}",
    "time_ends": "it goes {moment}",
    "time_changes": "the value changes {moment}",
    "time_can_set": "time alone can bring it",
    "time_can_end": "time alone can take it away",
    "time_can_change": "time alone can change the value",
    "time_never": "time alone does nothing: it takes an event or a person",
    "time_follows": "time alone changes it only where it changes a tag that this one asks about",
    "time_never_sets": "time alone never brings it",
    "time_never_ends": "time alone never takes it away",
}
