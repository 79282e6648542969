"""What happens in the three drawings, and what the worker made of it.

All three have the same rule. Reading a backlog is slower here than it is in truth, so that one can
see it.
"""

from functools import cache

import msgspec

from tagger.domain.times import UNIT_MS, parse_instant
from tagger.insight.timelines.film import Film, Script, shoot

RULES = """\
pack: shop
defaults: {owner: shop}
tags:
  active:
    title: {en: Active}
    description: Bought at least twice within 30 days.
    assign: {when: {count: {event: purchase, within: 30d}, gte: 2}}
"""
WITHIN_MS = 30 * UNIT_MS["d"]

_ON_ITS_WAY_MS = 40
"""From a purchase to its record in the hands of a worker."""
_SHORTLY_MS = 400
_LONGER_MS = 3_500


class Window(msgspec.Struct, frozen=True):
    """Ann buys twice and never again."""

    film: Film
    purchases: tuple[int, int]


class Outage(msgspec.Struct, frozen=True):
    """The worker is down for two days; Ann has bought meanwhile, Ben has not. `leaves_at`: when
    their first purchases are too old; `read_at`: when the backlog had been read."""

    film: Film
    begins_at: int
    ends_at: int
    down_at: int
    up_at: int
    read_at: int
    ann_buys_at: int
    leaves_at: int


class Correction(msgspec.Struct, frozen=True):
    """A purchase of `late_at`, from a till without network, is written at `arrives_at`; and after
    it one that is older than the window."""

    film: Film
    purchases: tuple[int, int]
    late_at: int
    arrives_at: int


@cache
def window() -> Window:
    """A window slides, and a tag leaves with no event."""
    first, second = map(parse_instant, ("2026-03-01T09:30:00Z", "2026-03-11T18:05:00Z"))
    script = Script(first - UNIT_MS["h"])
    script.start()
    _buy_live(script, first)
    _buy_live(script, second)
    _go_to(script, first + WITHIN_MS - _SHORTLY_MS)
    script.work(_SHORTLY_MS + _LONGER_MS)
    return Window(shoot(RULES, script), (first, second))


@cache
def outage() -> Outage:
    """Two days without a worker, and the backlog after them."""
    begins_at, down_at, ann_buys_at, leaves_at, up_at, ends_at = map(
        parse_instant,
        (
            "2026-06-01T00:00:00Z",
            "2026-06-01T09:00:00Z",
            "2026-06-02T08:00:00Z",
            "2026-06-02T12:00:00Z",
            "2026-06-03T09:00:00Z",
            "2026-06-04T00:00:00Z",
        ),
    )
    step_ms = 10 * UNIT_MS["m"]
    script = Script(leaves_at - WITHIN_MS)
    script.start()
    for next_at in (begins_at - UNIT_MS["d"], begins_at):
        script.buy("ann")
        script.buy("ben")
        script.work(_SHORTLY_MS)
        _go_to(script, next_at)
    while script.at < ends_at:
        if script.at == down_at:
            script.stop()
        if script.at == up_at:
            script.start()
        if script.at == ann_buys_at:
            script.buy("ann")
        if script.at % (30 * UNIT_MS["m"]) == 0:
            script.buy(f"customer-{script.at}")
        script.read(most=4)
        script.wait(step_ms)
    film = shoot(RULES, script)
    read_at = next(
        frame.at
        for frame in film.frames
        if frame.at > up_at and frame.frontier is not None and frame.at - frame.frontier < step_ms
    )
    return Outage(film, begins_at, ends_at, down_at, up_at, read_at, ann_buys_at, leaves_at)


@cache
def correction() -> Correction:
    """A late purchase and its correction."""
    first, second, late_at, arrives_at = map(
        parse_instant,
        (
            "2026-03-01T09:30:00Z",
            "2026-03-11T18:05:00Z",
            "2026-03-25T16:40:00Z",
            "2026-04-02T10:00:00Z",
        ),
    )
    script = Script(first - UNIT_MS["h"])
    script.start()
    _buy_live(script, first)
    _buy_live(script, second)
    _go_to(script, first + WITHIN_MS - _SHORTLY_MS)
    script.work(_SHORTLY_MS + _LONGER_MS)
    _go_to(script, arrives_at - _SHORTLY_MS)
    script.work(_SHORTLY_MS)
    for happened_at in (late_at, first + UNIT_MS["d"]):
        script.buy("ann", happened_at)
        script.wait(_ON_ITS_WAY_MS)
        script.work(_SHORTLY_MS)
    _go_to(script, second + WITHIN_MS - _SHORTLY_MS)
    script.work(_SHORTLY_MS + _LONGER_MS)
    return Correction(shoot(RULES, script), (first, second), late_at, arrives_at)


def _buy_live(script: Script, at: int) -> None:
    """Ann buys, and the worker reads of it at once."""
    _go_to(script, at)
    script.buy("ann")
    script.wait(_ON_ITS_WAY_MS)
    script.work(_SHORTLY_MS)


def _go_to(script: Script, at: int) -> None:
    script.wait(at - script.at)
