"""Every fault that an author can make has a code and a place; `^` marks the place."""

import pytest

from tagger.rules.loader import load_texts

from .folders import HEAD, assert_errors, load, place

RULE = "assign: {when: {count: {event: purchase, within: 30d}, gte: 3}}"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("^currency: EUR\n", "E-MISSING"),
        ("^[a, b]\n", "E-TYPE"),
        ("pack: p\n^tag: {}\n", "E-UNKNOWN-WORD"),
        ("pack: ^a b\n", "E-NAME"),
        ("pack: ^xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", "E-NAME"),
        ("pack: ^7\n", "E-TYPE"),
        ("pack: p\ncategory: ^a/b/c\n", "E-NAME"),
        ("pack: p\ncategory: ^a/\n", "E-NAME"),
        ("pack: p\ncurrency: ^EURO\n", "E-CURRENCY"),
        ("pack: p\ntime_zone: ^Europe/Berlim\n", "E-TIME-ZONE"),
        ("pack: p\ndefaults: {layer: ^inner}\n", "E-VALUE"),
        ("pack: p\ntags: ^[a]\n", "E-TYPE"),
        ("pack: p\nlists: {l: ^[]}\n", "E-VALUE"),
        ("pack: p\nlists: {l: [^[1]]}\n", "E-TYPE"),
        ("pack: p\nattributes: {a: {type: ^string}}\n", "E-VALUE"),
        ("pack: p\nattributes: {^referrals: {type: text}}\n", "E-RESERVED-NAME"),
        ("pack: p\nevents: {^cart_add: {event: browse}}\n", "E-RESERVED-NAME"),
        ("pack: p\nevents: {^a: {event: b}, b: {event: a}}\n", "E-CYCLE"),
        ("pack: p\nevents: {a: ^{first: chat, unless: chat}}\n", "E-NO-WINDOW"),
        ("pack: p\nevents: {a: ^{first: chat, within: 1h}}\n", "E-MISSING"),
        (
            "pack: p\nevents: {a: {first: chat, unless: chat, within: 1h, by: ^cart_id}}\n",
            "E-UNKNOWN-NAME",
        ),
        ("pack: p\nevents: {a: ^{^event: chat, within: 1h, unless: chat}}\n", "E-MISSING E-TYPE"),
        ("pack: p\nconditions: {^a: {condition: b}, b: {condition: a}}\n", "E-CYCLE"),
    ],
)
def test_faults_of_a_pack(text: str, codes: str) -> None:
    assert_errors(text, codes)


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("^{}", "E-MISSING"),
        ("^c", "E-TYPE"),
        ("^[{condition: c}]", "E-TYPE"),
        ("{^cuont: {event: chat, within: 1d}, gte: 1}", "E-UNKNOWN-WORD"),
        ("{count: ^{event: chat}, gte: 1}", "E-NO-WINDOW"),
        ("{count: {event: chat, within: 1d, ^ever: true}, gte: 1}", "E-WINDOW"),
        ("{count: {event: chat, ^ago: 1d, ever: true}, gte: 1}", "E-WINDOW"),
        ("{count: {event: chat, ever: ^false}, gte: 1}", "E-VALUE"),
        ("{count: {event: chat, within: ^30}, gte: 1}", "E-TYPE"),
        ("{count: {event: chat, within: ^0d}, gte: 1}", "E-VALUE"),
        ("{count: {event: chat, within: ^3mo}, gte: 1}", "E-TYPE"),
        ("{count: {event: ^chta, within: 1d}, gte: 1}", "E-UNKNOWN-NAME"),
        ("{count: ^{within: 1d}, gte: 1}", "E-MISSING"),
        ("^{count: {event: chat, within: 1d}}", "E-MISSING"),
        ("{count: {event: chat, within: 1d}, gte: ^three}", "E-TYPE"),
        ("{count: {event: chat, within: 1d}, ^mentions: a}", "E-TYPE"),
        ("{count: {event: chat, within: 1d}, between: ^[3, 3]}", "E-VALUE"),
        ("{count: {event: chat, within: 1d}, between: ^[3]}", "E-TYPE"),
        ("{count: {event: chat, within: 1d}, in: ^some}", "E-UNKNOWN-NAME"),
        ("{count: {event: chat, within: 1d}, in: ^[]}", "E-VALUE"),
        (
            "{count: {event: chat, within: 1d}, ^since: {event: chat}, gte: 1}",
            "E-TYPE",
        ),
        ("{sum: ^{event: purchase, within: 1d}, gte: 1}", "E-MISSING"),
        ("{sum: {event: chat, of: ^amuont, within: 1d}, gte: 1}", "E-UNKNOWN-NAME"),
        ("{sum: {event: chat, of: rating, within: 1d, ^refunds: ignore}, gte: 1}", "E-VALUE"),
        ("{sum: {event: purchase, of: amount, within: 1d, refunds: ^by_day}, gte: 1}", "E-VALUE"),
        ("{since: {event: chat}, gte: ^3}", "E-TYPE"),
        ("{absent: ^{event: chat}}", "E-NO-WINDOW"),
        ("{absent: {event: chat, within: 1d}, ^gte: 1}", "E-TYPE"),
        ("{attribute: ^hobby, eq: x}", "E-UNKNOWN-NAME"),
        ("{attribute: city, eq: ^3}", "E-TYPE"),
        ("{attribute: city, ^gt: a}", "E-TYPE"),
        ("{attribute: consent_sms, eq: ^1}", "E-TYPE"),
        ("{attribute: city, is_set: ^1}", "E-TYPE"),
        ("{tag: ^other}", "E-UNKNOWN-NAME"),
        ("{condition: ^d}", "E-UNKNOWN-NAME"),
        ("{all: ^[]}", "E-VALUE"),
        ("{any: ^{condition: c}}", "E-TYPE"),
        ("{^at_least: {of: [{attribute: city, is_set: true}]}}", "E-MISSING"),
    ],
)
def test_faults_of_a_condition(condition: str, codes: str) -> None:
    assert_errors(f"{HEAD}conditions:\n  c: {condition}\n", codes)


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ("{^amuont: 5}", "E-UNKNOWN-NAME"),
        ("{^category: shoes}", "E-UNKNOWN-NAME"),
        ("{any_line: {^colour: red}}", "E-UNKNOWN-NAME"),
        ("{any_line: {category: ^5}}", "E-TYPE"),
        ("{amount: {^gtee: 5}}", "E-UNKNOWN-WORD"),
        ("{amount: ^{}}", "E-MISSING"),
        ("{amount: ^lots}", "E-TYPE"),
        ("{channel: ^[web, mail]}", "E-TYPE"),
        ("{channel: ^null}", "E-TYPE"),
        ("{kind: ^gift}", "E-VALUE"),
        ("{order_id: {mentions: ^' '}}", "E-VALUE"),
    ],
)
def test_faults_of_a_where(where: str, codes: str) -> None:
    measure = f"{{event: purchase, where: {where}, within: 1d}}"
    assert_errors(f"{HEAD}conditions:\n  c: {{count: {measure}, gte: 1}}\n", codes)


