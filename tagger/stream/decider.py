"""The port to what decides: engine and workflows as a shard sees them.

Pure and synchronous. A decider may change the profile that it is given and answer with the same
object; a shard keeps what the step carries and nothing else.
"""

from typing import Protocol

from tagger.domain.tags import CurrentTags
from tagger.engine.profile import Profile
from tagger.engine.step import Clock, Input, Step


class Decider(Protocol):
    """Decides about one customer at a time."""

    def step(self, profile: Profile | None, record: Input, clock: Clock) -> Step:
        """Apply one event or command, after the customer's own deadlines that are due before it.
        `profile` is None for a customer never heard of."""

    def run_deadlines(self, profile: Profile, clock: Clock) -> Step:
        """Run every deadline of one customer up to `clock.frontier`."""

    def current_tags(self, profile: Profile) -> CurrentTags:
        """All tags of the customer as they stand."""
