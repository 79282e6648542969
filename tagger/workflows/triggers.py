"""From a tag change to actions.

A workflow fires on changes of its tag with its op. Changes that an edit or a backfill made fire
nothing, nor do changes that are older than the workflow's `max_age` when they are processed or
took effect before its `active_from`: a first load of a year sends no year of coupons. Without
the customer's consent for a channel no action for it is made.
"""

from collections.abc import Iterable

from tagger.domain.actions import WorkflowAction
from tagger.domain.tags import TagChange
from tagger.engine.identity import action_id
from tagger.engine.profile import Profile
from tagger.rules.plan import Workflow

_SILENT_CAUSES = frozenset({"rule_edit", "backfill", "merge", "erase"})
_CONSENT: dict[str, str] = {
    "email": "consent_email",
    "sms": "consent_sms",
    "push": "consent_push",
}


def actions_for(
    workflows: Iterable[Workflow], change: TagChange, profile: Profile
) -> list[WorkflowAction]:
    """The actions that the change sets off, in order of workflows and steps."""
    return [
        _action(workflow, change, index)
        for workflow in workflows
        if _fires(workflow, change)
        for index, step in enumerate(workflow.steps)
        if _may_be_sent(step.type, profile)
    ]


def _fires(workflow: Workflow, change: TagChange) -> bool:
    return (
        workflow.status == "active"
        and change.tag == workflow.tag
        and change.op == workflow.op
        and change.cause not in _SILENT_CAUSES
        and change.processed_at - change.effective_at <= workflow.max_age_ms
        and (workflow.active_from is None or change.effective_at >= workflow.active_from)
    )


def _may_be_sent(step_type: str, profile: Profile) -> bool:
    consent = _CONSENT.get(step_type)
    if consent is None:
        return True
    attribute = profile.attributes.get(consent)
    return attribute is not None and attribute.value is True


def _action(workflow: Workflow, change: TagChange, index: int) -> WorkflowAction:
    step = workflow.steps[index]
    return WorkflowAction(
        action_id=action_id(workflow.name, workflow.version, change, index),
        workflow=workflow.name,
        workflow_version=workflow.version,
        step=index,
        customer_id=change.customer_id,
        type=step.type,
        template=step.template,
        parameters=step.parameters,
        due_at=change.effective_at,
        triggered_by=change.id,
        arm="treatment",
        correlation_key=change.trigger.id,
    )
