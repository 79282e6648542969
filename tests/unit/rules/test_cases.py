"""Test cases of packs: how they are read, and which are missing."""

from collections.abc import Iterator

import msgspec
import pytest

from tagger.domain.commands import TagCommand
from tagger.domain.events import Browse, ChatMessage, ProfileUpdate, Purchase
from tagger.rules.cases.doubts import lint_cases
from tagger.rules.cases.reading import read_case_files
from tagger.rules.loader import load_texts

from .case_kit import DAY_MS, HEAD, START, case_of, read
from .folders import place, unmarked

EXPECT = "expect: [{at: +0d, not_held: [t]}]"


def test_records_have_what_their_author_left_out() -> None:
    case = case_of(
        "{name: n, customer: mei, expect: [{at: +1d, not_held: [t]}], events: ["
        "{at: +0d, purchase: {amount: 19.99, lines: [{category: shoes, amount: 5}]}},"
        "{at: +1d, refund: {amount: 5}}, {at: +1d, cart_add: {cart_id: k}},"
        "{at: 2026-01-07T09:00:00Z, browse: {}}, {at: +3d12h, chat: {text: hi}},"
        "{at: +30d1ms, profile: {region: north, age: null}},"
        "{at: +31d, command: {op: assign, tag: t, role: agent, until: +40d}}]}"
    )
    purchase, refund, cart, view, chat, profile, command = case.records
    assert isinstance(purchase, Purchase)
    assert (purchase.amount_minor, purchase.currency, purchase.kind) == (1999, "EUR", "sale")
    assert (purchase.lines[0].category, purchase.lines[0].amount_minor) == ("shoes", 500)
    assert isinstance(refund, Purchase)
    assert (refund.kind, refund.order_id, refund.occurred_at) == ("refund", "", START + DAY_MS)
    assert isinstance(cart, Browse)
    assert (cart.action, cart.cart_id) == ("cart_add", "k")
    assert isinstance(view, Browse)
    assert (view.action, view.occurred_at) == ("page_view", START + 2 * DAY_MS)
    assert isinstance(chat, ChatMessage)
    assert (chat.direction, chat.text) == ("inbound", "hi")
    assert chat.occurred_at == START + 3 * DAY_MS + DAY_MS // 2
    assert isinstance(profile, ProfileUpdate)
    assert profile.attributes == {"region": "north", "age": None}
    assert profile.occurred_at == START + 30 * DAY_MS + 1
    assert isinstance(command, TagCommand)
    assert (command.value, command.until) == (True, START + 40 * DAY_MS)
    assert {each.customer_id for each in case.records} == {"mei"}


def test_every_field_of_every_event_can_be_said() -> None:
    case = case_of(
        f"{{name: n, {EXPECT}, events: ["
        "{at: +1d, event_id: p-1, source: shop, purchase: {order_id: o, kind: rental, amount: 500,"
        " currency: JPY, discount: 10, cost: 300, channel: web, store_id: s, cart_id: k,"
        " coupon_id: c, campaign_id: m, period_start: +1d, period_end: 2026-01-13T09:00:00Z, lines:"
        " [{product_id: p, category: skis, brand: b, quantity: 2.5, amount: 100}]}},"
        "{at: +1d, source: web, browse: {action: search, session_id: s, page: /, product_id: p,"
        " category: c, query: q, cart_id: k, quantity: 3, value: 9.99, device: phone,"
        " campaign_id: m}},"
        "{at: +2d, source: desk, chat: {conversation_id: v, direction: outbound, channel: mail,"
        " text: hello, language: en, agent_id: ann, rating: 5}},"
        "{at: +3d, event_id: u-1, source: crm, profile: {birth_date: 1990-05-05, referrals: 2.5,"
        " consent_sms: true}},"
        "{at: +4d, command: {command_id: m-1, op: assign, tag: band, value: low, actor: ben,"
        " role: agent, until: +9d, reason: asked}}]}"
    )
    purchase, browse, chat, profile, command = case.records
    assert list(unsaid(purchase)) == list(unsaid(browse)) == list(unsaid(chat)) == []
    assert isinstance(purchase, Purchase)
    assert list(unsaid(purchase.lines[0])) == list(unsaid(profile)) == list(unsaid(command)) == []
    assert (purchase.amount_minor, purchase.cost_minor) == (500, 300)
    assert (purchase.period_start, purchase.period_end) == (START + DAY_MS, START + 8 * DAY_MS)
    assert isinstance(profile, ProfileUpdate)
    assert profile.attributes == {
        "birth_date": "1990-05-05",
        "referrals": 2.5,
        "consent_sms": True,
    }


