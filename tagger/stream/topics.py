"""Names of the topics, and what each input topic carries.

The defaults are the contract with the outside; every name is a setting. All input topics have
the same number of partitions, and one partition number of all of them makes a shard.
"""

from typing import Literal

import msgspec

InputKind = Literal["profile", "browse", "chat", "purchase", "command"]
"""What an input topic carries: an event type, or commands."""


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """One name per role."""

    profile: str = "crm.profile.v1"
    browse: str = "crm.browse.v1"
    chat: str = "crm.chat.v1"
    purchase: str = "crm.purchase.v1"
    command: str = "crm.tag-command.v1"
    tag_change: str = "tagger.tag-change.v1"
    current_tags: str = "tagger.current-tags.v1"
    workflow_action: str = "tagger.workflow-action.v1"
    command_outcome: str = "tagger.command-outcome.v1"
    action_outcome: str = "tagger.action-outcome.v1"
    rule_pack: str = "tagger.rule-pack.v1"
    dead_letter: str = "tagger.dead-letter.v1"
    profile_changelog: str = "tagger.profile-changelog.v1"

    def events(self) -> tuple[str, ...]:
        """The event topics in the order in which events of one instant are read."""
        return (self.profile, self.browse, self.chat, self.purchase)

    def inputs(self) -> dict[str, InputKind]:
        """What each input topic carries."""
        return {
            self.profile: "profile",
            self.browse: "browse",
            self.chat: "chat",
            self.purchase: "purchase",
            self.command: "command",
        }

    def sharded(self) -> tuple[str, ...]:
        """The topics of which each shard has its own partition: all inputs and the changelog."""
        return (*self.inputs(), self.profile_changelog)
