"""What a checkpoint's results say to telemetry, added up first."""

from collections import Counter
from collections.abc import Iterable

from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.tags import TagChange
from tagger.stream.outputs import Result
from tagger.telemetry import Telemetry


def count_results(results: Iterable[Result], telemetry: Telemetry) -> None:
    """Report each kind of change, action, outcome and dead letter once, with its number."""
    changes = Counter((r.tag, r.op, r.cause) for r in results if isinstance(r, TagChange))
    for change, count in changes.items():
        telemetry.tags_changed(*change, count)
    actions = Counter((r.workflow, r.arm) for r in results if isinstance(r, WorkflowAction))
    for action, count in actions.items():
        telemetry.actions_decided(*action, count)
    outcomes = Counter(r.code for r in results if isinstance(r, CommandOutcome))
    for code, count in outcomes.items():
        telemetry.commands_answered(code, count)
    letters = Counter((r.topic, r.code) for r in results if isinstance(r, DeadLetter))
    for letter, count in letters.items():
        telemetry.dead_letters(*letter, count)
