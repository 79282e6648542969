"""How long answers take: the mean time from a message to the next one of the other side.

Readings fixed here: only messages with a conversation id, both in the window; each unanswered
message of a run is answered by the same answer.
"""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from .happenings import Event


def response_time(messages: Sequence[Event], of: str) -> Fraction | None:
    """Mean milliseconds until `agent` or `customer` answers; messages are in order."""
    answer = "outbound" if of == "agent" else "inbound"
    waiting: dict[str, list[int]] = defaultdict(list)
    times: list[int] = []
    for message in messages:
        open_since = waiting[message.data["conversation_id"]]
        if message.data["direction"] == answer:
            times += [message.at - at for at in open_since]
            open_since.clear()
        else:
            open_since.append(message.at)
    return Fraction(sum(times), len(times)) if times else None
