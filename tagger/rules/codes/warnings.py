"""Warnings: legal and doubtful, as a careful colleague would say at a review."""

from tagger.rules.codes.code import Code

_HEAD = "pack: shop\ncurrency: EUR\ndefaults: {owner: growth}\n"
_MANY = 21
_TOO_MANY_FAULTS = 201


def _tags(tags: str) -> str:
    return f"{_HEAD}tags:\n{tags}"


WARNINGS: dict[str, Code] = {
    "W-ABSENT": Code(
        "The flag also fits everybody who has only just become known: a count over a window is"
        " small because there was no time yet.",
        "Ask with `absent`, which waits until a customer has been known for the whole window; with"
        " `include_new: true` it says that new ones are meant.",
        _tags("""\
  quiet:
    title: {en: Quiet}
    assign: {when: {count: {event: purchase, within: 90d}, eq: 0}}
"""),
    ),
    "W-ALWAYS": Code(
        "A comparison or test holds whatever happens.",
        "Take it out, or ask for more.",
        _tags("""\
  active:
    title: {en: Active}
    assign:
      when:
        all:
          - {count: {event: purchase, within: 30d}, gte: 3}
          - {count: {event: refund, within: 30d}, gte: 0}
"""),
    ),
    "W-CASES": Code(
        "A tag has no case that assigns it, nearly does, or revokes it, a pack has no customer's"
        " story, or a near-miss expects nothing of its tag.",
        "Add cases to the `*.test.yaml` beside the pack and say with `covers` what they show.",
        _tags("""\
  vip: {title: {en: VIP}, manual: only}
"""),
        cases="""\
pack: shop
starts_at: 2026-03-01T09:00:00Z
cases:
  - {name: a stranger, story: true, expect: [{at: +1d, not_held: [vip]}]}
""",
    ),
    "W-DEPRECATED": Code(
        "A deprecated tag is still used, or names no tag to use instead; or a tag that is not"
        " deprecated names one.",
        "Use the tag that replaces it, or add `replaced_by`.",
        _tags("""\
  old:
    title: {en: Old}
    status: deprecated
    assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}
"""),
    ),
    "W-DUPLICATE-RULE": Code(
        "Two tags have the same rule, but for numbers that differ by a tenth at most.",
        "Keep one of them, or set them further apart.",
        _tags("""\
  active:
    title: {en: Active}
    assign: {when: {count: {event: purchase, within: 30d}, gte: 10}}
  busy:
    title: {en: Busy}
    assign: {when: {count: {event: purchase, within: 30d}, gte: 11}}
"""),
    ),
    "W-DUPLICATE-TITLE": Code(
        "Two tags have the same title in one language, so that people cannot tell them apart.",
        "Change one of the two.",
        _tags("""\
  active: {title: {en: Active}, manual: only}
  busy: {title: {en: Active}, manual: only}
"""),
    ),
    "W-EXPERIMENTAL": Code(
        "A stable tag or an active workflow leans on an experimental tag, which may change and is"
        " not published.",
        "Make both experimental, or both stable; a workflow may be `shadow`.",
        _tags("""\
  trial:
    title: {en: Trial}
    status: experimental
    assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}
  keen:
    title: {en: Keen}
    assign: {when: {all: [{tag: trial}, {attribute: consent_email, eq: true}]}}
"""),
    ),
    "W-GAP": Code(
        "A text tag leaves some customers without a value.",
        "Add a last value with `otherwise: true`, unless that is meant.",
        _tags("""\
  tier:
    title: {en: Tier}
    form: text
    values:
      high: {when: {count: {event: purchase, within: 90d}, gte: 6}}
      low: {when: {count: {event: purchase, within: 90d}, lt: 5}}
"""),
    ),
    "W-LEADING-ZERO": Code(
        "A number begins with a zero. Here that changes nothing; tools that read YAML 1.1 count in"
        " eights then, and see another number or a text.",
        "Leave the zero out, or put a text that looks like a number in quotes.",
        _tags("""\
  active:
    title: {en: Active}
    assign: {when: {count: {event: purchase, within: 30d}, gte: 010}}
"""),
    ),
    "W-LIFE": Code(
        "Words about the life of a flag work against each other, or one of them does nothing.",
        "Take the idle word out, or change the durations.",
        _tags("""\
  keen:
    title: {en: Keen}
    assign: {when: {count: {event: search, within: 1d}, gte: 5}}
    hold_for: 3d
    expires_after: 2d
"""),
    ),
    "W-LIMIT": Code(
        "There are so many warnings in this file that the rest is not shown.",
        "Mend those that are shown and check again.",
        _tags("".join(f"  tag_{number}: {{manual: only}}\n" for number in range(_TOO_MANY_FAULTS))),
        beside=("W-NO-TITLE",),
    ),
    "W-LIST-NAME": Code(
        "A text that is compared with, or looked for, is the name of a list of the pack, or nearly:"
        " the text itself is what counts here.",
        "Name the list after `in` or `mentions`, or put the text in brackets where it is meant.",
        f"{_HEAD}lists: {{product_words: [lamp, 灯]}}\n"
        """\
tags:
  interested:
    title: {en: Interested}
    assign: {when: {attribute: occupation, mentions: product_words}}
  keen:
    title: {en: Keen}
    assign: {when: {attribute: industry, mentions: product_word}}
""",
    ),
    "W-MANY-TAGS": Code(
        "One customer could hold more than 20 tags of one pack at once, more than anybody reads of"
        " one theme. What several packs have together is not counted.",
        "Make values of one text tag of those that exclude each other, or make two packs of it.",
        _tags(
            "".join(
                f"  tag_{number}: {{title: {{en: Tag {number}}}, manual: only}}\n"
                for number in range(_MANY)
            )
        ),
    ),
    "W-MONEY": Code(
        "An amount has more digits than its currency, so that no amount ever equals it.",
        "Round it.",
        _tags("""\
  spender:
    title: {en: Spender}
    assign: {when: {sum: {event: purchase, of: amount, within: 90d}, gte: 99.999}}
"""),
    ),
    "W-NEVER": Code(
        "A comparison, a test or a flag can never hold: its bounds contradict each other or the"
        " values that there are.",
        "Mend the bounds, or take it out.",
        _tags("""\
  active:
    title: {en: Active}
    assign:
      when:
        all:
          - {count: {event: purchase, within: 30d}, gte: 5}
          - {count: {event: purchase, within: 30d}, lt: 3}
"""),
    ),
    "W-NO-OWNER": Code(
        "Nobody answers for a tag.",
        "Add `owner` to the tag or to `defaults` of the pack.",
        "pack: shop\ntags: {vip: {title: {en: VIP}, manual: only}}\n",
    ),
    "W-NO-TITLE": Code(
        "A tag has no title for people.",
        "Add `title: {en: ...}`, in as many languages as are spoken.",
        _tags("  vip: {manual: only}\n"),
    ),
    "W-REPEATED": Code(
        "The same value or condition stands twice in one list.",
        "Take one out, or correct the one that was meant differently.",
        _tags("""\
  northern:
    title: {en: Northern}
    assign: {when: {attribute: city, in: [Kiel, Hamburg, Kiel]}}
"""),
    ),
    "W-RETURNS": Code(
        "`remove.when` looks less far back than `assign.when`: once it no longer holds, `assign`"
        " may still do, and the tag comes back by time alone.",
        "Give both the same window, or remove the tag at an event with `upon`.",
        _tags("""\
  active:
    title: {en: Active}
    assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}
    remove: {when: {count: {event: refund, within: 7d}, gte: 1}}
"""),
    ),
    "W-ROLES": Code(
        "A tag names the roles that may set it by hand, and nobody may.",
        "Say `manual: allowed`, or take the roles out.",
        _tags("""\
  vip:
    title: {en: VIP}
    assign: {when: {count: {event: purchase, within: 90d}, gte: 20}}
    manual: forbidden
    manual_roles: [manager]
"""),
    ),
    "W-UNREACHABLE-BAND": Code(
        "A value of a text tag is never taken: those before it always fit first.",
        "Put it before them, or take it out.",
        _tags("""\
  tier:
    title: {en: Tier}
    form: text
    values:
      middle: {when: {count: {event: purchase, within: 90d}, gte: 2}}
      high: {when: {count: {event: purchase, within: 90d}, gte: 6}}
      low: {otherwise: true}
"""),
    ),
    "W-UNSET": Code(
        "`not` also holds for customers of whom the value is not known: without a value every"
        " comparison is false.",
        "Turn the comparator around, or ask for `is_set: true` beside it.",
        _tags("""\
  southern:
    title: {en: Southern}
    assign: {when: {not: {attribute: region, eq: north}}}
"""),
    ),
    "W-UNUSED-NAME": Code(
        "An event, a condition, a list or an attribute is defined and used nowhere in its pack.",
        "Use it, or take it out.",
        f"{_HEAD}lists: {{cities: [Kiel, Hamburg]}}\n"
        "tags: {vip: {title: {en: VIP}, manual: only}}\n",
    ),
}
