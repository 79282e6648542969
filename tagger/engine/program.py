"""A plan made ready to run."""

from tagger.engine.conditions import Condition, condition_of
from tagger.rules.plan import NONE, Plan, Tag


class Program:
    """A plan with its conditions as objects, by the index of their node, and which of its tags are
    plain, see `life`. Holds no customer's state."""

    __slots__ = ("conditions", "is_plain", "plan")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.conditions: list[Condition] = [condition_of(plan, node) for node in plan.nodes]
        self.is_plain = [is_plain(tag) for tag in plan.tags]


def is_plain(tag: Tag) -> bool:
    """Whether a tag is a flag that is held while its one condition holds, and no longer."""
    has_other_rules = (tag.assign_upon, tag.remove_when, tag.remove_upon) != (NONE, NONE, NONE)
    has_times = (
        tag.expires_after_ms is not None
        or tag.hold_for_ms is not None
        or tag.keep_at_least_ms is not None
        or tag.cool_down_ms is not None
        or tag.ends_at is not None
    )
    is_state = tag.form == "flag" and tag.assign_when != NONE
    return is_state and not (has_other_rules or has_times or tag.sticky)
