"""A folder's packs, prepared for questions by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tagger.rules.attributes import ATTRIBUTE_KINDS, KNOWN_ATTRIBUTES, AttributeKind
from tagger.rules.sentences.walk import measures_of_rule, named_conditions
from tagger.rules.syntax import Condition, NamedEvent, Pack, TagRule, WorkflowRule
from tagger.rules.walk import tags_in


@dataclass(frozen=True, slots=True)
class Shelf:
    """One pack with its names."""

    pack: Pack
    events: Mapping[str, NamedEvent]
    conditions: Mapping[str, Condition]

    @classmethod
    def of(cls, pack: Pack) -> "Shelf":
        """The pack's names by what they are names of."""
        return cls(
            pack,
            {each.name: each for each in pack.events},
            {each.name: each.condition for each in pack.conditions},
        )

    def attribute_kind(self, name: str) -> AttributeKind:
        """The kind of value of a profile attribute; text for one that nobody declared."""
        declared = self.pack.attributes.get(name)
        if declared is not None:
            return ATTRIBUTE_KINDS[declared]
        return KNOWN_ATTRIBUTES.get(name, "text")


class Library:
    """Tags by name over all packs, with what they ask about and who asks about them.

    Meant for packs without errors: tag names are unique, and nothing depends on itself.
    """

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = tuple(packs)
        self._shelves = {pack.name: Shelf.of(pack) for pack in packs}
        self._tags = {
            tag.name: (tag, self._shelves[pack.name]) for pack in packs for tag in pack.tags
        }
        self._asks = {name: _asked_by(tag, shelf) for name, (tag, shelf) in self._tags.items()}
        self._asked_by: dict[str, list[str]] = {name: [] for name in self._tags}
        for name, others in self._asks.items():
            for other in others:
                self._asked_by.setdefault(other, []).append(name)
        self._workflows: dict[str, list[WorkflowRule]] = {}
        for pack in packs:
            for workflow in pack.workflows:
                self._workflows.setdefault(workflow.upon_tag, []).append(workflow)

    def __contains__(self, name: object) -> bool:
        return name in self._tags

    @property
    def tag_names(self) -> tuple[str, ...]:
        """In the order of the packs, then of their files."""
        return tuple(self._tags)

    def tag(self, name: str) -> TagRule:
        """Raises KeyError."""
        return self._tags[name][0]

    def shelf_of(self, tag: str) -> Shelf:
        """The pack that has the tag. Raises KeyError."""
        return self._tags[tag][1]

    def asks(self, tag: str) -> tuple[str, ...]:
        """The tags that this tag's rule asks about."""
        return self._asks[tag]

    def asked_by(self, tag: str) -> tuple[str, ...]:
        """The tags whose rules ask about this one."""
        return tuple(self._asked_by[tag])

    def workflows_of(self, tag: str) -> tuple[WorkflowRule, ...]:
        """What follows a change of the tag."""
        return tuple(self._workflows.get(tag, ()))


def _asked_by(tag: TagRule, shelf: Shelf) -> tuple[str, ...]:
    asked = tags_in(measures_of_rule(tag, named_conditions(tag, shelf.conditions)))
    return tuple(dict.fromkeys(each.name for each in asked))
