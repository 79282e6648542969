"""An event loop that does not turn is noticed."""

import asyncio
import threading

from tagger.stream.kafka.loop_watch import LoopWatch

OFTEN_S = 0.001
PATIENCE_S = 60


def test_a_blocked_loop_is_told_with_what_blocks_it() -> None:
    told: list[str] = []
    heard = threading.Event()

    def blocked(doing: str) -> None:
        told.append(doing)
        heard.set()

    async def scene() -> None:
        with LoopWatch(blocked, look_every_s=OFTEN_S, looks=5):
            _get_stuck_until(heard)

    asyncio.run(scene())
    assert len(told) == 1
    assert "_get_stuck_until" in told[0]


def _get_stuck_until(event: threading.Event) -> None:
    assert event.wait(PATIENCE_S)


def test_a_loop_that_turns_is_left_alone() -> None:
    told: list[str] = []

    async def scene() -> None:
        looks = 0
        with LoopWatch(told.append, look_every_s=OFTEN_S, looks=10**6) as watch:
            turn, all_seen = watch._turn, asyncio.Event()

            def turned() -> None:
                nonlocal looks
                turn()
                looks += 1
                if looks == 20:
                    all_seen.set()

            watch._turn = turned  # type: ignore[method-assign]
            await asyncio.wait_for(all_seen.wait(), PATIENCE_S)

    asyncio.run(scene())
    assert told == []


def test_a_watch_that_has_ended_says_nothing_more() -> None:
    told: list[str] = []

    async def scene() -> threading.Thread:
        with LoopWatch(told.append, look_every_s=PATIENCE_S, looks=1) as watch:
            (thread,) = (each for each in threading.enumerate() if each.name == "loop-watch")
            watch._ended.set()
            await asyncio.to_thread(thread.join, PATIENCE_S)
        return thread

    assert not asyncio.run(scene()).is_alive()
    assert told == []
