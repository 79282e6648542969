"""Records that a careless producer might write, each with the answer it must get."""

from typing import NamedTuple

import msgspec

from tagger.domain.dead_letters import DeadLetterCode
from tagger.domain.events import EventType

_DAY_MS = 86_400_000
_PRODUCER = (("producer", b"demo-script"),)


class BadRecord(NamedTuple):
    """One record for the input topic of `topic_of`, and the code it is rejected with."""

    topic_of: EventType
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    code: DeadLetterCode


def bad_records(now_ms: int, customer_id: str) -> tuple[BadRecord, ...]:
    """One record for each way to be wrong, written at `now_ms` under the key `customer_id`."""
    browse = {
        "event_id": "bad-browse",
        "customer_id": customer_id,
        "occurred_at": now_ms,
        "action": "page_view",
    }
    purchase = {
        "event_id": "bad-purchase",
        "customer_id": customer_id,
        "occurred_at": now_ms,
        "order_id": "bad-order",
        "kind": "sale",
        "amount_minor": 1999,
        "currency": "USD",
    }
    code = DeadLetterCode
    json = msgspec.json.encode
    found: tuple[tuple[EventType, bytes, DeadLetterCode], ...] = (
        ("browse", b"\xff\xfe broken", code.UNDECODABLE),
        ("browse", json(browse)[:-20], code.UNDECODABLE),
        ("purchase", b"\xc3\x01" + b"\x5a" * 8 + b"\x02", code.UNKNOWN_SCHEMA),
        ("chat", b"\x00\x7f\xff\xff\xff\x02", code.UNKNOWN_SCHEMA),
        (
            "purchase",
            json({name: each for name, each in purchase.items() if name != "order_id"}),
            code.MISSING_FIELD,
        ),
        ("purchase", json(purchase | {"amount_minor": "19.99"}), code.WRONG_TYPE),
        ("browse", json(browse | {"action": "teleport"}), code.WRONG_TYPE),
        ("browse", json(browse | {"occurred_at": now_ms + _DAY_MS}), code.FAR_FUTURE),
        ("browse", json(browse | {"customer_id": f"{customer_id}-other"}), code.WRONG_KEY),
    )
    return tuple(
        BadRecord(topic_of, customer_id.encode(), value, _PRODUCER, expected)
        for topic_of, value, expected in found
    )
