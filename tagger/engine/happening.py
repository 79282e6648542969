"""What happens to a customer: an event, or one that a pattern derives from events."""

from typing import final

from tagger.domain.events import Event


@final
class Happening:
    """An event or a derived one: `key` says what happened, with the fields of `event`, at the
    instant `at`. A derived event has those of its wait's last `first` or its chain's last step."""

    __slots__ = ("at", "event", "id", "key")

    def __init__(self, key: str, id_: str, event: Event, at: int) -> None:
        self.key = key
        self.id = id_
        self.event = event
        self.at = at
