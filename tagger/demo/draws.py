"""Chance that is the same everywhere: every draw is a function of what it is for.

A draw hashes `SEED` and its parts. So it depends neither on the order of draws nor on the Python
version, and whoever doubts an assignment can compute it again.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

SEED = "20170101"
Item = TypeVar("Item")


def draw(*parts: str) -> int:
    """A uniform integer in [0, 2**64) that belongs to `parts`."""
    message = "\x1f".join((SEED, *parts)).encode()
    return int.from_bytes(blake2b(message, digest_size=8).digest(), "big")


def draw_below(limit: int, *parts: str) -> int:
    """A uniform integer in [0, limit) that belongs to `parts`."""
    return draw(*parts) * limit >> 64


def choose(items: Sequence[Item], *parts: str) -> Item:
    """One of `items`."""
    return items[draw_below(len(items), *parts)]


def shuffled(names: Iterable[str], *parts: str) -> list[str]:
    """`names` in an order that belongs to `parts`, whatever order they came in."""
    return sorted(names, key=lambda name: (draw(*parts, name), name))
