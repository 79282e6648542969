"""A plan made ready to run."""

from typing import final

from tagger.engine.condition import Condition
from tagger.engine.conditions import condition_of
from tagger.engine.feeds import ways_of
from tagger.engine.leaves import Leaves
from tagger.engine.sights import Sight
from tagger.rules.plan import NONE, Plan, Tag


@final
class Rule:
    """A tag of the plan, with what every evaluation asks of it. Nothing becomes of a tag of which
    nothing is remembered but by the event `awaits`, if it has one."""

    __slots__ = ("awaits", "dependents", "is_plain", "name", "tag")

    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.name = tag.name
        self.is_plain = is_plain(tag)
        self.dependents = tag.dependents
        self.awaits = tag.assign_upon


@final
class Program:
    """A plan with its tables as objects: conditions by the index of their node, with what is
    told of those that measure something beside them, tags and measures by theirs, and the ways of
    events to sources by event key. Holds no customer's state."""

    __slots__ = ("conditions", "leaves", "plan", "rules", "sights", "ways")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.conditions: list[Condition] = [condition_of(plan, node) for node in plan.nodes]
        self.rules = [Rule(tag) for tag in plan.tags]
        self.ways = ways_of(plan)
        self.sights = [Sight(plan, measure) for measure in plan.measures]
        self.leaves = Leaves(plan)


def is_plain(tag: Tag) -> bool:
    """Whether a tag is a flag that is held while its one condition holds, and no longer; see
    `life`."""
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
