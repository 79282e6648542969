"""What a run has published, and what it remembers."""

from tagger.cli.explanation import explanation_lines
from tagger.codecs.dead_letters import letter_of
from tagger.codecs.decode_outputs import (
    decode_action,
    decode_change,
    decode_current_tags,
    decode_outcome,
)
from tagger.domain.actions import WorkflowAction
from tagger.domain.commands import CommandOutcome
from tagger.domain.dead_letters import DeadLetter
from tagger.domain.tags import TagChange, TagValue
from tagger.engine.engine import Engine
from tagger.engine.explain import explain
from tagger.engine.profile import Profile
from tagger.engine.profile_codec import decode_profile
from tagger.rules.plan import Plan
from tagger.stream import changelog_record
from tagger.stream.log import Output
from tagger.stream.murmur2 import partition_of
from tagger.testing.stage import Stage
from tagger.testing.times import Instant, instant_ms


class Report:
    """What stands in the output topics, as their consumers read it: a record that a crash let be
    published again counts once. `ends_at` is the instant at which the clocks of all shards stand,
    `log` the broker with everything in it, repeats included."""

    def __init__(self, plan: Plan, stage: Stage, ends_at: int) -> None:
        self.log = stage.log
        self.starts_at = stage.starts_at
        self.ends_at = ends_at
        self._plan = plan
        self._topics = stage.topics

    def at(self, instant: Instant) -> int:
        """Milliseconds since the epoch; `+30m` is counted from the start of the run."""
        return instant_ms(instant, self.starts_at)

    def tags(self, customer: str) -> dict[str, TagValue]:
        """The tags that the customer holds at the end, with their values; a flag's is True."""
        held: dict[str, TagValue] = {}
        for output in self._of(self._topics.current_tags):
            if output.key == customer.encode():
                current = decode_current_tags(output.value)
                held = {name: tag.value for name, tag in current.tags.items()}
        return held

    def changes(self, customer: str | None = None, tag: str | None = None) -> list[TagChange]:
        """Every change in the order of publication, of one customer or tag if asked."""
        every = [decode_change(output.value) for output in self._once(self._topics.tag_change)]
        return [
            change
            for change in every
            if customer in (None, change.customer_id) and tag in (None, change.tag)
        ]

    def why(self, customer: str, tag: str) -> str:
        """What `tagger why` says of the tag at the end. Raises LookupError for a customer who is
        not known, and for a tag that no pack has."""
        if tag not in self._plan.tag_index:
            known = ", ".join(sorted(self._plan.tag_index))
            raise LookupError(f"no pack has the tag {tag!r}; there are {known}")
        profile = self._profile(customer)
        explained = explain(Engine(self._plan), profile, tag, max(self.ends_at, profile.clock_at))
        changes = self.changes(customer, tag)
        lines = explanation_lines(explained, changes[-1] if changes else None)
        return "\n".join(line.plain for line in lines)

    def actions(self, customer: str | None = None) -> list[WorkflowAction]:
        """What workflows have asked for, in the order of publication."""
        every = [decode_action(each.value) for each in self._once(self._topics.workflow_action)]
        return [action for action in every if customer in (None, action.customer_id)]

    def outcomes(self, customer: str | None = None) -> list[CommandOutcome]:
        """What each command was answered first, in the order of publication."""
        every = [decode_outcome(each.value) for each in self._once(self._topics.command_outcome)]
        return [outcome for outcome in every if customer in (None, outcome.customer_id)]

    def dead_letters(self) -> list[DeadLetter]:
        """The records that could not be used, with the reasons, in the order of publication."""
        letters = [
            letter_of(output.key, output.value, output.headers)
            for output in self._of(self._topics.dead_letter)
        ]
        return list(dict.fromkeys(letters))

    def _of(self, topic: str) -> list[Output]:
        return [output for output in self.log.published if output.topic == topic]

    def _once(self, topic: str) -> list[Output]:
        """Records by their identity, the first of each."""
        found: dict[bytes | None, Output] = {}
        for output in self._of(topic):
            found.setdefault(dict(output.headers)["ce_id"], output)
        return list(found.values())

    def _profile(self, customer: str) -> Profile:
        key = customer.encode()
        rows = dict(self.log.changelogs.get(partition_of(key, self.log.partitions), ()))
        row = rows.get(key)
        if row is None:
            raise LookupError(f"the customer {customer!r} is not known: no record was accepted")
        return decode_profile(changelog_record.decode(row)[0])
