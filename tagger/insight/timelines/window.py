"""First drawing: a window slides, and a tag leaves with no event."""

from tagger.domain.times import UNIT_MS
from tagger.insight.timelines.stories import WITHIN_MS, window
from tagger.insight.timelines.svg import WIDTH, Axis, Drawing
from tagger.insight.timelines.wordings import day, exact, minute

_LEFT, _RIGHT, _HEIGHT = 128, 664, 440
_BUYS = (64, 100)
_COUNT, _TAG = 142, 182
_PANEL_TOP, _PANEL_BOTTOM = 238, 424


def drawing() -> Drawing:
    """The days above, and the seconds in which the tag leaves below."""
    story = window()
    added = story.film.only("ann", "added", "event")
    removed = story.film.only("ann", "removed", "time")
    leaves_at = removed.effective_at
    canvas = Drawing(
        _HEIGHT,
        "A window slides, and a tag leaves with no event",
        "Two purchases count for 30 days each. The tag is held from the second one, "
        f"{day(added.effective_at)} {minute(added.effective_at)}, until the first one is 30 days "
        f"old, {day(leaves_at)} {exact(leaves_at)}. That change is made at "
        f"{exact(removed.processed_at)}, when the grace of 2 seconds is over.",
    )
    days = Axis(
        story.purchases[0] - UNIT_MS["d"], story.purchases[1] + 31 * UNIT_MS["d"], _LEFT, _RIGHT
    )
    _days(canvas, days, added.effective_at, leaves_at)
    _purchases(canvas, days)
    _count(canvas, days)
    canvas.text(16, _TAG + 17, "active", "tag strong")
    canvas.box(
        days(added.effective_at), _TAG, days(leaves_at) - days(added.effective_at), 24, "held"
    )
    canvas.text(
        (days(added.effective_at) + days(leaves_at)) / 2,
        _TAG + 17,
        "the tag is held",
        "tag",
        "middle",
    )
    _seconds(canvas, days(leaves_at), leaves_at, removed.processed_at)
    return canvas


def _days(canvas: Drawing, days: Axis, *marked: int) -> None:
    first, second = window().purchases
    canvas.text(16, 28, "Days", "soft")
    for at in (first, second, first + WITHIN_MS, second + WITHIN_MS):
        canvas.text(days(at), 28, f"{day(at)} {minute(at)}", "soft exact", "middle")
        canvas.line([(days(at), 36), (days(at), 44)], "soft")
    canvas.line([(_LEFT, 40), (_RIGHT, 40)], "soft")
    for at in marked:
        canvas.line([(days(at), 44), (days(at), _TAG + 24)], "dashed")


def _purchases(canvas: Drawing, days: Axis) -> None:
    for at, y, name in zip(
        window().purchases, _BUYS, ("1st purchase", "2nd purchase"), strict=True
    ):
        canvas.text(16, y + 15, name, "event")
        canvas.box(days(at), y, days(at + WITHIN_MS) - days(at), 22, "reach")
        canvas.text(
            (days(at) + days(at + WITHIN_MS)) / 2, y + 15, "counts for 30 days", "event", "middle"
        )
        canvas.dot(days(at), y + 11, "event")


def _count(canvas: Drawing, days: Axis) -> None:
    first, second = window().purchases
    canvas.text(16, _COUNT + 15, "how many count")
    edges = (first, second, first + WITHIN_MS, second + WITHIN_MS)
    for begins, ends, number in zip(edges, edges[1:], ("1", "2", "1"), strict=False):
        canvas.text((days(begins) + days(ends)) / 2, _COUNT + 15, number, "strong", "middle")


def _seconds(canvas: Drawing, x: float, leaves_at: int, processed_at: int) -> None:
    """The seconds after the window ended, through a magnifying glass."""
    left, right = 16, WIDTH - 16
    canvas.line([(x, _TAG + 24), (left + 8, _PANEL_TOP), (left + 8, _PANEL_TOP)], "rule")
    canvas.line([(x, _TAG + 24), (right - 8, _PANEL_TOP)], "rule")
    canvas.box(left, _PANEL_TOP, right - left, _PANEL_BOTTOM - _PANEL_TOP, "band", radius=6)
    seconds = Axis(leaves_at - 1_000, leaves_at + 3_000, _LEFT, _RIGHT)
    canvas.text(left + 12, _PANEL_TOP + 24, "Seconds", "soft")
    axis = _PANEL_TOP + 36
    canvas.line([(_LEFT, axis), (_RIGHT, axis)], "soft")
    for second in range(-1, 4):
        at = leaves_at + second * 1_000
        canvas.line([(seconds(at), axis - 4), (seconds(at), axis + 4)], "soft")
        canvas.text(seconds(at), axis - 12, exact(at)[:8], "soft exact", "middle")
    tag = axis + 22
    canvas.text(left + 12, tag + 17, "active", "tag strong")
    canvas.box(_LEFT, tag, seconds(leaves_at) - _LEFT, 24, "held")
    canvas.line([(seconds(leaves_at), axis + 4), (seconds(leaves_at), tag + 56)], "tag")
    canvas.text(seconds(leaves_at) + 8, tag + 17, "30 days old: not held any more", "tag")
    grace = tag + 56
    canvas.arrow(seconds(leaves_at), grace, seconds(leaves_at + 2_000), grace, "clock")
    canvas.text(
        seconds(leaves_at + 1_000),
        grace - 8,
        "grace of 2 s: late events may come",
        "clock",
        "middle",
    )
    canvas.line([(seconds(processed_at), axis + 4), (seconds(processed_at), grace + 22)], "clock")
    bottom = _PANEL_BOTTOM - 16
    canvas.text(seconds(leaves_at), bottom - 18, "effective_at", "strong", "middle")
    canvas.text(seconds(leaves_at), bottom, exact(leaves_at), "exact", "middle")
    canvas.text(seconds(processed_at), bottom - 18, "processed_at", "strong", "middle")
    canvas.text(seconds(processed_at), bottom, exact(processed_at), "exact", "middle")