def unsaid(record: msgspec.Struct) -> Iterator[str]:
    """The fields that still have their default."""
    for field in msgspec.structs.fields(record):
        if field.default is not msgspec.NODEFAULT and getattr(record, field.name) == field.default:
            yield field.name


def test_an_event_can_be_sent_twice() -> None:
    case = case_of(
        f"{{name: n, {EXPECT}, events: [{{at: [+0d, +1d], event_id: e, purchase: {{}}}}]}}"
    )
    assert [each.event_id for each in case.records if isinstance(each, Purchase)] == ["e", "e"]


def test_one_entry_may_happen_at_several_instants() -> None:
    case = case_of(
        "{name: n, changes: [{at: +5d, tag: t, op: added}],"
        " events: [{at: [+0d, +1d, +2d], purchase: {}}]}"
    )
    assert len({each.event_id for each in case.records if isinstance(each, Purchase)}) == 3
    assert case.until_ms == START + 5 * DAY_MS


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        ("^{name: n}", "E-CASE-MISSING"),
        ("{name: n, ^evnets: [], changes: [{at: +0d, tag: t, op: added}]}", "E-CASE-UNKNOWN-WORD"),
        ("{name: n, expect: [^{at: +0d}]}", "E-CASE-MISSING"),
        ("{name: n, expect: [{at: ^0, not_held: [t]}]}", "E-CASE-TYPE"),
        ("{name: n, expect: [{at: ^+3x, not_held: [t]}]}", "E-CASE-TYPE"),
        ("{name: n, expect: [{at: ^+999999w, not_held: [t]}]}", "E-CASE-VALUE"),
        ("{name: n, expect: [{at: +0d, not_held: [^x]}]}", "E-CASE-UNKNOWN-NAME"),
        ("{name: n, expect: [{at: +0d, tags: {^x: 1}}]}", "E-CASE-UNKNOWN-NAME"),
        ("{name: n, expect: [{at: +0d, tags: {t: ^null}}]}", "E-CASE-TYPE"),
        ("{name: n, expect: [{at: +0d, tags: {t: ^false}}]}", "E-CASE-VALUE"),
        ("{name: n, expect: [{at: +0d, tags: {t: ^1}}]}", "E-CASE-VALUE"),
        ("{name: n, expect: [{at: +0d, tags: {band: ^lwo}}]}", "E-CASE-VALUE"),
        ("{name: n, expect: [{at: +0d, tags: {band: ^5}}]}", "E-CASE-TYPE"),
        ("{name: n, expect: [{at: +0d, tags: {spend: ^'5'}}]}", "E-CASE-TYPE"),
        ("{name: n, changes: [{at: +0d, tag: spend, op: added, value: ^x}]}", "E-CASE-TYPE"),
        ("{name: n, changes: [{at: +0d, tag: spend, op: removed, value: ^5}]}", "E-CASE-VALUE"),
        ("{name: n, changes: [{at: +0d, tag: t, op: ^gone}]}", "E-CASE-VALUE"),
        ("{name: n, changes: [{at: +0d, tag: ^x, op: added}]}", "E-CASE-UNKNOWN-NAME"),
        ("{name: n, covers: {t: ^asigning}, expect: [{at: +0d, not_held: [t]}]}", "E-CASE-VALUE"),
    ],
)
def test_faults_of_a_case(case: str, codes: str) -> None:
    assert_faults(f"{HEAD}  - {case}\n", codes)


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        ("^{at: +0d}", "E-CASE-MISSING"),
        ("^{at: +0d, chat: {}, browse: {}}", "E-CASE-MISSING"),
        ("{at: +0d, chat: {^txt: a}}", "E-CASE-UNKNOWN-WORD"),
        ("{at: +0d, purchase: {amount: ^much}}", "E-CASE-TYPE"),
        ("{at: +0d, purchase: {amount: ^0.001}}", "E-CASE-VALUE"),
        ("{at: +0d, purchase: {lines: ^{}}}", "E-CASE-TYPE"),
        ("{at: +0d, ^chat: {rating: 9}}", "E-CASE-VALUE"),
        ("{at: +0d, ^browse: {action: look}}", "E-CASE-VALUE"),
        ("{at: +0d, profile: {region: ^[]}}", "E-CASE-TYPE"),
        ("{at: +0d, profile: {^regoin: north}}", "E-CASE-UNKNOWN-NAME"),
        ("{at: +0d, purchase: {period_end: ^tomorrow}}", "E-CASE-TYPE"),
        ("{at: +0d, purchase: {currency: JPY, amount: ^0.5}}", "E-CASE-VALUE"),
        ("{at: +0d, purchase: {^profit: 5}}", "E-CASE-UNKNOWN-WORD"),
        ("{at: +0d, event_id: ^5, purchase: {}}", "E-CASE-TYPE"),
        ("{at: +0d, command: {op: assign, tag: ^x}}", "E-CASE-UNKNOWN-NAME"),
        ("{at: +0d, command: {op: ^take, tag: t}}", "E-CASE-VALUE"),
    ],
)
def test_faults_of_an_event(event: str, codes: str) -> None:
    assert_faults(f"{HEAD}  - {{name: n, {EXPECT}, events: [{event}]}}\n", codes)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("pack: ^q\nstarts_at: 2026-01-05T09:00:00Z\ncases: [{name: n}]\n", "E-CASE-UNKNOWN-NAME"),
        ("pack: p\nstarts_at: ^+0d\ncases: [{name: n}]\n", "E-CASE-TYPE"),
        ("pack: p\nstarts_at: 2026-01-05T09:00:00Z\ncases: ^[]\n", "E-CASE-VALUE"),
        ("^- a\n", "E-CASE-TYPE"),
        ("pack: p\n^\tcases: []\n", "E-CASE-YAML"),
    ],
)
def test_faults_of_a_case_file(text: str, codes: str) -> None:
    assert_faults(text, codes)


