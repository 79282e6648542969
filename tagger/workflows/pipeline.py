"""Engine and workflows as one decision: what a shard, a replay and a test case all run."""

from tagger.domain.tags import CurrentTags
from tagger.engine.engine import Engine
from tagger.engine.profile import STREAM_LIMITS, Limits, Profile
from tagger.engine.step import Clock, Input, Step
from tagger.rules.plan import Plan
from tagger.workflows.triggers import actions_for


class Pipeline:
    """Pure: everything is in the arguments. A given profile is changed and handed on."""

    def __init__(self, plan: Plan, limits: Limits = STREAM_LIMITS) -> None:
        self.plan = plan
        self.engine = Engine(plan, limits)
        self._workflows = tuple(plan.workflows)

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        """Decide about one event or command of a customer; None is one not known yet."""
        return self._with_actions(self.engine.step(profile, record, clock))

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        """Run all of the customer's deadlines up to the frontier."""
        return self._with_actions(self.engine.run_deadlines(profile, clock))

    def current_tags(self, profile: Profile) -> CurrentTags:
        """The published tags that the customer holds."""
        return self.engine.current_tags(profile)

    def _with_actions(self, step: Step) -> Step:
        if self._workflows and step.changes and step.profile is not None:
            profile = step.profile
            step.actions = [
                action
                for change in step.changes
                for action in actions_for(self._workflows, change, profile)
            ]
        return step