@pytest.mark.parametrize(
    ("tag", "codes"),
    [
        ("^t: {title: {en: A}}", "E-MISSING"),
        ("t: {RULE, form: ^word}", "E-VALUE"),
        ("t: {RULE, colour: ^red}", "E-VALUE"),
        ("t: {RULE, title: ^A}", "E-TYPE"),
        ("t: {RULE, priority: ^high}", "E-TYPE"),
        ("t: {RULE, replaced_by: ^u}", "E-UNKNOWN-NAME"),
        ("^t: {RULE, layer: temporary}", "E-NO-ENDING"),
        ("t: {^RULE, manual: only}", "E-RULE-ON-MANUAL"),
        ("t: {RULE, ^values: {a: {otherwise: true}}}", "E-FORM"),
        ("t: {RULE, ^renew: true}", "E-EXPIRES"),
        ("t: {RULE, renew: ^yes, expires_after: 1d}", "E-TYPE"),
        ("t: {RULE, sticky: true, ^expires_after: 1d}", "E-STICKY"),
        ("^t: {assign: {upon: chat}}", "E-NO-ENDING"),
        ("^t: {assign: {when: {count: {event: chat, ever: true}, gte: 1}}}", "E-NO-ENDING"),
        ("^t: {assign: {when: {since: {event: chat}, is_set: true}}}", "E-NO-ENDING"),
        ("t: {assign: ^{}}", "E-MISSING"),
        ("t: {assign: {upon: ^chatt}, expires_after: 1d}", "E-UNKNOWN-NAME"),
        ("t: {form: text, values: ^{}}", "E-VALUE"),
        (
            "^t: {form: text, values: {^a: {otherwise: true}, b: {when: {tag: t, eq: a}}}}",
            "E-CYCLE E-OTHERWISE",
        ),
        ("t: {form: text, values: {a: ^{}}}", "E-OTHERWISE"),
        ("t: {form: text, values: {a: {otherwise: true}}, ^sticky: true}", "E-LIFE-ON-FORM"),
        ("t: {form: text, values: {a: {otherwise: true}}, ^step: 1d}", "E-FORM"),
        ("^t: {form: number}", "E-MISSING"),
        ("^t: {assign: {when: {tag: t}}}", "E-CYCLE"),
    ],
)
def test_faults_of_a_tag(tag: str, codes: str) -> None:
    assert_errors(f"{HEAD}tags:\n  {tag.replace('RULE', RULE)}\n", codes)


