"""Writes records as an application would, with everything filled in that a test leaves out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tagger.codecs.json_events import JsonEvents
from tagger.domain.dead_letters import RecordError
from tagger.stream.topics import InputKind
from tagger.testing.errors import StepError

NO_CURRENCY = "XXX"
"""ISO 4217's code for a transaction without currency: where the packs name none."""
_DEFAULTS: Mapping[InputKind, Mapping[str, Any]] = {
    "profile": {"attributes": {}},
    "browse": {"action": "page_view"},
    "chat": {"conversation_id": "conversation", "direction": "inbound", "text": ""},
    "purchase": {"kind": "sale", "amount_minor": 0},
    "command": {"actor": "staff", "role": ""},
}


class Clerk:
    """`currencies` are those of the packs; money is in theirs when there is one."""

    def __init__(self, currencies: frozenset[str]) -> None:
        self._currencies = currencies
        self._decoders = {kind: JsonEvents(kind, strict=True) for kind in _DEFAULTS}
        self._written = 0

    def record(
        self, kind: InputKind, customer: str, fields: Mapping[str, Any], happened_at: int
    ) -> bytes:
        """The record in JSON; ids that are not given are numbered. Raises StepError for fields
        that the event does not have, and for values that it cannot have."""
        self._written += 1
        id_word, time_word = (
            ("command_id", "issued_at") if kind == "command" else ("event_id", "occurred_at")
        )
        supposed: dict[str, Any] = {
            id_word: f"{kind}-{self._written}",
            "customer_id": customer,
            time_word: happened_at,
            **_DEFAULTS[kind],
        }
        if kind == "purchase":
            is_refund = fields.get("kind") == "refund"
            supposed["order_id"] = "" if is_refund else f"order-{self._written}"
            if "currency" not in fields:
                supposed["currency"] = self._currency()
        value = msgspec.json.encode(supposed | dict(fields))
        try:
            self._decoders[kind].decode(value)
        except RecordError as error:
            raise StepError(f"no record of {kind!r} can say this: {error.detail}") from None
        return value

    def _currency(self) -> str:
        if len(self._currencies) > 1:
            known = ", ".join(sorted(self._currencies))
            raise StepError(f"the packs are in {known}: say `currency` of the purchase")
        return next(iter(self._currencies), NO_CURRENCY)
