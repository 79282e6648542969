"""Two months of a few customers, made up: what was written to the input topics, and when."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

import msgspec

from tagger.stream.murmur2 import partition_of
from tagger.stream.script import Advance, Drain, Produce, Step
from tagger.stream.topics import InputKind, Topics

PARTITIONS = 2
BEGIN = 1_780_000_000_000
TOPICS = Topics()
TOPIC_OF: dict[InputKind, str] = {kind: topic for topic, kind in TOPICS.inputs().items()}
READ: Step = Drain(rounds=2, by_ms=100)
READ_MS = 200
SECOND, HOUR, DAY = 1_000, 3_600_000, 86_400_000
_CUSTOMERS = 12
_GRACE_MS = 2_000


class Row(msgspec.Struct, frozen=True, array_like=True):
    """A record, and the instant at which it was written."""

    at: int
    topic: str
    partition: int
    key: bytes
    value: bytes


def history(random: Random, count: int, *, in_order: bool, behind: Sequence[Row] = ()) -> list[Row]:
    """So many records, written `behind` others. In order, no event comes later than the grace, and
    there are no commands, which overtake what a crash lets be read again; otherwise some events
    come hours late."""
    rows = []
    at = behind[-1].at if behind else BEGIN
    for number in range(len(behind), len(behind) + count):
        at += random.choice((5 * SECOND, 5 * SECOND, 40 * SECOND, HOUR // 2, 5 * HOUR, DAY // 2))
        kind: InputKind = random.choices(
            ("browse", "purchase", "chat", "profile"), (60, 20, 12, 8)
        )[0]
        lag_ms = random.randrange(_GRACE_MS - 500)
        if not in_order and random.random() < 0.1:
            lag_ms = random.randrange(3 * HOUR)
        if not in_order and random.random() < 0.08:
            kind = "command"
        customer = f"c-{random.randrange(_CUSTOMERS):02}"
        rows.append(_row(kind, customer, at, at - lag_ms, number, random))
    return rows


def steps(rows: Iterable[Row], now: int) -> Iterator[Step]:
    """What happens when `rows` are written from the instant `now` on, and read at once."""
    for row in rows:
        yield Advance(row.at - now)
        yield Produce(row.topic, row.partition, row.key, row.value)
        yield READ
        now = row.at + READ_MS


def quiet_months() -> Iterator[Step]:
    """Time in which nothing is written and nearly every tag ends."""
    for _ in range(25):
        yield Advance(5 * DAY)
        yield Drain(rounds=4, by_ms=100)


def _row(
    kind: InputKind, customer: str, at: int, happened_at: int, number: int, random: Random
) -> Row:
    identity, instant = (
        ("command_id", "issued_at") if kind == "command" else ("event_id", "occurred_at")
    )
    head = {identity: f"{kind}-{number}", "customer_id": customer, instant: happened_at}
    key = customer.encode()
    value = msgspec.json.encode(head | dict(_fields(kind, number, random)))
    return Row(at, TOPIC_OF[kind], partition_of(key, PARTITIONS), key, value)


def _fields(kind: InputKind, number: int, random: Random) -> Mapping[str, Any]:
    if kind == "browse":
        action = random.choice(
            ("product_view", "product_view", "cart_add", "checkout_start", "search", "favourite")
        )
        product = f"p-{random.randrange(6)}"
        return {"action": action, "product_id": product, "cart_id": f"k-{number // 8}"}
    if kind == "purchase":
        amount = random.choice((900, 4_500, 12_000, 60_000))
        return {
            "order_id": f"o-{number}",
            "kind": "sale",
            "amount_minor": amount,
            "discount_minor": random.choice((0, amount // 3)),
            "currency": "USD",
            "lines": [{"product_id": "p-1", "category": random.choice(("SHOES", "COFFEE"))}],
        }
    if kind == "chat":
        said = random.choice(("which vitamins help?", "where is my order", "ask a manager"))
        direction = random.choice(("inbound", "inbound", "outbound"))
        return {"conversation_id": f"v-{number // 9}", "direction": direction, "text": said}
    if kind == "profile":
        attributes = {
            "age": str(random.randrange(18, 80)),
            "referrals": str(random.randrange(5)),
            "birth_date": f"19{random.randrange(50, 99)}-06-{random.randrange(10, 30)}",
            "consent_email": random.choice(("true", "false")),
        }
        return {"attributes": attributes}
    op = random.choice(("assign", "remove", "release"))
    tag = random.choice(("key_account", "big_spender", "interested_in_vitamins"))
    return {"op": op, "tag": tag, "actor": "ann", "role": "manager"}