@pytest.mark.parametrize(
    ("workflow", "codes"),
    [
        ("{version: ^0, upon: {added: t}, steps: [{sms: {template: a}}]}", "E-VALUE"),
        ("^{upon: {added: t}, steps: [{sms: {template: a}}]}", "E-MISSING"),
        ("{version: 1, upon: {^set: t}, steps: [{sms: {template: a}}]}", "E-UNKNOWN-WORD"),
        ("{version: 1, upon: {added: ^u}, steps: [{sms: {template: a}}]}", "E-UNKNOWN-NAME"),
        ("{version: 1, upon: {added: t}, steps: ^[]}", "E-VALUE"),
        ("{version: 1, upon: {added: t}, steps: [{^fax: {template: a}}]}", "E-UNKNOWN-WORD"),
        ("{version: 1, upon: {added: t}, steps: [{sms: ^{}}]}", "E-MISSING"),
        (
            "{version: 1, upon: {added: t}, steps: [{sms: {template: a}}], active_from: ^today}",
            "E-TYPE",
        ),
        (
            "{version: 1, upon: {added: t}, steps: [{sms: {template: a, parameters: {a: ^[]}}}]}",
            "E-TYPE",
        ),
    ],
)
def test_faults_of_a_workflow(workflow: str, codes: str) -> None:
    tags = f"tags:\n  t: {{{RULE}}}\n"
    assert_errors(f"{HEAD}{tags}workflows:\n  w: {workflow}\n", codes)


def test_money_needs_a_currency() -> None:
    measure = "{sum: {event: purchase, of: amount, within: 1d}, gte: ^5}"
    where = "{count: {event: purchase, where: {amount: ^5}, within: 1d}, gte: 1}"
    value = "{form: number, value: ^{sum: {event: purchase, of: amount, within: 1d}}}"
    text = f"pack: p\nconditions:\n  a: {measure}\n  b: {where}\ntags:\n  t: {value}\n"
    assert_errors(text, "E-CURRENCY E-CURRENCY E-CURRENCY")


def test_names_are_unique_over_the_folder() -> None:
    body = f"tags:\n  t: {{{RULE}}}\nworkflows:\n"
    workflow = "  w: {version: 1, upon: {added: t}, steps: [{sms: {template: a}}]}\n"
    text = f"pack: p\n{body}{workflow}"
    loaded = load_texts({"a.yaml": text, "b.yaml": text})
    assert [(each.at.file, place(each)) for each in loaded.faults] == [
        ("b.yaml", "1:7 E-DUPLICATE-NAME"),
        ("b.yaml", "3:3 E-DUPLICATE-NAME"),
        ("b.yaml", "5:3 E-DUPLICATE-NAME"),
    ]
    assert "a.yaml:3" in loaded.faults[1].sentence


def test_a_workflow_stands_in_the_pack_that_owns_its_tag() -> None:
    workflow = "w: {version: 1, upon: {added: t}, steps: [{sms: {template: a}}]}"
    owner = "pack: a\ntags:\n  t: {owner: o, title: {en: T}, manual: only}\n"
    loaded = load_texts({"a.yaml": owner, "b.yaml": f"pack: b\nworkflows:\n  {workflow}\n"})
    assert [(each.at.file, place(each)) for each in loaded.faults] == [
        ("b.yaml", "3:33 E-UNKNOWN-NAME")
    ]
    assert loaded.faults[0].suggestion == "a workflow stands in the pack that owns its tag"


