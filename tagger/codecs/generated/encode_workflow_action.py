"""Encodes a WorkflowAction. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Final

from tagger.codecs.binary_writing import (
    END,
    put_long,
    put_text,
)
from tagger.domain.actions import WorkflowAction

_ARM_INDEX: Final[dict[str, bytes]] = {
    "treatment": b"\x00",
    "holdout": b"\x02",
}


def encode_workflow_action(record: WorkflowAction, out: list[bytes]) -> None:
    """Append the record. Raises OverflowError for a number that its type cannot hold."""
    put_text(out, record.action_id)
    put_text(out, record.workflow)
    put_long(out, record.workflow_version)
    put_long(out, record.step)
    put_text(out, record.customer_id)
    put_text(out, record.type)
    put_text(out, record.template)
    parameters = record.parameters
    if parameters:
        put_long(out, len(parameters))
        for parameters_key, parameters_item in parameters.items():
            put_text(out, parameters_key)
            put_text(out, parameters_item)
    out.append(END)
    put_long(out, record.due_at)
    put_text(out, record.triggered_by)
    out.append(_ARM_INDEX[record.arm])
    put_text(out, record.correlation_key)
