"""Words for what events and customers are made of: fields, and the attributes that every pack
knows. Kinds and choices come from the tables that readers and compilers use."""

from collections.abc import Mapping
from typing import get_args

from tagger.domain.events import BrowseAction, ChatDirection, PurchaseKind
from tagger.rules.attributes import KNOWN_ATTRIBUTES
from tagger.rules.fields import FIELDS, LINE_FIELDS, FieldTable
from tagger.rules.vocabulary.word import Table, Takes, Word

CHOICES: dict[str, tuple[str, ...]] = {
    "kind": get_args(PurchaseKind),
    "action": get_args(BrowseAction),
    "direction": get_args(ChatDirection),
}
"""The fields of events that have a closed set of values."""
_TESTS: dict[str, Takes] = {
    "text": "text test",
    "number": "number test",
    "money": "money test",
    "truth": "truth test",
}
_PURCHASE: dict[str, tuple[str, str]] = {
    "order_id": ("the order's id", "{order_id: {is_set: true}}"),
    "kind": ("what kind of purchase it is", "{kind: rental}"),
    "amount": (
        "what was paid, before refunds; of a refund what was given back",
        "{amount: {gte: 100}}",
    ),
    "discount": ("what was taken off the price", "{discount: {gt: 0}}"),
    "cost": ("what it cost the shop", "{cost: {lt: 10}}"),
    "profit": ("amount less cost, before refunds; unset without cost", "{profit: {gte: 20}}"),
    "currency": (
        "the ISO 4217 code of its money; in another than the pack's, money is unset",
        "{currency: USD}",
    ),
    "channel": ("where it was bought", "{channel: web}"),
    "store_id": ("in which store", "{store_id: {in: [berlin-1, berlin-2]}}"),
    "cart_id": ("from which cart", "{cart_id: {is_set: true}}"),
    "coupon_id": ("with which coupon", "{coupon_id: {is_set: true}}"),
    "campaign_id": ("after which campaign", '{campaign_id: {matches: "^spring"}}'),
    "source": ("the system that reported it", "{source: {ne: import}}"),
}

_BROWSE: dict[str, tuple[str, str]] = {
    "action": ("what was done", "{action: {in: [cart_add, cart_remove]}}"),
    "session_id": ("in which visit", "{session_id: {is_set: true}}"),
    "page": ("on which page", '{page: {matches: "^/sale/"}}'),
    "product_id": ("with which product", "{product_id: sku-1}"),
    "category": ("with which category", "{category: shoes}"),
    "query": ("what was searched for", "{query: {mentions: [boots, 靴子]}}"),
    "cart_id": ("in which cart", "{cart_id: {is_set: true}}"),
    "quantity": ("how many pieces", "{quantity: {gte: 3}}"),
    "value": ("what the product or cart is worth", "{value: {gte: 100}}"),
    "device": ("on which device", "{device: phone}"),
    "campaign_id": ("after which campaign", "{campaign_id: spring}"),
    "source": ("the system that reported it", "{source: {ne: import}}"),
}

_CHAT: dict[str, tuple[str, str]] = {
    "conversation_id": ("which messages belong together", "{conversation_id: {is_set: true}}"),
    "direction": ("from the customer (`inbound`) or to them", "{direction: inbound}"),
    "channel": ("where it was written", "{channel: {in: [wecom, web]}}"),
    "text": ("what was written", "{text: {mentions: [refund, 退款]}}"),
    "language": ("in which language", "{language: zh}"),
    "agent_id": ("who of the staff wrote", "{agent_id: {is_set: true}}"),
    "rating": ("how satisfied the customer was, 1 to 5", "{rating: {lte: 2}}"),
    "source": ("the system that reported it", "{source: {ne: import}}"),
}

_PROFILE: dict[str, tuple[str, str]] = {
    "source": ("the system that reported it", "{source: {ne: import}}"),
}

_LINE: dict[str, tuple[str, str]] = {
    "product_id": ("the product", "{product_id: {in: [sku-1, sku-2]}}"),
    "category": ("the product's category", "{category: shoes}"),
    "brand": ("the product's brand", "{brand: {in: [acme, bolt]}}"),
    "quantity": ("how many pieces", "{quantity: {gte: 3}}"),
    "amount": ("what was paid for the line", "{amount: {gte: 50}}"),
}

_ATTRIBUTES: dict[str, tuple[str, str]] = {
    "birth_date": (
        "date of birth, like 1990-05-17",
        "{attribute: birth_date, anniversary_within: 7d}",
    ),
    "age": (
        "full years, from `birth_date` when that is known",
        "{attribute: age, between: [18, 26]}",
    ),
    "sex": ("sex", "{attribute: sex, eq: female}"),
    "region": ("region", "{attribute: region, in: [north, south]}"),
    "city": ("city", "{attribute: city, in: first_tier}"),
    "city_tier": ("how large the city is", "{attribute: city_tier, eq: tier_1}"),
    "industry": (
        "industry that the customer works in",
        "{attribute: industry, mentions: [retail, 零售]}",
    ),
    "occupation": ("occupation", "{attribute: occupation, mentions: nurse}"),
    "company": ("employer", "{attribute: company, is_set: true}"),
    "company_role": ("position there", '{attribute: company_role, matches: "(?i)head of"}'),
    "registered_at": ("when the customer registered", "{attribute: registered_at, is_set: true}"),
    "segment": ("segment that another system gave", "{attribute: segment, eq: business}"),
    "channel": ("where the customer came from", "{attribute: channel, ne: store}"),
    "time_zone": ("the customer's own zone", "{attribute: time_zone, eq: Europe/Berlin}"),
    "language": ("preferred language", "{attribute: language, eq: zh}"),
    "referrals": ("how many customers were brought in", "{attribute: referrals, gte: 3}"),
    "consent_email": ("whether mail may be sent", "{attribute: consent_email, eq: true}"),
    "consent_sms": ("whether short messages may be sent", "{attribute: consent_sms, eq: true}"),
    "consent_push": ("whether push messages may be sent", "{attribute: consent_push, eq: true}"),
}


def is_of_lines(event_type: str, name: str) -> bool:
    """Whether a filter asks for the field of a purchase by `any_line` alone."""
    return event_type == "purchase" and name in LINE_FIELDS and name != "amount"


def _word(name: str, kind: str, texts: Mapping[str, tuple[str, str]]) -> Word:
    meaning, example = texts[name]
    return Word(_TESTS[kind], meaning, example, CHOICES.get(name, ()))


def _of_events(event_type: str, fields: FieldTable) -> Table:
    own = {name: each[0] for name, each in fields.items() if not is_of_lines(event_type, name)}
    return {name: _word(name, kind, _TEXTS[event_type]) for name, kind in own.items()}


_TEXTS = {"purchase": _PURCHASE, "browse": _BROWSE, "chat": _CHAT, "profile": _PROFILE}
EVENT_FIELDS: dict[str, Table] = {
    event_type: _of_events(event_type, fields) for event_type, fields in FIELDS.items()
}
"""By event type the words of its `where`, beside those of every event."""
LINE: Table = {name: _word(name, each[0], _LINE) for name, each in LINE_FIELDS.items()}
"""The words of `any_line`."""
ATTRIBUTES: Table = {
    name: _word(name, kind, _ATTRIBUTES) for name, kind in KNOWN_ATTRIBUTES.items()
}
"""The attributes that every pack knows, to be named by `attribute`."""
