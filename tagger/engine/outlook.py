"""Until when a tag stays as it is, if nothing happens to the customer.

Time passes on a copy of the profile, from one deadline of the tag to the next: of the tag itself,
of those that it asks about, and of patterns, whose events may touch it. What other tags do on the
way is left out; a customer has many.
"""

from typing import NamedTuple

from tagger.domain.tags import TagValue
from tagger.engine import patterns
from tagger.engine.engine import Engine
from tagger.engine.profile import Profile, TagState
from tagger.engine.profile_codec import decode_profile, encode_profile
from tagger.engine.step import Clock
from tagger.engine.view import earliest
from tagger.rules.plan import Plan

_MOST_STEPS = 50_000


class Outlook(NamedTuple):
    """`until` is when the value changes (None: never), `then` what it becomes. Where the end is not
    looked for, because there are so many deadlines, `unchanged_to` is how far it was."""

    until: int | None
    then: TagValue | None
    unchanged_to: int | None = None


def outlook(engine: Engine, profile: Profile, tag: str, at: int) -> Outlook:
    """The next change of what is shown of a tag; the profile must have been run up to `at`."""
    copy = decode_profile(encode_profile(profile))
    names = _looked_at(engine.plan, tag)
    now = _shown(copy, tag)
    for _ in range(_MOST_STEPS):
        _keep_deadlines(engine.plan, copy, names)
        if copy.deadline is None:
            return Outlook(None, now)
        deadline = max(copy.deadline, at)
        engine.run_deadlines(copy, Clock(deadline))
        if _shown(copy, tag) != now:
            return Outlook(deadline, _shown(copy, tag))
    return Outlook(None, now, copy.clock_at)


def _shown(profile: Profile, tag: str) -> TagValue | None:
    return profile.tags.get(tag, TagState()).shown


def _looked_at(plan: Plan, tag: str) -> frozenset[str]:
    """The tag and those that it asks about, directly or through others."""
    found = {plan.tag_index[tag]}
    for index in range(len(plan.tags) - 1, -1, -1):
        if not found.isdisjoint(plan.tags[index].dependents):
            found.add(index)
    return frozenset(plan.tags[index].name for index in found)


def _keep_deadlines(plan: Plan, profile: Profile, names: frozenset[str]) -> None:
    """Forget when other tags are to be looked at again."""
    for name, state in profile.tags.items():
        if name not in names:
            state.due_at = None
    own = [state.due_at for state in profile.tags.values()]
    profile.deadline = earliest([patterns.next_end(plan, profile), *own])
