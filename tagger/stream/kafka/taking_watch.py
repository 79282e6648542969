"""Notices a worker that takes nothing over any more, although batches wait for it.

The event loop may turn all the while, and the poll thread polls, so that the group keeps this
member for ever. `StallWatch` may not see it: it goes by answers that a worker takes over too.
"""

from typing import Protocol

LOOKS = 60
"""Looks in a row, one a second, after which the worker counts as stuck. They are counted instead
of reading a clock: a process that was stopped for a while has missed none."""


class Reader(Protocol):
    """What delivers the batches."""

    @property
    def outstanding(self) -> int:
        """Records delivered and not yet given back."""

    @property
    def given_back(self) -> int:
        """Batches given back so far."""


class TakingWatch:
    """Watches what becomes of the batches of `reader`."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._given_back = 0
        self._in_vain = 0

    def look(self, *, is_held: bool) -> str:
        """What is wrong, in words, and empty when nothing is; to be called every second. `is_held`:
        batches have to wait for something that another worker would wait for too."""
        reader, before = self._reader, self._given_back
        self._given_back = reader.given_back
        waits = reader.outstanding > 0 and not is_held and self._given_back == before
        self._in_vain = self._in_vain + 1 if waits else 0
        if self._in_vain < LOOKS:
            return ""
        return f"{reader.outstanding} records wait for a worker that has taken none for {LOOKS} s"
