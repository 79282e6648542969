"""A worker whose brokers are frozen still ends when it is asked to."""

import signal
import subprocess
import sys

import pytest

from tagger.wiring import EX_TEMPFAIL

STUCK = """
import asyncio, sys
from tagger import wiring
from tagger.settings import Settings

class Stuck:
    async def serve(self, stop, host, port):
        print("up", flush=True)
        await stop.wait()
        print("stopping", flush=True)
        await asyncio.Event().wait()

    def unfinished(self):
        return "the vault is locked"

wiring.LAST_CHECKPOINT_S = float(sys.argv[1])
asyncio.run(wiring._until_signal(Stuck(), Settings(brokers="b")))
"""


@pytest.mark.parametrize(("patience_s", "signals"), [(0.0, 1), (600.0, 2)])
def test_the_last_checkpoint_is_given_up_after_a_while_or_at_a_second_signal(
    patience_s: float, signals: int
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUCK, str(patience_s)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGTERM)
    if signals > 1:
        assert process.stdout.readline() == "stopping\n"
        process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == EX_TEMPFAIL
    assert "giving up" in errors
    assert ("the vault is locked" in errors) == (signals == 1)
