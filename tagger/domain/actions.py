"""What workflows ask other systems to do."""

from typing import Literal, final

import msgspec

ActionType = Literal["coupon", "sms", "email", "push", "webhook", "task"]
Arm = Literal["treatment", "holdout"]


@final
class WorkflowAction(msgspec.Struct, frozen=True):
    """One action for one customer. `action_id` is a function of workflow, version, triggering
    change and step, so a repeat can be dropped."""

    action_id: str
    workflow: str
    workflow_version: int
    step: int
    customer_id: str
    type: ActionType
    template: str
    parameters: dict[str, str]
    due_at: int
    triggered_by: str
    arm: Arm
    correlation_key: str
