"""Which stretch of time a measure looks at, and when an event comes into it and leaves it."""

from .dates import next_begins, period_begin, previous_begin
from .packs import Pack
from .values import Doc, UnsupportedError, duration

WINDOW_WORDS = ("within", "this", "previous", "ever")


def has_window(spec: Doc) -> bool:
    return any(word in spec for word in WINDOW_WORDS)


def window_of(pack: Pack, spec: Doc, at: int) -> tuple[int | None, int]:
    """(after, until] at the instant `at`; `after` None has no beginning."""
    if spec.get("ever"):
        return None, at
    if "within" in spec:
        until = at - _ago(spec)
        return until - duration(spec["within"]), until
    if "this" in spec:
        return period_begin(spec["this"], at, pack.zone) - 1, at
    if "previous" in spec:
        period = spec["previous"]
        begin = previous_begin(period, at, pack.zone)
        return begin - 1, period_begin(period, at, pack.zone) - 1
    raise UnsupportedError(f"no window: {spec}")


def edges_of(pack: Pack, spec: Doc, at: int) -> tuple[int, ...]:
    """The instants after `at` at which an event of `at` comes into the window or leaves it."""
    if "within" in spec:
        comes = at + _ago(spec)
        return comes, comes + duration(spec["within"])
    if "this" in spec:
        return next_begins(spec["this"], at, pack.zone)[:1]
    if "previous" in spec:
        return next_begins(spec["previous"], at, pack.zone)
    return ()


def _ago(spec: Doc) -> int:
    return duration(spec["ago"]) if "ago" in spec else 0
