"""Encodes a WorkflowAction. Written by `python -m tagger.codecs.generate`; edits are lost."""

from typing import Any, Final

from tagger.codecs.binary_writing import (
    END,
    fields_of,
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
    parameters: dict[str, Any]
    (
        action_id,
        workflow,
        workflow_version,
        step,
        customer_id,
        type_,
        template,
        parameters,
        due_at,
        triggered_by,
        arm,
        correlation_key,
    ) = fields_of(record)
    put_text(out, action_id)
    put_text(out, workflow)
    put_long(out, workflow_version)
    put_long(out, step)
    put_text(out, customer_id)
    put_text(out, type_)
    put_text(out, template)
    if parameters:
        put_long(out, len(parameters))
        for parameters_key, parameters_item in parameters.items():
            put_text(out, parameters_key)
            put_text(out, parameters_item)
    out.append(END)
    put_long(out, due_at)
    put_text(out, triggered_by)
    out.append(_ARM_INDEX[arm])
    put_text(out, correlation_key)
