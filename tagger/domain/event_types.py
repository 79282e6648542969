"""Types of events: how they are spelled, and in which order events of one instant are read."""

from typing import Final

from tagger.domain.events import Browse, ChatMessage, Event, EventType, ProfileUpdate, Purchase

TYPE_NAMES: Final[dict[type, EventType]] = {
    ProfileUpdate: "profile",
    Browse: "browse",
    ChatMessage: "chat",
    Purchase: "purchase",
}
"""In the order in which events of one instant are read."""

TYPE_ORDER: Final[dict[type, int]] = {each: rank for rank, each in enumerate(TYPE_NAMES)}
"""Rank of an event's type among events of the same instant; a command comes after them."""


def type_name(event: Event) -> EventType:
    """The `type` of an event as event files and topics spell it."""
    return TYPE_NAMES[type(event)]
