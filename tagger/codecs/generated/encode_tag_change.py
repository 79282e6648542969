"""Encodes a TagChange. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    END,
    FALSE,
    NULL,
    SOME,
    TRUE,
    put_long,
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
    put_text(out, record.id)
    put_text(out, record.customer_id)
    put_long(out, record.sequence)
    put_text(out, record.tag)
    out.append(_OP_INDEX[record.op])
    value = record.value
    if value is None:
        out.append(NULL)
    else:
        put_scalar(out, value, 1)
    previous_value = record.previous_value
    if previous_value is None:
        out.append(NULL)
    else:
        put_scalar(out, previous_value, 1)
    put_long(out, record.effective_at)
    put_long(out, record.processed_at)
    put_text(out, record.cause)
    trigger = record.trigger
    put_text(out, trigger.kind)
    put_text(out, trigger.id)
    put_long(out, trigger.at)
    actor = record.actor
    if actor is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, actor)
    reason = record.reason
    if reason is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_text(out, reason)
    put_text(out, record.rule)
    put_text(out, record.rule_version)
    out.append(_SOURCE_INDEX[record.source])
    put_long(out, record.priority)
    evidence = record.evidence
    if evidence:
        put_long(out, len(evidence))
        for evidence_item in evidence:
            put_text(out, evidence_item.condition)
            measured = evidence_item.measured
            if measured is None:
                out.append(NULL)
            else:
                put_scalar(out, measured, 1)
            put_text(out, evidence_item.comparator)
            threshold = evidence_item.threshold
            if threshold is None:
                out.append(NULL)
            else:
                put_scalar(out, threshold, 1)
            out.append(TRUE if evidence_item.holds else FALSE)
            out.append(TRUE if evidence_item.approximate else FALSE)
    out.append(END)
    expires_at = record.expires_at
    if expires_at is None:
        out.append(NULL)
    else:
        out.append(SOME)
        put_long(out, expires_at)
