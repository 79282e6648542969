"""Second drawing: an outage and its backlog, and why nothing expires early."""

from tagger.domain.times import UNIT_MS
from tagger.insight.timelines.stories import Outage, outage
from tagger.insight.timelines.svg import Axis, Drawing
from tagger.insight.timelines.wordings import minute, weekday

_LEFT, _RIGHT, _HEIGHT = 128, 700, 470
_TOP, _BOTTOM = 56, 276
_WORKER, _ANN, _BEN = 296, 344, 398


def drawing() -> Drawing:
    """The shard's clock above; what it meant for two customers below."""
    story = outage()
    left = story.film.only("ben", "removed", "time")
    canvas = Drawing(
        _HEIGHT,
        "An outage and its backlog: nothing expires early",
        f"A worker is down from {_when(story.down_at)} to {_when(story.up_at)}. Its shard's clock "
        "stands still, climbs while the backlog is read, and then follows the wall clock again. "
        "Ann bought during the outage and keeps her tag without a gap. Ben did not: his tag ends "
        f"at {_when(left.effective_at)}. That change is made at {_when(left.processed_at)}, when "
        "the shard's clock gets there.",
    )
    across = Axis(story.begins_at, story.ends_at, _LEFT, _RIGHT)
    up = Axis(story.begins_at, story.ends_at, _BOTTOM, _TOP)
    canvas.box(
        across(story.down_at),
        _TOP,
        across(story.up_at) - across(story.down_at),
        _BEN + 32 - _TOP,
        "band",
        0,
    )
    _grid(canvas, story, across, up)
    _clock(canvas, story, across, up)
    _worker(canvas, story, across)
    _ann(canvas, story, across)
    _ben(canvas, story, across, up)
    return canvas


def _when(at: int) -> str:
    return f"{weekday(at)} {minute(at)}"


def _grid(canvas: Drawing, story: Outage, across: Axis, up: Axis) -> None:
    canvas.text(16, 28, "Where the shard's clock stands, and when", "strong")
    night = story.up_at - 9 * UNIT_MS["h"]
    canvas.text(across(night) - 12, up(night) - 8, "the wall clock", "soft", "end")
    day_ms = UNIT_MS["d"]
    for at in range(story.begins_at, story.ends_at + 1, day_ms):
        canvas.line([(_LEFT, up(at)), (_RIGHT, up(at))], "rule")
        canvas.line([(across(at), _TOP), (across(at), _BOTTOM)], "rule")
        if at < story.ends_at:
            canvas.text(_LEFT - 10, up(at + day_ms // 2) + 4, weekday(at), "soft", "end")
            canvas.text(across(at + day_ms // 2), _TOP - 10, weekday(at), "soft", "middle")


def _clock(canvas: Drawing, story: Outage, across: Axis, up: Axis) -> None:
    canvas.line([(_LEFT, _BOTTOM), (_RIGHT, _TOP)], "dashed")
    last_of_instant = {frame.at: frame.frontier for frame in story.film.frames}
    stood = story.begins_at
    points = []
    for at, frontier in last_of_instant.items():
        if story.begins_at < at <= story.ends_at:
            stood = stood if frontier is None else frontier
            points.append((across(at), up(stood)))
    canvas.line(points, "clock")
    still = up(story.down_at)
    canvas.text(
        across((story.down_at + story.up_at) // 2),
        still - 8,
        "stands still while nobody reads",
        "clock",
        "middle",
    )
    canvas.text(
        across(story.up_at) - 10, up(story.leaves_at) + 4, "reads the backlog", "clock", "end"
    )


def _worker(canvas: Drawing, story: Outage, across: Axis) -> None:
    canvas.text(16, _WORKER + 15, "worker")
    for begins, ends, says in (
        (story.begins_at, story.down_at, "up"),
        (story.down_at, story.up_at, "down for two days"),
        (story.up_at, story.ends_at, "up"),
    ):
        canvas.text((across(begins) + across(ends)) / 2, _WORKER + 15, says, "soft", "middle")
    for at in (story.down_at, story.up_at):
        canvas.line([(across(at), _WORKER), (across(at), _WORKER + 22)], "soft")


def _ann(canvas: Drawing, story: Outage, across: Axis) -> None:
    canvas.text(16, _ANN + 17, "Ann: active", "tag strong")
    canvas.box(_LEFT, _ANN, _RIGHT - _LEFT, 24, "held")
    x = across(story.ann_buys_at)
    canvas.dot(x, _ANN + 12, "event")
    canvas.text(x + 12, _ANN + 17, f"buys {_when(story.ann_buys_at)}: no gap", "event")


def _ben(canvas: Drawing, story: Outage, across: Axis, up: Axis) -> None:
    left = story.film.only("ben", "removed", "time")
    effective, processed = across(left.effective_at), across(left.processed_at)
    canvas.text(16, _BEN + 17, "Ben: active", "tag strong")
    canvas.box(_LEFT, _BEN, effective - _LEFT, 24, "held")
    canvas.arrow(effective, _BEN + 12, processed, _BEN + 12, "clock")
    canvas.line([(processed, _BEN + 24), (processed, up(left.effective_at))], "dashed")
    canvas.dot(processed, up(left.effective_at), "clock")
    canvas.text(effective, _BEN + 44, "effective_at", "strong", "middle")
    canvas.text(effective, _BEN + 60, _when(left.effective_at), "exact", "middle")
    canvas.text(processed, _BEN + 44, "processed_at", "strong", "middle")
    canvas.text(processed, _BEN + 60, _when(left.processed_at), "exact", "middle")
