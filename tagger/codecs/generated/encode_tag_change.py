"""Encodes a TagChange. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Any, Final

from tagger.codecs.binary_writing import (
    END,
    FALSE,
    NULL,
    SOME,
    TRUE,
    fields_of,
    put_long,
    put_name,
    put_scalar,
    put_text,
)
from tagger.domain.tags import TagChange

_OP_INDEX: Final[dict[str, bytes]] = {
    "added": b"\x00",
    "removed": b"\x02",
    "updated": b"\x04",
}

_SOURCE_INDEX: Final[dict[str, bytes]] = {
    "rule": b"\x00",
    "manual": b"\x02",
}


def encode_tag_change(record: TagChange, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    evidence: tuple[Any, ...]
    (
        id_,
        customer_id,
        sequence,
        tag,
        op,
        value,
        previous_value,
        effective_at,
        processed_at,
        cause,
        trigger,
        actor,
        reason,
        rule,
        rule_version,
        source,
        priority,
        evidence,
        expires_at,
    ) = fields_of(record)
    put_text(out, id_)
    put_text(out, customer_id)
    put_long(out, sequence)
    put_name(out, tag)
    out.append(_OP_INDEX[op])
    if value is None:
        out.append(NULL)
    else:
        put_scalar(out, value, 1)
    if previous_value is None:
        out.append(NULL)
    else:
        put_scalar(out, previous_value, 1)
    put_long(out, effective_at)
    put_long(out, processed_at)
    put_name(out, cause)
    (
        trigger_kind,
        trigger_id,
        trigger_at,
    ) = fields_of(trigger)
    put_name(out, trigger_kind)
    put_text(out, trigger_id)
    put_long(out, trigger_at)
    if actor is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, actor)
    if reason is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, reason)
    put_name(out, rule)
    put_name(out, rule_version)
    out.append(_SOURCE_INDEX[source])
    put_long(out, priority)
    if evidence:
        put_long(out, len(evidence))
        for evidence_item in evidence:
            (
                evidence_item_condition,
                evidence_item_measured,
                evidence_item_comparator,
                evidence_item_threshold,
                evidence_item_holds,
                evidence_item_approximate,
            ) = fields_of(evidence_item)
            put_name(out, evidence_item_condition)
            if evidence_item_measured is None:
                out.append(NULL)
            else:
                put_scalar(out, evidence_item_measured, 1)
            put_name(out, evidence_item_comparator)
            if evidence_item_threshold is None:
                out.append(NULL)
            else:
                put_scalar(out, evidence_item_threshold, 1)
            out.append(TRUE if evidence_item_holds else FALSE)
            out.append(TRUE if evidence_item_approximate else FALSE)
    out.append(END)
    if expires_at is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, expires_at)