def test_tags_that_need_each_other_over_two_packs_are_a_cycle() -> None:
    one = "pack: a\ntags:\n  x: {assign: {when: {tag: y}}}\n"
    two = "pack: b\nconditions: {c: {tag: x}}\ntags:\n  y: {assign: {when: {condition: c}}}\n"
    loaded = load_texts({"a.yaml": one, "b.yaml": two})
    assert [(each.at.file, each.code) for each in loaded.faults] == [("a.yaml", "E-CYCLE")]


def test_a_file_with_five_faults_reports_all_five() -> None:
    assert_errors(
        """\
pack: p
^curency: EUR
tags:
  active: {assign: {when: {count: {event: purchase, within: ^30}, gte: 3}}}
  ^asked: {assign: {upon: chat}}
  big: {assign: {when: {count: {event: ^purchsae, within: 1d}, gte: 1}}}
  spender: {assign: {when: {sum: {event: purchase, of: amount, within: 1d}, gte: ^5}}}
""",
        "E-UNKNOWN-WORD E-TYPE E-NO-ENDING E-UNKNOWN-NAME E-CURRENCY",
    )


def test_both_sides_of_a_comparison_are_checked_at_once() -> None:
    assert_errors(
        """\
pack: p
tags:
  a: {assign: {when: {count: {event: ^purchsae, within: 1d}, gte: ^two}}}
  b: {assign: {when: {since: {event: ^chta}, gte: ^5}}}
""",
        "E-UNKNOWN-NAME E-TYPE E-UNKNOWN-NAME E-TYPE",
    )


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("pack: p\ncurency: EUR\n", "did you mean `currency`?"),
        ("pack: p\ntime_zone: europe/berlin\n", "did you mean `Europe/Berlin`?"),
        ("pack: p\ncurrency: usd\n", "did you mean `USD`?"),
        (f"{HEAD}events: {{e: {{event: purchse}}}}\n", "did you mean `purchase`?"),
        (f"{HEAD}events: {{e: {{event: chat, where: {{txt: a}}}}}}\n", "did you mean `text`?"),
        (f"{HEAD}tags: {{t: {{assign: {{when: {{tag: u}}}}}}, v: 1}}\n", None),
    ],
)
def test_the_nearest_known_word_is_suggested(text: str, suggestion: str | None) -> None:
    assert load(text).faults[0].suggestion == suggestion


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("events: {e: {first: cart_add, then: purchase, by: page, within: 1h}}", "use one of cart"),
        ("events: {e: {event: chat, where: {vip: 1}}}", "use one of conversation_id, direction"),
        ("conditions: {c: {absent: {event: chat, within: 1d, of: a}}}", "use one of event, where"),
        ("conditions: {c: {attribute: city, gte: a}}", "use one of eq, ne, is_set, in, mentions"),
        (
            "tags: {t: {form: number, value: {min: {event: purchase, of: amount, ever: true, R}}}}",
            "use one of by_order, ignore",
        ),
        (
            "conditions: {c: {interval: {event: chat, ever: true}, gt: 5}}",
            "say the unit too, like 5d",
        ),
    ],
)
def test_what_could_stand_there_is_listed_when_nothing_is_near(text: str, suggestion: str) -> None:
    (fault,) = (
        fault
        for fault in load(f"{HEAD}{text}\n".replace("R}", "refunds: by_date}")).faults
        if fault.is_error
    )
    assert fault.suggestion is not None
    assert fault.suggestion.startswith(suggestion)


def test_an_attribute_has_one_type_in_all_packs() -> None:
    one = "pack: a\nattributes: {size: {type: text}}\n"
    two = "pack: b\nattributes:\n  other: {type: text}\n  size: {type: number}\n"
    loaded = load_texts({"a.yaml": one, "b.yaml": two})
    assert [(each.at.file, place(each)) for each in loaded.faults] == [("b.yaml", "4:3 E-TYPE")]


def test_a_fault_reads_as_one_line() -> None:
    fault = load("pack: p\ncurency: EUR\n").faults[0]
    assert str(fault) == (
        "p.yaml:2:1 E-UNKNOWN-WORD `curency` is not a word of a pack (did you mean `currency`?)"
    )
