"""Third drawing: a late event and its correction."""

from tagger.domain.tags import TagChange
from tagger.domain.times import UNIT_MS
from tagger.insight.timelines.stories import Correction, correction
from tagger.insight.timelines.svg import Axis, Drawing
from tagger.insight.timelines.wordings import day, exact, minute

_LEFT, _RIGHT, _HEIGHT = 128, 664, 372
_BOUGHT, _READ, _TAG, _IN_TIME = 84, 148, 196, 316


def drawing() -> Drawing:
    """When Ann bought, when the shard read of it, and what became of her tag."""
    story = correction()
    added = story.film.only("ann", "added", "event")
    back = story.film.only("ann", "added", "correction")
    left, left_again = (each for each in story.film.changes if each.op == "removed")
    canvas = Drawing(
        _HEIGHT,
        "A late event and its correction",
        f"The tag leaves by time at {_exactly(left)}. A purchase of {_when(story.late_at)} is read "
        f"on {_when(story.arrives_at)}. It is put where it belongs, so the tag is back, with the "
        f"cause correction, effective at {_exactly(back)}. It leaves by time at "
        f"{_exactly(left_again)}. The days between are not rewritten.",
    )
    days = Axis(
        story.purchases[0] - UNIT_MS["d"],
        left_again.effective_at + 2 * UNIT_MS["d"],
        _LEFT,
        _RIGHT,
    )
    _days(canvas, days, story)
    _purchases(canvas, days, story)
    canvas.text(16, _TAG + 17, "active", "tag strong")
    for begins, ends in ((added, left), (back, left_again)):
        _held(canvas, days, begins, ends, _TAG, "held")
    _told(canvas, days(left.effective_at), 0, f"leaves, cause time: {_exactly(left)}", "tag")
    _told(canvas, days(back.effective_at), 1, f"back, cause correction: {_exactly(back)}", "late")
    again = f"leaves, cause time: {_exactly(left_again)}"
    _told(canvas, days(left_again.effective_at), 2, again, "tag")
    canvas.text(16, _IN_TIME + 9, "had it come", "soft")
    canvas.text(16, _IN_TIME + 26, "in time", "soft")
    _held(canvas, days, added, left_again, _IN_TIME, "missed")
    return canvas


def _held(
    canvas: Drawing, days: Axis, begins: TagChange, ends: TagChange, y: float, look: str
) -> None:
    x = days(begins.effective_at)
    canvas.box(x, y, days(ends.effective_at) - x, 24, look)


def _told(canvas: Drawing, x: float, row: int, text: str, look: str) -> None:
    """A line from the tag down to what happened to it."""
    y = _TAG + 46 + 20 * row
    canvas.line([(x, _TAG + 24), (x, y - 4), (x - 6, y - 4)], look)
    canvas.text(x - 12, y, text, f"{look} exact", "end")


def _days(canvas: Drawing, days: Axis, story: Correction) -> None:
    canvas.text(16, 28, "Days", "soft")
    canvas.line([(_LEFT, 40), (_RIGHT, 40)], "soft")
    first = story.purchases[0] - story.purchases[0] % UNIT_MS["d"]
    for number in range(0, 41, 10):
        at = first + number * UNIT_MS["d"]
        canvas.line([(days(at), 36), (days(at), 44)], "soft")
        canvas.text(days(at), 28, day(at), "soft", "middle")


def _purchases(canvas: Drawing, days: Axis, story: Correction) -> None:
    canvas.text(16, _BOUGHT + 4, "Ann buys", "event")
    canvas.text(16, _READ + 4, "it is read", "event")
    for at in story.purchases:
        canvas.arrow(days(at), _BOUGHT, days(at), _READ - 6, "event")
        canvas.dot(days(at), _BOUGHT, "event")
        canvas.dot(days(at), _READ, "event")
    late, arrives = days(story.late_at), days(story.arrives_at)
    canvas.line([(late, _BOUGHT), (arrives, _READ)], "late")
    canvas.dot(late, _BOUGHT, "hollow")
    canvas.dot(arrives, _READ, "late")
    canvas.text(late, _BOUGHT - 14, f"{_when(story.late_at)}, no network", "late", "middle")
    canvas.text(arrives + 12, _READ + 4, f"{_when(story.arrives_at)}", "late")


def _when(at: int) -> str:
    return f"{day(at)} {minute(at)}"


def _exactly(change: TagChange) -> str:
    return f"{day(change.effective_at)} {exact(change.effective_at)}"
