"""Histories for Hypothesis: few customers, many ties, instants that meet the edges of windows.

An instant is one of an era's, such as the beginning of a day, and a span or two (of those that
packs use for their windows), sometimes a millisecond off: so an event often falls exactly where
another one leaves a window. Everything shrinks towards fewer, earlier and plainer events.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import strategies as st

from .bodies import Setting, body
from .draws import chance, pick
from .values import Doc

CUSTOMERS = ("c1", "c1", "c1", "c1", "c2")
REPEATED = "again"
"""The id of events that are the same one if type and source are the same too."""


@st.composite
def histories(draw: st.DrawFn, setting: Setting, max_size: int = 24) -> list[Doc]:
    """The lines of an event file in no order, with repeats of events and of commands, some of
    which are read late; of all that the rules speak of, or of a few kinds that bear on each
    other."""
    menu = [*pick(draw, setting.themes), *([] if chance(draw, 2) else ["command"])]
    if chance(draw, 5):
        menu = [pick(draw, menu) for _ in range(pick(draw, (2, 1)))]
    starts = setting.starts if chance(draw, 3) else [pick(draw, setting.starts)]
    least = pick(draw, (1, max_size // 4, max_size // 2, max_size // 2))
    line = _lines(setting, menu, starts)
    written = draw(st.lists(line, min_size=least, max_size=max_size))
    return [_named(index, each) for index, each in enumerate(written)]


@st.composite
def _lines(draw: st.DrawFn, setting: Setting, menu: Sequence[str], starts: Sequence[int]) -> Doc:
    name = pick(draw, menu)
    at = _instant(draw, setting, starts)
    customer_id = pick(draw, CUSTOMERS)
    own_id = REPEATED if chance(draw, 12) else ""
    written_at = spelled(at, pick(draw, (1, 1, 0, 2)))
    is_command = name == "command"
    head = {
        "command_id" if is_command else "event_id": own_id,
        "customer_id": customer_id,
        "issued_at" if is_command else "occurred_at": written_at,
    }
    if is_command:
        is_late, by_ms = chance(draw, 2), pick(draw, setting.spans_ms)
        head |= {"command_id": "", "issued_at": at - by_ms, "read_at": at} if is_late else {}
    return head | body(draw, setting, name, at)


def _named(index: int, line: Doc) -> Doc:
    """The line with an id of its own unless it has one."""
    word = "command_id" if line["type"] == "command" else "event_id"
    return line if line[word] else line | {word: f"e{index}"}


@st.composite
def untils(draw: st.DrawFn, setting: Setting, last_at: int) -> int | None:
    """The end of a replay whose last event is at `last_at`, which None means too: seldom before
    it, mostly at a later edge."""
    match pick(draw, ("later", "none", "later", "earlier", "later", "none")):
        case "none":
            return None
        case "earlier":
            return _instant(draw, setting, setting.starts)
    return _instant(draw, setting, (last_at,))


def _instant(draw: st.DrawFn, setting: Setting, starts: Sequence[int]) -> int:
    """An instant that meets the edges of others, exactly or a millisecond off."""
    start, first, second = (pick(draw, each) for each in (starts, *[setting.spans_ms] * 2))
    return start + first + second + pick(draw, (0, 0, 0, 0, 1, -1))


def spelled(at: int, spelling: int) -> int | str:
    """An instant as one of the ways in which producers write it."""
    if spelling == 0:
        return at
    if spelling == 1:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
    zone = timezone(timedelta(hours=5, minutes=30))
    moment = datetime(1970, 1, 1, tzinfo=zone) + timedelta(hours=5.5, milliseconds=at)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}9+05:30"
