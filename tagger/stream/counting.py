"""What a checkpoint's results say to telemetry, added up first."""

from collections.abc import Iterable
from typing import TypeVar

from tagger.domain.actions import Arm, WorkflowAction
from tagger.domain.commands import CommandOutcome, OutcomeCode
from tagger.domain.dead_letters import DeadLetterCode
from tagger.domain.tags import Cause, Op, TagChange
from tagger.stream.outputs import Result
from tagger.telemetry import Telemetry

Kind = TypeVar("Kind")


def count_results(results: Iterable[Result], telemetry: Telemetry) -> None:
    """Report each kind of change, action, outcome and dead letter once, with its number."""
    changes: dict[tuple[str, Op, Cause], int] = {}
    actions: dict[tuple[str, Arm], int] = {}
    outcomes: dict[OutcomeCode, int] = {}
    letters: dict[tuple[str, DeadLetterCode], int] = {}
    for result in results:
        if type(result) is TagChange:
            _count(changes, (result.tag, result.op, result.cause))
        elif type(result) is WorkflowAction:
            _count(actions, (result.workflow, result.arm))
        elif type(result) is CommandOutcome:
            _count(outcomes, result.code)
        else:
            _count(letters, (result.topic, result.code))
    for (tag, op, cause), count in changes.items():
        telemetry.tags_changed(tag, op, cause, count)
    for (workflow, arm), count in actions.items():
        telemetry.actions_decided(workflow, arm, count)
    for code, count in outcomes.items():
        telemetry.commands_answered(code, count)
    for (topic, fault), count in letters.items():
        telemetry.dead_letters(topic, fault, count)


def _count(counts: dict[Kind, int], kind: Kind) -> None:
    counts[kind] = counts.get(kind, 0) + 1
