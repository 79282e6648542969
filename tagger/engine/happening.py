"""What happens to a customer: an event, or one that a pattern derives from events."""

from typing import NamedTuple

from tagger.domain.events import Event


class Happening(NamedTuple):
    """An event or a derived one: `key` says what happened, with the fields of `event`, at the
    instant `at`. A derived event has those of its wait's last `first` or its chain's last step."""

    key: str
    id: str
    event: Event
    at: int