def assert_faults(marked: str, codes: str) -> None:
    text, places = unmarked(marked)
    expected = [" ".join(pair) for pair in zip(places, codes.split(), strict=True)]
    assert [place(fault) for fault in read(text)[1]] == expected


def test_cases_that_would_play_too_many_events_are_refused() -> None:
    looks = ", ".join(["{at: +1d, not_held: [t]}"] * 600)
    times = ", ".join(["+1d"] * 600)
    case = f"{{name: n, events: [{{at: [{times}], purchase: {{}}}}], expect: [{looks}]}}"
    files, faults = read(f"{HEAD}  - {case}\n")
    assert files == ()
    assert [place(fault) for fault in faults] == ["4:5 E-CASE-LIMIT"]


ONLY_BY_HAND = "pack: p\ntags:\n  t: {manual: only}\n  u: {manual: only}\n"
STICKY = "pack: p\ntags:\n  t: {assign: {upon: chat}, sticky: true}\n"


def lacking(pack: str, *cases: str) -> list[str]:
    """What lint says of the cases of a pack."""
    packs = load_texts({"p.yaml": pack}).packs
    text = HEAD + "".join(f"  - {case}\n" for case in cases)
    files, faults = read_case_files({"p.test.yaml": text} if cases else {}, packs)
    assert faults == ()
    return [f"{place(each)} {each.sentence}" for each in lint_cases(packs, files)]


def test_tags_without_cases_are_named() -> None:
    first = f"{{name: n, story: true, covers: {{t: [assigning, revoking]}}, {EXPECT}}}"
    second = f"{{name: m, covers: {{t: near-miss, u: assigning}}, {EXPECT}}}"
    assert lacking(ONLY_BY_HAND, first, second) == [
        "4:3 W-CASES `u` lacks cases: near-miss, revoking"
    ]
    assert [each.split(" ", 2)[0] for each in lacking(ONLY_BY_HAND)] == ["1:7", "3:3", "4:3"]


def test_nothing_revokes_a_sticky_tag() -> None:
    case = f"{{name: n, story: true, covers: {{t: [assigning, near-miss]}}, {EXPECT}}}"
    assert lacking(STICKY, case) == []


def test_a_near_miss_asks_about_its_tag() -> None:
    case = f"{{name: n, story: true, covers: {{t: [assigning, near-miss]}}, {EXPECT}}}"
    unasked = "{name: m, covers: {t: near-miss}, changes: [{at: +0d, tag: u, op: added}]}"
    revoking = f"{{name: o, covers: {{t: revoking, u: [assigning, revoking]}}, {EXPECT}}}"
    asked = "{name: q, covers: {u: near-miss}, changes: [{at: +0d, tag: u, op: added}]}"
    assert lacking(ONLY_BY_HAND, case, unasked, revoking, asked) == [
        "5:5 W-CASES the case is a near-miss of `t` and expects nothing of it"
    ]
