"""Errors of packs: with one of them the pack is refused."""

from tagger.rules.codes.code import Code

ERRORS: dict[str, Code] = {
    "E-COUNT": Code(
        "A count in a window is compared with more events than any profile keeps one by one.",
        "Take a shorter window and a smaller number, or count with `ever: true`: all events ever"
        " are counted without being kept.",
        """\
pack: shop
tags:
  machine: {assign: {when: {count: {event: browse, within: 365d}, gte: 1000000000}}}
""",
    ),
    "E-CURRENCY": Code(
        "Money is compared and the pack names no currency, or one that ISO 4217 does not have.",
        "Name the currency of all money of the pack: `currency: EUR`.",
        """\
pack: shop
tags:
  spender:
    assign: {when: {sum: {event: purchase, of: amount, within: 90d}, gte: 500}}
""",
    ),
    "E-CYCLE": Code(
        "A tag, a condition or an event needs itself, directly or through others.",
        "Break the circle: let one of them look at events instead.",
        """\
pack: shop
tags:
  chicken: {assign: {when: {tag: egg}}}
  egg: {assign: {when: {tag: chicken}}}
""",
    ),
    "E-DUPLICATE-KEY": Code(
        "One mapping has the same word or name twice; YAML would silently drop one of them.",
        "Rename one, or put both under `all` or `any`.",
        """\
pack: shop
tags:
  vip: {manual: only}
  vip: {manual: only}
""",
    ),
    "E-DUPLICATE-NAME": Code(
        "A tag, a pack or a workflow of this name is defined in another file already.",
        "Rename one of the two: these names are unique over all packs that are loaded together.",
        """\
pack: club
tags: {vip: {manual: only}}
""",
        other="""\
pack: shop
tags: {vip: {manual: only}}
""",
    ),
    "E-EXPIRES": Code(
        "`expires_after` is shorter than `keep_at_least`, or `renew` has nothing to restart.",
        "Let the tag expire later, keep it for a shorter time, or add `expires_after`.",
        """\
pack: shop
tags:
  keen: {assign: {upon: search}, expires_after: 1d, keep_at_least: 7d}
""",
    ),
    "E-FORM": Code(
        "`values`, `value` or `step` stands in a tag of another form.",
        "Say which form the tag has: `form: text` with `values`, `form: number` with `value`.",
        """\
pack: shop
tags:
  visits:
    assign: {when: {count: {event: browse, within: 30d}, gte: 5}}
    value: {count: {event: browse, within: 30d}}
""",
    ),
    "E-HOLD-UPON": Code(
        "`hold_for` asks how long a state has held, and `upon` names events, which are instants.",
        "Take `hold_for` out, or say with `when` which state must hold.",
        """\
pack: shop
tags:
  keen: {assign: {upon: search}, hold_for: 10m, expires_after: 7d}
""",
    ),
    "E-LIFE-ON-FORM": Code(
        "Words about the life of a flag stand in a text or number tag, which follows its measures.",
        "Take them out, or make a flag of the tag.",
        """\
pack: shop
tags:
  visits:
    form: number
    value: {count: {event: browse, within: 30d}}
    expires_after: 7d
""",
    ),
    "E-LIMIT": Code(
        "Something is too large: a file, a list, a number, how deep things lie, or how much a name"
        " stands for once all names in it are put in.",
        "Split it up; rules that people can review never come near these bounds.",
        """\
pack: shop
tags:
  spender:
    priority: 1e99
    assign: {when: {count: {event: purchase, within: 90d}, gte: 5}}
""",
    ),
    "E-MISSING": Code(
        "A word is missing without which the rest has no meaning.",
        "Add it; the sentence says which one and where.",
        """\
pack: shop
tags:
  active: {assign: {when: {count: {event: purchase, within: 30d}}}}
""",
    ),
    "E-NAME": Code(
        "A name has a character that names cannot have, is empty or too long.",
        "Use letters of any script, digits, `_` and `-`, at most 64 of them.",
        """\
pack: shop
tags:
  big spender: {manual: only}
""",
    ),
    "E-NO-ENDING": Code(
        "Nothing could ever end this tag, and its author does not say that this is meant.",
        "Add `expires_after`, `ends_on` or `remove`, or say `sticky: true`.",
        """\
pack: shop
tags:
  buyer: {assign: {when: {count: {event: purchase, ever: true}, gte: 1}}}
""",
    ),
    "E-NO-WINDOW": Code(
        "A measure or pattern does not say over which time it looks.",
        "Add `within: 30d`, `this: month`, or `ever: true` where everything is meant.",
        """\
pack: shop
tags:
  active: {assign: {when: {count: {event: purchase}, gte: 3}}}
""",
    ),
    "E-OTHERWISE": Code(
        "A value of a text tag has neither `when` nor `otherwise`, both, or `otherwise` before"
        " other values.",
        "Give each value a `when`; only the last one may say `otherwise: true`.",
        """\
pack: shop
tags:
  tier:
    form: text
    values:
      low: {otherwise: true}
      high: {when: {count: {event: purchase, within: 90d}, gte: 6}}
""",
    ),
    "E-RESERVED-NAME": Code(
        "A named event or an attribute takes a name that every pack knows already.",
        "Choose another name.",
        """\
pack: shop
events:
  search: {event: product_view}
tags: {keen: {assign: {upon: search}, expires_after: 7d}}
""",
    ),
    "E-RULE-ON-MANUAL": Code(
        "A tag that only staff sets has a rule, or words about the life of one.",
        "Take the rule out, or say `manual: allowed`.",
        """\
pack: shop
tags:
  vip: {manual: only, assign: {upon: purchase}}
""",
    ),
    "E-STEP": Code(
        "A number tag follows a value that moves all the time and names no `step`, so that it"
        " would change every millisecond.",
        "Add for example `step: 1d`; the value is floored to it.",
        """\
pack: shop
tags:
  quiet_for: {form: number, value: {since: {event: purchase}}}
""",
    ),
    "E-STICKY": Code(
        "`sticky: true` says that no rule ends the tag, and another word says that one does.",
        "Leave one of the two out.",
        """\
pack: shop
tags:
  founder: {assign: {upon: purchase}, sticky: true, expires_after: 365d}
""",
    ),
    "E-TIME-ZONE": Code(
        "There is no such time zone in the IANA database.",
        "Write it like `Europe/Berlin`; abbreviations such as CET do not follow the clock changes.",
        """\
pack: shop
time_zone: Europe/Berlim
tags: {vip: {manual: only}}
""",
    ),
    "E-TYPE": Code(
        "A value is of another kind than belongs there: a text instead of a number, a list instead"
        " of a mapping, a comparator that the left side does not have.",
        "Write what the sentence asks for; a text that looks like a number belongs in quotes.",
        """\
pack: shop
tags:
  active: {assign: {when: {count: {event: purchase, within: 30d}, gte: three}}}
""",
    ),
    "E-UNBOUNDED": Code(
        "The measure would have to remember every event of a customer for ever.",
        "Take a window with an end: `within: 365d` instead of `ever: true`.",
        """\
pack: shop
tags:
  curious:
    assign: {when: {distinct: {event: product_view, of: product_id, ever: true}, gte: 50}}
    sticky: true
""",
    ),
    "E-UNKNOWN-NAME": Code(
        "There is no event, field, attribute, list, condition or tag of this name here.",
        "Correct it: the nearest name is suggested. Lists, events and conditions belong to their"
        " own pack; only tags are known over all packs.",
        """\
pack: shop
tags:
  active: {assign: {when: {count: {event: purchse, within: 30d}, gte: 3}}}
""",
    ),
    "E-UNKNOWN-WORD": Code(
        "The rule language has no such word in this place.",
        "Correct it: the nearest word is suggested.",
        """\
pack: shop
tags:
  active: {asign: {when: {count: {event: purchase, within: 30d}, gte: 3}}, manual: only}
""",
    ),
    "E-VALUE": Code(
        "A value is of the right kind and means nothing here: out of range, none of the choices, or"
        " a pattern that cannot be read.",
        "Take a value that the sentence names.",
        """\
pack: shop
tags:
  active: {assign: {when: {count: {event: purchase, within: 30d}, between: [5, 3]}}}
""",
    ),
    "E-WINDOW": Code(
        "A measure names two windows, or `ago` without the window that it moves.",
        "Keep one of `within`, `this`, `previous` and `ever`; `ago` goes with `within`.",
        """\
pack: shop
tags:
  active: {assign: {when: {count: {event: purchase, within: 30d, this: month}, gte: 3}}}
""",
    ),
    "E-YAML": Code(
        "The file is no YAML 1.2: indentation, quotes or brackets are wrong here or just before.",
        "Indent with spaces, quote texts that have a colon in them, and close every bracket.",
        """\
pack: shop
tags: {vip: {manual: only}
""",
    ),
}
